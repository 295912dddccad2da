"""A picture of every notebook in each language, for people to look at; `make screens` takes them.

In the language with the longest words the forms are looked at, too: by axe in both themes of JupyterLab, and
for text that is cut off, on a screen of 1024 px and there at 200 %.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.road import ROAD, SECURITY_TOKEN, START_HERE
from runbook_lib.text import LANGUAGES, say, translate
from tests.guide.notebooks.lab_page import PATIENCE, SAVES_NOTHING, SECRETS, VISIBLE, Lab, open_lab
from tests.guide.walking import walk

FOLDER = os.environ.get("RUNBOOK_SCREENS", "")
VARIABLES = {f"RUNBOOK_ACME_{name.upper()}": value for name, value in SECRETS.items()}
TYPED = {
    START_HERE.name: ("salesforce_admin_password", "salesforce_admin_token", "marketo_client_secret"),
    SECURITY_TOKEN.name: ("salesforce_sync_password", "salesforce_sync_token"),
}
"""Step → the secrets that its form asks for, in their order."""
LONGEST = "de"
"""The language whose words need the most room."""
WIDTH, ROOM = 1200, 140
"""Of a picture; and what JupyterLab has above and below the notebook."""
HEIGHT = f"document.querySelector('{VISIBLE} .jp-WindowedPanel-inner').scrollHeight"
TO_THE_TOP = f"document.querySelector('{VISIBLE} .jp-WindowedPanel-outer').scrollTop = 0"
CUT = f"""() => [...document.querySelectorAll('{VISIBLE} .runbook-screen *')]
  .filter(part => part.clientWidth > 1 && part.checkVisibility()
    && getComputedStyle(part).overflowX !== 'visible' && part.scrollWidth > part.clientWidth + 1
    && !part.querySelector('table') && !part.closest('table'))
  .map(part => part.outerHTML.slice(0, 150))"""
"""Whatever is cut off, or has to be scrolled sideways; a table may be, and one pixel is a way past it for the
keyboard alone."""

pytestmark = pytest.mark.skipif(not FOLDER, reason="make screens takes the pictures")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notebook(language: str, browser: Any, tmp_path: Path) -> None:
    """Each notebook as a person finds it after “Run All”, no secret typed in yet; then it is proven, and
    the next one is opened."""
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    faults: dict[str, list[object]] = {}
    with open_lab(browser, tmp_path, language, SAVES_NOTHING) as lab, environment(VARIABLES):
        for step in ROAD:
            lab.open(step.name)
            lab.run_all()
            take_picture(lab, f"{language}_{step.name}")
            if language == LONGEST:
                faults[step.name] = list(looked_through(lab, f"{language}_{step.name}"))
            if step.name in TYPED:
                type_in(lab, TYPED[step.name], translate(say("Proven."), language))
            clicks_by(lab.folder, "robot")
            with open_session(lab.folder) as session:
                walk(session, step.name)
            clicks_by(lab.folder, "person")
    assert {name: found for name, found in faults.items() if found} == {}


def type_in(lab: Lab, names: Sequence[str], proven: str) -> None:
    """Fills in the form for secrets, which JupyterLab does not hold, and waits until the step is proven."""
    boxes = lab.page.locator(f"{VISIBLE} .runbook-screen input[type=password]:visible")
    for box, name in zip(boxes.all(), names, strict=True):
        box.fill(SECRETS[name])
    boxes.last.press("Enter")
    lab.page.locator(VISIBLE).get_by_text(proven).first.wait_for(timeout=PATIENCE)


def take_picture(lab: Lab, name: str) -> None:
    """The whole notebook in one picture, its board and its forms as they are once nothing moves any more."""
    lab.page.wait_for_timeout(2_500)  # the board looks into the journal every two seconds
    for _ in range(2):  # what comes into sight may be higher than was reckoned
        lab.page.set_viewport_size({"width": WIDTH, "height": min(12_000, lab.page.evaluate(HEIGHT) + ROOM)})
        lab.page.wait_for_timeout(300)
    lab.page.evaluate(TO_THE_TOP)
    lab.page.wait_for_timeout(300)
    lab.page.screenshot(path=Path(FOLDER) / f"{name}.png")


def looked_through(lab: Lab, name: str) -> Iterator[object]:
    """What axe finds in each theme, and what is cut off in a small window."""
    yield from lab.violations()
    lab.choose_theme("JupyterLab Dark")
    yield from lab.violations()
    lab.page.screenshot(path=Path(FOLDER) / f"{name}_dark.png")
    lab.choose_theme("JupyterLab Light")
    lab.close_side_bar()
    for width in (1024, 512):
        lab.page.set_viewport_size({"width": width, "height": 2_400})
        lab.page.wait_for_timeout(300)
        yield from (f"{width}: {part}" for part in lab.page.evaluate(CUT))


def clicks_by(folder: Path, hands: str) -> None:
    """Who makes the clicks from now on: a person, or the run itself."""
    file = folder / "connection.toml"
    file.write_text(re.sub(r'(?m)^hands = ".*"', f'hands = "{hands}"', file.read_text()))
