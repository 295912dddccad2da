"""Whatever is done to the record, ``runbook audit`` names the first entry that is not as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from runbook_lib.errors import EvidenceMissing
from runbook_lib.guide.commands.audit import audit_workspace
from runbook_lib.journal import Journal, Kind
from runbook_lib.systems.connection import Connection, write_connection
from runbook_lib.workspace import Workspace
from tests.postgres_server import PostgresServer

WRITTEN, STRUCK = 6, 3
ALTERED: Mapping[str, tuple[list[str], int]] = {
    "edited": ([f"UPDATE {{table}} SET step = '04_field_visibility' WHERE sequence = {STRUCK}"], STRUCK),
    "deleted": ([f"DELETE FROM {{table}} WHERE sequence = {STRUCK}"], STRUCK),
    "swapped": (
        [
            "UPDATE {table} SET sequence = 99 WHERE sequence = 3",
            "UPDATE {table} SET sequence = 3 WHERE sequence = 4",
            "UPDATE {table} SET sequence = 4 WHERE sequence = 99",
        ],
        STRUCK,
    ),
    "cut off": ([f"DELETE FROM {{table}} WHERE sequence > {STRUCK + 1}"], STRUCK + 2),
}
"""What is done → the statements, and the entry that is named."""


def _written(folder: Path, url: str | None) -> Workspace:
    """A workspace whose journal has a few entries."""
    workspace = Workspace.create(folder)
    users = {"admin_username": "a@a.example", "sync_username": "s@a.example", "environment": "production"}
    marketo = {"munchkin_id": "123-ABC-456", "client_id": "5f3a"}
    data = {"name": folder.name, "salesforce": users, "marketo": marketo, "journal_url": url}
    connection = Connection.model_validate(data)
    write_connection(workspace.connection_file, connection)
    with Journal.open(workspace, url, name=connection.name) as journal:
        for number in range(WRITTEN):
            journal.append("00_start_here", "look", Kind.started, {"number": number})
    return workspace


def _require_named(workspace: Workspace, number: int) -> None:
    with pytest.raises(EvidenceMissing) as told:
        audit_workspace(workspace.path)
    assert f"entry {number}" in str(told.value)


@pytest.mark.parametrize("how", ALTERED)
def test_in_the_file_of_the_workspace(tmp_path: Path, how: str) -> None:
    """Edited in the middle, deleted, swapped, cut off at the end."""
    statements, number = ALTERED[how]
    workspace = _written(tmp_path / "acme", None)
    audit_workspace(workspace.path)
    _alter(f"sqlite:///{workspace.journal_file}", statements, "journal")
    _require_named(workspace, number)


@pytest.mark.parametrize("how", ALTERED)
def test_in_postgresql(tmp_path: Path, postgres: PostgresServer, how: str) -> None:
    """The same there; another connection's record in the same database stays whole."""
    statements, number = ALTERED[how]
    mine = _written(tmp_path / f"a{how.replace(' ', '')}", postgres.url)
    other = _written(tmp_path / f"b{how.replace(' ', '')}", postgres.url)
    table = "journal_entries"
    named = [f"{statement} AND connection = '{mine.path.name}'" for statement in statements]
    _alter(postgres.url, named, table)
    _require_named(mine, number)
    audit_workspace(other.path)


def _alter(url: str, statements: list[str], table: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.format(table=table))
    engine.dispose()
