"""Replies of live systems, and documented ones, played to the clients as they are over HTTPS.

They are not part of the project: `../shared/data/recorded` has a file for each; INDEX.md says what it shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from runbook_lib.systems.connection import Connection
from runbook_lib.systems.transport import Transport
from tests.conftest import RECORDED
from tests.scripted_server import ScriptedServer
from tests.systems.replay import marketo, salesforce
from tests.systems.replay.stage import Stage, after_token, as_it_is

TABLE = {f"salesforce/{name}": row for name, row in salesforce.ROWS.items()} | {
    f"marketo/{name}": row for name, row in marketo.ROWS.items()
}


@pytest.fixture
def stage(
    scripted: ScriptedServer,
    transport: Transport,
    scripted_connection: Connection,
    pauses: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> Stage:
    """The clients of a connection whose server plays what it is told."""
    for name in ("SALESFORCE_ADMIN_PASSWORD", "SALESFORCE_ADMIN_TOKEN", "SALESFORCE_ADMIN_CLIENT_SECRET"):
        monkeypatch.setenv(f"RUNBOOK_ACME_{name}", "hunter22&=")
    monkeypatch.setenv("RUNBOOK_ACME_MARKETO_CLIENT_SECRET", "hunter22&=")
    return Stage(scripted, transport, scripted_connection, pauses)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_recorded_reply_has_a_stated_result(
    name: str, stage: Stage, recorded: Callable[[str], Any]
) -> None:
    """Played as it is, a reply gives the value that stands in the table, or the refusal with that code, that
    sentence and that fix; no refusal holds a secret, and none is told without a fix."""
    told, row = recorded(f"{name}.json"), TABLE[name]
    stage.heard = told["body"]
    content = told["body"] if isinstance(told["body"], str) else json.dumps(told["body"], ensure_ascii=False)
    wire = row.wire or (after_token if name.startswith("marketo/") else as_it_is)
    stage.server.script(*wire((told["status"], content, told["headers"]), told["body"]))
    if not row.result.code:
        assert row.play(stage) == row.result.gives
        return
    with pytest.raises(row.result.kind) as fault:
        row.play(stage)
    assert fault.value.code == row.result.code
    assert row.result.says in str(fault.value.what), str(fault.value)
    assert str(fault.value.fix) and row.result.fix in str(fault.value.fix), str(fault.value)
    assert "hunter22" not in str(fault.value) and "\n" not in str(fault.value.what)


def test_every_recorded_reply_has_a_row() -> None:
    """The table names all the files that there are, and no others; INDEX.md as well."""
    if not RECORDED.is_dir():
        pytest.skip(f"the recorded replies are not there: {RECORDED}")
    there = {str(path.relative_to(RECORDED).with_suffix("")) for path in RECORDED.glob("*/*.json")}
    assert set(TABLE) == there
    index = re.findall(r"^- `(\w+)\.json`", (RECORDED / "INDEX.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(index) == sorted(name.partition("/")[2] for name in TABLE)
