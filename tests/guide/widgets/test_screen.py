"""The script of a screen, in a browser alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import runbook_lib.guide.widgets.screen as screen

SCRIPT = Path(screen.__file__).with_suffix(".js").read_text(encoding="utf-8")
PAGE = """<!doctype html><div class="runbook-screen"><div id="line"></div><input>
<p style="height: 2000px"></p><div class="runbook-told"><div id="told"></div></div></div>
<script type="module">{script}
widget.render({{ el: document.getElementById("line"), model: {{ get: () => "", on: () => null }} }});
window.ready = true;</script>"""

REPAINTS = """() => {
  const box = document.querySelector("input"), told = document.getElementById("told");
  box.insertAdjacentHTML("afterend", "<button>Next</button>");
  box.addEventListener("change", () => (told.textContent = "changed"));
}"""


def test_what_is_told_below_a_form_comes_into_sight(browser: Any) -> None:
    """A form that is higher than the window tells what is wrong where a person sees it."""
    page = browser.new_page()
    page.set_content(PAGE.format(script=SCRIPT.replace("export default", "const widget =")))
    page.wait_for_function("window.ready")
    page.locator("input").focus()
    page.evaluate("document.getElementById('told').innerHTML = '<b>The box is empty.</b>'")
    page.wait_for_function("document.getElementById('told').getBoundingClientRect().bottom <= innerHeight")
    page.close()


def test_tab_leads_on_from_a_box_whose_value_changes_the_screen(browser: Any) -> None:
    """Between the box that is left and what comes next the keyboard stands nowhere for a moment: that is no
    form that goes, and the keyboard is not led back to the line."""
    page = browser.new_page()
    page.set_content(PAGE.format(script=SCRIPT.replace("export default", "const widget =")))
    page.wait_for_function("window.ready")
    page.evaluate(REPAINTS)
    page.locator("input").focus()
    page.keyboard.type("as it is")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Next"
    page.evaluate("document.querySelector('button').remove()")
    page.wait_for_function("document.activeElement.matches('.runbook-line')")
    page.close()
