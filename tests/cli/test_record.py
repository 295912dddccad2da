"""``runbook report``: what somebody typed into a file of decisions stands in it, and no secret does."""

from __future__ import annotations

import html
from pathlib import Path

from runbook_lib.cli.app import call
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.rehearsal.server import RehearsalServer


def test_a_secret_typed_as_a_reason_is_masked(rehearsal_server: RehearsalServer, tmp_path: Path) -> None:
    """Each secret that was given, in page and JSON, also where nothing was asked of a system before."""
    workspace = prepare_workspace(tmp_path / "acme", rehearsal_server, "robot")
    secrets = rehearsal_server.world.secrets().values()
    cells = [f'Lead,F{n}__c,hide,"because {secret}",Ada,' for n, secret in enumerate(secrets)]
    lines = ["object,field,decision,reason,decided_by,decided_at", *cells]
    (workspace.decisions / "fields.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with environment(secret_variables(rehearsal_server)):
        assert call(["report", str(workspace.path)]) == 0
    page = html.unescape(workspace.report_html.read_text(encoding="utf-8"))
    told = page + workspace.report_json.read_text(encoding="utf-8")
    assert "because •••" in told and [secret for secret in secrets if secret in told] == []
