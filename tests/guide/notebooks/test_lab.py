"""An admin in JupyterLab: no code in sight, forms that work, and nothing of it inaccessible."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from tests.chromium import CHROMIUM
from tests.guide.notebooks.lab_page import PATIENCE, SECRETS, Lab, open_lab
from tests.guide.walking import walk_on

TYPED = {
    "Your Salesforce password": "salesforce_admin_password",
    "Your Salesforce security token": "salesforce_admin_token",
}

REASON = "We go live this weekend, as the board agreed to on Monday; the sandbox was proven in October."
"""Typed faster than the kernel answers."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, headless."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for all tests of this file."""
    with open_lab(browser, tmp_path_factory.mktemp("lab")) as opened:
        yield opened


def saved(lab: Lab, act: Callable[[], None]) -> str:
    """Everything in the folder of the notebooks, checkpoints too, once ``act`` has led to a new saving."""
    file = lab.folder / "notebooks" / "00_start_here.ipynb"
    before = file.stat().st_mtime_ns
    act()
    deadline = monotonic() + PATIENCE / 1000
    while file.stat().st_mtime_ns == before:
        assert monotonic() < deadline, "nothing was saved"
        lab.page.wait_for_timeout(100)
    texts = {path: _text_of(path) for path in file.parent.rglob("*") if path.is_file()}
    assert any(".ipynb_checkpoints" in str(path) for path in texts)
    return "".join(texts.values())


def _text_of(path: Path) -> str:
    """Empty where JupyterLab has just put its draft (``.~…``) in the place of the notebook."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def test_what_is_typed_is_never_saved(lab: Lab) -> None:
    """With the state of all widgets saved, by hand and by itself, before and after the press: no secret is
    in a notebook or its checkpoint, while the state of the form itself is (so that the setting is on)."""
    notebook = lab.open("00_start_here")

    def type_in() -> None:
        lab.run_all()  # the outputs are new, so that JupyterLab saves them by itself soon
        for label, name in TYPED.items():
            notebook.get_by_label(label).first.fill(SECRETS[name])

    def by_hand() -> None:
        lab.page.get_by_role("menuitem", name="File", exact=True).click()
        lab.page.get_by_text("Save Notebook", exact=True).click()

    for act in (type_in, by_hand):
        content = saved(lab, act)
        assert not [name for name, value in SECRETS.items() if value in content]
    assert "application/vnd.jupyter.widget-state+json" in content  # else nothing was tried
    notebook.get_by_label("Client secret of the Marketo API client").first.fill("typed, and not right")
    notebook.get_by_role("button", name="Store").first.click()
    notebook.get_by_text("Stored.").first.wait_for(timeout=PATIENCE)
    content = saved(lab, by_hand)
    assert not [name for name, value in SECRETS.items() if value in content]
    assert "typed, and not right" not in content


def test_jupyterlab_asks_nothing_of_its_own(lab: Lab) -> None:
    """JupyterLab's question about its news, which lies on the forms, is answered with no beforehand."""
    lab.open("00_start_here")
    answer = lab.page.evaluate(
        "async () => (await fetch('/lab/api/settings/@jupyterlab/apputils-extension:notification')).json()"
    )
    assert answer["schema"]["properties"]["fetchNews"]["default"] == "false"


def test_the_first_notebook_by_keyboard_alone(lab: Lab) -> None:
    """“Run All” asks for what is missing; typed in and sent with Enter, the step is proven by itself; the
    keyboard never stands nowhere; no code is in sight. The link below leads to the next notebook."""
    notebook = lab.open("00_start_here")
    lab.run_all_by_keyboard()
    assert "First finish" in notebook.inner_text()
    lab.type_into("Your Salesforce password", SECRETS["salesforce_admin_password"])
    lab.watch_the_keyboard()
    lab.type_into("Your Salesforce security token", SECRETS["salesforce_admin_token"])
    lab.type_into("Client secret of the Marketo API client", SECRETS["marketo_client_secret"])
    lab.page.keyboard.press("Enter")
    lab.wait_for_proof()
    assert lab.lost() == 0
    assert SECRETS["salesforce_admin_password"] not in notebook.inner_html()
    assert notebook.locator(".jp-CodeCell:not(.jp-mod-inputHidden) .jp-Cell-inputArea:visible").count() == 0
    assert not notebook.get_by_text("step.prove()").is_visible()
    lab.tab_to("Continue with 01")
    lab.page.keyboard.press("Enter")
    expect(notebook.locator("h1", has_text="01 ")).to_be_visible(timeout=PATIENCE)
    assert lab.page.evaluate("window.lost !== undefined"), "JupyterLab was left, and loaded anew"


def test_one_click_per_decision(lab: Lab) -> None:
    """In 01 a person ticks the fields, and says that they are to be made: after one “Run All”, each answer
    shows its consequences in this cell and in those below, and leads the keyboard to what is next. Without
    its kernel the page says what to press. All by keyboard: Enter sends, and no letter is a command of the
    notebook."""
    notebook = lab.open("01_marketo_fields")
    lab.run_all_by_keyboard()
    lab.tab_to("Score (mkto71_Lead_Score__c)")
    before = lab.cells()
    for letters in ("b", "dd", "x", "j", "m"):
        lab.page.keyboard.type(letters)
    lab.page.keyboard.press("ArrowDown")
    assert lab.cells() == before
    lab.type_into("Your name", "Ada")
    lab.watch_the_keyboard()
    lab.page.keyboard.press("Enter")
    lab.wait_for_keyboard("Next: Confirm these changes with your name.")
    lab.tab_to("Make these 16 changes in “Acme Corporation”")
    lab.page.keyboard.press("Enter")
    lab.wait_for_proof()
    assert lab.lost() == 0
    expect(notebook.get_by_text("changes were made").first).to_be_visible()
    assert "First finish" not in notebook.inner_text()
    lab.restart_kernel()
    expect(notebook.get_by_text("choose Run ▸ Run All Cells").last).to_be_visible(timeout=PATIENCE)
    assert notebook.get_by_text("Proven.").last.is_visible()


def test_a_new_sync_user_by_keyboard_alone(lab: Lab) -> None:
    """In 02 a person says that a new user is to be made, with a profile of the org; then they are planned.
    Arrows and letters choose in our lists and move no cell."""
    notebook = lab.open("02_sync_user")
    lab.run_all_by_keyboard()
    lab.tab_to("An existing Salesforce user")
    before = lab.cells()
    lab.page.keyboard.press("ArrowDown")
    assert notebook.get_by_label("A new user, created by the runbook").is_checked()
    lab.type_into("Username (unique across all Salesforce orgs)", "marketo.new@acme.example")
    profile = notebook.get_by_label("New user: profile")
    lab.tab_to("New user: profile")
    chosen = [profile.input_value()]
    for key in ("ArrowUp", "s"):
        lab.page.keyboard.press(key)
        chosen.append(profile.input_value())
    assert len(set(chosen)) == 3 and lab.cells() == before
    lab.type_into("Your name", "Ada")
    lab.watch_the_keyboard()
    lab.page.keyboard.press("Enter")
    planned = notebook.get_by_text("Create the sync user marketo.new@acme.example").first
    planned.wait_for(state="attached", timeout=PATIENCE)  # it stands in a fold
    assert lab.lost() == 0


def test_a_gate_by_keyboard_alone(lab: Lab) -> None:
    """At 05 a person ticks each warning, types the org's name, and agrees with Enter; the keyboard is led to
    the clicks that are next. axe finds nothing to object to in what the beats of 03 and 05 show, forms
    included."""
    file = lab.folder / "connection.toml"
    file.write_text(file.read_text().replace("marketo.new@", "marketo.sync@"))
    (lab.folder / "decisions" / "setup.toml").unlink()
    walk_there(lab.folder, "01_marketo_fields", "02_sync_user")
    lab.open("03_security_token")
    lab.run_all_by_keyboard()
    assert lab.violations() == []
    lab.type_into("The sync user's password", SECRETS["salesforce_sync_password"])
    lab.type_into("The sync user's security token", SECRETS["salesforce_sync_token"])
    lab.page.keyboard.press("Enter")
    lab.wait_for_proof()
    walk_there(lab.folder, "04_field_visibility", "04_field_visibility")
    notebook = lab.open("05_sync_fields")
    lab.run_all_by_keyboard()
    ticks = notebook.locator(".runbook-tick input")
    lab.wait_for_keyboard("Next: Agree to the plan, or stop here.")
    assert lab.violations() == []
    lab.watch_the_keyboard()
    for number in range(ticks.count()):
        lab.tab_to(ticks.nth(number).locator("xpath=..").inner_text().strip()[:40])
        lab.page.keyboard.press("Space")
    lab.type_into("The org's name, typed exactly", "Acme Corporation")
    lab.type_into("Your name", "Ada")
    lab.type_into("Why now", REASON)
    lab.page.keyboard.press("Enter")
    lab.wait_for_keyboard("Next: Make the clicks in Marketo and tick them.")
    assert lab.lost() == 0
    approval = json.loads((lab.folder / "approvals" / "05_sync_fields.json").read_text("utf-8"))
    assert approval["reason"] == REASON


def walk_there(folder: Path, first: str, last: str) -> None:
    """Walks these steps as a headless run does."""
    secrets = {f"RUNBOOK_ACME_{name.upper()}": value for name, value in SECRETS.items()}
    with environment(secrets), open_session(folder) as session:
        walk_on(session, first, last)
