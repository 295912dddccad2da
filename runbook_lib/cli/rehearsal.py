"""The commands that need no account: the rehearsal walked, served, or opened in JupyterLab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runbook_lib.cli.exit import end_run, print_json
from runbook_lib.cli.language import language_of_terminal
from runbook_lib.cli.options import (
    Json,
    KeepPeople,
    Language,
    OfRehearsal,
    People,
    Schema,
    ShowPeople,
    World,
    language_known,
)
from runbook_lib.errors import UsageFault
from runbook_lib.road import ROAD
from runbook_lib.text import say


def rehearse(
    world: World = "clean",
    people: People = None,
    workspace: Annotated[Path | None, typer.Option(help="Where to keep what the run produces.")] = None,
    org_schema: Schema = None,
    language: Language = "",
    json: Json = False,
) -> int:
    """Walk the whole road, headless, in a rehearsal that is started for it."""
    from runbook_lib.guide.notebooks.forked_kernel import fork_server  # lazy: help starts at once

    with fork_server() as kernels:  # before the imports: it loads what notebooks use meanwhile
        from runbook_lib.guide.commands import rehearse as rehearsing  # lazy: as above
        from runbook_lib.guide.commands.terminal import progress  # lazy: as above
        from runbook_lib.guide.notebooks.loading import load_ahead  # lazy: as above
        from runbook_lib.guide.notebooks.runner import RunConditions, run_road  # lazy: as above
        from runbook_lib.guide.state.environment import environment  # lazy: as above

        load_ahead()
        with rehearsing.stage(world, people, org_schema=org_schema) as server:
            folder = workspace or rehearsing.new_folder(world)
            path = rehearsing.prepare_workspace(folder, server, "robot", language).path
            with environment(rehearsing.secret_variables(server)):
                ran = run_road(path, ROAD, RunConditions(progress.progress(language), server=kernels))
                after = progress.tell_stop(path, ran)
    line = f"rehearsal {world}: {ran.outcome}, {ran.proven}/{len(ROAD)} steps proven, report {ran.report}"
    return end_run(ran, after, line, json)


def serve(
    world: World = "clean",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.", min=0, max=65535)] = 0,
    people: People = None,
    org_schema: Schema = None,
    workspace: Annotated[
        Path | None, typer.Option(help="Write a ready workspace for a person here, too.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(help="Of the pages and the workspace: en, de or es.", callback=language_known),
    ] = None,
    json: Json = False,
) -> None:
    """Run the rehearsal alone, until Ctrl-C, for any Salesforce or Marketo client."""
    from runbook_lib.guide.commands import serve as serving  # lazy: help starts at once
    from runbook_lib.guide.commands.rehearse import prepare_workspace, stage  # lazy: as above

    with stage(world, people, port, org_schema) as server:
        folder = (
            prepare_workspace(workspace, server, "person", language or language_of_terminal()).path
            if workspace
            else None
        )
        card = serving.card(server, folder, language)
        if json:
            print_json(card)
        else:
            print(serving.card_text(card), flush=True)
        serving.wait()


def lab(
    workspace: Annotated[
        Path | None, typer.Argument(help="The workspace; with --world, a new one is made.")
    ] = None,
    world: Annotated[str | None, typer.Option(help="Open on a rehearsal of this world.")] = None,
    org_schema: Schema = None,
    language: OfRehearsal = "",
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    port: Annotated[int | None, typer.Option(help="JupyterLab's port.")] = None,
    look: Annotated[
        bool, typer.Option("--look", help="Only look at what a rehearsal that has ended left.")
    ] = False,
    show_people: ShowPeople = False,
    keep_people: KeepPeople = False,
) -> int:
    """Open JupyterLab on the notebooks."""
    from runbook_lib.guide.commands import serve as serving  # lazy: help starts at once
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


def app(
    workspace: Annotated[
        Path | None, typer.Argument(help="The workspace; with --world, a new one is made.")
    ] = None,
    world: Annotated[str | None, typer.Option(help="Open on a rehearsal of this world.")] = None,
    language: OfRehearsal = "",
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    port: Annotated[int | None, typer.Option(help="The app's port.")] = None,
) -> int:
    """Show the notebooks as pages without a cell, for people who should see no code."""
    from runbook_lib.guide.commands import serve as serving  # lazy: help starts at once
    from runbook_lib.guide.notebooks.app import open_app  # lazy: as above

    options = (*(() if browser else ("--no-browser",)), *((f"--port={port}",) if port else ()))
    if world is not None:
        return serving.lab_rehearsal(world, workspace, None, language, options, open_app)
    if workspace is None:
        raise UsageFault(say("Name a workspace, or a world to rehearse in."),
                         fix=say("runbook app WORKSPACE, or runbook app --world clean"))  # fmt: skip
    return serving.app_live(workspace, options)
