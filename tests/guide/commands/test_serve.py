"""The card of a rehearsal that is served: its pages open in the language that was asked for."""

from __future__ import annotations

import json
from threading import Event

import pytest
import requests
from lxml import html

from runbook_lib.cli.app import call
from runbook_lib.guide.commands.serve import card
from runbook_lib.rehearsal.server import RehearsalServer


@pytest.mark.parametrize("page", ["card", "console"])
def test_the_pages_open_in_the_language_asked_for(rehearsal_server: RehearsalServer, page: str) -> None:
    """``--language de`` wins over the browser's language; where none is named, the browser's holds."""
    for language, shown in (("de", "de"), (None, "es")):
        address = card(rehearsal_server, None, language)[page]
        answer = requests.get(address, headers={"Accept-Language": "es"}, timeout=60)
        assert html.document_fromstring(answer.text).get("lang") == shown


def test_serve_says_where_it_is_and_runs_until_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``serve --json`` prints one object with addresses and secrets, answers there, and ends with Ctrl-C."""
    printed: list[dict[str, object]] = []

    class Interrupted(Event):
        """Ctrl-C comes while it waits."""

        def wait(self, timeout: float | None = None) -> bool:
            """What a client would do meanwhile."""
            printed.append(json.loads(capsys.readouterr().out))
            assert requests.get(str(printed[0]["card"]), timeout=60).status_code == 200
            raise KeyboardInterrupt

    monkeypatch.setattr("runbook_lib.guide.commands.serve.Event", Interrupted)
    assert call(["serve", "--people", "20", "--json"]) == 0
    assert {"card", "console", "ca_file"} <= printed[0].keys() and capsys.readouterr().out == ""
