"""A message reaches a webhook over checked TLS, again where it is busy; its address is told nowhere."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from runbook_lib.errors import RunbookError, SystemRefused, Unreachable, UsageFault
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.transport import Transport
from runbook_lib.systems.webhook import post_message

PATH = "/services/T0AAAA/B0BBBB/Xk29NeverInAText"
MESSAGE = {"text": "### acme: nothing changed", "exit_code": 0}


@pytest.fixture
def live(
    scripted: Any, a_connection: Callable[..., Connection], monkeypatch: pytest.MonkeyPatch
) -> Transport:
    """A transport of a live connection that trusts the webhook's authority, as a company's proxy would."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(scripted.ca_file))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return Transport(a_connection(), pause=lambda seconds: None)


def test_a_message_is_posted_as_json(scripted: Any, live: Transport) -> None:
    """One call, counted apart from the two systems, in the log without its path."""
    scripted.script(200)
    post_message(live, scripted.url + PATH, MESSAGE)
    (asked,) = scripted.asked
    assert (asked.method, asked.target, json.loads(asked.body)) == ("POST", PATH, MESSAGE)
    assert live.calls == {"webhook": 1} and live.table.rows == {}
    assert "Xk29" not in repr(live.log)


def test_no_library_logs_the_address(
    scripted: Any, live: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where everything is logged, of all libraries, with a try that failed and one that was refused."""
    caplog.set_level(logging.DEBUG)
    for answers in ((None, 503, 200), (404,), (None,) * 4):
        scripted.script(*answers)
        with suppress(RunbookError):
            post_message(live, scripted.url + PATH + "?token=Xk29Query", MESSAGE)
    assert any(record.name.startswith("urllib3") for record in caplog.records)
    logged = [record.getMessage() + repr(record.__dict__) for record in caplog.records]
    assert [text for text in logged if "Xk29" in text] == []


@pytest.mark.parametrize("first", [(503, 200), (429, 502, 204), (None, 200)])
def test_a_busy_webhook_is_tried_again(scripted: Any, live: Transport, first: tuple[Any, ...]) -> None:
    """Busy, too many at once, a lost connection: the next try counts."""
    scripted.script(*first)
    post_message(live, scripted.url + PATH, MESSAGE)
    assert len(scripted.asked) == len(first)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ((404,), SystemRefused),
        (((302, "", {"Location": "https://elsewhere.example" + PATH}),), SystemRefused),
        ((503,) * 4, SystemRefused),
        ((None,) * 4, Unreachable),
    ],
)
def test_a_webhook_that_refuses_is_told_without_its_address(
    scripted: Any, live: Transport, answers: tuple[Any, ...], kind: type[RunbookError]
) -> None:
    """Gone, sent elsewhere, busy for long, silent: the error names the host, and not the rest."""
    scripted.script(*answers)
    with pytest.raises(kind) as refusal:
        post_message(live, scripted.url + PATH, MESSAGE)
    assert len(scripted.asked) == len(answers)
    assert "127.0.0.1" in str(refusal.value) and "Xk29" not in str(refusal.value) + repr(live.log)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/x", "hooks.example/x", "https://u:p@hooks.example", "", "https://["]
)
def test_an_address_that_is_none_is_refused(live: Transport, address: str) -> None:
    """Nothing is sent without TLS, with a name and a password in the address, or nowhere."""
    with pytest.raises(UsageFault):
        post_message(live, address, MESSAGE)
    assert live.calls == {}


def test_a_certificate_of_nobody_is_refused(
    scripted: Any, a_connection: Callable[..., Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the authority nothing is posted, also out of a rehearsal, whose own authority is another."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with pytest.raises(Unreachable):
        post_message(Transport(a_connection()), scripted.url + PATH, MESSAGE)
    assert scripted.asked == []
