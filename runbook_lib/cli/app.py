"""The ``runbook`` command. Thin: it reads options, calls the guide, and tells the outcome.

What a program reads goes to stdout (with ``--json`` exactly one object); what a person reads while waiting
goes to stderr. The exit code is that of the error tree, and for a run it comes from the journal.
"""

from __future__ import annotations

import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from runbook_lib.cli.exit import end_run, exit_code_of, print_json, print_view, tell_stopped
from runbook_lib.cli.options import (
    Engine,
    Folder,
    Json,
    KeepPeople,
    Language,
    People,
    Schema,
    ShowPeople,
    World,
    between,
    folder_typed,
    language_known,
    make_folder,
    require_texts,
)
from runbook_lib.errors import UsageFault
from runbook_lib.road import ROAD, step_named
from runbook_lib.text import on_terminal, say

app = typer.Typer(
    name="runbook",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Connects Marketo to Salesforce, step by step, and proves that it works.",
    epilog="Exit codes: 0 done, 2 waits for a person, 3 blocked by a check, 4 a system refused, 5 canceled, "
    "6 time-out, 7 evidence missing, 64 usage, 70 defect.",
)


@app.command()
def rehearse(
    world: World = "clean",
    people: People = None,
    workspace: Annotated[Path | None, typer.Option(help="Where to keep what the run produces.")] = None,
    org_schema: Schema = None,
    language: Language = "en",
    json: Json = False,
) -> int:
    """Walk the whole road, headless, in a rehearsal that is started for it."""
    from runbook_lib.guide.commands import progress  # lazy: the command's help starts at once
    from runbook_lib.guide.commands.rehearse import (  # lazy: as above
        new_folder,
        prepare_workspace,
        secret_variables,
        stage,
    )
    from runbook_lib.guide.notebooks.runner import Conditions, run_road  # lazy: as above
    from runbook_lib.guide.state.environment import environment  # lazy: as above

    with stage(world, people, org_schema=org_schema) as server:
        folder = prepare_workspace(workspace or new_folder(world), server, "robot", language)
        with environment(secret_variables(server)):
            ran = run_road(folder.path, ROAD, Conditions(progress.progress(language)))
            after = progress.tell_stop(folder.path, ran)
    line = f"rehearsal {world}: {ran.outcome}, {ran.proven}/{len(ROAD)} steps proven, report {ran.report}"
    return end_run(ran, after, line, json)


@app.command()
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
    """Run the road headless; goes on where evidence ends."""
    from runbook_lib.guide.commands import progress  # lazy: the command's help starts at once
    from runbook_lib.guide.engine.comparison import variables  # lazy: as above
    from runbook_lib.guide.notebooks.runner import Conditions, run_road  # lazy: as above
    from runbook_lib.guide.state.environment import environment  # lazy: as above

    stops = between(start, end)
    with environment(variables(show_people, keep_people, engine or "")):
        ran = run_road(workspace, stops, Conditions(progress.progress(progress.language_of(workspace))))
    after = progress.tell_stop(workspace, ran)
    line = f"{ran.outcome}, {ran.proven}/{len(ROAD)} steps proven, report {ran.report}"
    return end_run(ran, after, line, json)


@app.command()
def plan(workspace: Folder) -> None:
    """Print the road: every step, check, gate, change and click, before anything is touched."""
    from runbook_lib.guide.commands.overview import road_view  # lazy: the command's help starts at once
    from runbook_lib.guide.state.session import open_session  # lazy: as above

    with open_session(workspace) as session:
        print_view(road_view(session))


@app.command()
def check(
    workspace: Folder,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 3 also on a warning, and where a check was not made.")
    ] = False,
    json: Json = False,
) -> int:
    """Run all checks, read-only: Blocked, Warning or Clear."""
    from runbook_lib.guide.commands.checking import check_all  # lazy: the command's help starts at once
    from runbook_lib.guide.state.session import open_session  # lazy: as above

    with open_session(workspace) as session:
        checked = check_all(session)
    if json:
        print_json(checked.to_json())
    else:
        print_view(checked.view)
    return checked.exit_code(is_strict=strict)


@app.command()
def approve(
    workspace: Folder,
    gate: Annotated[str, typer.Argument(help="The step to agree to: 05_sync_fields or 08_start_sync.")],
    by: Annotated[str, typer.Option(help="Your name.")],
    reason: Annotated[str, typer.Option(help="Why now.")],
    org: Annotated[str, typer.Option(help="The org's name, typed exactly.")],
) -> None:
    """Agree to the plan of a step that cannot be undone, as the plan stands now."""
    from runbook_lib.guide.commands.approve import approve_plan  # lazy: the command's help starts at once

    require_texts({"--by": by, "--reason": reason, "--org": org})
    print_view(approve_plan(workspace, step_named(gate), by, reason, org))


@app.command()
def attest(
    workspace: Folder,
    step: Annotated[str, typer.Argument(help="The step whose clicks were made, such as 05_sync_fields.")],
    status: Annotated[str, typer.Option(help="What Marketo then showed, word for word.")] = "",
    by: Annotated[str, typer.Option(help="Who clicked; without it, the name you are logged in by.")] = "",
) -> None:
    """Record that a person made the clicks of a step (and what Marketo then showed)."""
    from runbook_lib.guide.commands.approve import attest_clicks  # lazy: the command's help starts at once

    print_view(attest_clicks(workspace, step_named(step), by, status))


@app.command()
def adopt(
    workspace: Folder,
    by: Annotated[str, typer.Option(help="Who tells it; without it, the name you are logged in by.")] = "",
    clicked_by: Annotated[str, typer.Option(help="Who made the clicks in Marketo, as far as known.")] = "",
    clicked_at: Annotated[str, typer.Option(help="When, as far as known.")] = "",
) -> None:
    """Take over what was clicked outside this road: half done, or running for years."""
    from runbook_lib.guide.commands.adopt import adopt_connection  # lazy: the command's help starts at once
    from runbook_lib.guide.state.adoption import Told  # lazy: as above

    print_view(adopt_connection(workspace, Told(by, clicked_by, clicked_at)))


@app.command()
def acknowledge(
    workspace: Folder,
    by: Annotated[str, typer.Option(help="Your name.")],
    reason: Annotated[str, typer.Option(help="Why it may stay as it is.")],
) -> None:
    """Accept the changes that the last watch told of: they are quiet from then on."""
    from runbook_lib.guide.state.acknowledged import (
        acknowledge as write_down,
    )  # lazy: the command's help starts at once
    from runbook_lib.guide.state.acknowledged import open_drifts  # lazy: as above
    from runbook_lib.guide.state.session import open_session  # lazy: as above

    require_texts({"--by": by, "--reason": reason})
    with open_session(workspace) as session, session.workspace.lock("runbook acknowledge"):
        drifts = open_drifts(session.journal)
        write_down(session, by, reason, drifts)
        for claim in drifts:
            print(on_terminal(claim.what, session.language))


@app.command()
def merge(
    workspace: Folder,
    copies: Annotated[
        list[Path], typer.Argument(help="Copies of the file that people worked on.", exists=True)
    ],
    table: Annotated[str, typer.Option(help="Which file: fields or mappings.")] = "fields",
) -> None:
    """Put what several people decided in copies of decisions/fields.csv or mappings.csv together."""
    from runbook_lib.change.decisions.merge import (
        TABLES,
        merge_files,
    )  # lazy: the command's help starts at once
    from runbook_lib.workspace import Workspace  # lazy: as above

    if f"{table}.csv" not in TABLES:
        raise UsageFault(say("There is no file of decisions “{name}”.", name=table),
                         fix=say("Name fields or mappings."))  # fmt: skip
    opened = Workspace.open(workspace)
    with opened.lock("runbook merge"):
        path, rows = merge_files(opened, f"{table}.csv", copies)
    print(f"{path}: {rows}")


@app.command()
def undo(
    workspace: Folder,
    step: Annotated[str, typer.Argument(help="The step to take back: 04, 02 or 01, the last one first.")],
) -> None:
    """Take a step back: rights, field visibility and mappings as they were before it."""
    from runbook_lib.guide.commands.undo import undo_step  # lazy: the command's help starts at once

    print_view(undo_step(workspace, step_named(step)))


@app.command()
def status(workspace: Folder, json: Json = False) -> None:
    """Tell where the road stands, by the journal alone."""
    from runbook_lib.guide.commands.overview import (
        standings,
        status_view,
    )  # lazy: the command's help starts at once
    from runbook_lib.guide.state.session import open_session  # lazy: as above
    from runbook_lib.guide.state.traces.left_behind import people_lying  # lazy: as above

    with open_session(workspace, sweep=False) as session:
        if json:
            steps = [each.to_json() for each in standings(session)]
            proven = sum(each["state"] == "proven" for each in steps)
            lying = [asdict(folder) for folder in people_lying(session.workspace)]
            print_json(
                {"connection": session.connection.name, "proven": proven, "steps": steps, "people": lying}
            )
        else:
            print_view(status_view(session))


@app.command()
def report(workspace: Folder) -> int:
    """Write the report again; prints its path. Exit code 7 where the journal was altered."""
    from runbook_lib.guide.state.session import open_unverified  # lazy: the command's help starts at once
    from runbook_lib.proof.report import write_report  # lazy: as above

    with open_unverified(workspace) as session:
        print(write_report(session.workspace, session.journal))
        session.journal.require_whole()
    return 0


@app.command()
def audit(workspace: Folder) -> None:
    """Tell whether the record is as it was written, and where it is not."""
    from runbook_lib.guide.commands.audit import audit_workspace  # lazy: the command's help starts at once

    print_view(audit_workspace(workspace))


@app.command("support-bundle")
def support_bundle(
    workspace: Folder,
    out: Annotated[Path | None, typer.Option(help="The zip; without it, one in the workspace.")] = None,
) -> None:
    """Put together what support needs: versions, the journal without values, the table of calls. A zip."""
    from runbook_lib.guide.commands import support_bundle as bundling  # lazy: the help starts at once
    from runbook_lib.guide.state.session import open_unverified  # lazy: as above

    with open_unverified(workspace) as session:
        print(bundling.write_bundle(session, out))


@app.command()
def snapshot(
    workspace: Folder,
    describes: Annotated[
        Path, typer.Option(help="The folder to save one describe JSON per object in.", parser=folder_typed)
    ],
) -> None:
    """Save the org's schema, so that it can be rehearsed on with --org-schema."""
    from runbook_lib.guide.state.session import open_session  # lazy: the command's help starts at once
    from runbook_lib.survey.collect import save_describes  # lazy: as above
    from runbook_lib.survey.requirements import objects_of  # lazy: as above

    make_folder(describes)
    with open_session(workspace) as session:
        for path in save_describes(session.admin(), describes, objects_of(session.expected)):
            print(path)


@app.command()
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
    language: Language = "en",
) -> None:
    """Write what connection.toml needs; asks for what is not given."""
    from runbook_lib.guide.commands import init as founding  # lazy: help starts at once

    founding.require_new(workspace)
    given = {"name": name, "environment": environment, "admin_username": admin_username,
             "sync_username": sync_username, "munchkin_id": munchkin_id, "client_id": client_id}  # fmt: skip
    told = founding.ask_missing(given, language)
    more = {"language": language, "my_domain": my_domain, "authentication": authentication}
    print(founding.found_workspace(workspace, founding.nested(told | more)))


@app.command()
def serve(
    world: World = "clean",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.", min=0, max=65535)] = 0,
    people: People = None,
    org_schema: Schema = None,
    workspace: Annotated[
        Path | None, typer.Option(help="Write a ready workspace for a person here, too.")
    ] = None,
    json: Json = False,
) -> None:
    """Run the rehearsal alone, until Ctrl-C, for any Salesforce or Marketo client."""
    from runbook_lib.guide.commands import serve as serving  # lazy: the command's help starts at once
    from runbook_lib.guide.commands.rehearse import prepare_workspace, stage  # lazy: as above

    with stage(world, people, port, org_schema) as server:
        folder = prepare_workspace(workspace, server, "person").path if workspace else None
        card = serving.card(server, folder)
        if json:
            print_json(card)
        else:
            print(serving.card_text(card), flush=True)
        serving.wait()


@app.command()
def lab(
    workspace: Annotated[
        Path | None, typer.Argument(help="The workspace; with --world, a new one is made.")
    ] = None,
    world: Annotated[str | None, typer.Option(help="Open on a rehearsal of this world.")] = None,
    org_schema: Schema = None,
    language: Annotated[
        str, typer.Option(help="Of a rehearsal: en, de or es.", callback=language_known)
    ] = "en",
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    port: Annotated[int | None, typer.Option(help="JupyterLab's port.")] = None,
    look: Annotated[
        bool, typer.Option("--look", help="Only look at what a rehearsal that has ended left.")
    ] = False,
    show_people: ShowPeople = False,
    keep_people: KeepPeople = False,
) -> int:
    """Open JupyterLab on the notebooks."""
    from runbook_lib.guide.commands import serve as serving  # lazy: the command's help starts at once
    from runbook_lib.guide.engine.comparison import variables  # lazy: as above
    from runbook_lib.guide.state.environment import environment  # lazy: as above

    options = (*(() if browser else ("--no-browser",)), *((f"--port={port}",) if port else ()))
    if world is None:
        if workspace is None:
            raise UsageFault(say("Name a workspace, or a world to rehearse in."),
                             fix=say("runbook lab WORKSPACE, or runbook lab --world clean"))  # fmt: skip
        with environment(variables(show_people, keep_people)):
            return serving.lab_live(workspace, options, look)
    with environment(variables(show_people, keep_people)):
        return serving.lab_rehearsal(world, workspace, org_schema, language, options)


def main(arguments: list[str] | None = None) -> None:
    """The console script: runs the command and exits with its code. SIGTERM ends it as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = call(arguments)
    except KeyboardInterrupt:  # pressed while the command was just starting, or while it was being told
        code = tell_stopped(arguments)
    sys.exit(code)


def call(arguments: list[str] | None = None) -> int:
    """Runs the command; its exit code. Whatever stops it is told."""
    return exit_code_of(lambda: app(args=arguments, prog_name="runbook", standalone_mode=False), arguments)
