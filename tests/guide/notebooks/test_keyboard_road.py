"""The whole road by keyboard alone, in one JupyterLab: notebooks, links and Marketo's pages, 11 of 11 proven.

It takes two to three minutes, so `make screens` walks it; `make test` walks 00 to 03 and a gate by keyboard.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from runbook_lib.guide.state import history
from runbook_lib.guide.state.session import open_session
from runbook_lib.rehearsal.world import load_world
from runbook_lib.road import ROAD
from tests.guide.notebooks.lab_page import PATIENCE, SAVES_NOTHING, SECRETS, VISIBLE, Lab, open_lab

DONE = "Done: what was measured stands below."
CONFIRM = "Next: Confirm these changes with your name."
CREDENTIALS = {
    "Username": load_world("clean").sync_user.username,
    "Password": SECRETS["salesforce_sync_password"],
    "Token": SECRETS["salesforce_sync_token"],
}
HERE = """() => { const here = document.activeElement;
  return [here.tagName, (here.labels?.[0] ?? here).textContent.trim()]; }"""
CHOSEN = "document.activeElement.selectedOptions[0].textContent"
COUNTED = f"[...document.querySelectorAll('{VISIBLE} .runbook-grid-summary')].pop().textContent"

pytestmark = pytest.mark.skipif("RUNBOOK_SCREENS" not in os.environ, reason="make screens walks it")


@pytest.mark.parametrize("height", [2400])
def test_the_whole_road_by_keyboard_alone(height: int, browser: Any, tmp_path: Path) -> None:
    """No mouse, no focus set by script: each notebook is reached by the link of the one before, and at the
    end every step is proven; the keyboard never stood nowhere."""
    with open_lab(browser, tmp_path, preferred=SAVES_NOTHING) as lab:
        lab.open(ROAD[0].name)
        lab.page.set_viewport_size({"width": 1200, "height": height})
        lab.run_all_by_keyboard()
        lab.watch_the_keyboard()
        for number, answer in enumerate(ANSWERS):
            if number:
                go_on(lab, ROAD[number].name[:2])
            answer(lab)
            lab.wait_for_keyboard(DONE)
            assert lab.lost() == 0, ROAD[number].name
        with open_session(lab.folder) as session:
            proven = [step.name for step in ROAD if history.proven(session.journal, step.name)]
        assert proven == [step.name for step in ROAD]


def go_on(lab: Lab, number: str) -> None:
    """The link to the next notebook, and Run All Cells there."""
    lab.tab_to(f"Continue with {number}")
    lab.page.keyboard.press("Enter")
    lab.page.locator(f"{VISIBLE} h1", has_text=f"{number} ").wait_for(timeout=PATIENCE)
    lab.page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=PATIENCE)
    lab.run_all_by_keyboard()


def sign(lab: Lab) -> None:
    """The name, and Enter."""
    lab.type_into("Your name", "Ada")
    lab.page.keyboard.press("Enter")


def press(lab: Lab, name: str) -> None:
    """Tabs to a button, and presses it."""
    lab.tab_to(name)
    lab.page.keyboard.press("Enter")


def give_first_secrets(lab: Lab) -> None:
    """00."""
    lab.type_into("Your Salesforce password", SECRETS["salesforce_admin_password"])
    lab.type_into("Your Salesforce security token", SECRETS["salesforce_admin_token"])
    lab.type_into("Client secret of the Marketo API client", SECRETS["marketo_client_secret"])
    lab.page.keyboard.press("Enter")


def confirm(lab: Lab) -> None:
    """01 and 02: decided as it is suggested, and made."""
    sign(lab)
    lab.wait_for_keyboard(CONFIRM)
    press(lab, "Make these")


def give_sync_secrets(lab: Lab) -> None:
    """03."""
    lab.type_into("The sync user's password", SECRETS["salesforce_sync_password"])
    lab.type_into("The sync user's security token", SECRETS["salesforce_sync_token"])
    lab.page.keyboard.press("Enter")


def decide_in_the_grid(lab: Lab) -> None:
    """04: filtered by words and a facet, decided for all that were found, undone, ticked by hand; past all
    rows to the name. No letter and no arrow is a command of the notebook."""
    keyboard, before = lab.page.keyboard, lab.cells()
    lab.type_into("Filter by words", "region")
    lab.tab_to("Object")
    keyboard.type("cont")
    press(lab, "Hide the 1 found")
    assert lab.page.evaluate(COUNTED).startswith("Newly ticked to hide: 1.")
    press(lab, "Undo")
    assert lab.page.evaluate(COUNTED).startswith("Undone: 1 as before.")
    lab.tab_to("Hide Contact.Region__c")
    keyboard.press("Space")
    assert lab.page.evaluate(COUNTED).endswith("10 to hide.")
    keyboard.type("dd")
    assert lab.cells() == before
    sign(lab)
    lab.wait_for_keyboard(CONFIRM)
    press(lab, "Change the decision")
    lab.page.locator(f"{VISIBLE} .runbook-grid-view").wait_for(timeout=PATIENCE)
    press(lab, "Past the table")
    press(lab, "Make these")


def agree(lab: Lab) -> None:
    """A gate: each warning ticked, the org's name typed."""
    tick_all(lab)
    lab.type_into("The org's name, typed exactly", "Acme Corporation")
    lab.type_into("Your name", "Ada")
    lab.type_into("Why now", "We go live this weekend.")
    lab.page.keyboard.press("Enter")
    lab.wait_for_keyboard("Next: Make the clicks in Marketo and tick them.")


def tick_all(lab: Lab) -> None:
    """Every box of the form, one after the other."""
    for box in lab.page.locator(f"{VISIBLE} .runbook-tick").all_inner_texts():
        lab.tab_to(box.strip()[:40])
        lab.page.keyboard.press("Space")


def click_in_marketo(lab: Lab, *buttons: str, typed: Mapping[str, str] = CREDENTIALS) -> None:
    """Marketo's pages, opened by their link; then the clicks are ticked in the notebook."""
    lab.tab_to("Marketo's Admin pages")
    with lab.page.context.expect_page() as opened:
        lab.page.keyboard.press("Enter")
    console = opened.value
    console.wait_for_load_state()
    for button in buttons:
        fill_in_and_press(console, button, typed)
    console.close()
    lab.page.bring_to_front()
    tick_all(lab)
    sign(lab)


def fill_in_and_press(console: Page, button: str, typed: Mapping[str, str]) -> None:
    """Tabs through a page of Marketo to a button, and types on the way what it asks for."""
    for _ in range(40):
        console.keyboard.press("Tab")
        kind, name = console.evaluate(HERE)
        if kind == "INPUT" and name in typed:
            console.keyboard.type(typed[name])
        if (kind, name) == ("BUTTON", button):
            with console.expect_navigation():
                console.keyboard.press("Enter")
            return
    raise AssertionError(f"no Tab leads to {button}")


def sync_fields(lab: Lab) -> None:
    """05."""
    agree(lab)
    click_in_marketo(lab, "Sync with Salesforce.com", "Sync Fields", "Confirm Credentials")


def leave_the_mappings(lab: Lab) -> None:
    """06: past the rows and back to the filters, a pair is separated and left again with the arrows; a reason
    holds letters and moves no cell."""
    before = lab.cells()
    press(lab, "Past the table")
    lab.page.keyboard.press("Enter")
    lab.page.keyboard.type("consent_date")
    lab.tab_to("Decision for Lead Consent_Date__c")
    for key in ("ArrowDown", "ArrowUp"):
        lab.page.keyboard.press(key)
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.type("as it is")
    lab.page.keyboard.press("Tab")
    assert lab.page.evaluate(HERE) == ["BUTTON", "Back to the filters"]
    assert lab.cells() == before
    sign(lab)


def accept_the_duplicates(lab: Lab) -> None:
    """07: looked at by kind, and accepted with a reason."""
    lab.tab_to("Show")
    lab.page.keyboard.press("ArrowDown")
    lab.tab_to("Accept them, with a reason")
    lab.page.keyboard.press("Space")
    lab.type_into("Reason", "They are merged next month.")
    lab.page.keyboard.press("Shift+Tab")
    lab.page.keyboard.press("Enter")


def start_sync(lab: Lab) -> None:
    """08."""
    agree(lab)
    click_in_marketo(lab, "Start Salesforce Sync", "Start Sync")


def say_what_marketo_shows(lab: Lab) -> None:
    """09 and 10 are proven without an answer; back above, Marketo's word is chosen, and they are again."""
    lab.wait_for_keyboard(DONE)
    lab.tab_to("What Marketo shows at the top right", "Shift+Tab")
    lab.page.keyboard.type("Last")
    assert lab.page.evaluate(CHOSEN).split() == ["Last", "Synced"]
    sign(lab)
    lab.page.locator(f"{VISIBLE} .runbook-line", has_text="Recorded.").wait_for(timeout=PATIENCE)


ANSWERS = (
    give_first_secrets,
    confirm,
    confirm,
    give_sync_secrets,
    decide_in_the_grid,
    sync_fields,
    leave_the_mappings,
    accept_the_duplicates,
    start_sync,
    say_what_marketo_shows,
    say_what_marketo_shows,
)
"""What a person does in each notebook of the road."""
