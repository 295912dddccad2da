"""The control under /_rehearsal: card, reset, clock, faults, request log, knobs."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from runbook_lib.rehearsal.server import RehearsalServer


def control(server: RehearsalServer, method: str, path: str, **kwargs: Any) -> requests.Response:
    """One request to the control over HTTPS."""
    return requests.request(
        method, f"{server.url}/_rehearsal/{path}", verify=str(server.ca_file), timeout=60, **kwargs
    )


def versions(server: RehearsalServer) -> requests.Response:
    """The cheapest Salesforce request there is."""
    return requests.get(f"{server.url}/services/data", verify=str(server.ca_file), timeout=60)


def inject(server: RehearsalServer, kind: str, path: str = "/services", **more: Any) -> None:
    """Let a fault strike the next request below `path`."""
    answer = control(server, "POST", "faults", json={"path": path, "kind": kind, **more})
    assert answer.status_code == 201, answer.text


def test_card_shows_users_made_meanwhile(rehearsal_server: RehearsalServer) -> None:
    """Nobody has a mailbox here: what a new user would have been mailed stands on the card."""
    assert control(rehearsal_server, "GET", "world").json()["newcomers"] == []
    org, world = rehearsal_server.org, rehearsal_server.world
    profile = org.database.sql('SELECT "Id" FROM org."Profile" WHERE "Name" = $1', ["Standard User"])[0][0]
    values = {
        "Username": "new@acme.example", "Email": "new@acme.example", "LastName": "New", "Alias": "new",
        "ProfileId": profile, "LanguageLocaleKey": "en_US", "LocaleSidKey": "en_US",
        "TimeZoneSidKey": "UTC", "EmailEncodingKey": "UTF-8",
    }  # fmt: skip
    org.create(org.user_id(world.admin.username), "User", values)
    (newcomer,) = control(rehearsal_server, "GET", "world").json()["newcomers"]
    assert newcomer["username"] == "new@acme.example" and newcomer["security_token"]
    assert "new@acme.example" in control(rehearsal_server, "GET", "").text


def test_card_shows_what_a_person_needs(rehearsal_server: RehearsalServer) -> None:
    """The card names addresses, users, secrets and the console, properly escaped."""
    page = control(rehearsal_server, "GET", "").text
    assert rehearsal_server.url in page
    assert rehearsal_server.page_url in page
    assert rehearsal_server.world.sync_user.username in page
    assert "Rehearsal&lt;Sync&amp;Pass&gt;+2/=" in page
    assert 'href="/console?lang=en"' in page


def test_world_as_json(rehearsal_server: RehearsalServer) -> None:
    """The card is there as JSON too, with the secrets under the names the product asks for."""
    card = control(rehearsal_server, "GET", "world").json()
    assert card["secrets"] == rehearsal_server.world.secrets()
    assert card["marketo"]["identity_url"] == f"{rehearsal_server.url}/identity"
    assert card["salesforce"]["my_domain"] == "acme"


def test_clock_goes_forward_only(rehearsal_server: RehearsalServer) -> None:
    """The clock can be put forward by seconds; back, or by nonsense, is refused with a reason."""
    before = datetime.fromisoformat(control(rehearsal_server, "GET", "clock").json()["now"])
    after = control(rehearsal_server, "POST", "clock", json={"forward_seconds": 3600}).json()["now"]
    assert datetime.fromisoformat(after) - before >= timedelta(hours=1)
    for wrong in ({"forward_seconds": -1}, {"forward_seconds": "soon"}, {}):
        answer = control(rehearsal_server, "POST", "clock", json=wrong)
        assert answer.status_code == 400
        assert "forward_seconds" in answer.json()["error"]


def test_reset_starts_anew(rehearsal_server: RehearsalServer) -> None:
    """Reset puts data, clock, faults and log back and keeps the address."""
    inject(rehearsal_server, "status_503", times=5)
    control(rehearsal_server, "POST", "clock", json={"forward_seconds": 86_400})
    org, url = rehearsal_server.org, rehearsal_server.url
    answer = control(rehearsal_server, "POST", "reset")
    assert answer.status_code == 200
    assert rehearsal_server.org is not org
    assert rehearsal_server.url == url
    assert rehearsal_server.faults.as_json() == []
    assert versions(rehearsal_server).status_code == 200
    now = datetime.fromisoformat(control(rehearsal_server, "GET", "clock").json()["now"])
    assert now - datetime.now(now.tzinfo) < timedelta(minutes=1)


def test_people_and_rules_are_changed_by_words(rehearsal_server: RehearsalServer) -> None:
    """A change of people and a switched rule answer what was done, or say what cannot be."""
    change = {"kind": "form", "object": "Lead", "set": {"Phone": ""}}
    refused = control(rehearsal_server, "POST", "change", json=change)
    assert (refused.status_code, refused.json()["error"]) == (400, "Lead.Phone is not mapped")
    assert control(rehearsal_server, "POST", "change", json={"sort": "form"}).status_code == 400
    unknown = control(rehearsal_server, "POST", "rule", json={"rule": "Nobody_s", "active": False})
    assert unknown.status_code == 400 and "Nobody_s" in unknown.json()["error"]


def test_log_can_be_read_and_cleared(rehearsal_server: RehearsalServer) -> None:
    """The log gives method, host, path, status and duration, filtered by path, and can be emptied."""
    versions(rehearsal_server)
    (entry,) = control(rehearsal_server, "GET", "requests?path=/services").json()
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/services/data", 200)
    assert entry["milliseconds"] >= 0
    assert control(rehearsal_server, "DELETE", "requests").status_code == 204
    assert control(rehearsal_server, "GET", "requests?path=/services").json() == []


def test_faults_strike_as_often_as_asked(rehearsal_server: RehearsalServer) -> None:
    """A fault strikes so many requests, then everything is well again."""
    inject(rehearsal_server, "status_503", times=2)
    assert [versions(rehearsal_server).status_code for _ in range(3)] == [503, 503, 200]
    faults = [entry.fault for entry in rehearsal_server.log.entries() if entry.path == "/services/data"]
    assert faults == ["status_503", "status_503", ""]


def test_faults_can_be_limited_and_taken_back(rehearsal_server: RehearsalServer) -> None:
    """A fault strikes only its own path and method, and waiting faults can be forgotten."""
    inject(rehearsal_server, "status_503", path="/rest")
    inject(rehearsal_server, "status_503", method="post")
    assert versions(rehearsal_server).status_code == 200
    assert len(control(rehearsal_server, "GET", "faults").json()) == 2
    assert control(rehearsal_server, "DELETE", "faults").status_code == 204
    assert control(rehearsal_server, "GET", "faults").json() == []


@pytest.mark.parametrize(
    ("kind", "path", "status", "said"),
    [
        ("expired_session", "/services/data/v59.0/limits", 401, '"errorCode":"INVALID_SESSION_ID"'),
        ("expired_session", "/services/Soap/m/59.0", 500, "<faultcode>sf:INVALID_SESSION_ID</faultcode>"),
        ("expired_session", "/rest/v1/leads/describe.json", 200, '"code":"602"'),
        ("rate_limit", "/services/data/v59.0/limits", 403, '"errorCode":"REQUEST_LIMIT_EXCEEDED"'),
        ("rate_limit", "/rest/v1/leads/describe.json", 200, '"code":"606"'),
        ("status_503", "/services/data/v59.0/limits", 503, '"errorCode":"SERVER_UNAVAILABLE"'),
        ("status_503", "/rest/v1/leads/describe.json", 503, "Service Unavailable"),
        ("html_503", "/services/Soap/u/59.0", 503, "<br>"),
        ("metadata_lock", "/services/data/v59.0/tooling/sobjects", 400, '"errorCode":"ALREADY_IN_PROCESS"'),
        ("metadata_lock", "/services/Soap/m/59.0", 500, "<faultcode>sf:ALREADY_IN_PROCESS</faultcode>"),
    ],
)
def test_faults_speak_the_language_of_their_system(
    rehearsal_server: RehearsalServer, kind: str, path: str, status: int, said: str
) -> None:
    """Each fault has the status and body that the imitated API gives it."""
    inject(rehearsal_server, kind, path=path)
    answer = requests.post(
        rehearsal_server.url + path, data="x" * 100_000, verify=str(rehearsal_server.ca_file), timeout=60
    )
    assert answer.status_code == status
    assert said in answer.text


def test_slow_answers_late(rehearsal_server: RehearsalServer) -> None:
    """A slow request is answered properly after the time asked for."""
    inject(rehearsal_server, "slow", seconds=0.2)
    began = time.monotonic()
    assert versions(rehearsal_server).status_code == 200
    assert time.monotonic() - began >= 0.2


def test_lost_connection_after_write_has_done_the_work(rehearsal_server: RehearsalServer) -> None:
    """The request takes effect, the client gets no answer, and the log shows both."""
    inject(rehearsal_server, "lost_connection_after_write", path="/services/oauth2")
    calls = len(rehearsal_server.log.entries())
    with pytest.raises(requests.ConnectionError):
        requests.post(
            f"{rehearsal_server.url}/services/oauth2/token",
            data={"grant_type": "none"},
            verify=str(rehearsal_server.ca_file),
            timeout=60,
        )
    deadline = time.monotonic() + 60
    while len(rehearsal_server.log.entries()) == calls and time.monotonic() < deadline:
        time.sleep(0.01)
    entry = rehearsal_server.log.entries()[-1]
    assert (entry.status, entry.fault) == (0, "lost_connection_after_write")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ({"kind": "status_503"}, "missing key: path"),
        ({"path": "/x", "kind": "earthquake"}, "earthquake"),
        ({"path": "(", "kind": "slow"}, "regular expression"),
        ({"path": "/x", "kind": "slow", "often": 3}, "unknown key: often"),
        ({"path": "/rest", "kind": "metadata_lock"}, "Salesforce alone"),
        (["slow"], "JSON object"),
    ],
)
def test_bad_faults_are_refused_with_a_reason(
    rehearsal_server: RehearsalServer, fault: Any, why: str
) -> None:
    """A fault that cannot be understood is refused and the reason is named."""
    answer = control(rehearsal_server, "POST", "faults", json=fault)
    assert answer.status_code == 400
    assert why in answer.json()["error"]


@pytest.mark.parametrize("headers", [{"Host": "login.salesforce.com"}, {"Origin": "https://evil.example"}])
def test_control_answers_this_machine_only(
    rehearsal_server: RehearsalServer, headers: dict[str, str]
) -> None:
    """Neither another host name nor another site's page reaches the control, on HTTPS neither."""
    answer = control(rehearsal_server, "GET", "world", headers=headers)
    assert answer.status_code == 403
    assert "secrets" not in answer.text


def test_control_itself_is_never_struck(rehearsal_server: RehearsalServer) -> None:
    """Faults that would fit every path still let the control answer."""
    inject(rehearsal_server, "status_503", path="/")
    assert control(rehearsal_server, "GET", "faults").status_code == 200
