"""The commands that put down what is known: the report, its audit, what support needs, the schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runbook_lib.cli.exit import print_view
from runbook_lib.cli.options import Folder, folder_typed, make_folder


def report(workspace: Folder) -> int:
    """Write the report again; prints its path. Exit code 7 where the journal was altered."""
    from runbook_lib.guide.state.board import board_of  # lazy: help starts at once
    from runbook_lib.guide.state.session import open_unverified  # lazy: as above
    from runbook_lib.proof.report import write_report  # lazy: as above

    with open_unverified(workspace) as session:
        session.vault.know_all()
        print(write_report(session.workspace, session.journal, board_of(session)))
        session.journal.require_whole()
    return 0


def audit(workspace: Folder) -> None:
    """Tell whether the record is as it was written, and where it is not."""
    from runbook_lib.guide.commands.audit import audit_workspace  # lazy: help starts at once

    print_view(audit_workspace(workspace))


def support_bundle(
    workspace: Folder,
    out: Annotated[Path | None, typer.Option(help="The zip; without it, one in the workspace.")] = None,
) -> None:
    """Put together what support needs: versions, the journal without values, the table of calls. A zip."""
    from runbook_lib.guide.commands import support_bundle as bundling  # lazy: help starts at once
    from runbook_lib.guide.state.session import open_unverified  # lazy: as above

    with open_unverified(workspace) as session:
        print(bundling.write_bundle(session, out))


def snapshot(
    workspace: Folder,
    describes: Annotated[
        Path, typer.Option(help="The folder to save one describe JSON per object in.", parser=folder_typed)
    ],
) -> None:
    """Save the org's schema, so that it can be rehearsed on with --org-schema."""
    from runbook_lib.guide.state.session import open_session  # lazy: help starts at once
    from runbook_lib.survey.collect import save_describes  # lazy: as above
    from runbook_lib.survey.requirements import objects_of  # lazy: as above

    make_folder(describes)
    with open_session(workspace) as session:
        for path in save_describes(session.admin(), describes, objects_of(session.expected)):
            print(path)
