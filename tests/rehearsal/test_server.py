"""The rehearsal as a server: HTTPS, paths, the request log, and a clean stop."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests

from runbook_lib.rehearsal.middleware import tidy_path
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import load_world

Start = Callable[..., RehearsalServer]


def get(server: RehearsalServer, path: str, **kwargs: object) -> requests.Response:
    """GET over HTTPS, trusting the rehearsal's authority."""
    return requests.get(server.url + path, verify=str(server.ca_file), timeout=60, **kwargs)  # type: ignore[arg-type]


def test_starts_within_two_seconds_and_stops_clean(start_rehearsal: Start) -> None:
    """A rehearsal answers after two seconds of work at most and leaves no port, thread or file behind."""
    began = time.process_time()  # this process's own work, whatever else the machine does
    server = start_rehearsal()
    assert get(server, "/services/data").status_code == 200
    assert time.process_time() - began < 2
    port, ca_file = urlsplit(server.url).port, server.ca_file
    server.stop()
    server.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=60)
    assert not ca_file.exists()
    assert not [thread for thread in threading.enumerate() if thread.name == f"rehearsal-{port}"]


def test_a_stopped_rehearsal_has_no_address(start_rehearsal: Start) -> None:
    """Asking a stopped rehearsal for its address is an error, not an old address."""
    server = start_rehearsal()
    server.stop()
    with pytest.raises(RuntimeError):
        _ = server.url
    with pytest.raises(RuntimeError):
        _ = server.ca_file


def test_unknown_world_names_the_known_ones() -> None:
    """A world that does not exist is refused before anything starts, and the known ones are named."""
    with pytest.raises(ValueError, match="clean"):
        RehearsalServer("paradise")


def test_takes_a_world_that_was_loaded(start_rehearsal: Start) -> None:
    """A loaded world can be played as well as a named one."""
    world = load_world("clean")
    assert start_rehearsal(world).world is world


def test_wanted_port_is_taken(start_rehearsal: Start) -> None:
    """A port can be asked for, and one that is in use is an error."""
    server = start_rehearsal()
    with pytest.raises(OSError, match="in use"):
        start_rehearsal(port=urlsplit(server.url).port)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "login.salesforce.com",
        "test.salesforce.com",
        "acme.my.salesforce.com",
        "acme--uat.sandbox.my.salesforce.com",
        "123-abc-456.mktorest.com",
    ],
)
def test_certificate_names_every_host(rehearsal_server: RehearsalServer, host: str) -> None:
    """The certificate is good, under strict X.509 rules, for every host a client may believe it talks to."""
    context = ssl.create_default_context(cafile=str(rehearsal_server.ca_file))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    address = ("127.0.0.1", urlsplit(rehearsal_server.url).port)
    with (
        socket.create_connection(address, timeout=60) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        assert secure.version() in ("TLSv1.2", "TLSv1.3")


def test_certificate_names_nothing_else(rehearsal_server: RehearsalServer) -> None:
    """The certificate is no good for a host that is not imitated."""
    context = ssl.create_default_context(cafile=str(rehearsal_server.ca_file))
    address = ("127.0.0.1", urlsplit(rehearsal_server.url).port)
    with (
        socket.create_connection(address, timeout=60) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="www.salesforce.com")


@pytest.mark.parametrize(
    ("asked", "tidy"),
    [
        ("/", "/"),
        ("//", "/"),
        ("/services/data/", "/services/data"),
        ("//services///data//v59.0/query//", "/services/data/v59.0/query"),
    ],
)
def test_paths_are_tidied(asked: str, tidy: str) -> None:
    """Doubled and trailing slashes do not change which resource is meant."""
    assert tidy_path(asked) == tidy


@pytest.mark.parametrize("path", ["/services/data", "/services/data/", "//services//data//"])
def test_slashes_do_not_matter(rehearsal_server: RehearsalServer, path: str) -> None:
    """A resource answers with and without trailing and doubled slashes, without a redirect."""
    answer = get(rehearsal_server, path, allow_redirects=False)
    assert answer.status_code == 200
    versions = answer.json()
    assert versions[0] == {"label": "Summer '17", "url": "/services/data/v40.0", "version": "40.0"}
    assert versions[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}


@pytest.mark.parametrize(
    ("path", "tidy"),
    [
        ("//services//data/", "/services/data"),
        ("/rest/../bulk/v1/leads/export.json", "/bulk/v1/leads/export.json"),
        ("/../../x", "/x"),
        ("/", "/"),
        ("", "/"),
    ],
)
def test_paths_are_tidied_as_clients_send_them(path: str, tidy: str) -> None:
    """Doubled and trailing slashes, and node-marketo-rest's way from /rest to /bulk."""
    assert tidy_path(path) == tidy


@pytest.mark.parametrize("path", ["/", "/services/apexrest/anything", "/services/Soap/z/59.0", "/asset/v1"])
def test_unknown_endpoint_is_501_and_logged(rehearsal_server: RehearsalServer, path: str) -> None:
    """What nobody imitates answers 501, says so in words, and is in the log."""
    answer = requests.post(rehearsal_server.url + path, verify=str(rehearsal_server.ca_file), timeout=60)
    assert answer.status_code == 501
    assert "does not imitate POST" in answer.text
    logged = rehearsal_server.log.entries()[-1]
    assert (logged.method, logged.path, logged.status) == ("POST", path, 501)


def test_log_holds_no_secret(rehearsal_server: RehearsalServer) -> None:
    """Neither query strings nor headers nor bodies reach the request log."""
    secret = "s3cr3t-in-every-place"
    requests.post(
        f"{rehearsal_server.url}/services/oauth2/token?client_secret={secret}",
        data={"grant_type": "client_credentials", "client_secret": secret},
        headers={"Authorization": f"Bearer {secret}", "X-Secret": secret},
        verify=str(rehearsal_server.ca_file),
        timeout=60,
    )
    entry = rehearsal_server.log.as_json()[-1]
    assert entry["path"] == "/services/oauth2/token"
    assert entry["host"] == urlsplit(rehearsal_server.url).netloc
    assert secret not in str(rehearsal_server.log.as_json())


def test_listens_on_loopback_only(rehearsal_server: RehearsalServer) -> None:
    """Both addresses are on 127.0.0.1."""
    assert urlsplit(rehearsal_server.url).hostname == "127.0.0.1"
    assert urlsplit(rehearsal_server.page_url).hostname == "127.0.0.1"


def test_page_port_serves_no_api(rehearsal_server: RehearsalServer) -> None:
    """The plain-HTTP port gives pages to a person, never an API that takes passwords."""
    assert requests.get(f"{rehearsal_server.page_url}/_rehearsal/", timeout=60).status_code == 200
    for path in ("/services/data", "/rest/v1/leads.json", "/consolecopy"):
        assert requests.get(rehearsal_server.page_url + path, timeout=60).status_code == 404


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_page_port_answers_this_machine_only(
    rehearsal_server: RehearsalServer, headers: dict[str, str]
) -> None:
    """A page of another site reaches the pages neither under its own host name nor across origins."""
    answer = requests.get(f"{rehearsal_server.page_url}/_rehearsal", headers=headers, timeout=60)
    assert answer.status_code == 403


def test_survives_parallel_requests(rehearsal_server: RehearsalServer) -> None:
    """Forty requests from eight threads are all answered and all logged."""
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: get(rehearsal_server, "/services/data").status_code, range(40)))
    assert statuses == [200] * 40
    assert len(rehearsal_server.log.entries()) == 40


def test_answers_without_delay(rehearsal_server: RehearsalServer) -> None:
    """An answer on an open connection does not wait for the network stack's 40 ms acknowledgement timer."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(rehearsal_server.ca_file)
        assert any(  # the timer would hold up every one of them, a busy machine only some
            session.get(f"{rehearsal_server.url}/services/data", timeout=60).elapsed.total_seconds() < 0.03
            for _ in range(100)
        )
