from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.usage import UsageBook


class Client:
    """A client of the REST API with a valid token."""

    def __init__(self, base_url: str, instance: Instance) -> None:
        declared = instance.world.marketo
        self.root, self.instance = base_url, instance
        self.credentials = {
            "grant_type": "client_credentials",
            "client_id": declared.client_id,
            "client_secret": declared.client_secret,
        }
        answer = requests.get(f"{base_url}/identity/oauth/token", params=self.credentials, timeout=60)
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """The body of a reply; the API answers 200 whatever happens."""
        answer = requests.get(f"{self.root}/rest/v1/{path}", params=params, headers=self.headers, timeout=60)
        assert answer.status_code == 200
        body: dict[str, Any] = answer.json()
        assert "#" in body["requestId"]
        return body

    def code(self, path: str, **params: Any) -> str:
        """The code of a refusal."""
        body = self.get(path, **params)
        assert body["success"] is False and "result" not in body
        return str(body["errors"][0]["code"])


Reading = Callable[[str], tuple[Instance, str]]


def _client(reading: Reading, kind: str) -> Client:
    instance, url = reading(kind)
    instance.usage = UsageBook(instance.clock, instance.world.marketo.api_user)
    return Client(url, instance)


@pytest.fixture
def client(reading: Reading) -> Client:
    """A client of an instance without any sync."""
    return _client(reading, "plain")


@pytest.fixture
def linked(reading: Reading) -> Client:
    """A client of an instance after its initial sync."""
    return _client(reading, "linked")


def _names(body: dict[str, Any]) -> set[str]:
    return {field["name"] for field in body["result"][0]["fields"]}


# identity ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["GET", "POST", "form"])
def test_identity_gives_a_token(client: Client, method: str) -> None:
    """GET, POST with a query and POST with a form all give a bearer token and name the API user."""
    where: dict[str, Any] = {"data" if method == "form" else "params": client.credentials}
    verb = "POST" if method == "form" else method
    answer = requests.request(verb, f"{client.root}/identity/oauth/token", timeout=60, **where)
    body = answer.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert (body["token_type"], body["scope"]) == ("bearer", client.instance.world.marketo.api_user)
    assert 3500 < body["expires_in"] <= 3600


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "unauthorized"),
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_identity_refuses_with_a_status(
    client: Client, changed: dict[str, str], status: int, error: str
) -> None:
    """Only identity uses HTTP status codes."""
    answer = requests.get(
        f"{client.root}/identity/oauth/token", params=client.credentials | changed, timeout=60
    )
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "error_description" in answer.json()


# errors --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "603"),
        ({"Authorization": "Bearer "}, "600"),
        ({"Authorization": "Bearer guess"}, "601"),
        ({"Authorization": "Basic guess"}, "603"),
    ],
)
def test_token_is_taken_from_the_header_alone(client: Client, headers: dict[str, str], code: str) -> None:
    """No token, an empty one and a wrong one are told apart; one in the query counts for nothing."""
    token = client.headers["Authorization"].removeprefix("Bearer ")
    answer = requests.get(
        f"{client.root}/rest/v1/stats/usage.json", params={"access_token": token}, headers=headers, timeout=60
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (200, code)


def test_expired_token_is_602(client: Client) -> None:
    """After its 3,600 seconds a token is expired, not unknown."""
    client.instance.clock.forward(3601)
    assert client.code("stats/usage.json") == "602"


def test_unknown_paths_and_methods(client: Client) -> None:
    """A path that nobody knows is 610, a method that is not served 605; doubled slashes do no harm."""
    assert client.code("leads/everything.json") == client.code("leads") == "610"
    url = f"{client.root}/rest/v1/leads/describe.json"
    assert requests.post(url, headers=client.headers, timeout=60).json()["errors"][0]["code"] == "605"
    assert client.get("/leads//describe2.json/")["success"]


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/rest/v1/lists.json", {}),
        ("GET", "/rest/v1/activities/leadchanges.json", {}),
        ("GET", "/rest/asset/v1/smartList/byName.json", {}),
        ("GET", "/rest/v1/customobjects/car_c/describe.json", {}),
        ("GET", "/bulk/v1/activities/export/create.json", {}),
        ("POST", "/rest/v1/leads.json", {}),
        ("POST", "/rest/v1/leads.json?_method=GET", {"json": {"filterType": "id"}}),
        ("GET", "/rest/v1/leads/describe2.json", {"params": {"fields": "id"}}),
        ("GET", "/rest/v1/activities.json", {"params": {"activityTypeIds": "12", "listId": "7"}}),
        ("GET", "/rest/v1/leads/describe.json", {"headers": {"If-None-Match": "x"}}),
        ("POST", "/bulk/v1/leads/export/create.json", {"json": {"fields": ["id"], "sortBy": "id"}}),
        ("GET", "/bulk/v1/leads/export/b0/status.json", {"params": {"verbose": "true"}}),
    ],
)
def test_what_only_marketo_does_is_501(client: Client, method: str, path: str, more: dict[str, Any]) -> None:
    """A documented endpoint, method, parameter, header or key that is not imitated says so: it is neither
    Marketo's own 610, which reads as a subscription without it, nor ignored."""
    headers = client.headers | more.pop("headers", {})
    answer = requests.request(method, client.root + path, headers=headers, timeout=60, **more)
    assert answer.status_code == 501
    told = answer.json()  # an object as all of Marketo's answers, which its clients can read
    assert told["success"] is False and told["errors"][0]["code"] == "NOT_IMPLEMENTED_BY_THE_REHEARSAL"


def test_a_long_uri_is_414_and_a_large_body_413(client: Client) -> None:
    """8 KB of a URI and 1 MB of a body are the most, so that a long question has to be posted as a form."""
    url, form = f"{client.root}/rest/v1/leads.json", {"filterType": "email", "filterValues": "x" * 8_200}
    assert requests.get(url, params=form, headers=client.headers, timeout=60).status_code == 414
    posted = requests.post(f"{url}?_method=GET", data=form, headers=client.headers, timeout=60)
    assert posted.json()["success"]
    form["filterValues"] = "x" * 1_050_000
    posted = requests.post(f"{url}?_method=GET", data=form, headers=client.headers, timeout=60)
    assert posted.status_code == 413


def test_rate_limit_is_606_and_passes(client: Client) -> None:
    """The 101st call within 20 seconds is refused; 20 seconds later all is well."""
    for _ in range(100):
        client.instance.usage.count_call()
    assert client.code("stats/usage.json") == "606"
    client.instance.clock.forward(20)
    assert client.get("stats/usage.json")["success"]


def test_daily_quota_is_607(client: Client) -> None:
    """When the day's calls are spent nothing works until midnight US Central."""
    client.instance.usage = UsageBook(client.instance.clock, "somebody", daily_quota=1)
    assert client.get("stats/usage.json")["success"]
    assert client.code("stats/usage.json") == "607"
    client.instance.clock.forward(timedelta(days=1).total_seconds())
    assert client.code("stats/usage.json") == "602"


def test_a_role_without_a_permission_is_603(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the API user's role does not allow is refused, while stats need no permission at all."""
    monkeypatch.setattr(client.instance, "api_permissions", frozenset({"Read-Only Lead"}))
    assert client.code("opportunities/roles/describe.json") == "603"
    assert client.get("leads/describe2.json")["success"] and client.get("stats/usage.json")["success"]


def test_stats_count_calls_and_errors(client: Client) -> None:
    """Today's calls and errors are told per user and per code, seven days back."""
    client.get("leads/describe2.json")
    client.code("nothing.json")
    usage = client.get("stats/usage.json")["result"]
    assert (usage[0]["total"], usage[0]["users"][0]["count"]) == (3, 3)
    assert usage[0]["users"][0]["userId"] == client.instance.world.marketo.api_user
    errors = client.get("stats/errors.json")["result"][0]
    assert errors["errors"] == [{"errorCode": "610", "count": 1}]
    assert len(client.get("stats/usage/last7days.json")["result"]) == 7
    assert len(client.get("stats/errors/last7days.json")["result"]) == 7


# describes -----------------------------------------------------------------------------------------------
def test_describe_gives_numbers_and_both_names(client: Client) -> None:
    """The older describe has the field's number, and its REST and SOAP names with what is read-only."""
    fields = {field["rest"]["name"]: field for field in client.get("leads/describe.json")["result"]}
    assert fields["email"] == {
        "id": fields["email"]["id"],
        "displayName": "Email Address",
        "dataType": "email",
        "length": 255,
        "rest": {"name": "email", "readOnly": False},
        "soap": {"name": "Email", "readOnly": False},
    }
    assert isinstance(fields["email"]["id"], int)
    assert "length" not in fields["createdAt"]


def test_describe2_shows_what_sync_fields_made(client: Client, linked: Client) -> None:
    """Before Sync Fields nothing is managed by a CRM; afterward mapped and new fields are."""
    before = client.get("leads/describe2.json")["result"][0]
    assert ["sfdcLeadId"] in before["searchableFields"]
    assert ["sfdcType"] not in before["searchableFields"]
    assert not any(field["crmManaged"] for field in before["fields"])
    assert set(before["fields"][1]) == {
        "name", "displayName", "dataType", "length", "updateable", "crmManaged"
    }  # fmt: skip
    managed = {
        field["name"]
        for field in linked.get("leads/describe2.json")["result"][0]["fields"]
        if field["crmManaged"]
    }
    assert {"Customer_Number__c", "email", "sfdcLeadId", "billingCity"} <= managed
    assert "inferredCity" not in managed


@pytest.mark.parametrize("kind", ["companies", "opportunities", "salespersons", "opportunities/roles"])
def test_crm_records_are_described(client: Client, kind: str) -> None:
    """Without a native sync all four kinds can be described."""
    described = client.get(f"{kind}/describe.json")["result"][0]
    assert {"name", "idField", "dedupeFields", "searchableFields", "fields", "createdAt"} <= set(described)
    assert described["idField"] in _names({"result": [described]})


def test_roles_are_locked_once_the_sync_runs(linked: Client) -> None:
    """With a native sync the roles answer 1018; the other three can be read."""
    assert linked.code("opportunities/roles/describe.json") == "1018"
    assert linked.code("opportunities/roles.json", filterType="leadId", filterValues="1") == "1018"
    for kind in ("companies", "opportunities", "salespersons"):
        assert linked.get(f"{kind}/describe.json")["success"]


# people --------------------------------------------------------------------------------------------------
def test_people_are_found_by_their_salesforce_ids(linked: Client) -> None:
    """Known lead and contact ids lead to linked people; what has no value is null."""
    for kind in ("Lead", "Contact"):
        rows = linked.instance.database.sql(
            f'SELECT "sfdc{kind}Id" FROM marketo.person WHERE "sfdcType" = ?', (kind,)
        )
        ids = [row[0] for row in rows[:5]]
        found = linked.get(
            "leads.json", filterType=f"sfdc{kind}Id", filterValues=",".join(ids),
            fields="id,sfdcType,sfdcId,sfdcLeadId,sfdcContactId,company,updatedAt,cookies",
        )["result"]  # fmt: skip
        assert {person["sfdcId"] for person in found} == set(ids)
        assert {person["sfdcType"] for person in found} == {kind}
        assert all(person["cookies"] is None and person["company"] for person in found)
        assert all(person["updatedAt"].endswith("Z") for person in found)


def test_people_are_found_by_email_whatever_its_case(client: Client) -> None:
    """An e-mail finds its person, with the fields that come unasked."""
    email = client.instance.database.sql('SELECT min("email") FROM marketo.person')[0][0]
    found = client.get("leads.json", filterType="email", filterValues=email.upper())["result"]
    assert [person["email"] for person in found] == [email]
    assert set(found[0]) == {"id", "firstName", "lastName", "email", "updatedAt", "createdAt"}
    assert client.get(f"lead/{found[0]['id']}.json")["result"] == found


def test_people_come_in_pages(linked: Client) -> None:
    """A batch is as large as asked for, and a token leads to the next until there is none."""
    values = ",".join(str(1001 + number) for number in range(40))
    first = linked.get("leads.json", filterType="id", filterValues=values, batchSize=30)
    rest = linked.get(
        "leads.json", filterType="id", filterValues=values, batchSize=30, nextPageToken=first["nextPageToken"]
    )
    assert (len(first["result"]), len(rest["result"])) == (30, 10)
    assert "nextPageToken" not in rest


def test_long_requests_come_as_a_form(linked: Client) -> None:
    """POST with _method=GET takes in its body what does not fit into a URI."""
    rows = linked.instance.database.sql(
        'SELECT "sfdcId" FROM marketo.person WHERE "sfdcId" IS NOT NULL LIMIT 300'
    )
    form = {"filterType": "sfdcLeadId", "filterValues": ",".join(row[0] for row in rows), "fields": "sfdcId"}
    answer = requests.post(
        f"{linked.root}/rest/v1/leads.json?_method=GET", data=form, headers=linked.headers, timeout=60
    )
    assert answer.json()["success"] and answer.json()["result"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "1002"),
        ({"filterType": "email"}, "1002"),
        ({"filterType": "nothing", "filterValues": "1"}, "1003"),
        ({"filterType": "sfdcType", "filterValues": "Lead"}, "1011"),
        ({"filterType": "id", "filterValues": ",".join(map(str, range(301)))}, "1003"),
        ({"filterType": "id", "filterValues": "1", "fields": "id,nothing"}, "1006"),
        ({"filterType": "id", "filterValues": "1", "batchSize": "301"}, "1003"),
        ({"filterType": "id", "filterValues": "1", "nextPageToken": "guess"}, "1003"),
        ({"filterType": 'id"; DROP TABLE marketo.person', "filterValues": "1"}, "1003"),
    ],
)
def test_impossible_filters_are_refused(client: Client, params: dict[str, str], code: str) -> None:
    """Missing, unknown and unsupported filters, too many values and unknown fields have their codes."""
    assert client.code("leads.json", **params) == code


def test_crm_records_are_found_by_their_salesforce_ids(linked: Client) -> None:
    """Opportunities, companies and sales persons of the org are found by the ids or e-mails it knows."""
    for kind, key, table in (
        ("opportunities", "externalOpportunityId", '"Opportunity"'),
        ("companies", "externalCompanyId", '"Account"'),
    ):
        known = linked.instance.database.sql(f'SELECT min("Id") FROM org.{table} WHERE NOT "IsDeleted"')[0][0]
        found = linked.get(f"{kind}.json", filterType=key, filterValues=known)["result"]
        assert [(record["seq"], record[key]) for record in found] == [(0, known)]
    email = linked.instance.database.sql('SELECT min("Email") FROM org."User"')[0][0]
    found = linked.get("salespersons.json", filterType="email", filterValues=email, fields="email")["result"]
    assert {person["email"] for person in found} == {email}
    assert linked.code("companies.json", filterType="site", filterValues="x") == "1003"
    assert linked.code("companies.json", filterType="id", filterValues="1", fields="nothing") == "1006"


# activities ----------------------------------------------------------------------------------------------
def test_activities_since_a_moment(linked: Client) -> None:
    """New people leave an activity each, found page by page from a place in time."""
    names = {activity["name"]: activity["id"] for activity in linked.get("activities/types.json")["result"]}
    assert (names["New Lead"], names["Sync Lead to SFDC"], names["Sync Lead Updates to SFDC"]) == (12, 19, 28)
    since = (linked.instance.clock.now() - timedelta(hours=1)).isoformat()
    token = linked.get("activities/pagingtoken.json", sinceDatetime=since)["nextPageToken"]
    found: list[dict[str, Any]] = []
    more = True
    while more:
        page = linked.get("activities.json", nextPageToken=token, activityTypeIds="12,19,28", batchSize=100)
        found, token, more = found + page["result"], page["nextPageToken"], page["moreResult"]
    people = linked.instance.database.sql('SELECT count(*) FROM marketo.person WHERE "sfdcId" IS NOT NULL')
    assert len({activity["marketoGUID"] for activity in found}) == people[0][0]
    assert {"leadId", "activityDate", "activityTypeId", "attributes"} <= set(found[0])
    wanted = ",".join(str(activity["leadId"]) for activity in found[:2])
    token = linked.get("activities/pagingtoken.json", sinceDatetime=since)["nextPageToken"]
    of_two = linked.get("activities.json", nextPageToken=token, activityTypeIds="12", leadIds=wanted)
    assert {str(activity["leadId"]) for activity in of_two["result"]} == set(wanted.split(","))
    later = (linked.instance.clock.now() + timedelta(hours=1)).isoformat()
    token = linked.get("activities/pagingtoken.json", sinceDatetime=later)["nextPageToken"]
    assert linked.get("activities.json", nextPageToken=token, activityTypeIds="12")["result"] == []


def test_activities_want_a_place_and_types(client: Client) -> None:
    """Without a token, a moment or types there is no answer."""
    assert client.code("activities/pagingtoken.json", sinceDatetime="yesterday") == "1003"
    assert client.code("activities.json", activityTypeIds="12") == "1002"
    token = client.get("activities/pagingtoken.json", sinceDatetime="2026-01-01T00:00:00Z")["nextPageToken"]
    assert client.code("activities.json", nextPageToken=token, activityTypeIds="new lead") == "1003"
