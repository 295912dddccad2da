"""The card of a rehearsal that is served: its pages open in the language that was asked for."""

from __future__ import annotations

import pytest
import requests
from lxml import html

from runbook_lib.guide.commands.serve import card
from runbook_lib.rehearsal.server import RehearsalServer


@pytest.mark.parametrize("page", ["card", "console"])
def test_the_pages_open_in_the_language_asked_for(rehearsal_server: RehearsalServer, page: str) -> None:
    """``--language de`` wins over the browser's language; where none is named, the browser's holds."""
    for language, shown in (("de", "de"), (None, "es")):
        address = card(rehearsal_server, None, language)[page]
        answer = requests.get(address, headers={"Accept-Language": "es"}, timeout=60)
        assert html.document_fromstring(answer.text).get("lang") == shown
