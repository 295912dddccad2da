"""A picture of every notebook in each language, for people to look at; `make screens` takes them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.road import ROAD
from runbook_lib.text import LANGUAGES
from tests.guide.notebooks.lab_page import SECRETS, open_lab
from tests.guide.walking import walk

FOLDER = os.environ.get("RUNBOOK_SCREENS", "")
VARIABLES = {f"RUNBOOK_ACME_{name.upper()}": value for name, value in SECRETS.items()}

pytestmark = pytest.mark.skipif(not FOLDER, reason="make screens takes the pictures")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notebook(language: str, browser: Any, tmp_path: Path) -> None:
    """Each notebook as a person finds it after “Run All”; then it is proven, and the next one is opened."""
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    with environment(VARIABLES), open_lab(browser, tmp_path, language) as lab:
        for step in ROAD:
            lab.open(step.name)
            lab.run_all()
            lab.page.evaluate(
                "document.querySelectorAll('.jp-WindowedPanel-outer').forEach(e => e.scrollTop = 0)"
            )
            lab.page.screenshot(path=Path(FOLDER) / f"{language}_{step.name}.png")
            clicks_by(lab.folder, "robot")
            with open_session(lab.folder) as session:
                walk(session, step.name)
            clicks_by(lab.folder, "person")


def clicks_by(folder: Path, hands: str) -> None:
    """Who makes the clicks from now on: a person, or the run itself."""
    file = folder / "connection.toml"
    file.write_text(re.sub(r'(?m)^hands = ".*"', f'hands = "{hands}"', file.read_text()))
