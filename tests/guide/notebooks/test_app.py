"""The notebooks as pages without a cell, where Voilà is installed; else a sentence how to install it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import expect

from runbook_lib.errors import UsageFault
from runbook_lib.guide.notebooks import app
from runbook_lib.guide.notebooks.app_server import as_page
from runbook_lib.guide.notebooks.pattern import text_of
from runbook_lib.road import SYNC_FIELDS
from runbook_lib.text import LANGUAGES
from runbook_lib.workspace import Workspace
from tests.guide.notebooks.lab_page import PATIENCE, SECRETS, opened

needs_voila = pytest.mark.skipif(find_spec("voila") is None, reason="the extra “app” is not installed")


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where Voilà is not installed, the stop names the extra and the other way."""
    monkeypatch.setattr(app, "find_spec", lambda name: None)
    with pytest.raises(UsageFault) as stop:
        app.open_app(Workspace(tmp_path), {})
    assert "[app]" in str(stop.value.fix) and "runbook lab" in str(stop.value.fix)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_speaks_of_a_menu(language: str) -> None:
    """Its cells have run when it is read: of the opening words only how to begin is left out."""
    notebook = nbformat.reads(text_of(SYNC_FIELDS, language), as_version=4)
    before = notebook.cells[0].source.split("\n\n")
    page = as_page(None, notebook, "")
    assert page.cells[0].source.split("\n\n") == before[:-1] and "▸" in before[-1]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app view of a rehearsal, with its token."""
    with opened("app", tmp_path_factory.mktemp("app")) as url:
        yield url


@needs_voila
def test_a_person_without_code(address: str, browser: Any) -> None:
    """Nobody comes in without the token; with it, 00 opens and shows the form, no code and no word of a menu,
    takes the secrets,
    proves the step and links to the next one and to the report, which nobody else gets, nor anything beside
    it; nothing is fetched from another host."""
    page = browser.new_page()
    hosts: set[str | None] = set()
    page.on("response", lambda response: hosts.add(urlsplit(response.url).hostname))
    base, _, token = address.partition("?")
    for guarded in ("render/00_start_here.ipynb", "report.html"):
        page.goto(f"{base}voila/{guarded}")
        assert "/login" in page.url
    page.goto(address)
    password = page.get_by_label("Your Salesforce password").first
    password.wait_for(timeout=PATIENCE)
    password.fill(SECRETS["salesforce_admin_password"])
    page.get_by_label("Your Salesforce security token").first.fill(SECRETS["salesforce_admin_token"])
    page.get_by_label("Client secret of the Marketo API client").first.fill(SECRETS["marketo_client_secret"])
    page.keyboard.press("Enter")
    page.get_by_text("Proven.").first.wait_for(timeout=PATIENCE)
    assert "open_step" not in page.inner_text("body") and "Run All" not in page.inner_text("body")
    with page.context.expect_page() as opens:
        page.get_by_role("link", name="Read the report").first.click(modifiers=["ControlOrMeta"])
    report = opens.value
    expect(report.get_by_role("heading", name="Report: Marketo and Salesforce")).to_be_visible(
        timeout=PATIENCE
    )
    beside = report.goto(f"{base}voila/connection.toml?{token}")
    assert beside is not None and beside.status == 404
    page.get_by_role("link", name="01 Add the Marketo fields to Salesforce").last.click()
    expect(page.locator("h1").first).to_contain_text("01 ", timeout=PATIENCE)
    assert hosts <= {"127.0.0.1", "", None}
