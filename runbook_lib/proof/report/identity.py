"""Which two systems a report is about, by the connection and by what was seen of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook_lib.survey.snapshot import MarketoState, Organization, Snapshot, from_json

if TYPE_CHECKING:
    from pathlib import Path

    from runbook_lib.systems.connection import Connection
    from runbook_lib.workspace import Workspace


@dataclass(frozen=True)
class Identity:
    """Which two systems this is about. ``environment``: production, sandbox. Empty texts: never read."""

    name: str
    environment: str
    rehearsal: str
    """The rehearsal's world; empty for the real systems."""
    org_name: str
    org_id: str
    edition: str
    server: str
    admin: str
    sync_user: str
    munchkin_id: str
    api_user: str
    authentication: str


def identity_of(connection: Connection, workspace: Workspace) -> Identity:
    """What the connection names, and what was last seen of it."""
    organization, marketo = _last_seen(workspace)
    environment: str = connection.salesforce.environment
    if organization is not None:
        environment = "sandbox" if organization.is_sandbox else "production"
    return Identity(
        name=connection.name,
        environment=environment,
        rehearsal=connection.rehearsal.world if connection.rehearsal else "",
        org_name=organization.name if organization else "",
        org_id=organization.id if organization else "",
        edition=organization.edition if organization else "",
        server=organization.instance if organization else "",
        admin=connection.salesforce.admin_username,
        sync_user=connection.salesforce.sync_username,
        munchkin_id=connection.marketo.munchkin_id,
        api_user=marketo.api_user if marketo else "",
        authentication=connection.marketo.authentication,
    )


def _last_seen(workspace: Workspace) -> tuple[Organization | None, MarketoState | None]:
    """What the newest snapshots on file say both systems are; one that cannot be read is passed over."""
    organization: Organization | None = None
    marketo: MarketoState | None = None
    for path in sorted(workspace.snapshots.glob("*.json"), reverse=True):
        snapshot = _read_snapshot(path)
        if snapshot is None:
            continue
        if organization is None and isinstance(snapshot.organization, Organization):
            organization = snapshot.organization
        if marketo is None and isinstance(snapshot.marketo, MarketoState):
            marketo = snapshot.marketo
        if organization and marketo:
            break
    return organization, marketo


def _read_snapshot(path: Path) -> Snapshot | None:
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return None
