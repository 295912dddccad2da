"""Every call has a time-out, is counted and logged without secrets, and repeated only where safe."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme

from runbook_lib.errors import Defect, Unreachable
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.systems import transport as module
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.retry import ATTEMPTS
from runbook_lib.systems.transport import Call, Transport

ORG = "https://acme.my.salesforce.com"
TOKEN = "https://123-abc-456.mktorest.com/identity/oauth/token?client_secret=hunter22"


def test_the_server_sees_the_host_of_the_url(scripted: Any, transport: Transport) -> None:
    """The connection goes to the rehearsal, the Host header stays the one of the URL."""
    scripted.script(200, 200)
    transport.send("GET", f"{ORG}/services/data")
    transport.send("GET", f"{scripted.url}/console/")
    assert [asked.headers["Host"] for asked in scripted.asked] == [
        "acme.my.salesforce.com",
        scripted.url.removeprefix("https://"),
    ]


def test_calls_are_counted_and_logged_without_their_query(scripted: Any, transport: Transport) -> None:
    """The log tells system, method, host, path, status and time, and nothing else."""
    scripted.script(*[201] * 4)
    for url in (
        f"{ORG}/services/data/?q=x",
        TOKEN,
        f"{scripted.url}/console/x?a=b",
        f"{scripted.url}/rest/v1/x",
    ):
        transport.send("POST", url)
    assert transport.calls == {"salesforce": 1, "marketo": 2, "console": 1}
    first = transport.log[0]
    assert first == Call(
        "salesforce", "POST", "acme.my.salesforce.com", "/services/data/", 201, first.milliseconds
    )
    assert first.milliseconds >= 0
    assert "hunter22" not in repr(transport.log)


@pytest.mark.parametrize("trouble", [503, 502, 504, None])
def test_a_call_that_only_reads_is_repeated(
    scripted: Any, transport: Transport, pauses: list[float], trouble: int | None
) -> None:
    """After a busy server or a lost connection a GET is made again, each time after a longer wait."""
    scripted.script(trouble, trouble, "at last")
    assert transport.send("GET", f"{ORG}/services/data").text == "at last"
    assert pauses == [0.5, 1.0]
    assert [call.status for call in transport.log] == [trouble, trouble, 200]


def test_repeating_has_an_end(scripted: Any, transport: Transport) -> None:
    """After the last attempt the answer is what it is, and silence is Unreachable."""
    scripted.script(*[503] * ATTEMPTS, *[None] * ATTEMPTS)
    assert transport.send("GET", f"{ORG}/services/data").status_code == 503
    with pytest.raises(Unreachable):
        transport.send("GET", f"{ORG}/services/data")
    assert len(scripted.asked) == 2 * ATTEMPTS


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("trouble", [503, None])
def test_a_write_is_never_repeated(
    scripted: Any, transport: Transport, method: str, trouble: int | None
) -> None:
    """Nobody can know whether the first call arrived: it is made once."""
    scripted.script(trouble, 200)
    if trouble:
        assert transport.send(method, f"{ORG}/services/data").status_code == trouble
    else:
        with pytest.raises(Unreachable):
            transport.send(method, f"{ORG}/services/data")
    assert len(scripted.asked) == 1


def test_a_long_get_in_a_post_is_repeated(scripted: Any, transport: Transport) -> None:
    """Marketo's POST with ``_method=GET`` only reads, and is repeated like a GET."""
    scripted.script(502, 200)
    url = "https://123-abc-456.mktorest.com/rest/v1/leads.json?_method=GET"
    assert transport.send("POST", url).status_code == 200


def test_no_answer_is_told_without_the_query(scripted: Any, transport: Transport) -> None:
    """The error names the host and the path; the secret of the query is neither in it nor in its causes."""
    scripted.script()
    scripted.script(*[None] * ATTEMPTS)
    with pytest.raises(Unreachable, match=r"123-abc-456\.mktorest\.com/identity/oauth/token") as fault:
        transport.send("GET", TOKEN)
    error: BaseException | None = fault.value
    while error is not None:
        assert "hunter22" not in str(error)
        error = error.__cause__ or error.__context__


def test_urllib3_logs_no_query(scripted: Any, transport: Transport, caplog: pytest.LogCaptureFixture) -> None:
    """Even with every logger at DEBUG the secret in a query is not logged."""
    scripted.script(200, None, 200)
    with caplog.at_level(logging.DEBUG):
        transport.send("GET", TOKEN)
        transport.send("GET", TOKEN)
    assert "/identity/oauth/token" in caplog.text
    assert "hunter22" not in caplog.text


def test_silence_has_a_time_out(scripted_connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call without a time-out of its own gets one, and says how long it waited."""
    monkeypatch.setattr(module, "TIMEOUT", (1.0, 0.05))
    with socket.create_server(("127.0.0.1", 0)) as mute:
        rehearsal = scripted_connection.rehearsal
        assert rehearsal is not None
        there = rehearsal.model_copy(update={"url": f"https://127.0.0.1:{mute.getsockname()[1]}"})
        with Transport(
            scripted_connection.model_copy(update={"rehearsal": there}), pause=lambda _: None
        ) as lost:
            with pytest.raises(Unreachable):
                lost.send("POST", f"{ORG}/services/data")


def test_a_foreign_certificate_is_refused_at_once(
    scripted: Any, scripted_connection: Connection, tmp_path: Path
) -> None:
    """A certificate of another authority is not accepted, and asking again is no use."""
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    rehearsal = scripted_connection.rehearsal
    assert rehearsal is not None
    wary = rehearsal.model_copy(update={"ca_file": str(tmp_path / "other.pem")})
    with Transport(scripted_connection.model_copy(update={"rehearsal": wary})) as there:
        with pytest.raises(Unreachable, match="certificate"):
            there.send("GET", f"{ORG}/services/data")
        assert len(there.log) == 1
    assert scripted.asked == []


def test_the_certificate_must_name_the_host(scripted: Any, transport: Transport) -> None:
    """The name that is checked is the one of the URL, not the one of this machine."""
    with pytest.raises(Unreachable, match="certificate"):
        transport.send("GET", "https://other.my.salesforce.com/services/data")
    assert scripted.asked == []


def test_a_rehearsal_that_is_gone_is_unreachable(scripted_connection: Connection, tmp_path: Path) -> None:
    """A certificate file that the rehearsal took with it is no defect."""
    rehearsal = scripted_connection.rehearsal
    assert rehearsal is not None
    gone = rehearsal.model_copy(update={"ca_file": str(tmp_path / "gone.pem")})
    with Transport(scripted_connection.model_copy(update={"rehearsal": gone})) as there:
        with pytest.raises(Unreachable):
            there.send("GET", f"{ORG}/services/data")


@pytest.mark.parametrize(
    "url", ["https://example.com/", "http://login.salesforce.com/", "https://notsalesforce.com/"]
)
def test_nothing_goes_elsewhere(
    scripted: Any, transport: Transport, a_connection: Callable[..., Connection], url: str
) -> None:
    """Neither a rehearsal nor a live connection calls another host, or without TLS."""
    with Transport(a_connection()) as live:
        for way in (transport, live):
            with pytest.raises(Defect):
                way.send("GET", url)
    assert scripted.asked == []


def test_tls_cannot_be_left_unchecked(scripted: Any, transport: Transport) -> None:
    """A call that asks for unchecked TLS is a defect."""
    with pytest.raises(Defect):
        transport.send("GET", f"{ORG}/services/data", verify=False)


def test_a_session_of_a_library_obeys_too(scripted: Any, transport: Transport) -> None:
    """What an adopted session sends is routed, counted and logged."""
    scripted.script(200)
    with requests.Session() as other:
        transport.adopt(other)
        other.post(f"{ORG}/services/Soap/m/63.0/")
    assert transport.calls == {"salesforce": 1}


def test_a_password_of_netrc_is_not_sent(
    scripted: Any, transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """requests would put a password from ~/.netrc in place of our header; it does not."""
    (tmp_path / "netrc").write_text("default login a password hunter22\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    transport.session.trust_env = True
    scripted.script(200)
    transport.send("GET", f"{ORG}/services/data", headers={"Authorization": "Bearer x"})
    assert scripted.asked[0].headers["Authorization"] == "Bearer x"


def test_a_longer_wait_passes_on_the_rehearsals_clock(
    rehearsal_server: RehearsalServer, a_connection: Callable[..., Connection]
) -> None:
    """Minutes that Marketo takes for an export take none in a rehearsal, and both clocks agree on them."""
    where = {"world": "clean", "url": rehearsal_server.url, "ca_file": str(rehearsal_server.ca_file)}
    with Transport(a_connection(rehearsal=where)) as transport:
        moment, began = transport.moment(), rehearsal_server.clock.now()
        transport.pause(600)
        assert transport.moment() - moment >= 600
        assert rehearsal_server.clock.now() - began >= timedelta(seconds=600)
        assert transport.calls == {"control": 1}
