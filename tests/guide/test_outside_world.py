"""What stands between us and the two systems, and what one API of them refuses: told as that, never as our
defect, and never more widely than it is. Every case is a reply rule of the rehearsal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from runbook_lib.errors import RunbookError, SystemRefused, Unreachable
from runbook_lib.guide.commands.checking import check_all
from runbook_lib.guide.state.session import Session
from runbook_lib.rehearsal.reply_rules import rules_from_json
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.findings import Finding, Status
from runbook_lib.survey.snapshot import Part, Snapshot, Unknown

LOGIN, REST, METADATA = "/services/Soap/u", "/services/data", "/services/Soap/m"
MARKETO, TOKEN = "/rest/", "/identity/"
ELSEWHERE = "https://user:hunter22@portal.example/login?token=xyz99"
PAGE = {
    "headers": {"Content-Type": "text/html"},
    "body": "<html><title>Sign in to the network</title></html>",
}
CONCURRENT = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
BUSY = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": CONCURRENT}]
DAY = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
ENDED = (
    '<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:sf="http://soap.sforce.com/2006/04/metadata"><soapenv:Body><soapenv:Fault><faultcode>'
    "sf:INVALID_SESSION_ID</faultcode><faultstring>INVALID_SESSION_ID: Invalid Session ID found in "
    "SessionHeader: Illegal Session</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
)


class Scene:
    """A session before which rules stand."""

    def __init__(self, session: Session, server: RehearsalServer) -> None:
        self.session, self.server = session, server
        self.pauses: list[float] = []
        self.told: list[str] = []
        session.transport._pause = self.pauses.append
        session.transport.tell = lambda message: self.told.append(str(message))

    def rule(self, path: str, **rule: Any) -> None:
        """One reply rule."""
        self.server.replies.add(*rules_from_json({"path": path, **rule}))

    def checked(self) -> dict[str, Finding]:
        """The findings of ``runbook check`` by name; raises what stops it."""
        return {finding.check: finding for finding in check_all(self.session).findings}

    def seen(self, *parts: Part) -> Snapshot:
        """A look at these parts."""
        return self.session.collect(parts)


@pytest.fixture(scope="module")
def rehearsal_server(shared_rehearsal: RehearsalServer) -> RehearsalServer:
    """One world for all tests of this file: they only read."""
    return shared_rehearsal


@pytest.fixture
def scene(rehearsed: Session, rehearsal_server: RehearsalServer) -> Iterator[Scene]:
    """A fresh rehearsal with rules to come."""
    yield Scene(rehearsed, rehearsal_server)
    rehearsal_server.replies.clear()
    rehearsal_server.clock.forward(20)  # Marketo's window of 100 calls, which many tests would share


# What stands in between -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LOGIN, REST, METADATA, MARKETO, TOKEN])
@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_is_never_followed(scene: Scene, path: str, status: int) -> None:
    """Wherever it leads, the token stays here; the gateway is named, without what its address holds."""
    scene.rule(path, status=status, headers={"Location": ELSEWHERE})
    seen = scene.seen(Part.ORGANIZATION, Part.CONVERSION, Part.MARKETO)
    unknowns = [part for part in vars(seen).values() if isinstance(part, Unknown)]
    assert unknowns and all(
        part.code == "REDIRECTED" and "portal.example" in part.reason for part in unknowns
    )
    assert not any("hunter22" in part.reason or "xyz99" in part.reason for part in unknowns)


@pytest.mark.parametrize(
    "location", ["https://[::1", "//", "\\\\x", "https://login.salesforce.com/", "x" * 9000]
)
def test_a_redirect_to_nowhere(scene: Scene, location: str) -> None:
    """Loops, addresses that are none, and very long ones end as refused (4), too."""
    scene.rule(REST, status=302, headers={"Location": location})
    with pytest.raises(SystemRefused) as stop:
        scene.checked()
    assert (stop.value.exit_code, stop.value.code) == (4, "REDIRECTED")


@pytest.mark.parametrize("path", [LOGIN, REST, METADATA, MARKETO, TOKEN])
@pytest.mark.parametrize("status", [200, 403])
def test_a_page_of_the_network(scene: Scene, path: str, status: int) -> None:
    """A sign-in page in an API's place is told as a page, whatever its status."""
    scene.rule(path, status=status, **PAGE)
    seen = scene.seen(Part.ORGANIZATION, Part.CONVERSION, Part.MARKETO)
    unknowns = [part for part in vars(seen).values() if isinstance(part, Unknown)]
    assert unknowns and {part.code for part in unknowns} == {"WEB_PAGE"}
    assert all("web page" in part.reason and part.unreached for part in unknowns)


@pytest.mark.parametrize("path", [LOGIN, REST, MARKETO, TOKEN])
def test_a_body_that_is_cut_off(scene: Scene, path: str) -> None:
    """An answer that ends too early is a connection that was lost; a read is made again."""
    scene.rule(path, body={"records": ["x" * 400]}, cut_after=30, times=1)
    seen = scene.seen(Part.ORGANIZATION, Part.MARKETO)
    unknowns = [part for part in vars(seen).values() if isinstance(part, Unknown)]
    assert all(part.unreached for part in unknowns)
    assert bool(unknowns) == (path == LOGIN)  # a login is never repeated


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "errors": [{"code": "603", "message": "Access denied"}]},
        {"success": False, "errors": "no list"},
        {"success": False, "errors": ["no object"]},
        {"success": False},
        {"result": "no list", "success": True},
        {"result": [{"fields": None}], "success": True},
        {"result": [{"fields": [None, 7]}], "success": True},
        [],
        None,
        "[" * 200_000,
    ],
)
def test_what_marketo_says_inside_a_200(scene: Scene, body: Any) -> None:
    """A refusal in a 200, or anything else in its place, makes Marketo's part unknown and nothing more."""
    scene.rule(MARKETO, body=body)
    seen = scene.seen(Part.ORGANIZATION, Part.MARKETO)
    assert isinstance(seen.marketo, Unknown) and not isinstance(seen.organization, Unknown)


@pytest.mark.parametrize("token", [{"access_token": None, "expires_in": 5}, {"access_token": "x"}, [], "x"])
def test_what_marketo_gives_for_a_token(scene: Scene, token: Any) -> None:
    """A token answer of a different form is a refusal of Marketo."""
    scene.rule(TOKEN, body=token)
    assert isinstance(scene.seen(Part.MARKETO).marketo, Unknown)


def test_a_bundle_that_is_not_there(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A file of certificates that does not exist is told as that, with the variable that names it."""
    folder = tmp_path_factory.mktemp("certificate file")
    scene.session.transport.session.trust_env = True  # as on a live connection
    scene.session.transport.session.verify = True
    (folder / "empty.pem").write_text("no certificate")
    for path, words in ((folder / "gone.pem", "does not exist"), (folder / "empty.pem", "cannot be read")):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
        object.__setattr__(scene.session.connection.rehearsal, "ca_file", "")
        with pytest.raises(Unreachable, match=words) as stop:
            scene.session.transport.send("GET", "https://login.salesforce.com/services/data")
        assert "REQUESTS_CA_BUNDLE" in str(stop.value) and stop.value.exit_code == 4


# One refusal is not the whole system's
# -----------------------------------------------------------------------


def test_the_metadata_api_alone_refuses(scene: Scene) -> None:
    """What needs it is unknown with its fix; every other check has its verdict, and the session goes on."""
    before = scene.checked()
    scene.rule(METADATA, status=500, headers={"Content-Type": "text/xml"}, body=ENDED)
    after = scene.checked()
    changed = {name for name, finding in after.items() if finding.status is not before[name].status}
    assert changed and all(after[name].status is Status.UNKNOWN and after[name].fix for name in changed)
    assert len(changed) <= 3 and scene.session.admin.reader is not None


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        (".*/tooling/query", {"status": 401, "body": [{"errorCode": "INVALID_SESSION_ID", "message": "no"}]}),
        (
            ".*/tooling/query",
            {"status": 403, "body": [{"errorCode": "API_DISABLED_FOR_ORG", "message": "x"}]},
        ),
        (METADATA, {"status": 404, "body": ""}),
        (METADATA, {"status": 503, "body": "down"}),
        (".*/limits", {"status": 403, "body": DAY}),
        (MARKETO, {"body": {"success": False, "errors": [{"code": "607", "message": "quota"}]}}),
    ],
)
def test_one_api_is_not_the_system(scene: Scene, path: str, rule: dict[str, Any]) -> None:
    """Tooling, Metadata, limits or Marketo out of order: all other checks keep their verdict."""
    before = scene.checked()
    scene.rule(path, **rule)
    after = scene.checked()
    changed = [name for name, finding in after.items() if finding.status is not before[name].status]
    assert all(after[name].status is Status.UNKNOWN for name in changed)
    assert len(changed) < len(after) / 2


def test_a_session_that_has_ended_for_all(scene: Scene) -> None:
    """Where REST says so too, it is the session's end: told as that (4), and the next look logs in anew."""
    scene.session.admin()
    scene.server.org.expire_sessions()
    with pytest.raises(SystemRefused) as stop:
        scene.checked()
    assert stop.value.code == "INVALID_SESSION_ID"
    assert scene.checked()


# What passes by itself --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 403, "body": BUSY},
        {"status": 429, "headers": {"Retry-After": "3"}, "body": ""},
        {"status": 429, "body": [{"errorCode": "TOO_MANY", "message": "x"}]},
        {"status": 503, "headers": {"Retry-After": "2"}, "body": ""},
        {"status": 400, "body": [{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "x"}]},
    ],
)
@pytest.mark.parametrize("path", [".*/composite$", ".*/limits$", METADATA])
def test_a_read_waits_for_what_passes(scene: Scene, refusal: dict[str, Any], path: str) -> None:
    """Made again within a bound, with a word for the person who waits; never told as the day's quota."""
    scene.rule(path, times=2, **refusal)
    seen = scene.seen(Part.ORGANIZATION, Part.BUDGET, Part.CONVERSION)
    assert not any(isinstance(part, Unknown) for part in vars(seen).values())
    assert scene.pauses and sum(scene.pauses) < 60
    assert scene.told and all("Waiting" in line for line in scene.told)


def test_a_part_of_a_composite_waits_alone(scene: Scene) -> None:
    """A query among five that was refused for the moment is asked again, the others are not."""
    part = {"httpStatusCode": 403, "body": BUSY, "referenceId": "part0", "httpHeaders": {}}
    scene.rule(".*/composite$", times=1, body={"compositeResponse": [part]})
    (answer,) = scene.session.admin().composite_queries(["SELECT Id FROM Organization"])
    assert not isinstance(answer, RunbookError) and answer.total == 1


def test_the_days_quota_is_not_waited_for(scene: Scene) -> None:
    """TotalRequests ends tomorrow: told at once as that; ConcurrentRequests that lasts is told as that."""
    scene.rule(".*/composite$", status=403, body=DAY)
    with pytest.raises(SystemRefused) as stop:
        scene.session.admin().composite_queries(["SELECT Id FROM Lead"])
    assert not scene.pauses and "24 hours" in str(stop.value.fix)
    scene.server.replies.clear()
    scene.rule(".*/composite$", status=403, body=BUSY)
    with pytest.raises(SystemRefused) as stop:
        scene.session.admin().composite_queries(["SELECT Id FROM Lead"])
    assert "24 hours" not in str(stop.value) and "long calls" in str(stop.value.fix)


@pytest.mark.parametrize("asked", ["3600", "Fri, 31 Dec 9999 23:59:59 GMT", "-5", "soon", "1e9", "9" * 400])
def test_nobody_waits_without_end(scene: Scene, asked: str) -> None:
    """A Retry-After that is too long, or no time at all, never holds anybody for more than a minute."""
    scene.rule(REST, status=503, headers={"Retry-After": asked}, body="")
    with pytest.raises(SystemRefused):
        scene.checked()
    assert all(pause <= 60 for pause in scene.pauses) and sum(scene.pauses) < 120


@pytest.mark.parametrize("code", ["606", "615", "611", "713"])
def test_marketo_is_waited_for(scene: Scene, code: str) -> None:
    """Marketo's own passing codes, inside a 200, are waited for in the same way."""
    body = {"requestId": "1", "success": False, "errors": [{"code": code, "message": "busy"}]}
    scene.rule(MARKETO, times=2, body=body)
    assert not isinstance(scene.seen(Part.MARKETO).marketo, Unknown)
    assert scene.pauses and scene.told


# JSON of another shape
# ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [None, [], "text", 7, {}, {"records": None}, {"compositeResponse": None}, {"compositeResponse": [None]},
     {"compositeResponse": [{"httpStatusCode": "200", "body": {}}]}, {"sobjects": 1}, "[" * 200_000,
     {"DailyApiRequests": 7}, {"DailyApiRequests": {"Max": "many", "Remaining": None}}, "<html>"],
)  # fmt: skip
def test_an_answer_of_another_form(scene: Scene, body: Any) -> None:
    """Whatever Salesforce's REST API answers in place of JSON of its own is a refusal (4) or unknown, no
    defect."""
    scene.session.admin()
    scene.rule(REST, body=body)
    try:
        found = scene.checked()
    except SystemRefused as stop:
        assert stop.exit_code == 4
    else:
        assert Status.UNKNOWN in {finding.status for finding in found.values()}


@pytest.mark.parametrize(
    "patch",
    [
        {"compositeResponse": []},
        {"done": False, "nextRecordsUrl": "//evil.example/x"},
        {"done": False},
        {"records": [{"Id": {"a": 1}}]},
        {"totalSize": "many", "records": [{}]},
    ],
)
def test_a_value_of_another_form(scene: Scene, patch: dict[str, Any]) -> None:
    """One value of another type in an answer makes its parts unknown; nothing is raised, nothing is
    followed."""
    scene.session.admin()
    scene.rule(f"{REST}/v[0-9.]+/(composite|query|tooling/query)", patch=patch)
    assert scene.seen(*(part for part in Part if part not in (Part.FILL, Part.DUPLICATES)))


def test_pages_that_go_round(scene: Scene) -> None:
    """A next page that is the same page again is refused, not read without end."""
    scene.session.admin()
    page = {
        "totalSize": 4,
        "done": False,
        "nextRecordsUrl": "/services/data/v67.0/query/01g-1",
        "records": [],
    }
    scene.rule(".*/query", body=page)
    with pytest.raises(SystemRefused, match="a different form"):
        scene.session.admin().query("SELECT Id FROM Lead")


def test_the_control_is_no_api(rehearsal_server: RehearsalServer) -> None:
    """The rehearsal's own pages may redirect and be pages: they are no API of a system."""
    url = f"{rehearsal_server.url}/_rehearsal"
    assert requests.get(url, verify=str(rehearsal_server.ca_file), timeout=60).status_code == 200
