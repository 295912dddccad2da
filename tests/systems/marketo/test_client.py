"""Marketo is read and never written, its errors inside HTTP 200 are errors, and "cannot tell" stays that."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from runbook_lib.errors import Defect, MarketoRefused, SecretMissing
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.marketo import client
from runbook_lib.systems.marketo.client import MarketoReader
from runbook_lib.systems.marketo.crm_lock import CrmLock
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.systems.transport import Transport

TOKEN = json.dumps(
    {"access_token": "token-1234", "token_type": "bearer", "expires_in": 3599, "scope": "api@acme"}
)
FRESH = TOKEN.replace("token-1234", "token-5678")
ROLES = "/rest/v1/opportunities/roles/describe.json"


def _ok(*result: Any, **more: Any) -> str:
    return json.dumps({"requestId": "a#1", "success": True, "result": list(result), **more})


def _no(code: Any, message: str = "no") -> str:
    return json.dumps({"requestId": "a#2", "success": False, "errors": [{"code": code, "message": message}]})


@pytest.fixture
def reader(
    transport: Transport, scripted_connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> MarketoReader:
    """A reader whose answers the test scripts."""
    monkeypatch.setenv("RUNBOOK_ACME_MARKETO_CLIENT_SECRET", "hunter22&=")
    return MarketoReader(transport, scripted_connection, Vault(scripted_connection))


def test_the_token_goes_in_the_header_and_tells_the_api_user(reader: MarketoReader, scripted: Any) -> None:
    """One token serves all calls, in the header; its scope is the API user."""
    scripted.script(TOKEN, _ok({"total": 7}), _ok({"total": 8}))
    assert reader.api_user == "api@acme"
    assert [reader.usage(), reader.usage()] == [7, 8]
    token, first, second = scripted.asked
    assert parse_qs(urlsplit(token.target).query) == {
        "grant_type": ["client_credentials"], "client_id": ["client"], "client_secret": ["hunter22&="],
    }  # fmt: skip
    assert first.headers["Authorization"] == second.headers["Authorization"] == "Bearer token-1234"
    assert "token-1234" not in first.target


def test_the_secret_stays_out_of_the_log(
    reader: MarketoReader, scripted: Any, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither our log nor urllib3's holds the client secret or the token."""
    scripted.script(TOKEN, _ok({"total": 7}))
    with caplog.at_level("DEBUG"):
        reader.usage()
    assert "hunter22" not in caplog.text + repr(transport.log)
    assert "token-1234" not in caplog.text + repr(transport.log)


@pytest.mark.parametrize("code", ["601", 602])
def test_a_token_that_ran_out_is_renewed_once(reader: MarketoReader, scripted: Any, code: Any) -> None:
    """A new token is asked for and the call made again; a second refusal is told."""
    scripted.script(TOKEN, _no(code), FRESH, _ok({"total": 7}))
    assert reader.usage() == 7
    assert scripted.asked[-1].headers["Authorization"] == "Bearer token-5678"
    scripted.script(_no(code), TOKEN, _no(code))
    with pytest.raises(MarketoRefused) as fault:
        reader.usage()
    assert fault.value.code == str(code)


def test_a_rate_limit_is_waited_out(reader: MarketoReader, scripted: Any, pauses: list[float]) -> None:
    """After 606 the reader waits the 20 seconds that the limit lasts; after two waits it gives up."""
    scripted.script(TOKEN, _no("606"), _no("606"), _ok({"total": 7}), *[_no("606")] * 3)
    assert reader.usage() == 7
    assert pauses == [20.0, 20.0]
    with pytest.raises(MarketoRefused, match="rate limit"):
        reader.usage()


@pytest.mark.parametrize(
    ("probe", "words"),
    [(_ok({"total": 1}), "role of the API user"), (_no("603"), "every call of this client")],
)
def test_the_two_meanings_of_603_are_told_apart(
    reader: MarketoReader, scripted: Any, probe: str, words: str
) -> None:
    """A call that needs no permission shows whether the role or the address is refused."""
    scripted.script(TOKEN, _no("603", "Access denied"), probe)
    with pytest.raises(MarketoRefused, match=words) as fault:
        reader.describe2()
    assert fault.value.code == "603"
    assert "a#2" in str(fault.value.where)
    assert urlsplit(scripted.asked[-1].target).path == client.USAGE


@pytest.mark.parametrize(
    ("answer", "state", "codes"),
    [
        (_ok({"name": "opportunityRole"}), CrmLock.ok, ()),
        (_no("1018", "CRM Enabled"), CrmLock.crm_locked, ("1018",)),
        (_no(1018), CrmLock.crm_locked, ("1018",)),
        (_ok({"status": "skipped", "reasons": [{"code": "1018"}]}), CrmLock.crm_locked, ("1018",)),
        (_no("603"), CrmLock.not_permitted, ("603",)),
        (_no("616"), CrmLock.unavailable, ("616",)),
        (_no("610"), CrmLock.unavailable, ("610",)),
        (_no("1001"), CrmLock.unknown, ("1001",)),
        ('{"requestId": "a#3", "success": false}', CrmLock.unknown, ()),
        ("<html>busy</html>", CrmLock.unknown, ("HTTP_200",)),
        ("[]", CrmLock.unknown, ("HTTP_200",)),
        ((404, "not found"), CrmLock.unknown, ("HTTP_404",)),
    ],
)  # fmt: skip
def test_the_crm_lock_is_told_only_by_its_code(
    reader: MarketoReader, scripted: Any, answer: Any, state: CrmLock, codes: tuple[str, ...]
) -> None:
    """Whatever else is answered is "cannot tell", never "not tied"."""
    scripted.script(TOKEN, answer)
    told = reader.roles_describe()
    assert (told.state, told.codes) == (state, codes)
    assert [(asked.method, urlsplit(asked.target).path) for asked in scripted.asked[1:]] == [("GET", ROLES)]


def test_no_answer_about_the_lock_is_cannot_tell(reader: MarketoReader, scripted: Any) -> None:
    """A lost connection says nothing about a CRM."""
    scripted.script(TOKEN, None, None, None, None)
    assert reader.roles_describe().state is CrmLock.unknown


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((401, '{"error":"invalid_client","error_description":"No client"}'), "client id and client secret"),
        ((404, "<html>"), "HTTP 404"),
        ((200, "[]"), "HTTP 200"),
    ],
)
def test_a_client_that_gets_no_token_is_told(
    reader: MarketoReader, scripted: Any, answer: Any, words: str
) -> None:
    """The message says what to look up; it holds neither the secret nor the URL's query."""
    scripted.script(answer)
    with pytest.raises(MarketoRefused, match=words) as fault:
        reader.usage()
    assert "hunter22" not in str(fault.value)
    assert fault.value.fix


def test_without_a_client_secret_nothing_is_asked(
    reader: MarketoReader, scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing secret is said before any call."""
    monkeypatch.delenv("RUNBOOK_ACME_MARKETO_CLIENT_SECRET")
    with pytest.raises(SecretMissing):
        reader.usage()
    assert scripted.asked == []


def test_many_people_are_asked_for_in_few_calls(reader: MarketoReader, scripted: Any) -> None:
    """300 values make one call, more pages are followed, a long query travels as a form that only reads."""
    scripted.script(TOKEN, _ok({"id": 1}, nextPageToken="next"), _ok({"id": 2}), _ok(), _ok({"id": 3}))
    values = [f"00Q5g00000{number:05}AAA" for number in range(301)]
    assert reader.leads("sfdcLeadId", values, ["id", "sfdcId"]) == [{"id": 1}, {"id": 2}, {"id": 3}][:2]
    first, second, third = scripted.asked[1:]
    assert parse_qs(urlsplit(second.target).query)["nextPageToken"] == ["next"]
    assert len(parse_qs(urlsplit(first.target).query)["filterValues"][0].split(",")) == 300
    assert parse_qs(urlsplit(third.target).query)["filterValues"] == [values[300]]
    assert reader.leads("email", ["ä" * 60 + f"{number}@x" for number in range(20)], ["id"]) == [{"id": 3}]
    assert (scripted.asked[-1].method, scripted.asked[-1].target) == (
        "POST",
        "/rest/v1/leads.json?_method=GET",
    )
    assert parse_qs(scripted.asked[-1].body)["filterType"] == ["email"]


def test_describe2_is_flat(reader: MarketoReader, scripted: Any) -> None:
    """Marketo wraps names in lists of lists, and leaves a result out where it has none."""
    scripted.script(
        TOKEN,
        _ok(
            {
                "name": "API Lead",
                "searchableFields": [["email"], ["sfdcLeadId"]],
                "fields": [{"name": "email"}],
            }
        ),
        json.dumps({"requestId": "a#4", "success": True}),
    )
    assert reader.describe2()["searchableFields"] == ["email", "sfdcLeadId"]
    with pytest.raises(MarketoRefused):
        reader.describe2()


def test_other_paths_are_a_defect(reader: MarketoReader, scripted: Any) -> None:
    """Only paths that read are on the list; nothing that writes can be asked."""
    for path in (
        "/rest/v1/leads/delete.json",
        "/rest/v1/companies.json",
        "/rest/v1/../v1/leads.json",
        "/rest/v1/leads.json/x",
    ):
        with pytest.raises(Defect):
            reader._ask(path, {})
    assert scripted.asked == []


def test_calls_keep_half_of_the_shared_limit(
    reader: MarketoReader, scripted: Any, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After as many calls as the window holds, the next one waits."""
    monkeypatch.setattr(client, "WINDOW", 1000.0)
    scripted.script(TOKEN, *[_ok({"total": 1})] * (client.CALLS_PER_WINDOW + 1))
    for _ in range(client.CALLS_PER_WINDOW):
        reader.usage()
    assert pauses == []
    reader.usage()
    assert 900 < pauses[0] <= 1000


def test_the_rehearsal_is_read_like_marketo(
    rehearsal_server: RehearsalServer,
    a_connection: Callable[..., Connection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Against the imitation every reading works, and the lock is not seen before anything is tied."""
    world = rehearsal_server.world
    monkeypatch.setenv("RUNBOOK_ACME_MARKETO_CLIENT_SECRET", world.secrets()["marketo_client_secret"])
    connection = a_connection(
        marketo={"munchkin_id": world.marketo.munchkin_id, "client_id": world.marketo.client_id},
        rehearsal={"world": "clean", "url": rehearsal_server.url, "ca_file": str(rehearsal_server.ca_file)},
    )
    with Transport(connection) as transport:
        reader = MarketoReader(transport, connection, Vault(connection))
        assert reader.api_user == world.marketo.api_user
        assert {"id", "displayName", "dataType"} <= set(reader.describe()[0])
        described = reader.describe2()
        assert "sfdcLeadId" in described["searchableFields"]
        assert {"name", "displayName", "dataType", "updateable", "crmManaged"} <= set(described["fields"][0])
        assert reader.leads("sfdcLeadId", ["00Q000000000000AAA"], ["id"]) == []
        assert reader.roles_describe().state is CrmLock.ok
        assert reader.usage() > 0
