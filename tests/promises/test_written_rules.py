"""Every query and every call of the product is held against the vendors' written rules.

Nothing of the rehearsal judges here: queries are read by a reader of the tests' own, calls are compared with
the table of documented endpoints. Queries are taken where they are declared, and besides from everything that
a walked road asked, for some are put together while it runs.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

import runbook_lib
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.systems.endpoints import endpoint_of, endpoints, page
from tests.guide.walking import walk_on
from tests.promises.recorded_road import Asked, asked_by, queries_of
from tests.promises.soql_reader import read
from tests.promises.soql_rules import broken_rules

ROOT = Path(runbook_lib.__file__).parent
FLOORS = ("systems/salesforce", "survey/probes", "change/kinds", "change/plans", "proof", "guide")
"""Where SOQL may be declared; SQL of DuckDB stands elsewhere."""
LONGEST_URI = {"salesforce": 16_384, "marketo": 8_192}
ANSWERS_FOR = {"text": "'a'", "list": "('a')", "number": "5"}
DESCRIBES = Path("../shared/data/describes")
NOT_IN_A_DESCRIBE = {"HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall", "CurrencyIsoCode"}
"""Standard fields that the recorded orgs hide from whoever recorded them (source: jsforce, standard schema),
and the one that only orgs with several currencies have."""
_WORDS_OF_SOQL = re.compile(r"\b(SELECT|FROM|WHERE|ORDER|GROUP|LIMIT|COUNT|NULLS|LAST|FIRST|DESC)\b")


@dataclass(frozen=True)
class Template:
    """A query as it is declared."""

    module: str
    text: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a filled template looks like, the words of SOQL in small letters."""
        text = re.sub(r"\{\w+\}|\b[A-Z][A-Z_]{2,}\b", "\0", small(self.text))
        return re.compile(re.escape(text).replace("\0", ".*?"), re.DOTALL)

    def expanded(self) -> str:
        """The query with its words filled in, and something for each gap."""
        words = getattr(importlib.import_module(self.module), "_WORDS", {})
        text = self.text
        for _ in range(2):
            for word, meaning in words.items():
                text = text.replace(word, meaning)
        text = re.sub(r"LIMIT \{\w+\}", "LIMIT 5", text)
        text = re.sub(r"IN \{\w+\}", "IN ('a')", text)
        return re.sub(r"\{\w+\}", "'a'", text)


def small(soql: str) -> str:
    """The query with the words of SOQL in small letters, so that only our own gaps are in capitals."""
    return _WORDS_OF_SOQL.sub(lambda word: word[0].lower(), re.sub(r"\s+", " ", soql))


def templates() -> list[Template]:
    """Every text of the product that is a query, with texts that stand side by side joined."""
    found = []
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            parts = path.relative_to(ROOT.parent).with_suffix("").parts
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found += [
                Template(module, node.value)
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.match(r"(SELECT|SET,) ?[\w(,. ]+", node.value)
                and "``" not in node.value
            ]
    return [
        template
        for template in found
        if " FROM " in template.expanded() and "name FROM sqlite_master" not in template.text
    ]


@dataclass
class Road:
    """What a road asked."""

    requests: list[Asked] = field(default_factory=list)

    @property
    def queries(self) -> Iterator[tuple[str, bool]]:
        """Its SOQL, and whether each is for Bulk API 2.0."""
        return (query for asked in self.requests for query in queries_of(asked))


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """World clean, walked from end to end by the robot, with every request that was sent."""
    road, patch = Road(), pytest.MonkeyPatch()
    send = requests.adapters.HTTPAdapter.send

    def recording(adapter: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        if (asked := asked_by(request)) is not None:
            road.requests.append(asked)
        return send(adapter, request, **options)

    patch.setattr(requests.adapters.HTTPAdapter, "send", recording)
    with RehearsalServer("clean", people=120) as server, environment(secret_variables(server)):
        workspace = prepare_workspace(tmp_path_factory.mktemp("rules") / "acme", server, "robot")
        with open_session(workspace.path) as session:
            walk_on(session, "00_start_here", "10_watch")
    patch.undo()
    yield road


def test_templates_are_found() -> None:
    """The collection finds what is declared; a query that nobody collects would be held against nothing."""
    found = templates()
    assert len(found) >= 50
    probes = {
        template.module for template in found if template.module.startswith("runbook_lib.survey.probes.org.")
    }
    assert {name.rpartition(".")[2] for name in probes} >= {"queries", "field_grants", "settings"}


@pytest.mark.parametrize(
    "template", templates(), ids=lambda template: f"{template.module[12:]}: {template.text[:50]}"
)
def test_a_declared_query_keeps_the_rules(template: Template) -> None:
    """Each query is one that Salesforce answers, as far as its references say."""
    assert broken_rules(template.expanded()) == []


def test_every_query_of_the_road_keeps_the_rules(road: Road) -> None:
    """Also those that are put together while the road runs, filled with real values."""
    broken = {soql[:300]: rules for soql, bulk in road.queries if (rules := broken_rules(soql, bulk=bulk))}
    assert broken == {}
    assert sum(1 for _ in road.queries) > 60


NO_STEP = "asked by no step"
OAUTH = "asked after an OAuth login"
UNDO, REFUSED = "asked by undo", "asked after a refused login"
OTHER_WORLD = "asked where there is a group, a profile or a right to change"
NOT_WALKED = {
    "change.kinds.profile_writes: SELECT Id, ParentId, Field FROM FieldPermissions WHERE P": OTHER_WORLD,
    "change.kinds.undo_writes: SELECT Id FROM PermissionSetAssignment WHERE PermissionS": UNDO,
    "change.kinds.undo_writes: SELECT Id, Field FROM FieldPermissions WHERE ParentId = ": UNDO,
    "change.kinds.undo_writes: SELECT Id, SobjectType FROM ObjectPermissions WHERE Pare": UNDO,
    "change.kinds.writes: SELECT Id, Field FROM FieldPermissions WHERE ParentId = ": OTHER_WORLD,
    "change.kinds.writes: SELECT Id, SobjectType FROM ObjectPermissions WHERE Pare": OTHER_WORLD,
    "survey.probes.org.field_grants: SELECT ParentId, Field FROM FieldPermissions WHERE Paren": OTHER_WORLD,
    "survey.probes.org.field_grants: SELECT PermissionSetId, COUNT(Id) users FROM PermissionS": OTHER_WORLD,
    "survey.probes.logins: SELECT Id FROM User WHERE Username = {user}": "asked by watch alone",
    "survey.probes.org.queries: SELECT PermissionSetId FROM PermissionSetAssignment WHER": "a sub-select",
    "survey.probes.sync_user: SELECT Id FROM PermissionSetAssignment WHERE AssigneeId ": REFUSED,
    "survey.probes.sync_user: SELECT Status, LoginTime FROM LoginHistory WHERE UserId ": REFUSED,
    "systems.salesforce.client: SELECT Id, Name, OrganizationType, IsSandbox, InstanceNa": NO_STEP,
    "systems.salesforce.login: SELECT Id FROM PermissionSetAssignment WHERE AssigneeId ": REFUSED,
    "systems.salesforce.login: SELECT Id, IsActive FROM User WHERE Username = {name}": REFUSED,
    "systems.salesforce.login: SELECT Status, LoginTime FROM LoginHistory WHERE UserId ": REFUSED,
    "systems.salesforce.login_oauth: SELECT Name, IsSandbox FROM Organization": OAUTH,
    "systems.salesforce.login_oauth: SELECT Username, Name, ProfileId FROM User WHERE Id = {u": OAUTH,
    "survey.probes.logins: SELECT AppName, UseCount, LastUsedDate FROM OauthToken W": OTHER_WORLD,
}
"""Queries that the clean road does not ask, and who does; each keeps the rules as declared."""
PEOPLE = "asked by the comparison with the people of Marketo"
MANY = "asked where there are more people than a query reads at once; few are read without a job"
NOT_CALLED = {
    "GET /bulk/v1/leads/export/{id}/file.json": PEOPLE,
    "GET /bulk/v1/leads/export/{id}/status.json": PEOPLE,
    "POST /bulk/v1/leads/export/create.json": PEOPLE,
    "POST /bulk/v1/leads/export/{id}/enqueue.json": PEOPLE,
    "GET /rest/v1/leads/describe.json": "asked where describe2 is not enough",
    "GET /services/data/{version}/sobjects": NO_STEP,
    "GET /services/data/{version}/sobjects/{object}/describe": "asked as a part of a composite call",
    "DELETE /services/data/{version}/composite/sobjects": UNDO,
    "DELETE /services/data/{version}/sobjects/{object}/{id}": UNDO,
    "GET /services/data/{version}/query": "asked as a part of a composite call, seldom alone",
    "POST /services/data/{version}/jobs/query": MANY,
    "GET /services/data/{version}/jobs/query/{id}": MANY,
    "GET /services/data/{version}/jobs/query/{id}/results": MANY,
    "GET /services/data/{version}/query/{locator}": "asked where there are more than 2,000 rows",
    "GET /services/data/{version}/tooling/query/{locator}": "asked where there are more than 2,000 rows",
    "GET /services/oauth2/userinfo": "asked by an OAuth login",
    "POST /services/oauth2/token": "asked by an OAuth login",
    "POST /services/data/{version}/sobjects/User/{id}/password": "asked where 02 makes the sync user",
}
"""Documented calls that the clean road does not make, and who does."""


def test_a_template_that_no_road_asks_is_reported(road: Road) -> None:
    """What is declared and not asked in world clean is on a list with its reason; anything else is new."""
    asked = [small(soql) for soql, _ in road.queries]
    unasked = {
        f"{template.module[12:]}: {template.text[:56]}"
        for template in templates()
        if not any(template.pattern.match(query) for query in asked)
    }
    assert unasked <= set(NOT_WALKED), "declared and never asked: let a road ask it, or say who does"


def test_a_documented_call_that_no_road_makes_is_reported(road: Road) -> None:
    """The table has no row that nothing uses, but for those with a reason."""
    made = {endpoint_of(asked.method, asked.path) for asked in road.requests}
    unmade = {f"{call.method} {call.path}" for call in endpoints() if call not in made}
    assert unmade <= set(NOT_CALLED), "documented and never called: let a road call it, or say who does"


def test_columns_are_those_of_recorded_describes(road: Road) -> None:
    """A standard column that is asked of a standard object is one that recorded orgs have."""
    if not DESCRIBES.exists():
        pytest.skip("needs the recorded describes in ../shared/data/describes")
    known: dict[str, set[str]] = {}
    for path in DESCRIBES.glob("cumulusci_*.describe.json"):
        described = json.loads(path.read_text(encoding="utf-8"))
        if "fields" in described:
            known.setdefault(described["name"], set()).update(field["name"] for field in described["fields"])
    strange = set()
    for soql, _ in road.queries:
        for select in read(soql).all():
            columns = known.get(select.source, set())
            for column in select.columns if columns else ():
                name = re.sub(r".*\((.*)\)", r"\1", column)
                is_plain = name and "." not in name and not name.endswith("__c")
                if is_plain and name not in columns and name not in NOT_IN_A_DESCRIBE:
                    strange.add(f"{select.source}.{name}")
    assert strange == set()


def test_every_call_of_the_road_is_documented(road: Road) -> None:
    """Method, path, parameters and body of each call are those of the vendors' guides."""
    wrong = set()
    for asked in road.requests:
        call = endpoint_of(asked.method, asked.path)
        if call is None:
            wrong.add(f"{asked.method} {asked.path}: not documented")
            continue
        given = set(asked.parameters) | (set(asked.body) if isinstance(asked.body, dict) else set())
        needed = {*call.required, *call.required_keys}
        allowed = needed | {*call.allowed, *call.keys}
        if missing := needed - given:
            wrong.add(f"{call.method} {call.path}: {missing} are missing")
        if "*" not in allowed and (more := given - allowed):
            wrong.add(f"{call.method} {call.path}: {more} are not documented")
        if asked.uri_length > LONGEST_URI[call.system]:
            wrong.add(f"{call.method} {call.path}: {asked.uri_length} bytes of URI")
    assert wrong == set()


def test_salesforce_calls_of_the_road_are_few(road: Road) -> None:
    """The clean road costs the org at most 150 calls."""
    calls = [asked for asked in road.requests if asked.path.startswith("/services/")]
    assert len(calls) <= 150


def test_the_page_of_what_it_has_been_run_against_is_up_to_date() -> None:
    """docs/run-against.md is what ``make endpoints`` writes."""
    told = (ROOT.parent / "docs" / "run-against.md").read_text(encoding="utf-8")
    assert told == page()
    assert all(f"{call.method} {call.path}" in told for call in endpoints())


@pytest.mark.parametrize(
    ("soql", "rule"),
    [
        (
            "SELECT Assignee.Name FROM PermissionSetAssignment WHERE PermissionSetId IN "
            "(SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Username = 'x')",
            "same object type",
        ),
        ("SELECT Id FROM Contact WHERE Id IN (SELECT WhoId FROM Task)", "not supported for semi join"),
        ("SELECT Id FROM A WHERE Name = 'x' OR Id IN (SELECT AId FROM B)", "stands under OR"),
        ("SELECT Id FROM A WHERE Id IN (SELECT AId FROM B LIMIT 5)", "selects one field"),
        ("SELECT Id FROM A WHERE B.Id IN (SELECT BId FROM C)", "fields of the objects themselves"),
        ("SELECT Id FROM A WHERE Id IN (SELECT AId FROM B WHERE Id IN (SELECT BId FROM C))", "nested"),
        ("SELECT Label FROM EntityParticle WHERE Label = 'x'", "reified"),
        ("SELECT Label FROM EntityParticle WHERE DurableId != 'x'", "no OR, NOT and !="),
        ("SELECT Id FROM LoginHistory WHERE Status = 'Success'", "cannot be filtered"),
        ("SELECT Label FROM FlowDefinitionView WHERE TriggerObjectOrEventLabel IN ('Lead')", "a label"),
        (f"SELECT Id FROM A WHERE Name = '{'x' * 4_001}'", "a text of more than"),
        ("SELECT COUNT(Id) FROM Lead LIMIT 5", "no LIMIT"),
        ("SELECT FullName FROM Profile", "one record at a time"),
    ],
)
def test_a_planted_query_is_found(soql: str, rule: str) -> None:
    """The rules notice what they are for: the queries that earlier versions asked among them."""
    assert any(rule in broken for broken in broken_rules(soql))


def test_a_query_in_bulk_has_rules_of_its_own() -> None:
    """No aggregates, no addresses."""
    assert broken_rules("SELECT Id, MailingAddress FROM Contact", bulk=True)
    assert broken_rules("SELECT COUNT(Id) FROM Contact", bulk=True)
    assert not broken_rules("SELECT Id, MailingCity FROM Contact", bulk=True)
