"""The exported files in ``imports/``: known by their columns, told in the evidence, never in the way."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.exports import claim_imports
from runbook_lib.proof.imports import Imported, read_imports
from runbook_lib.rehearsal.instance.sync.log import ERROR_COLUMNS, STATUS_COLUMNS
from runbook_lib.review.findings import Status
from runbook_lib.review.sync_errors import gallery
from runbook_lib.text import LANGUAGES, translate
from tests.org_by_hand import NOW, a_field, small_org

JOB = "2026-11-22 10:00,2026-11-22 10:02,Contact,Pull updates,{status},12,3,0,{failed},0"
ERROR = "2026-11-22 10:01,Record Level,Contact,7,003000000000001,,{message}"


def put(folder: Path, name: str, *lines: str, encoding: str = "utf-8") -> Path:
    """A file with these lines."""
    path = folder / name
    path.write_text("\r\n".join(lines) + "\r\n", encoding=encoding)
    return path


def told(imported: Imported) -> dict[str, tuple[Status, str]]:
    """Claim → status and sentence."""
    return {claim.id: (claim.status, str(claim.what)) for claim in claim_imports(imported, None)}


def test_an_empty_folder_says_nothing(tmp_path: Path) -> None:
    """Nobody has to export anything."""
    imported = read_imports(tmp_path)
    assert imported.is_empty and not told(imported)


def test_files_are_known_by_their_columns(tmp_path: Path) -> None:
    """Whatever the files are called, jobs are counted, and errors are grouped by kind with what to do."""
    put(tmp_path, "a.CSV", ",".join(STATUS_COLUMNS), JOB.format(status="Succeeded", failed=0))
    twice = [ERROR.format(message="STRING_TOO_LONG: Title of Ann Example")] * 2
    put(tmp_path, "b.csv", ",".join(ERROR_COLUMNS), *twice, ERROR.format(message="UNABLE_TO_LOCK_ROW: x"))
    claims = told(read_imports(tmp_path))
    assert claims["sync-status"][0] is Status.OK and "Succeeded 1" in claims["sync-status"][1]
    assert claims["sync-errors-1"][0] is Status.WARN
    assert "2 × STRING_TOO_LONG (Contact)" in claims["sync-errors-1"][1]
    assert "Shorten the value" in claims["sync-errors-1"][1]
    assert "UNABLE_TO_LOCK_ROW" in claims["sync-errors-2"][1]
    assert "Example" not in repr(claims)


def test_the_code_of_a_whole_job_stands_in_its_details(tmp_path: Path) -> None:
    """Where Salesforce's message has no code and Marketo's details have it, the kind is known."""
    job = "2026-11-22 10:01,Job Level,,,,INVALID_LOGIN,Invalid username, password or token"
    put(tmp_path, "e.csv", ",".join(ERROR_COLUMNS), job)
    assert "1 × INVALID_LOGIN (–). The password" in told(read_imports(tmp_path))["sync-errors-1"][1]


@pytest.mark.parametrize(
    ("status", "failed", "verdict"),
    [
        ("Failed", 0, Status.ERROR),
        ("Fehlgeschlagen", 0, Status.ERROR),
        ("Ha fallado", 0, Status.ERROR),
        ("Incomplete", 0, Status.ERROR),
        ("Unvollständig", 0, Status.ERROR),
        ("Incompleto", 0, Status.ERROR),
        ("Incomplete", 3, Status.WARN),
        ("Succeeded", 4, Status.WARN),
    ],
)
def test_failed_jobs_prove_nothing(tmp_path: Path, status: str, failed: int, verdict: Status) -> None:
    """A job that failed or is incomplete, in any language, shuts the step; refused records are told, and
    do not, be the job called incomplete for them."""
    put(tmp_path, "s.csv", ",".join(STATUS_COLUMNS), JOB.format(status=status, failed=failed))
    assert told(read_imports(tmp_path))["sync-status"][0] is verdict


def test_no_errors_are_good_news(tmp_path: Path) -> None:
    """An exported Sync Errors without a line says so."""
    put(tmp_path, "e.csv", ",".join(ERROR_COLUMNS))
    assert told(read_imports(tmp_path))["sync-errors"][0] is Status.OK


def test_the_newest_of_a_kind_counts(tmp_path: Path) -> None:
    """Of two exports of one page the newer one is read."""
    old = put(tmp_path, "z.csv", ",".join(STATUS_COLUMNS), JOB.format(status="Failed", failed=1))
    os.utime(old, (1_000_000, 1_000_000))
    put(tmp_path, "a.csv", ",".join(STATUS_COLUMNS), JOB.format(status="Succeeded", failed=0))
    assert told(read_imports(tmp_path))["sync-status"][0] is Status.OK


def test_an_export_from_before_the_start_counts_for_nothing(tmp_path: Path) -> None:
    """A file older than the start of the sync tells nothing about it."""
    path = put(tmp_path, "s.csv", ",".join(STATUS_COLUMNS), JOB.format(status="Failed", failed=1))
    moment = (NOW - timedelta(hours=1)).timestamp()
    os.utime(path, (moment, moment))
    (claim,) = claim_imports(read_imports(tmp_path), NOW)
    assert (claim.id, claim.status) == ("exports-old", Status.WARN)


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (("Name,Phone", "x,y"), "Name, Phone"),
        ((",".join(STATUS_COLUMNS), JOB.format(status="Succeeded", failed="many")), "many"),
        (("Operation,Status", "x,y"), "“Object”"),
        ((), "–"),
    ],
)
def test_a_bad_file_is_told_and_passed_over(tmp_path: Path, lines: tuple[str, ...], named: str) -> None:
    """File and column are named, no path of this computer is, and the other file is still read."""
    put(tmp_path, "bad.csv", *lines)
    put(tmp_path, "e.csv", ",".join(ERROR_COLUMNS))
    claims = told(read_imports(tmp_path))
    status, sentence = claims["import-unreadable"]
    assert status is Status.WARN and "bad.csv" in sentence and named in sentence
    assert str(tmp_path) not in sentence
    assert "sync-errors" in claims


def test_excel_files_of_western_europe_are_read(tmp_path: Path) -> None:
    """Semicolons and the code page of a German Excel make no difference."""
    header = "Objekt;Vorgang;Status;Neu;Gelöscht;Fehlgeschlagenes Element"
    put(tmp_path, "s.csv", header, "Kontakt;x;Erfolgreich;2;0;0", encoding="cp1252")
    assert told(read_imports(tmp_path))["sync-status"][0] is Status.OK


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_can_be_said(tmp_path: Path, language: str) -> None:
    """Each sentence has all its values in every language."""
    put(tmp_path, "s.csv", ",".join(STATUS_COLUMNS), JOB.format(status="Succeeded", failed=0))
    put(tmp_path, "e.csv", ",".join(ERROR_COLUMNS), ERROR.format(message="no code"))
    put(tmp_path, "bad.csv", "x,y")
    for claim in claim_imports(read_imports(tmp_path), None):
        assert "{" not in translate(claim.what, language)


def test_a_word_that_nobody_knows_is_no_good_news(tmp_path: Path) -> None:
    """A state in no language we know is shown as it is, and the jobs are not called in order."""
    put(tmp_path, "s.csv", ",".join(STATUS_COLUMNS), JOB.format(status="Geklappt", failed=0))
    status, sentence = told(read_imports(tmp_path))["sync-status"]
    assert status is Status.WARN and "“Geklappt”" in sentence and "unknown" in sentence


def test_a_missing_count_is_not_known(tmp_path: Path) -> None:
    """Without the column of failures nobody says that none failed."""
    put(tmp_path, "s.csv", "Object,Operation,Status,New", "Lead,Push new,Succeeded,5")
    status, sentence = told(read_imports(tmp_path))["sync-status"]
    assert status is Status.WARN and "an unknown number failed" in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_are_told_with_cause_fix_and_records(tmp_path: Path, language: str) -> None:
    """A known kind has cause and fix in the reader's language, and its records by Id; an unknown one says
    that it is unknown; no word of a message is kept."""
    known = ERROR.format(message="DUPLICATES_DETECTED: Ann Example")
    put(
        tmp_path,
        "e.csv",
        ",".join(ERROR_COLUMNS),
        known,
        known,
        ERROR.format(message="NEW_KIND: Ann Example"),
    )
    first, second = claim_imports(read_imports(tmp_path), None)
    kind = next(known for known in gallery() if known.id == "DUPLICATES_DETECTED")
    told = translate(first.what, language)
    assert translate(kind.cause, language) in told and translate(kind.fix, language) in told
    assert first.now == {"count": 2, "records": ["003000000000001"]}
    assert "NEW_KIND" in str(second.what) and "not known here" in str(second.what)
    assert "Example" not in repr((first.to_json(), second.to_json()))
    assert Claim.from_json(json.loads(json.dumps(first.to_json()))) == first


@pytest.mark.parametrize(("days", "status"), [(3, None), (4.5, Status.WARN), (None, Status.SKIP)])
def test_who_exports_too_rarely_is_reminded(
    tmp_path: Path, days: float | None, status: Status | None
) -> None:
    """Marketo keeps its list five days: a day before, and where nobody ever exported, it is said."""
    if days is not None:
        moment = (NOW - timedelta(days=days)).timestamp()
        os.utime(put(tmp_path, "e.csv", ",".join(ERROR_COLUMNS)), (moment, moment))
    claims = claim_imports(read_imports(tmp_path), NOW - timedelta(days=30), small_org())
    due = [claim.status for claim in claims if claim.id == "exports-due"]
    assert due == ([] if status is None else [status])


def test_the_list_of_field_names_is_evidence(tmp_path: Path) -> None:
    """A field that the sync user sees and Marketo's own list lacks is named; Marketo's own are not asked
    for."""
    put(tmp_path, "n.csv", "Friendly Label,REST API Name", "Region,Region__c", "Score,leadScore")
    fields = (a_field("Lead.Region__c"), a_field("Lead.Lost__c"), a_field("Lead.mkto71_Lead_Score__c"))
    seen = small_org(visible={"Lead": fields})
    (claim,) = claim_imports(read_imports(tmp_path), None, seen)
    assert claim.status is Status.WARN and claim.now == ["Lead.Lost__c"] and "1 of 2" in str(claim.what)
    fine = small_org(visible={"Lead": fields[:1]})
    (claim,) = claim_imports(read_imports(tmp_path), None, fine)
    assert claim.status is Status.OK


@pytest.mark.parametrize(
    "header",
    ["Object,Friendly Label,Data Type", "Objekt,Anzeigename,Datentyp", "Objeto,Nombre descriptivo,Tipo"],
)
def test_labels_alone_prove_what_they_can(tmp_path: Path, header: str) -> None:
    """Export All Objects without API names: a label that one field has tells it; of a shared or another label
    nobody can tell, and Export Field Names, where it is there, is believed instead."""
    rows = ("Lead,Region__c,x", "Lead,Level__c,x", "Channel,Level__c,x")
    put(tmp_path, "all.csv", header, *rows)
    fields = (a_field("Lead.Region__c"), a_field("Lead.Level__c"), a_field("Lead.Lost__c"))
    seen = small_org(visible={"Lead": fields})
    (claim,) = claim_imports(read_imports(tmp_path), None, seen)
    assert (claim.id, claim.status) == ("sync-field-labels", Status.WARN)
    assert claim.now == ["Lead.Level__c", "Lead.Lost__c"] and "Of 3 custom" in str(claim.what)
    assert ", 1 are there" in str(claim.what) and "Cannot tell of the others" in str(claim.what)
    (fine,) = claim_imports(read_imports(tmp_path), None, small_org(visible={"Lead": fields[:1]}))
    assert fine.status is Status.SKIP
    put(tmp_path, "n.csv", "Friendly Label,REST API Name", "Region,Region__c")
    (named,) = claim_imports(read_imports(tmp_path), None, small_org(visible={"Lead": fields[:1]}))
    assert named.id == "sync-field-names"


def test_an_old_workbook_is_told_by_its_name(tmp_path: Path) -> None:
    """An export saved as .xls is not passed over: the file is named, and how to save it; a text that is only
    called so is read."""
    (tmp_path / "Sync Errors.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    text = told(read_imports(tmp_path))["import-unreadable"][1]
    assert "Sync Errors.xls" in text and "Excel workbook (.xlsx)" in text
    put(tmp_path, "status.XLS", ",".join(STATUS_COLUMNS), JOB.format(status="Succeeded", failed=0))
    assert told(read_imports(tmp_path))["sync-status"][0] is Status.OK


def test_a_german_export_with_failures(tmp_path: Path) -> None:
    """Failed and incomplete jobs of a German Marketo are counted like those of an English one."""
    counts = "Neu;Aktualisiert;Gelöscht;Fehlgeschlagenes Element;Übersprungen"
    header = f"Gestartet um;Beendet um;Objekt;Vorgang;Status;{counts}"
    rows = ("a;b;Kontakt;Laden;Fehlgeschlagen;0;0;0;120;0", "a;b;Kontakt;Laden;Unvollständig;5;0;0;7;0")
    put(tmp_path, "s.csv", header, *rows)
    status, sentence = told(read_imports(tmp_path))["sync-status"]
    assert status is Status.ERROR and "127 failed" in sentence and "incomplete: 1" in sentence
