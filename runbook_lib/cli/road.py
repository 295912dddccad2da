"""The commands that walk the road: plan it, check, run it, see where it stands, take a step back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from runbook_lib.cli.exit import end_run, print_json, print_view
from runbook_lib.cli.language import language_of_workspace
from runbook_lib.cli.options import Engine, Folder, Json, KeepPeople, Language, ShowPeople, between
from runbook_lib.road import ROAD, WATCH, step_named


def init(
    workspace: Folder,
    name: Annotated[str | None, typer.Option(help="Name of the connection, such as acme")] = None,
    environment: Annotated[str | None, typer.Option(help="Salesforce: production or sandbox")] = None,
    admin_username: Annotated[str | None, typer.Option(help="Your Salesforce user name")] = None,
    sync_username: Annotated[str | None, typer.Option(help="User name of the sync user")] = None,
    munchkin_id: Annotated[
        str | None, typer.Option(help="Marketo's Munchkin id, such as 123-ABC-456")
    ] = None,
    client_id: Annotated[str | None, typer.Option(help="Client id of Marketo's API client")] = None,
    my_domain: Annotated[
        str, typer.Option(help="My Domain, such as acme; empty: login/test.salesforce.com.")
    ] = "",
    authentication: Annotated[str, typer.Option(help="Which form Marketo shows: basic or oauth.")] = "basic",
    language: Language = "",
    like: Annotated[
        Path | None, typer.Option(help="Workspace of another client, whose rules are taken over.")
    ] = None,
) -> None:
    """Write what connection.toml needs; asks for what is not given."""
    from runbook_lib.guide.commands import init as founding  # lazy: help starts at once
    from runbook_lib.guide.commands.like import options_like, take_over  # lazy: as above

    founding.require_new(workspace)
    same = options_like(like) if like is not None else {}  # a wrong folder is told before anything is asked
    given = {"name": name, "environment": environment, "admin_username": admin_username,
             "sync_username": sync_username, "munchkin_id": munchkin_id, "client_id": client_id}  # fmt: skip
    answers = founding.ask_missing(given, language)
    more = {"language": language, "my_domain": my_domain, "authentication": authentication}
    print(founding.found_workspace(workspace, founding.nested(answers | more | same)))
    if like is not None:
        print(take_over(like, workspace))


def watch(workspace: Folder, json: Json = False) -> int:
    """Run 10_watch and print what it found, as Markdown or as one object; also in watch.md and watch.json."""
    from runbook_lib.guide.commands.terminal import progress  # lazy: help starts at once
    from runbook_lib.guide.engine.watched import JSON_FILE, MARKDOWN_FILE  # lazy: as above
    from runbook_lib.guide.notebooks.runner import RunConditions, run_road  # lazy: as above

    ran = run_road(workspace, (WATCH,), RunConditions(progress.progress(language_of_workspace(workspace))))
    folder = ran.report.parent
    print((folder / (JSON_FILE if json else MARKDOWN_FILE)).read_text(encoding="utf-8"), end="")
    return ran.exit_code


def plan(workspace: Folder) -> None:
    """Print the road: every step, check, gate, change and click, before anything is touched."""
    from runbook_lib.guide.commands.overview import road_view  # lazy: help starts at once
    from runbook_lib.guide.state.session import open_session  # lazy: as above

    with open_session(workspace) as session:
        print_view(road_view(session))


def check(
    workspace: Folder,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 3 also on a warning, and where a check was not made.")
    ] = False,
    json: Json = False,
) -> int:
    """Run all checks, read-only: Blocked, Warning or Clear."""
    from runbook_lib.guide.commands.checking import check_all  # lazy: help starts at once
    from runbook_lib.guide.state.session import open_session  # lazy: as above

    with open_session(workspace) as session:
        checked = check_all(session)
    if json:
        print_json(checked.to_json())
    else:
        print_view(checked.view)
    return checked.exit_code(is_strict=strict)


def run(
    workspace: Folder,
    start: Annotated[
        str | None, typer.Option("--from", help="First step, such as 05_sync_fields or 05.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last step.")] = None,
    show_people: ShowPeople = False,
    keep_people: KeepPeople = False,
    engine: Engine = None,
    json: Json = False,
) -> int:
    """Run the road headless; it continues where the evidence ends."""
    from runbook_lib.guide.commands.terminal import progress  # lazy: help starts at once
    from runbook_lib.guide.engine.comparison import variables  # lazy: as above
    from runbook_lib.guide.notebooks.runner import RunConditions, run_road  # lazy: as above
    from runbook_lib.guide.state.environment import environment  # lazy: as above

    stops = between(start, end)
    with environment(variables(show_people, keep_people, engine or "")):
        ran = run_road(workspace, stops, RunConditions(progress.progress(language_of_workspace(workspace))))
    after = progress.tell_stop(workspace, ran)
    line = f"{ran.outcome}, {ran.proven}/{len(ROAD)} steps proven, report {ran.report}"
    return end_run(ran, after, line, json)


def status(workspace: Folder, json: Json = False) -> None:
    """Tell where the road stands, by the journal alone."""
    from runbook_lib.guide.commands.overview import status_view  # lazy: as above
    from runbook_lib.guide.commands.terminal.in_color import print_in_color  # lazy: help starts at once
    from runbook_lib.guide.state.board import board_of  # lazy: as above
    from runbook_lib.guide.state.session import open_session  # lazy: as above
    from runbook_lib.guide.state.status_word import status_json  # lazy: as above
    from runbook_lib.guide.state.traces.left_behind import people_lying  # lazy: as above

    with open_session(workspace, sweep=False) as session:
        if json:
            board = board_of(session)
            steps = [step.to_json() for step in board.steps]
            lying = [asdict(folder) for folder in people_lying(session.workspace)]
            standing = {"connection": session.connection.name, "proven": board.proven, "steps": steps}
            print_json({**standing, "people": lying, "sync": status_json(session.journal)})
        else:
            print_in_color(status_view(session))


def undo(
    workspace: Folder,
    step: Annotated[str, typer.Argument(help="The step to take back: 04, 02 or 01, the last one first.")],
) -> None:
    """Take a step back: rights, field visibility and mappings as they were before it."""
    from runbook_lib.guide.commands.undo import undo_step  # lazy: help starts at once

    print_view(undo_step(workspace, step_named(step)))
