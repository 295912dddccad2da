"""What is folded, in Python and in a browser alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets

import runbook_lib.guide.widgets.fold as fold

SCRIPT = Path(fold.__file__).with_suffix(".js").read_text(encoding="utf-8")
PAGE = """<!doctype html><div id="here"></div><script type="module">{script}
const state = {{ description: "Change the decision", is_open: false }}, listeners = [];
window.sent = 0;
widget.render({{ el: document.getElementById("here"), model: {{
  get: (name) => state[name], save_changes: () => window.sent++, on: (_, tell) => listeners.push(tell),
  set: (name, value) => {{ state[name] = value; listeners.forEach((tell) => tell()); }} }} }});
window.ready = true;</script>"""


def test_what_is_folded_is_shown_once_it_is_opened() -> None:
    """Closed at first; opened and closed as often as a person likes."""
    inner = ipywidgets.VBox()
    head, _ = fold.folded("More", inner).children
    seen = [inner.layout.display]
    for is_open in (True, False):
        head.is_open = is_open
        seen.append(inner.layout.display)
    assert seen == ["none", None, "none"]


def test_a_fold_is_opened_by_keyboard(browser: Any) -> None:
    """Tab leads to it, Enter opens it and Space closes it again; a screen reader says which."""
    page = browser.new_page()
    page.set_content(PAGE.format(script=SCRIPT.replace("export default", "const widget =")))
    page.wait_for_function("window.ready")
    page.keyboard.press("Tab")
    told = []
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
        told.append(page.evaluate("document.activeElement.getAttribute('aria-expanded')"))
    assert (told, page.evaluate("window.sent")) == (["true", "false"], 2)
    page.close()
