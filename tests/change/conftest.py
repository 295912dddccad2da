"""What the tests of the change floor share: made-up snapshots, and a workspace tied to a running
rehearsal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import settings

from runbook_lib.change.apply import ApplyResult, apply, writer_of
from runbook_lib.change.decisions import Decisions
from runbook_lib.change.gate import Checks, Permit, open_gate
from runbook_lib.change.plan import Plan
from runbook_lib.change.plans import parts_for, plan_for
from runbook_lib.journal import Journal
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.checks import checks_for, gate_findings, parts_needed
from runbook_lib.survey.collect import Systems, collect
from runbook_lib.survey.snapshot import Expected, Part, Snapshot
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.marketo.client import MarketoReader
from runbook_lib.systems.salesforce.client import SalesforceReader
from runbook_lib.systems.salesforce.login import Account, log_in
from runbook_lib.systems.salesforce.writer import SalesforceWriter
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.systems.transport import Transport
from runbook_lib.workspace import Workspace

# The first example also pays for lazy imports: a deadline per example would measure those.
settings.register_profile("change", deadline=None, max_examples=60)
settings.load_profile("change")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new, empty workspace."""
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture
def journal(workspace: Workspace) -> Iterator[Journal]:
    """Its journal."""
    with Journal.open(workspace) as opened:
        yield opened


@dataclass
class Live:
    """A running rehearsal as the road sees it: the admin's reader, the real writer, fresh looks, the gate."""

    server: RehearsalServer
    systems: Systems
    reader: SalesforceReader
    writer: SalesforceWriter

    def look(self, step: str) -> Snapshot:
        """A fresh look at what the plan and the gate of ``step`` read."""
        parts = (*parts_for(step), *parts_needed(checks_for(step)))
        return collect(self.systems, dict.fromkeys(parts), datetime.now(UTC))

    def see(self, *parts: Part) -> Snapshot:
        """A fresh look at ``parts``."""
        return collect(self.systems, parts, datetime.now(UTC))

    def plan(self, step: str, decisions: Decisions) -> tuple[Plan, Snapshot]:
        """What ``step`` would do now, and the look it was made from."""
        seen = self.look(step)
        return plan_for(step, seen, decisions, datetime.now(UTC)), seen

    def permit(self, plan: Plan, seen: Snapshot) -> Permit:
        """The gate's permit; fails the test where the gate stays shut."""
        checks = Checks(gate_findings(seen, plan.step), seen.taken_at)
        answer = open_gate(plan, None, seen, checks, datetime.now(UTC))
        assert isinstance(answer, Permit), [str(refusal.what) for refusal in answer]
        return answer

    def carry_out(self, step: str, decisions: Decisions, journal: Journal) -> tuple[Plan, ApplyResult]:
        """Plan, gate and apply, as the notebook does it."""
        plan, seen = self.plan(step, decisions)
        permit = self.permit(plan, seen)
        return plan, apply(plan, permit, self.writer, journal, seen, lambda: self.look(step))

    def writes(self) -> list[str]:
        """Method and path of every request that can have changed the org, in order.

        The Metadata API is left out: reading and writing LeadConvertSettings go to one path.
        """
        self._wait_for_the_log()
        reads = ("/composite", "/query", "/services/Soap/", "/identity", "/oauth", "/_rehearsal")
        return [
            f"{entry.method} {entry.path}"
            for entry in self.server.log.entries()
            if entry.method in ("POST", "PATCH", "DELETE")
            and (entry.path.endswith("composite/sobjects") or not any(part in entry.path for part in reads))
        ]

    def _wait_for_the_log(self) -> None:
        """The rehearsal logs a request a moment after its answer."""
        calls, deadline = self.reader.transport.calls["salesforce"], monotonic() + 120
        while monotonic() < deadline:
            if sum("/services/" in entry.path for entry in self.server.log.entries()) >= calls:
                return


@pytest.fixture
def live(
    rehearsal_server: RehearsalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Live]:
    """The road's own reader and writer over the rehearsal, with the world's secrets in the environment."""
    world = rehearsal_server.world
    for name, value in world.secrets().items():
        monkeypatch.setenv(f"RUNBOOK_ACME_{name.upper()}", value)
    connection = Connection.model_validate(
        {
            "name": "acme",
            "salesforce": {
                "environment": "production",
                "my_domain": "",
                "admin_username": world.admin.username,
                "sync_username": world.sync_user.username,
            },
            "marketo": {"munchkin_id": world.marketo.munchkin_id, "client_id": world.marketo.client_id},
            "rehearsal": {
                "world": "clean",
                "url": rehearsal_server.url,
                "page_url": rehearsal_server.page_url,
                "ca_file": str(rehearsal_server.ca_file),
            },
        }
    )
    vault = Vault(connection)
    with Transport(connection, pause=lambda _: None) as transport:
        reader = SalesforceReader(transport, log_in(transport, connection, Account.ADMIN, vault))
        systems = Systems(
            Expected(
                "acme",
                "production",
                world.admin.username,
                world.sync_user.username,
                world.marketo.munchkin_id,
                "basic",
            ),
            lambda: reader,
            lambda: SalesforceReader(transport, log_in(transport, connection, Account.SYNC, vault)),
            lambda: MarketoReader(transport, connection, vault),
        )
        yield Live(rehearsal_server, systems, reader, writer_of(reader))
