"""The reader reads everything it is asked for, the writer writes once, and refusals are told in our words."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runbook_lib.errors import Defect, SalesforceBusy, SalesforceRefused, TimedOut, Unreachable
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.retry import CROWDED_PAUSES as BUSY_PAUSES
from runbook_lib.systems.salesforce import bulk
from runbook_lib.systems.salesforce import writer as writer_of_org
from runbook_lib.systems.salesforce.client import QueryAnswer, SalesforceReader
from runbook_lib.systems.salesforce.errors import refusal
from runbook_lib.systems.salesforce.login import Account, SalesforceSession, log_in
from runbook_lib.systems.salesforce.writer import SalesforceWriter
from runbook_lib.systems.secrets.vault import Secret, Vault
from runbook_lib.systems.transport import Transport

PEOPLE = 3000
SCORE = {"label": "Score", "type": "Number", "precision": 10, "scale": 0, "required": False}


@pytest.fixture(scope="module")
def server() -> Iterator[RehearsalServer]:
    """World clean with more leads than one page of a query holds."""
    with RehearsalServer("clean", people=PEOPLE * 2) as started:
        yield started


@pytest.fixture
def reader(
    server: RehearsalServer, a_connection: Callable[..., Connection], monkeypatch: pytest.MonkeyPatch
) -> Iterator[SalesforceReader]:
    """The admin's reader."""
    world = server.world
    for name, value in world.secrets().items():
        monkeypatch.setenv(f"RUNBOOK_ACME_{name.upper()}", value)
    users = {"admin_username": world.admin.username, "sync_username": world.sync_user.username}
    connection = a_connection(
        salesforce={"environment": "production", **users},
        rehearsal={"world": "clean", "url": server.url, "ca_file": str(server.ca_file)},
    )
    with Transport(connection) as transport:
        yield SalesforceReader(transport, log_in(transport, connection, Account.ADMIN, Vault(connection)))


@pytest.fixture
def writer(reader: SalesforceReader) -> SalesforceWriter:
    """The admin's writer."""
    return SalesforceWriter(reader)


@pytest.fixture
def scripted_reader(transport: Transport) -> SalesforceReader:
    """A reader whose answers the test scripts."""
    session = SalesforceSession(
        Account.ADMIN, Secret("00D!session"), "acme.my.salesforce.com", "a@b.c", "005", "A", "00e",
        "00D", "Acme", sandbox=False,
    )  # fmt: skip
    return SalesforceReader(transport, session)


def test_identity_says_who_and_where(reader: SalesforceReader, server: RehearsalServer) -> None:
    """User, org, edition and kind of org, from the login and one query."""
    identity = reader.identity()
    assert identity.username == server.world.admin.username
    assert identity.org_id == server.org.org_id
    assert identity.organization_type == "Enterprise Edition"
    assert not identity.is_sandbox


def test_describes_come_as_salesforce_gives_them(reader: SalesforceReader) -> None:
    """The global describe names objects, an object's describe its fields with all their keys."""
    assert "Lead" in {sobject["name"] for sobject in reader.describe_global()["sobjects"]}
    fields = reader.describe("Lead")["fields"]
    assert {len(field) for field in fields} == {57}


def test_a_query_gives_all_pages_without_attributes(reader: SalesforceReader) -> None:
    """More records than one page holds come complete; parents are dicts."""
    records = reader.query("SELECT Id, Owner.Name FROM Lead")
    assert len(records) == reader.count("SELECT COUNT() FROM Lead") > 2000
    assert set(records[0]) == {"Id", "Owner"}
    assert set(records[0]["Owner"]) == {"Name"}


def test_several_queries_make_few_calls(reader: SalesforceReader) -> None:
    """Five queries are one call, the same one once; each has its answer or its refusal, in order, and all its
    pages."""
    before = reader.transport.calls["salesforce"]
    answers = reader.composite_queries(
        ["SELECT COUNT() FROM Lead", "SELECT Nope FROM Lead", "SELECT Id FROM Contact LIMIT 1"] * 2
        + [f"SELECT Id FROM Contact LIMIT {most}" for most in (2, 3, 4)]
    )
    assert len(answers) == 9 and answers[3:6] == answers[:3] or isinstance(answers[4], SalesforceRefused)
    assert reader.transport.calls["salesforce"] - before == 2
    count, refused, contact = answers[:3]
    assert isinstance(count, QueryAnswer)
    assert count.total > 2000
    assert isinstance(refused, SalesforceRefused)
    assert refused.code == "INVALID_FIELD"
    assert isinstance(contact, QueryAnswer)
    assert len(contact.records) == 1
    (every,) = reader.composite_queries(["SELECT Id FROM Lead"])
    assert isinstance(every, QueryAnswer)
    assert len(every.records) == every.total


def all_of(reader: SalesforceReader, query: str) -> list[dict[str, str]]:
    """The records of a Bulk query, page after page, as an extract reads them."""
    job = bulk.start(reader, query)
    bulk.wait(reader, job)
    pages = [bulk.read_page(reader, job, "")]
    while pages[-1].locator:
        pages.append(bulk.read_page(reader, job, pages[-1].locator))
    texts = (io.StringIO(page.content.decode(), newline="") for page in pages)
    return [row for text in texts for row in csv.DictReader(text)]


def test_a_bulk_query_streams_every_record(reader: SalesforceReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """All pages of a Bulk query come, as texts, and agree with the plain query."""
    monkeypatch.setattr(bulk, "ROWS_PER_PAGE", 1000)
    rows = all_of(reader, "SELECT Id, Email FROM Lead WHERE Email != null")
    plain = reader.query("SELECT Id, Email FROM Lead WHERE Email != null")
    assert {(row["Id"], row["Email"]) for row in rows} == {(row["Id"], row["Email"]) for row in plain}
    assert len(rows) > 1000


def test_limits_and_tooling(reader: SalesforceReader) -> None:
    """Limits name what is left of the API, the Tooling API knows the custom fields."""
    assert reader.limits()["DailyApiRequests"]["Remaining"] > 0
    assert {"Id", "DeveloperName"} == set(
        reader.tooling_query("SELECT Id, DeveloperName FROM CustomField")[0]
    )


def test_records_are_made_changed_and_deleted(reader: SalesforceReader, writer: SalesforceWriter) -> None:
    """One record at a time: its id comes back, a change is seen, a deleted one is gone."""
    lead = writer.create("Lead", {"LastName": "O'Hara", "Company": "Acme"})
    writer.update("Lead", lead, {"LastName": "O'Neill"})
    (found,) = reader.query(f"SELECT LastName FROM Lead WHERE Id = '{lead}'")
    assert found == {"LastName": "O'Neill"}
    writer.delete("Lead", lead)
    assert reader.query(f"SELECT Id FROM Lead WHERE Id = '{lead}'") == []


def test_many_records_have_a_result_each(
    reader: SalesforceReader, writer: SalesforceWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one call holds: one result per record in order, and a bad record spoils no other."""
    monkeypatch.setattr(writer_of_org, "RECORDS_PER_CALL", 5)
    records = [{"LastName": f"Many {number}", "Company": "Acme"} for number in range(11)]
    records[7] = {"Company": "without a name"}
    before = reader.transport.calls["salesforce"]
    results = writer.create_many("Lead", records)
    assert reader.transport.calls["salesforce"] - before == 3
    assert [number for number, result in enumerate(results) if not result.success] == [7]
    assert results[7].code == "REQUIRED_FIELD_MISSING"
    assert results[7].fields == ("LastName",)
    made = [result.id for result in results if result.id]
    changed = writer.update_many("Lead", [{"Id": made[0], "LastName": "x"}, {"Id": made[1], "Nope": "x"}])
    assert [result.success for result in changed] == [True, False]
    assert all(result.success for result in writer.delete_many(made))
    assert writer.delete_many(made[:1])[0].code == "ENTITY_IS_DELETED"


def test_a_custom_field_is_made_once(writer: SalesforceWriter) -> None:
    """The field's id comes back, and a second one of the name is refused."""
    field = writer.create_custom_field("Lead.Test_Score__c", SCORE)
    assert field.startswith("00N")
    with pytest.raises(SalesforceRefused) as fault:
        writer.create_custom_field("Lead.Test_Score__c", SCORE)
    assert fault.value.code == "DUPLICATE_DEVELOPER_NAME"


def test_lead_conversion_is_read_merged_and_written(
    reader: SalesforceReader, writer: SalesforceWriter
) -> None:
    """What is written is read again; what the org refuses is told with its code."""
    for name in ("Lead.Convert_Me__c", "Contact.Convert_Me__c"):
        writer.create_custom_field(name, SCORE)
    settings = reader.lead_convert_settings()
    mapping = {"inputField": "Convert_Me__c", "outputField": "Convert_Me__c"}
    block = {"inputObject": "Lead", "mappingFields": [mapping], "outputObject": "Contact"}
    writer.update_lead_convert_settings({**settings, "objectMapping": [*settings["objectMapping"], block]})
    assert block in reader.lead_convert_settings()["objectMapping"]
    wrong = {**block, "mappingFields": [{**mapping, "inputField": "Nope__c"}]}
    with pytest.raises(SalesforceRefused, match=r"Nope__c") as fault:
        writer.update_lead_convert_settings({**settings, "objectMapping": [wrong]})
    assert fault.value.code == "FIELD_INTEGRITY_EXCEPTION"


def test_a_password_can_be_set(writer: SalesforceWriter, server: RehearsalServer) -> None:
    """The new password reaches the org and nothing comes back."""
    user = server.org.user_id("sofia.rossi@acme.example")
    writer.set_password(user, Secret("New<Password>1"))
    assert server.org.credential("sofia.rossi@acme.example").password == "New<Password>1"


def test_an_ended_session_is_told_and_never_opened_again(
    reader: SalesforceReader, server: RehearsalServer
) -> None:
    """Every kind of call says INVALID_SESSION_ID, after one call (or a second one that tells one API's
    refusal from the end) and without a new login."""
    writer = SalesforceWriter(reader)
    _ = reader.metadata_api
    server.org.expire_sessions()
    calls: list[Callable[[], Any]] = [
        lambda: reader.query("SELECT Id FROM Lead"),
        lambda: reader.describe("Lead"),
        lambda: reader.composite_queries(["SELECT Id FROM Lead"]),
        lambda: all_of(reader, "SELECT Id FROM Lead"),
        reader.lead_convert_settings,
        lambda: writer.create_many("Lead", [{}]),
        lambda: writer.delete("Lead", "00Q000000000000AAA"),
        lambda: writer.create_custom_field("Lead.X__c", SCORE),
    ]
    for call in calls:
        before = len(reader.transport.log)
        with pytest.raises(SalesforceRefused, match="session has ended") as fault:
            call()
        assert fault.value.code == "INVALID_SESSION_ID"
        assert len(reader.transport.log) <= before + 2


def test_a_write_that_lost_its_answer_is_not_repeated(
    reader: SalesforceReader, writer: SalesforceWriter, server: RehearsalServer
) -> None:
    """The record was made although no answer came: Unreachable, and exactly one record."""
    server.faults.add(Fault("/services/data", FaultKind.LOST_CONNECTION_AFTER_WRITE, method="POST"))
    with pytest.raises(Unreachable):
        writer.create("Lead", {"LastName": "Once", "Company": "Only"})
    assert reader.count("SELECT COUNT() FROM Lead WHERE LastName = 'Once' AND Company = 'Only'") == 1


def test_a_busy_salesforce_is_asked_again(reader: SalesforceReader, server: RehearsalServer) -> None:
    """A read survives a page of HTML with status 503."""
    reader.transport._pause = lambda _: None
    server.faults.add(Fault("/services/data", FaultKind.HTML_503, times=2))
    assert reader.count("SELECT COUNT() FROM Lead") > 0


def test_a_query_too_long_for_a_url_is_a_defect(scripted_reader: SalesforceReader, scripted: Any) -> None:
    """The caller splits long queries; none is sent that Salesforce would refuse with 414."""
    with pytest.raises(Defect):
        scripted_reader.query(f"SELECT {'Name, ' * 3000} Id FROM Lead")
    assert scripted.asked == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((400, '[{"message":"unexpected token","errorCode":"MALFORMED_QUERY"}]'), "MALFORMED_QUERY"),
        ((403, '[{"message":"spent","errorCode":"REQUEST_LIMIT_EXCEEDED"}]'), "REQUEST_LIMIT_EXCEEDED"),
        ((401, '[{"message":"expired","errorCode":"INVALID_SESSION_ID"}]'), "INVALID_SESSION_ID"),
        ((401, "<html>log in</html>"), "HTTP_401"),
        ((400, '{"error":"invalid_grant","error_description":"x"}'), "invalid_grant"),
        ((414, ""), "HTTP_414"),
        ((500, "[]"), "HTTP_500"),
        ((200, "<html>maintenance</html>"), "NOT_JSON"),
    ],
)  # fmt: skip
def test_refusals_carry_code_and_path_and_nothing_more(
    scripted_reader: SalesforceReader, scripted: Any, answer: Any, code: str
) -> None:
    """Whatever the answer looks like: one error with its code, without query, session or whole body."""
    scripted.script(answer)
    with pytest.raises(SalesforceRefused) as fault:
        scripted_reader.query("SELECT Secret__c FROM Lead")
    assert fault.value.code == code
    assert fault.value.fix
    for hidden in ("Secret__c", "00D!session", "html"):
        assert hidden not in str(fault.value)
    assert fault.value.__context__ is None


CONCURRENT = (
    403,
    '[{"message":"ConcurrentRequests (Concurrent API Requests) Limit exceeded.",'
    '"errorCode":"REQUEST_LIMIT_EXCEEDED"}]',
)
EXCERPT = (
    "\\nWHERE Username = 'marketo@acme.example' AND Rating = 'Hot'\\n"
    "                                              ^\\nERROR at Row:1:Column:486\\n"
    "No such column 'Rating' on entity 'User'."
)


def test_too_many_calls_at_once_are_waited_for(
    scripted_reader: SalesforceReader, scripted: Any, pauses: list[float]
) -> None:
    """A limit of calls at one moment is not that of the day: what only reads is asked again after a while."""
    scripted.script(CONCURRENT, CONCURRENT, '{"totalSize": 7, "done": true, "records": []}')
    assert scripted_reader.count("SELECT COUNT() FROM Lead") == 7
    assert pauses == list(BUSY_PAUSES[:2])


def test_waiting_for_other_calls_ends(
    scripted_reader: SalesforceReader, scripted: Any, pauses: list[float]
) -> None:
    """It is asked again three times; then the refusal says what it was, and not that the day is spent."""
    scripted.script(*[CONCURRENT] * 9)
    with pytest.raises(SalesforceBusy) as fault:
        scripted_reader.composite_queries(["SELECT Id FROM Lead"])
    assert (len(scripted.asked), pauses) == (1 + len(BUSY_PAUSES), list(BUSY_PAUSES))
    assert "24 hours" not in str(fault.value) and "long calls" in str(fault.value.fix)


def test_a_write_is_not_repeated_for_other_calls(
    scripted_reader: SalesforceReader, scripted: Any, pauses: list[float]
) -> None:
    """What writes is told, not given again."""
    scripted.script(CONCURRENT)
    with pytest.raises(SalesforceBusy):
        SalesforceWriter(scripted_reader).create("Lead", {"LastName": "Once"})
    assert (len(scripted.asked), pauses) == (1, [])


def test_a_spent_day_is_not_waited_for(
    scripted_reader: SalesforceReader, scripted: Any, pauses: list[float]
) -> None:
    """The day's quota does not come back in a minute."""
    told = '[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]'
    scripted.script((403, told))
    with pytest.raises(SalesforceRefused) as fault:
        scripted_reader.count("SELECT COUNT() FROM Lead")
    assert pauses == [] and "24 hours" in str(fault.value.fix)


def test_the_excerpt_of_the_query_is_left_out(scripted_reader: SalesforceReader, scripted: Any) -> None:
    """INVALID_FIELD and INVALID_TYPE begin with a piece of the query and a caret: it can hold a username."""
    scripted.script((400, f'[{{"message":"{EXCERPT}","errorCode":"INVALID_FIELD"}}]'))
    with pytest.raises(SalesforceRefused) as fault:
        scripted_reader.query("SELECT Id FROM User")
    assert "INVALID_FIELD: No such column 'Rating' on entity 'User'." in str(fault.value)
    assert "marketo@acme.example" not in str(fault.value) and "^" not in str(fault.value)


def test_setup_that_is_hidden_names_its_permission() -> None:
    """Whoever may not see Setup is told that its objects are not supported: the fix names the permission."""
    told = refusal("INVALID_TYPE", "sObject type 'FieldPermissions' is not supported.", "query")
    assert "View Setup and Configuration" in str(told.fix)
    assert "View Setup" not in str(refusal("INVALID_TYPE", "sObject type 'Lead' is not supported.", "").fix)


def test_a_bulk_job_that_fails_says_why(scripted_reader: SalesforceReader, scripted: Any) -> None:
    """The job's own message is told."""
    scripted.script(
        json.dumps({"id": "750"}), json.dumps({"state": "Failed", "errorMessage": "Aggregate not supported"})
    )
    with pytest.raises(SalesforceRefused, match="Aggregate not supported"):
        all_of(scripted_reader, "SELECT Id FROM Lead")


def test_a_bulk_job_is_not_waited_for_for_ever(
    scripted_reader: SalesforceReader, scripted: Any, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks at the job grow rarer, and have an end."""
    monkeypatch.setattr(bulk, "LOOKS", 7)
    scripted.script(json.dumps({"id": "750"}), *[json.dumps({"state": "InProgress"})] * 9)
    with pytest.raises(TimedOut):
        all_of(scripted_reader, "SELECT Id FROM Lead")
    assert pauses == [0.1, 0.3, 1.0, 2.0, 5.0, 10.0, 20.0]


def test_texts_with_line_breaks_survive_bulk(scripted_reader: SalesforceReader, scripted: Any) -> None:
    """A value may hold quotes, line breaks and the separators that Unicode knows."""
    scripted.script(
        json.dumps({"id": "750"}),
        json.dumps({"state": "JobComplete"}),
        (200, '"Id","Note"\n"1","a\nb\u2028c ""d"""\n"2",""\n', {"Sforce-Locator": "null"}),
    )
    assert all_of(scripted_reader, "SELECT Id, Note FROM Lead") == [
        {"Id": "1", "Note": 'a\nb\u2028c "d"'},
        {"Id": "2", "Note": ""},
    ]


LOCKED = {
    "success": False,
    "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "locked", "fields": []}],
}


def test_a_locked_record_is_written_again(
    scripted_reader: SalesforceReader, scripted: Any, pauses: list[float]
) -> None:
    """Only records that Salesforce did not write because of a lock are given again, and not without end."""
    done = {"id": "001", "success": True, "errors": []}
    scripted.script(json.dumps([done, LOCKED, LOCKED]), json.dumps([done, LOCKED]), json.dumps([LOCKED]))
    results = SalesforceWriter(scripted_reader).update_many("Lead", [{"Id": f"00{n}"} for n in range(3)])
    assert [result.success for result in results] == [True, True, False]
    assert [len(json.loads(asked.body)["records"]) for asked in scripted.asked] == [3, 2, 1]
    assert pauses == [1.0, 3.0]


def test_an_answer_of_another_length_is_refused(scripted_reader: SalesforceReader, scripted: Any) -> None:
    """Results that cannot be told apart by record are an error, never a guess."""
    scripted.script(json.dumps([{"id": "1", "success": True, "errors": []}]))
    with pytest.raises(SalesforceRefused):
        SalesforceWriter(scripted_reader).create_many("Lead", [{}, {}])
