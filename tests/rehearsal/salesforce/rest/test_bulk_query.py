"""Bulk API 2.0 query jobs, by hand and with simple-salesforce's own client."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

from runbook_lib.rehearsal.server import RehearsalServer
from tests.rehearsal.refusals import code_of

SOQL = "SELECT Id, Email, CreatedDate, IsConverted, Owner.Name FROM Lead"


@pytest.fixture(scope="module")
def rehearsal_server(shared_rehearsal: RehearsalServer) -> RehearsalServer:
    """One world for the module: its tests leave each other alone."""
    return shared_rehearsal


def create(salesforce: Salesforce, soql: str = SOQL, **more: str) -> Any:
    """A query job."""
    body = {"operation": "query", "query": soql, **more}
    return salesforce.restful("jobs/query", method="POST", json=body)


def page(salesforce: Salesforce, job_id: str, **params: Any) -> tuple[list[list[str]], str, int]:
    """One page of results: rows with the header line first, locator, number of records."""
    answer = salesforce.session.get(
        f"{salesforce.base_url}jobs/query/{job_id}/results",
        params=params,
        headers={"Authorization": f"Bearer {salesforce.session_id}", "Accept": "text/csv"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    return rows, answer.headers["Sforce-Locator"], int(answer.headers["Sforce-NumberOfRecords"])


def test_job_life(admin_salesforce: Any) -> None:
    """A job is created, completes, gives its results, and can be deleted."""
    job = create(admin_salesforce)
    assert job["id"].startswith("750")
    assert (job["state"], job["object"], job["operation"]) == ("UploadComplete", "Lead", "query")
    assert (job["contentType"], job["columnDelimiter"], job["lineEnding"]) == ("CSV", "COMMA", "LF")
    done = admin_salesforce.restful(f"jobs/query/{job['id']}")
    total = admin_salesforce.query("SELECT COUNT() FROM Lead")["totalSize"]
    assert (done["state"], done["numberRecordsProcessed"]) == ("JobComplete", total)
    rows, locator, count = page(admin_salesforce, job["id"])
    assert rows[0] == ["Id", "Email", "CreatedDate", "IsConverted", "Owner.Name"]
    assert (len(rows) - 1, locator, count) == (total, "null", total)
    assert len(rows[1][0]) == 18
    assert rows[1][2].endswith(".000Z")
    assert {row[3] for row in rows[1:]} <= {"true", "false"}
    assert admin_salesforce.restful(f"jobs/query/{job['id']}", method="DELETE") is None
    listed = admin_salesforce.restful("jobs/query")["records"]
    assert job["id"] not in {other["id"] for other in listed}


def test_pages_hold_every_row_once(admin_salesforce: Any) -> None:
    """Pages of maxRecords rows, followed by their locators, hold every row once, each with a header."""
    job = create(admin_salesforce, "SELECT Id FROM Lead")
    admin_salesforce.restful(f"jobs/query/{job['id']}")
    ids: list[str] = []
    locator = ""
    while locator != "null":
        params = {"maxRecords": 30, **({"locator": locator} if locator else {})}
        rows, locator, count = page(admin_salesforce, job["id"], **params)
        assert rows[0] == ["Id"]
        assert len(rows) - 1 == count <= 30
        ids += [row[0] for row in rows[1:]]
    assert len(set(ids)) == len(ids) == admin_salesforce.query("SELECT COUNT() FROM Lead")["totalSize"]


@pytest.mark.parametrize("line_ending", ["LF", "CRLF"])
def test_a_large_result_reads_as_a_small_one(
    admin_salesforce: Any,
    rehearsal_server: RehearsalServer,
    monkeypatch: pytest.MonkeyPatch,
    line_ending: str,
) -> None:
    """Rows that the database writes as CSV are, letter for letter, those that are written one by one."""
    odd = 'Zoë "Q",\n李 \' x'
    rehearsal_server.org.database.sql('UPDATE org."Contact" SET "Title" = ? WHERE rowid < 9', (odd,))
    soql = (
        "SELECT Id, Title, CreatedDate, Birthdate, HasOptedOutOfEmail, Account.Name FROM Contact ORDER BY Id"
    )

    def done() -> str:
        job = str(create(admin_salesforce, soql, lineEnding=line_ending)["id"])
        admin_salesforce.restful(f"jobs/query/{job}")
        return job

    small = page(admin_salesforce, done())
    monkeypatch.setattr("runbook_lib.rehearsal.org.soql.result.KEPT_IN_MEMORY", 3)
    job = done()
    assert page(admin_salesforce, job) == small and odd in {row[1] for row in small[0]}
    rows, locator, _ = page(admin_salesforce, job, maxRecords=7)
    assert rows == small[0][:8] and page(admin_salesforce, job, locator=locator)[0][1:] == small[0][8:]


def test_simple_salesforce_bulk2(admin_salesforce: Any) -> None:
    """`sf.bulk2.Lead.query` gives all rows as CSV, nulls as empty cells."""
    admin_salesforce.Lead.create({"LastName": 'Bare, "quoted"', "Company": "Acme"})
    soql = "SELECT Id, LastName, Email FROM Lead WHERE Email = null"
    (text,) = admin_salesforce.bulk2.Lead.query(soql, wait=0)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert 'Bare, "quoted"' in {row["LastName"] for row in rows}
    assert {row["Email"] for row in rows} == {""}


def test_delimiter_and_line_ending(admin_salesforce: Any) -> None:
    """Delimiter and line ending are as the job asked for."""
    job = create(admin_salesforce, "SELECT Id, Email FROM Lead", columnDelimiter="PIPE", lineEnding="CRLF")
    admin_salesforce.restful(f"jobs/query/{job['id']}")
    answer = admin_salesforce.session.get(
        f"{admin_salesforce.base_url}jobs/query/{job['id']}/results",
        headers={"Authorization": f"Bearer {admin_salesforce.session_id}"},
        timeout=60,
    )
    assert answer.content.startswith(b'"Id"|"Email"\r\n')


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT COUNT() FROM Lead",
        "SELECT MAX(CreatedDate) FROM Lead",
        "SELECT Status FROM Lead GROUP BY Status",
        "SELECT Id FROM Lead LIMIT 5 OFFSET 5",
        "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
        "SELECT (SELECT Id FROM Contacts), Id FROM Account",
        "SELECT TYPEOF Owner WHEN User THEN Id END FROM Lead",
    ],
)
def test_what_bulk_refuses(admin_salesforce: Any, soql: str) -> None:
    """Aggregates, grouping, OFFSET, TYPEOF and nested queries are refused when the job is created."""
    with pytest.raises(SalesforceMalformedRequest) as refused:
        create(admin_salesforce, soql)
    assert code_of(refused) == "FEATURE_NOT_ENABLED"


def test_words_in_literals_and_semi_joins_are_no_reason_to_refuse(admin_salesforce: Any) -> None:
    """A literal that reads like a refused word, or a semi-join in WHERE, does not make a query refused."""
    create(admin_salesforce, "SELECT Id FROM Lead WHERE LastName = 'GROUP BY count(x) it\\'s OFFSET'")
    create(admin_salesforce, "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact)")


@pytest.mark.parametrize(
    ("soql", "more", "code"),
    [
        ("SELECT Nothing__c FROM Lead", {}, "INVALID_FIELD"),
        ("SELECT Id FROM Lead", {"operation": "insert"}, "INVALIDJOB"),
        ("SELECT Id FROM Lead", {"columnDelimiter": "COLON"}, "INVALIDJOB"),
    ],
)
def test_bad_jobs(admin_salesforce: Any, soql: str, more: dict[str, str], code: str) -> None:
    """Jobs that cannot run are refused when they are created."""
    with pytest.raises(SalesforceMalformedRequest) as refused:
        create(admin_salesforce, soql, **more)
    assert code_of(refused) == code


def test_abort(admin_salesforce: Any) -> None:
    """A job that has not run yet can be aborted and then has no results."""
    job = create(admin_salesforce)
    aborted = admin_salesforce.restful(f"jobs/query/{job['id']}", method="PATCH", json={"state": "Aborted"})
    assert aborted["state"] == "Aborted"
    with pytest.raises(SalesforceMalformedRequest, match="INVALIDJOBSTATE"):
        admin_salesforce.restful(f"jobs/query/{job['id']}/results")


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id, Address FROM Lead", "API_ERROR"),
        ("SELECT FIELDS(ALL) FROM Lead LIMIT 200", "FEATURE_NOT_ENABLED"),
    ],
)
def test_compound_fields_and_fields_all_are_not_for_bulk(admin_salesforce: Any, soql: str, code: str) -> None:
    """Addresses come in parts only, and every column is named."""
    with pytest.raises(SalesforceMalformedRequest) as refused:
        admin_salesforce.restful("jobs/query", method="POST", json={"operation": "query", "query": soql})
    assert code_of(refused) == code


def test_max_records_is_a_number(admin_salesforce: Any) -> None:
    """A page size that is none is refused, not replaced."""
    body = {"operation": "query", "query": "SELECT Id FROM User"}
    job = admin_salesforce.restful("jobs/query", method="POST", json=body)["id"]
    admin_salesforce.restful(f"jobs/query/{job}")
    with pytest.raises(SalesforceMalformedRequest):
        admin_salesforce.restful(f"jobs/query/{job}/results", params={"maxRecords": "abc"})
