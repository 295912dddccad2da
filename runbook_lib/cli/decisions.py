"""The commands by which a person goes on record: consents, clicks made, what may stay as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runbook_lib.cli.exit import print_view
from runbook_lib.cli.options import Folder, require_texts
from runbook_lib.errors import UsageFault
from runbook_lib.road import step_named
from runbook_lib.text import on_terminal, say


def approve(
    workspace: Folder,
    gate: Annotated[str, typer.Argument(help="The step to agree to: 05_sync_fields or 08_start_sync.")],
    by: Annotated[str, typer.Option(help="Your name.")],
    reason: Annotated[str, typer.Option(help="Why now.")],
    org: Annotated[str, typer.Option(help="The org's name, typed exactly.")],
) -> None:
    """Agree to the plan of a step that cannot be undone, as the plan stands now."""
    from runbook_lib.guide.commands.approve import approve_plan  # lazy: help starts at once

    require_texts({"--by": by, "--reason": reason, "--org": org})
    print_view(approve_plan(workspace, step_named(gate), by, reason, org))


def reject(
    workspace: Folder,
    gate: Annotated[str, typer.Argument(help="The step whose plan is rejected, such as 05_sync_fields.")],
    by: Annotated[str, typer.Option(help="Your name.")],
    reason: Annotated[str, typer.Option(help="Why not.")],
) -> None:
    """Say no to the plan of a step that cannot be undone, with a reason."""
    from runbook_lib.guide.commands.reject import reject_plan  # lazy: help starts at once

    require_texts({"--by": by, "--reason": reason})
    print_view(reject_plan(workspace, step_named(gate), by, reason))


def attest(
    workspace: Folder,
    step: Annotated[str, typer.Argument(help="The step whose clicks were made, such as 05_sync_fields.")],
    status: Annotated[str, typer.Option(help="What Marketo then showed, word for word.")] = "",
    by: Annotated[str, typer.Option(help="Who clicked; without it, the name you are logged in by.")] = "",
    code: Annotated[str, typer.Option(help="The code that the click sheet's reader sent back.")] = "",
) -> None:
    """Record that a person made the clicks of a step (and what Marketo then showed)."""
    from runbook_lib.guide.commands.approve import attest_clicks  # lazy: help starts at once

    print_view(attest_clicks(workspace, step_named(step), by, status, code))


def adopt(
    workspace: Folder,
    by: Annotated[str, typer.Option(help="Your name; without it, the name you are logged in by.")] = "",
    clicked_by: Annotated[str, typer.Option(help="Who made the clicks in Marketo, as far as known.")] = "",
    clicked_at: Annotated[str, typer.Option(help="When, as far as known.")] = "",
) -> None:
    """Take over what was clicked outside this road: half done, or running for years."""
    from runbook_lib.guide.commands.adopt import adopt_connection  # lazy: help starts at once
    from runbook_lib.guide.state.adoption import AdoptionNote  # lazy: as above

    print_view(adopt_connection(workspace, AdoptionNote(by, clicked_by, clicked_at)))


def acknowledge(
    workspace: Folder,
    by: Annotated[str, typer.Option(help="Your name.")],
    reason: Annotated[str, typer.Option(help="Why it may stay as it is.")],
) -> None:
    """Acknowledge what the last watch found: it is not reported again."""
    from runbook_lib.guide.state import acknowledged  # lazy: help starts at once
    from runbook_lib.guide.state.session import open_session  # lazy: as above

    require_texts({"--by": by, "--reason": reason})
    with open_session(workspace) as session, session.workspace.lock("runbook acknowledge"):
        drifts = acknowledged.open_drifts(session.journal)
        acknowledged.acknowledge(session, by, reason, drifts)
        for claim in drifts:
            print(on_terminal(claim.what, session.language))


def merge(
    workspace: Folder,
    copies: Annotated[
        list[Path], typer.Argument(help="Copies of the file that people worked on.", exists=True)
    ],
    table: Annotated[str, typer.Option(help="Which file: fields or mappings.")] = "fields",
) -> None:
    """Put what several people decided in copies of decisions/fields.csv or mappings.csv together."""
    from runbook_lib.change.decisions.merge import TABLES, merge_files  # lazy: help starts at once
    from runbook_lib.workspace import Workspace  # lazy: as above

    if f"{table}.csv" not in TABLES:
        raise UsageFault(say("There is no decision file “{name}”.", name=table),
                         fix=say("Name fields or mappings."))  # fmt: skip
    opened = Workspace.open(workspace)
    with opened.lock("runbook merge"):
        path, rows = merge_files(opened, f"{table}.csv", copies)
    print(f"{path}: {rows}")
