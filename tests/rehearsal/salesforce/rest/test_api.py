"""The REST API: guards, queries and their pages, rows, collections, composite, limits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from runbook_lib.rehearsal.declarations import UserDeclaration
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.rehearsal.org import LoginHost
from runbook_lib.rehearsal.server import RehearsalServer
from tests.rehearsal.refusals import code_of as code_of_refusal

INSTANCE = "https://acme.my.salesforce.com"
NEW_LEAD = {"LastName": "Rehearsal", "Company": "Acme", "Email": "new@rehearsal.example"}


@pytest.fixture(scope="module")
def rehearsal_server(shared_rehearsal: RehearsalServer) -> RehearsalServer:
    """One world for the module: its tests leave each other alone."""
    return shared_rehearsal


def code_of(answer: requests.Response) -> str:
    """The errorCode of a refused REST request: the body is a list of one error."""
    (error,) = answer.json()
    assert error["message"]
    return str(error["errorCode"])


def call(salesforce: Salesforce, method: str, path: str, **kwargs: Any) -> requests.Response:
    """One raw REST request with the session of a client."""
    headers = {"Authorization": f"Bearer {salesforce.session_id}", **kwargs.pop("headers", {})}
    answer = salesforce.session.request(method, INSTANCE + path, headers=headers, timeout=60, **kwargs)
    assert isinstance(answer, requests.Response)
    return answer


# guards -------------------------------------------------------------------------------------------------


def test_no_session_is_401(rehearsal_session: requests.Session) -> None:
    """Without a session, or with a wrong one, the answer is 401 and a JSON list."""
    url = f"{INSTANCE}/services/data/v59.0/limits"
    assert rehearsal_session.get(url, timeout=60).status_code == 401
    answer = rehearsal_session.get(url, headers={"Authorization": "Bearer 00Dnonsense"}, timeout=60)
    assert answer.status_code == 401
    assert answer.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_expired_sessions(rehearsal_server: RehearsalServer, admin_salesforce: Any) -> None:
    """After all sessions were ended by the control, a session that worked is refused."""
    assert call(admin_salesforce, "GET", "/services/data/v59.0/limits").status_code == 200
    requests.delete(
        f"{rehearsal_server.url}/_rehearsal/sessions", verify=str(rehearsal_server.ca_file), timeout=60
    )
    assert code_of(call(admin_salesforce, "GET", "/services/data/v59.0/limits")) == "INVALID_SESSION_ID"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/services/data/v39.0/limits", 410),
        ("/services/data/v40.0/limits", 200),
        ("/services/data/v68.0//limits//", 200),
        ("/services/data/v69.0/limits", 404),
        ("/services/data/v59/limits", 404),
        ("/services/data/v59.0/chatter/feeds", 501),
        ("/services/data/v59.0", 200),
    ],
)
def test_versions_and_unknown_resources(admin_salesforce: Any, path: str, status: int) -> None:
    """40.0 to 68.0 are served, older ones are gone, newer ones unknown; unknown resources are 501."""
    assert call(admin_salesforce, "GET", path).status_code == status


def test_wrong_method_is_405(admin_salesforce: Any) -> None:
    """A resource that exists refuses a method it does not have."""
    assert code_of(call(admin_salesforce, "DELETE", "/services/data/v59.0/limits")) == "METHOD_NOT_ALLOWED"


def test_long_uri_is_414(admin_salesforce: Any) -> None:
    """A URI of 16,384 bytes is taken, one byte more is refused with 414."""
    path = "/services/data/v59.0/query?q="
    soql = "SELECT+Id+FROM+Lead+WHERE+LastName+=+'%s'"
    fits = soql % ("x" * (3900))
    assert call(admin_salesforce, "GET", path + fits).status_code == 200
    at_limit = path + "x" * (16_384 - len(path))
    assert call(admin_salesforce, "GET", at_limit).status_code == 400
    assert call(admin_salesforce, "GET", at_limit + "x").status_code == 414


def test_usage_header_counts_calls(rehearsal_server: RehearsalServer, admin_salesforce: Any) -> None:
    """Every answer says how many API calls of how many were used today, and each request counts one."""
    admin_salesforce.limits()
    before = admin_salesforce.api_usage["api-usage"]
    admin_salesforce.limits()
    after = admin_salesforce.api_usage["api-usage"]
    assert after.used == before.used + 1
    assert after.total == rehearsal_server.world.switches.daily_api_requests


def test_spent_budget_is_403(rehearsal_server: RehearsalServer, admin_salesforce: Any) -> None:
    """When the daily budget is spent every request is refused with REQUEST_LIMIT_EXCEEDED."""
    switches = rehearsal_server.org.switches
    used, switches.api_requests_used = switches.api_requests_used, switches.daily_api_requests
    with pytest.raises(SalesforceRefusedRequest, match="TotalRequests Limit exceeded"):
        admin_salesforce.limits()
    switches.api_requests_used = used


def test_body_that_is_not_json(admin_salesforce: Any) -> None:
    """A body that is no JSON is JSON_PARSER_ERROR."""
    answer = call(admin_salesforce, "POST", "/services/data/v59.0/sobjects/Lead", data="{")
    assert (answer.status_code, code_of(answer)) == (400, "JSON_PARSER_ERROR")


def test_parallel_work(admin_salesforce: Any) -> None:
    """Requests from many threads at once, reads and writes mixed, all get their own proper answer."""

    def work(number: int) -> bool:
        name = f"Parallel {number}"
        made = call(
            admin_salesforce,
            "POST",
            "/services/data/v59.0/sobjects/Lead",
            json={**NEW_LEAD, "LastName": name},
        ).json()
        path = f"/services/data/v59.0/query?q=SELECT+LastName+FROM+Lead+WHERE+Id='{made['id']}'"
        return bool(call(admin_salesforce, "GET", path).json()["records"][0]["LastName"] == name)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(24)))


def test_write_without_an_answer(rehearsal_server: RehearsalServer, admin_salesforce: Any) -> None:
    """When the connection is lost after the write, the client has no answer and the org has the row."""
    rehearsal_server.faults.add(
        Fault("/services/data/v59.0/sobjects/Lead", FaultKind.LOST_CONNECTION_AFTER_WRITE, "POST")
    )
    with pytest.raises(requests.ConnectionError):
        admin_salesforce.Lead.create({**NEW_LEAD, "LastName": "Unanswered"})
    found = admin_salesforce.query("SELECT COUNT() FROM Lead WHERE LastName = 'Unanswered'")
    assert found["totalSize"] == 1


# query --------------------------------------------------------------------------------------------------


def test_query_shape(admin_salesforce: Any) -> None:
    """Records carry their attributes, parents are nested records, and a short result is done at once."""
    result = admin_salesforce.query(
        "SELECT Id, Name, Profile.Name FROM User WHERE Username = 'admin@acme.example'"
    )
    assert (result["totalSize"], result["done"]) == (1, True)
    (user,) = result["records"]
    assert user["attributes"] == {
        "type": "User",
        "url": f"/services/data/v59.0/sobjects/User/{user['Id']}",
    }
    assert user["Profile"]["Name"] == "System Administrator"
    assert "nextRecordsUrl" not in result


def test_count_query(admin_salesforce: Any) -> None:
    """SELECT COUNT() answers in totalSize and holds no records."""
    result = admin_salesforce.query("SELECT COUNT() FROM Lead")
    assert result["records"] == []
    assert result["totalSize"] > 0


def test_aggregates(admin_salesforce: Any) -> None:
    """Aggregates are records of type AggregateResult; totalSize counts the groups."""
    result = admin_salesforce.query("SELECT Status, COUNT(Id) n FROM Lead GROUP BY Status")
    assert result["totalSize"] == len(result["records"])
    assert {record["attributes"]["type"] for record in result["records"]} == {"AggregateResult"}
    total = admin_salesforce.query("SELECT COUNT() FROM Lead")["totalSize"]
    assert sum(record["n"] for record in result["records"]) == total


def test_pages(start_rehearsal: Callable[..., RehearsalServer]) -> None:
    """More than 2,000 rows come in pages that together hold every row once."""
    server = start_rehearsal(people=7000)
    admin = server.world.admin
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(server.ca_file)
        session_id = session_of(server, admin)
        salesforce = Salesforce(session_id=session_id, instance_url=server.url, session=session)
        first = salesforce.query("SELECT Id FROM Lead")
        assert first["totalSize"] > 2000
        assert (len(first["records"]), first["done"]) == (2000, False)
        assert first["nextRecordsUrl"].startswith("/services/data/v59.0/query/01g")
        assert first["nextRecordsUrl"].endswith("-2000")
        everything = salesforce.query_all("SELECT Id FROM Lead")["records"]
        assert len({record["Id"] for record in everything}) == first["totalSize"]


def session_of(server: RehearsalServer, user: UserDeclaration) -> str:
    """A session id, for tests that are not about the login."""
    secret = user.password + user.security_token
    return server.org.log_in(user.username, secret, LoginHost.LOOPBACK, 59.0, "127.0.0.1").session_id


def test_batch_size(admin_salesforce: Any) -> None:
    """Sforce-Query-Options makes pages smaller, down to 200 rows."""
    path = "/services/data/v59.0/query?q=SELECT+Id+FROM+FieldPermissions"
    for asked, given in ((1, 200), (250, 250)):
        options = {"Sforce-Query-Options": f"batchSize={asked}"}
        page = call(admin_salesforce, "GET", path, headers=options).json()
        assert len(page["records"]) == given
        assert page["nextRecordsUrl"].endswith(f"-{given}")
    rest = call(admin_salesforce, "GET", page["nextRecordsUrl"]).json()
    assert rest["done"]
    assert len(rest["records"]) == page["totalSize"] - 250


@pytest.mark.parametrize("locator", ["01g5g0000999999999-2000", "nonsense"])
def test_unknown_locator(admin_salesforce: Any, locator: str) -> None:
    """A locator that nobody gave out is refused."""
    answer = call(admin_salesforce, "GET", f"/services/data/v59.0/query/{locator}")
    assert (answer.status_code, code_of(answer)) == (400, "INVALID_QUERY_LOCATOR")


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Shoe_Size__c FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Unicorn", "INVALID_TYPE"),
    ],
)
def test_bad_queries(admin_salesforce: Any, soql: str, code: str) -> None:
    """Queries that cannot run are 400 with Salesforce's code."""
    with pytest.raises(SalesforceMalformedRequest) as refused:
        admin_salesforce.query(soql)
    assert code_of_refusal(refused) == code


def test_query_all_sees_deleted_rows(admin_salesforce: Any) -> None:
    """queryAll finds a deleted row, query does not."""
    lead_id = admin_salesforce.Lead.create(NEW_LEAD)["id"]
    admin_salesforce.Lead.delete(lead_id)
    soql = f"SELECT Id, IsDeleted FROM Lead WHERE Id = '{lead_id}'"
    assert admin_salesforce.query(soql)["totalSize"] == 0
    (deleted,) = admin_salesforce.query(soql, include_deleted=True)["records"]
    assert deleted["IsDeleted"] is True


# describe and rows --------------------------------------------------------------------------------------


def test_describes(admin_salesforce: Any) -> None:
    """Global describe, an object's entry and its full describe agree with each other."""
    objects = admin_salesforce.describe()
    assert objects["maxBatchSize"] == 200
    assert {"Lead", "Contact", "Account", "User"} <= {entry["name"] for entry in objects["sobjects"]}
    assert admin_salesforce.Lead.metadata()["objectDescribe"]["keyPrefix"] == "00Q"
    described = admin_salesforce.Lead.describe()
    assert described["name"] == "Lead"
    assert "Email" in {field["name"] for field in described["fields"]}
    with pytest.raises(SalesforceResourceNotFound):
        admin_salesforce.Unicorn.describe()


def test_row_life(admin_salesforce: Any) -> None:
    """A row can be created, read, changed and deleted, with Salesforce's statuses."""
    created = admin_salesforce.Lead.create(NEW_LEAD)
    assert (created["success"], created["errors"]) == (True, [])
    path = f"/services/data/v59.0/sobjects/Lead/{created['id']}"
    row = call(admin_salesforce, "GET", path, params={"fields": "LastName,Email"}).json()
    assert (row["LastName"], row["Email"]) == ("Rehearsal", "new@rehearsal.example")
    assert row["attributes"]["type"] == "Lead"
    changed = call(admin_salesforce, "PATCH", path, json={"LastName": "Changed"})
    assert (changed.status_code, changed.content) == (204, b"")
    assert admin_salesforce.Lead.get(created["id"])["LastName"] == "Changed"
    assert call(admin_salesforce, "POST", path + "?_HttpMethod=DELETE").status_code == 204
    assert call(admin_salesforce, "GET", path).status_code == 404


def test_missing_required_field(admin_salesforce: Any) -> None:
    """A row without a required field is refused and the field is named."""
    answer = call(admin_salesforce, "POST", "/services/data/v59.0/sobjects/Lead", json={"LastName": "Alone"})
    assert (answer.status_code, code_of(answer)) == (400, "REQUIRED_FIELD_MISSING")
    assert answer.json()[0]["fields"] == ["Company"]


def test_external_id(admin_salesforce: Any) -> None:
    """A row can be upserted and read by an external id."""
    upserted = admin_salesforce.Account.upsert("Legacy_ERP_Id__c/A'1", {"Name": "Erp"}, raw_response=True)
    assert (upserted.status_code, upserted.json()["created"]) == (201, True)
    again = admin_salesforce.Account.upsert("Legacy_ERP_Id__c/A'1", {"Name": "Erp 2"}, raw_response=True)
    assert (again.status_code, again.json()["created"]) == (200, False)
    assert admin_salesforce.Account.get_by_custom_id("Legacy_ERP_Id__c", "A'1")["Name"] == "Erp 2"


def test_password_of_a_user(rehearsal_server: RehearsalServer, admin_salesforce: Any) -> None:
    """The administrator can set a user's password: 204 and no body."""
    username = rehearsal_server.world.sync_user.username
    (user,) = admin_salesforce.query(f"SELECT Id FROM User WHERE Username = '{username}'")["records"]
    path = f"/services/data/v59.0/sobjects/User/{user['Id']}/password"
    answer = call(admin_salesforce, "POST", path, json={"NewPassword": "An0ther-Rehearsal-Pass"})
    assert (answer.status_code, answer.content) == (204, b"")


# collections and composite ------------------------------------------------------------------------------


def leads(*last_names: str | None) -> list[dict[str, Any]]:
    """Rows for a collection; None makes one that is not valid."""
    return [{"attributes": {"type": "Lead"}, "Company": "Acme", "LastName": name} for name in last_names]


def test_collection_without_all_or_none(admin_salesforce: Any) -> None:
    """Good rows are written although others are bad; errors carry statusCode."""
    body = {"allOrNone": False, "records": leads("One", None, "Three")}
    outcomes = admin_salesforce.restful("composite/sobjects", method="POST", json=body)
    assert [outcome["success"] for outcome in outcomes] == [True, False, True]
    assert outcomes[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert outcomes[1]["errors"][0]["fields"] == ["LastName"]
    changes = [
        {"attributes": {"type": "Lead"}, "id": outcome["id"], "LastName": "Changed"}
        for outcome in (outcomes[0], outcomes[2])
    ]
    changed = admin_salesforce.restful("composite/sobjects", method="PATCH", json={"records": changes})
    assert [outcome["success"] for outcome in changed] == [True, True]
    ids = ",".join(outcome["id"] for outcome in changed)
    deleted = admin_salesforce.restful("composite/sobjects", params={"ids": ids}, method="DELETE")
    assert [outcome["success"] for outcome in deleted] == [True, True]


def test_collection_with_all_or_none(admin_salesforce: Any) -> None:
    """One bad row undoes the others, and they say so."""
    before = admin_salesforce.query("SELECT COUNT() FROM Lead")["totalSize"]
    body = {"allOrNone": True, "records": leads("One", None)}
    outcomes = admin_salesforce.restful("composite/sobjects", method="POST", json=body)
    codes = [outcome["errors"][0]["statusCode"] for outcome in outcomes]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]
    assert admin_salesforce.query("SELECT COUNT() FROM Lead")["totalSize"] == before


def test_collection_of_201_is_refused(admin_salesforce: Any) -> None:
    """More than 200 rows are refused before any of them is written."""
    before = admin_salesforce.query("SELECT COUNT() FROM Lead")["totalSize"]
    with pytest.raises(SalesforceMalformedRequest, match="more than 200"):
        admin_salesforce.restful(
            "composite/sobjects", method="POST", json={"records": leads(*["Many"] * 201)}
        )
    assert admin_salesforce.query("SELECT COUNT() FROM Lead")["totalSize"] == before


def test_composite(admin_salesforce: Any) -> None:
    """Parts answer in order, later ones can name what earlier ones answered, and all is one API call."""
    root = "/services/data/v59.0"
    parts = [
        {"method": "POST", "url": f"{root}/sobjects/Lead", "referenceId": "new", "body": NEW_LEAD},
        {"method": "GET", "url": f"{root}/sobjects/Lead/@{{new.id}}?fields=Email", "referenceId": "read"},
        {
            "method": "GET",
            "url": f"{root}/query/?q=SELECT COUNT() FROM Lead WHERE Email != null",
            "referenceId": "n",
        },
        {"method": "GET", "url": f"{root}/sobjects/Unicorn/describe", "referenceId": "none"},
    ]
    admin_salesforce.limits()
    used = admin_salesforce.api_usage["api-usage"].used
    answer = admin_salesforce.restful("composite", method="POST", json={"compositeRequest": parts})
    assert admin_salesforce.api_usage["api-usage"].used == used + 1
    new, read, count, none = answer["compositeResponse"]
    assert (new["httpStatusCode"], new["referenceId"]) == (201, "new")
    assert read["body"]["Email"] == NEW_LEAD["Email"]
    assert count["body"]["totalSize"] > 0
    assert none["httpStatusCode"] == 404
    assert none["body"][0]["errorCode"] == "NOT_FOUND"


def test_composite_all_or_none(admin_salesforce: Any) -> None:
    """With allOrNone one bad part undoes the others, which answer PROCESSING_HALTED."""
    root = "/services/data/v59.0"
    before = admin_salesforce.query("SELECT COUNT() FROM Lead")["totalSize"]
    parts = [
        {"method": "POST", "url": f"{root}/sobjects/Lead", "referenceId": "good", "body": NEW_LEAD},
        {"method": "POST", "url": f"{root}/sobjects/Lead", "referenceId": "bad", "body": {}},
    ]
    body = {"allOrNone": True, "compositeRequest": parts}
    good, bad = admin_salesforce.restful("composite", method="POST", json=body)["compositeResponse"]
    assert good["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert bad["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert admin_salesforce.query("SELECT COUNT() FROM Lead")["totalSize"] == before


def test_composite_limits(admin_salesforce: Any) -> None:
    """More than 5 queries are refused; more than 25 parts within the answer, and none of them is done."""
    path = "/services/data/v59.0/composite"
    answers = []
    for url, count in (("query?q=SELECT+COUNT()+FROM+Lead", 6), ("limits", 26)):
        parts = [
            {"method": "GET", "url": f"/services/data/v59.0/{url}", "referenceId": f"r{number}"}
            for number in range(count)
        ]
        answers.append(call(admin_salesforce, "POST", path, json={"compositeRequest": parts}))
    queries, longer = answers
    assert (queries.status_code, code_of(queries)) == (400, "LIMIT_EXCEEDED")
    (only,) = longer.json()["compositeResponse"]
    assert (only["httpStatusCode"], only["body"][0]["errorCode"]) == (400, "LIMIT_EXCEEDED")
    assert "not recorded" in only["body"][0]["message"]


def test_batch_counts_each_part(admin_salesforce: Any) -> None:
    """Batch runs parts by relative URL and counts each as an API call."""
    parts = [{"method": "GET", "url": "v59.0/limits"}, {"method": "GET", "url": "v59.0/sobjects/Unicorn"}]
    admin_salesforce.limits()
    used = admin_salesforce.api_usage["api-usage"].used
    answer = admin_salesforce.restful("composite/batch", method="POST", json={"batchRequests": parts})
    assert answer["hasErrors"] is True
    assert [result["statusCode"] for result in answer["results"]] == [200, 404]
    assert admin_salesforce.api_usage["api-usage"].used == used + 2


# limits -------------------------------------------------------------------------------------------------


def test_limits_and_record_counts(admin_salesforce: Any) -> None:
    """Limits have Max and Remaining; record counts come for the objects that are asked for."""
    limits = admin_salesforce.limits()
    assert {"DailyApiRequests", "DailyBulkV2QueryJobs"} <= set(limits)
    assert all({"Max", "Remaining"} <= set(entry) for entry in limits.values())
    counts = admin_salesforce.restful("limits/recordCount", params={"sObjects": "Lead,Contact,Unicorn"})
    assert [entry["name"] for entry in counts["sObjects"]] == ["Lead", "Contact"]


# what is said and not read --------------------------------------------------------------------------------
QUERY_URL = "/services/data/v67.0/query?q=SELECT+Id+FROM+User+LIMIT+1"


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", f"{QUERY_URL}&explain=true", {}),
        ("GET", QUERY_URL, {"headers": {"Sforce-Query-Options": "snapshot=true"}}),
        ("GET", QUERY_URL, {"headers": {"Sforce-Call-Options": "client=x"}}),
        ("GET", QUERY_URL, {"headers": {"Accept": "application/xml"}}),
        ("GET", "/services/data/v67.0/sobjects", {"headers": {"If-Modified-Since": "x"}}),
        ("GET", "/services/data/v67.0/sobjects/Lead/describe", {"json": {"a": 1}}),
        (
            "POST",
            "/services/data/v67.0/sobjects/Lead",
            {"json": NEW_LEAD, "headers": {"Sforce-Auto-Assign": "1"}},
        ),
        ("POST", "/services/data/v67.0/composite", {"json": {"collateSubrequests": True}}),
        ("POST", "/services/data/v67.0/jobs/query", {"json": {"operation": "query", "object": "Lead"}}),
    ],
)
def test_what_a_resource_does_not_read_is_not_imitated(
    admin_salesforce: Any, method: str, path: str, more: dict[str, Any]
) -> None:
    """A parameter, header, body or key that the real API reads and the rehearsal does not is 501."""
    answer = call(admin_salesforce, method, path, **more)
    assert answer.status_code == 501
    assert code_of(answer) == "NOT_IMPLEMENTED_BY_THE_REHEARSAL"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/services/data/v67.0/composite/sobjects", {"records": [], "allornothing": True}),
        ("POST", "/services/data/v67.0/jobs/query", {"operation": "query", "quary": "x"}),
        (
            "POST",
            "/services/data/v67.0/composite",
            {"compositeRequest": [{"method": "GET", "url": "/", "x": 1}]},
        ),
        ("PATCH", "/services/data/v67.0/tooling/sobjects/CustomField/00N000000000001", {"Fullname": "x"}),
    ],
)
def test_a_key_of_no_json_is_unrecognized(
    admin_salesforce: Any, method: str, path: str, body: dict[str, Any]
) -> None:
    """A misspelled key is refused, never left out."""
    answer = call(admin_salesforce, method, path, json=body)
    assert (answer.status_code, code_of(answer)) == (400, "JSON_PARSER_ERROR")


def test_ids_in_urls_and_bodies(admin_salesforce: Any) -> None:
    """What is no id in a URL is taken for an external id; an Id in the body of a PATCH is refused."""
    answer = call(admin_salesforce, "GET", "/services/data/v67.0/sobjects/Lead/nonsense")
    assert answer.status_code == 404
    assert answer.json()[0]["message"] == (
        "Provided external ID field does not exist or is not accessible: nonsense"
    )
    lead = admin_salesforce.Lead.create(NEW_LEAD)["id"]
    answer = call(admin_salesforce, "PATCH", f"/services/data/v67.0/sobjects/Lead/{lead}", json={"Id": lead})
    assert answer.json() == [
        {"message": "The Id field should not be specified in the sobject data.", "errorCode": "INVALID_FIELD"}
    ]


def test_records_carry_the_version_that_was_asked(admin_salesforce: Any) -> None:
    """`attributes.url` of one record names the version of the request."""
    lead = admin_salesforce.Lead.create(NEW_LEAD)["id"]
    record = call(admin_salesforce, "GET", f"/services/data/v55.0/sobjects/Lead/{lead}").json()
    assert record["attributes"]["url"] == f"/services/data/v55.0/sobjects/Lead/{lead}"


def test_reference_ids_of_a_composite_call_are_unique(admin_salesforce: Any) -> None:
    """The answers would be mixed up; letters, figures and underscores are all it may hold."""
    part = {"method": "GET", "url": "/services/data/v67.0/limits", "referenceId": "a"}
    for other in ("a", "b-c"):
        parts = [part, {**part, "referenceId": other}]
        answer = call(
            admin_salesforce, "POST", "/services/data/v67.0/composite", json={"compositeRequest": parts}
        )
        assert code_of(answer) == "INVALID_INPUT"


def test_a_new_record_says_where_it_is(admin_salesforce: Any) -> None:
    """A 201 carries Location, in a part of a composite call too; a value of the wrong type names no field."""
    url = "/services/data/v67.0/sobjects/Lead"
    part = {"method": "POST", "url": url, "referenceId": "new", "body": NEW_LEAD}
    answer = call(
        admin_salesforce, "POST", "/services/data/v67.0/composite", json={"compositeRequest": [part]}
    )
    (made,) = answer.json()["compositeResponse"]
    assert made["httpHeaders"] == {"Location": f"{url}/{made['body']['id']}"}
    wrong = call(admin_salesforce, "POST", url, json={**NEW_LEAD, "NumberOfEmployees": "many"})
    assert code_of(wrong) == "JSON_PARSER_ERROR" and "fields" not in wrong.json()[0]
