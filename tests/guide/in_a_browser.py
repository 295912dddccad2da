"""A live table by itself in a page: what a browser makes of its script and style, without a kernel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

from runbook_lib.guide.widgets.boards.native_table import script, style

DARK = """:root { color-scheme: dark; --jp-layout-color1: #212121; --jp-layout-color2: #424242;
  --jp-content-font-color1: #fff; --jp-content-font-color2: rgba(255, 255, 255, .7);
  --jp-border-color1: #616161;  --jp-error-color1: #f44336; } body { background: #111; color: #fff; }"""
"""The colors of JupyterLab Dark. Source: @jupyterlab/theme-dark-extension, style/variables.css."""
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Grid</title><style>{css}</style>
<main><h1>Grid</h1><div id="here"></div></main><script type="module">
{esm}
const state = {state}, listeners = {{}};
window.sent = []; // messages to Python, each with the size of what it carries
window.hear = (...message) => listeners["msg:custom"].forEach((tell) => tell(...message));
window.model = {{
  get: (name) => state[name], save_changes: () => {{}},
  set: (name, value) => {{ state[name] = value; listeners["change:" + name]?.forEach((tell) => tell()); }},
  send: (content, _, buffers = []) => window.sent.push([content, buffers[0]?.byteLength ?? 0]),
  on: (name, listener) => (listeners[name] ??= []).push(listener),
}};
const before = performance.now();
widget.render({{ model: window.model, el: document.getElementById("here") }});
document.body.getBoundingClientRect();
window.took = performance.now() - before;
</script></html>"""


def table_page(browser: Any, name: str, state: Mapping[str, Any], theme: str = "") -> Page:
    """The table ``name`` with this state; ``window.model`` is its model, ``window.took`` how long it took.
    ``theme``: the style of the page around it."""
    esm = script(name).replace("export default", "const widget =")
    told = json.dumps(state).replace("</", "<\\/")
    page: Page = browser.new_page()
    page.set_content(PAGE.format(css=theme + style().read_text(encoding="utf-8"), esm=esm, state=told))
    page.wait_for_function("window.took !== undefined")
    return page
