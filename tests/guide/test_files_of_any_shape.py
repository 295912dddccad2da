"""Files that a person or a crash has spoiled: each ends as its own fault, never as a defect."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbook_lib.change.decisions import read_decisions
from runbook_lib.change.gate.approvals import read_plan
from runbook_lib.errors import Defect, RunbookError, WorkspaceFault
from runbook_lib.guide.state.history import load_snapshot
from runbook_lib.guide.state.session import Session
from runbook_lib.journal_store import HEAD, read_head
from runbook_lib.proof.marketo_exports import read_field_names, read_sync_errors, read_sync_status
from runbook_lib.rehearsal.org.faults import SchemaFault
from runbook_lib.rehearsal.org.schema.describe_files import read_folder
from runbook_lib.survey.people import marketo_bulk, state
from runbook_lib.survey.probes.arrival.compared_fields import _second
from runbook_lib.systems.connection import read_connection
from runbook_lib.workspace import Workspace

EXAMPLES = 5_000 if os.environ.get("RUNBOOK_SOAK_MINUTES") else 150
DEEP = "[" * 100_000
CONNECTION = """name = "acme"
language = "de"
[salesforce]
environment = "sandbox"
my_domain = "https://acme--uat.sandbox.my.salesforce.com/"
admin_username = "admin@acme.example"
sync_username = "marketo@acme.example"
[marketo]
munchkin_id = "123-abc-456"
client_id = "client"
"""
SETUP = 'permission_set = "Marketo_Sync"\nread_only_profiles = ["Sales"]\ncreate_user = false\n'
BY = ",reason,decided_by,decided_at\n"
FIELDS = f"object,field,decision,shared{BY}Lead,Rating,hide,yes,none,ann,2026-01-02T03:04:05Z\n"
MAPPINGS = f"lead_field,contact_field,decision{BY}Rating__c,Rating__c,pair,none,ann,2026-01-02T03:04:05Z\n"
DUPLICATES = f"people,decision,groups{BY}all,accept,3,none,ann,2026-01-02T03:04:05Z\n"
STATUS = "Object,Operation,Start Time,Status,Total,Failed\nLead,Pull,2026-01-02,Success,5,0\n"
ERRORS = "Object,Operation,SFDC Message,SFDC ID\nLead,Push,FIELD_INTEGRITY: no,00Q1\n"
NAMES = "REST API Name,SOAP API Name,Friendly Label\nrating,Rating,Rating\n"
FUZZED: dict[str, tuple[str, Callable[[Workspace], object]]] = {
    "connection.toml": (CONNECTION, lambda place: read_connection(place.connection_file)),
    "decisions/setup.toml": (SETUP, read_decisions),
    "decisions/fields.csv": (FIELDS, read_decisions),
    "decisions/mappings.csv": (MAPPINGS, read_decisions),
    "decisions/duplicates.csv": (DUPLICATES, read_decisions),
    "imports/status.csv": (STATUS, lambda place: read_sync_status(place.imports / "status.csv")),
    "imports/errors.csv": (ERRORS, lambda place: read_sync_errors(place.imports / "errors.csv")),
    "imports/names.csv": (NAMES, lambda place: read_field_names(place.imports / "names.csv")),
}
PIECES = st.sampled_from(
    [b"", b"\xff\xfe", b"\x00", b'"', b"\n", b"\r", b";", b"\t", b",", b"=", b"[", b"[[", b"{", b"'''",
     b"\x1b[2J", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"1e999", b"-1", b"nan", b"true",
     b"[" * 5000, b"9" * 5000, "\u202e\ud7ff".encode(), b"\xef\xbb\xbf", b"sep=;\n"]
)  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    """One of the files with up to four places cut out or overwritten."""
    name = draw(st.sampled_from(sorted(FUZZED)))
    content = FUZZED[name][0].encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        content = content[:start] + draw(PIECES | st.binary(max_size=4)) + content[end:]
    return name, content


def read_spoiled(file: tuple[str, bytes]) -> None:
    """Reads it: what it says, or a fault of the tree that is no defect."""
    name, content = file
    with TemporaryDirectory() as folder:
        place = Workspace.create(folder)
        (place.path / name).write_bytes(content)
        try:
            FUZZED[name][1](place)
        except Defect:
            raise
        except RunbookError as fault:
            assert fault.exit_code != Defect.outcome.exit_code


@given(spoiled())
@settings(derandomize=EXAMPLES < 1_000, max_examples=EXAMPLES, deadline=None)
def test_a_spoiled_file_is_its_own_fault(file: tuple[str, bytes]) -> None:
    """A connection, decisions and exports with anything in them are read, or refused as what they are."""
    read_spoiled(file)


@pytest.mark.parametrize("content", ["x = " + "9" * 5000, "x = " + DEEP, "x = 2026-02-31"])
@pytest.mark.parametrize("name", ["connection.toml", "decisions/setup.toml"])
def test_what_python_cannot_hold_is_no_toml(tmp_path: Path, name: str, content: str) -> None:
    """A number of 5,000 digits, brackets that never close, a day that is none: told with the file."""
    place = Workspace.create(tmp_path)
    (place.path / name).write_text(content)
    with pytest.raises(RunbookError, match=Path(name).name) as fault:
        FUZZED[name][1](place)
    assert fault.value.exit_code == 64


@pytest.mark.parametrize("content", ["9" * 5000, DEEP, "\x00", '{"name": '])
def test_what_python_cannot_hold_is_no_describe(tmp_path: Path, content: str) -> None:
    """The same for a describe."""
    (tmp_path / "Lead.json").write_text(content)
    with pytest.raises(SchemaFault, match="Lead.json"):
        list(read_folder(tmp_path, []))


def test_what_is_nested_too_deeply_is_unreadable(rehearsed: Session) -> None:
    """No file of the workspace that holds JSON ends as a defect where its brackets never close."""
    place = rehearsed.workspace
    for name in (HEAD, ".lock.holder.json", "snapshots/a.json", "plans/05-12345678.json", "calls.json"):
        (place.path / name).write_text(DEEP)
    assert read_head(place) is None and place.holder() is None
    assert read_plan(place, "05", "12345678") is None
    assert isinstance(rehearsed.known_calls(), dict)
    with pytest.raises(WorkspaceFault, match="snapshot"):
        load_snapshot(place, "a.json")


@pytest.mark.parametrize("read", [state.read_state, lambda folder: marketo_bulk._read(folder / state.FILE)])
def test_an_extract_whose_state_is_nested_too_deeply_is_begun_anew(
    tmp_path: Path, read: Callable[[Path], Any]
) -> None:
    """It is as if there were none."""
    (tmp_path / state.FILE).write_text(DEEP)
    assert read(tmp_path) is None


@pytest.mark.parametrize("moment", ["9999-12-31T23:30:00-05:00", "0001-01-01T00:00:00+14:00"])
def test_the_first_and_the_last_year_are_compared(moment: str) -> None:
    """A moment that has no place in UTC equals itself, and no other."""
    assert _second(moment) == _second(moment) != _second("2026-01-01T00:00:00Z")
