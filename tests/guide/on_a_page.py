"""What notebooks showed, on one page as JupyterLab draws it: its colors, its rules for tables, its width.

A real JupyterLab shows the forms, too; `make screens` looks at those. This page costs a hundredth of it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from runbook_lib.guide.views.blocks import Block, Drawn
from runbook_lib.guide.views.view import View
from runbook_lib.guide.widgets.drawing import drawn
from tests.pseudo_locale import narrow

THEMES = ("light", "dark")
_VARIABLES = "share/jupyter/lab/themes/@jupyterlab/theme-{theme}-extension/index.css"
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Notebooks</title><style>
{variables}
body {{ margin: 0; background: var(--jp-layout-color0); color: var(--jp-content-font-color1); }}
main {{ padding: 0 24px; }}
.jp-OutputArea-output {{ overflow: auto; font-family: var(--jp-content-font-family);
  font-size: var(--jp-content-font-size1); line-height: var(--jp-content-line-height); }}
.jp-OutputArea-output :is(a:link, a:visited) {{ text-decoration: none; color: var(--jp-content-link-color); }}
.jp-OutputArea-output table {{ table-layout: fixed; color: var(--jp-ui-font-color1);
  font-size: var(--jp-ui-font-size1); margin-inline: auto; }}
.jp-OutputArea-output :is(td, th, tr) {{ vertical-align: middle; padding: .5em; line-height: normal;
  white-space: normal; max-width: none; text-align: right; }}
.jp-OutputArea-output tbody tr:nth-child(odd) {{ background: var(--jp-layout-color0); }}
.jp-OutputArea-output tbody tr:nth-child(even) {{ background: var(--jp-rendermime-table-row-background); }}
</style>{style}</head><body><main><h1>Notebooks</h1>
{outputs}</main></body></html>"""
"""Source: @jupyterlab/rendermime, style/base.css, and @jupyterlab/outputarea, style/base.css."""
_OUTPUT = '<section class="jp-OutputArea-output">{}</section>'
UNFOLD = """document.querySelectorAll('details').forEach(fold => { fold.open = true; });
document.querySelectorAll('tbody tr:nth-child(n+4)').forEach(row => row.remove())"""
"""Opens all folds, and leaves three rows of each table: the others look like them, and axe takes its time."""
_STICKS_OUT = """() => {
  const told = (part, why) =>
    `${why}: ${part.outerHTML.slice(0, 90)} | ${part.textContent.trim().slice(0, 60)}`;
  const found = [];
  for (const output of document.querySelectorAll('.jp-OutputArea-output')) {
    const room = output.getBoundingClientRect();
    for (const part of output.querySelectorAll('*')) {
      if (part.closest('svg, table')) continue;
      const box = part.getBoundingClientRect();
      const inside = part.clientWidth && !part.querySelector('svg, table')
        ? part.scrollWidth - part.clientWidth : 0;
      if (box.right > room.right + 1 || box.left < room.left - 1 || inside > 1) found.push(told(part, 'out'));
    }
    for (const text of output.querySelectorAll('svg text')) {
      const box = text.getBoundingClientRect();
      if (box.right > room.right + 1 || box.left < room.left - 1) found.push(told(text, 'cut'));
    }
    for (const svg of output.querySelectorAll('svg')) {
      const boxes = [...svg.querySelectorAll('text')].map(text => [text, text.getBoundingClientRect()]);
      boxes.forEach(([text, a], at) => boxes.slice(at + 1).forEach(([, b]) => {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 3) found.push(told(text, 'over another'));
      }));
    }
  }
  return found;
}"""
"""What of an output is cut off or lies over something else; a wide table may be scrolled, text may not."""


def page_of(views: Iterable[View], language: str, theme: str) -> str:
    """A page with all that these views show, each block once, said and drawn in a language, in a theme of
    JupyterLab."""
    blocks = {repr(block): block for view in views for block in view.blocks}.values()
    pages = dict.fromkeys(_said(block, language) for block in blocks)
    style = next(_STYLE.finditer("".join(pages)))[0]
    outputs = "\n".join(_OUTPUT.format(_STYLE.sub("", page)) for page in pages)
    variables = (Path(sys.prefix) / _VARIABLES.format(theme=theme)).read_text(encoding="utf-8")
    return _PAGE.format(language=language, variables=variables, style=style, outputs=outputs)


def violations(page: Any, theme: str) -> list[tuple[str, str]]:
    """What axe objects to: the rule, and the first element it names."""
    only = {"runOnly": ["color-contrast"]} if theme == "dark" else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **only}).response["violations"]
    return [(broken["id"], broken["nodes"][0]["html"][:200]) for broken in found]


def sticks_out(page: Any, width: int) -> list[str]:
    """What is cut off, or lies over something else, in a window this wide."""
    page.set_viewport_size({"width": width, "height": 768})
    return list(page.evaluate(_STICKS_OUT))


def _said(block: Block, language: str) -> str:
    """The block in plain letters, a picture drawn anew: letters have another width in each language."""
    whole = block.picture if isinstance(block, Drawn) else block
    return narrow(View(language, "", tuple(drawn([whole], language))).html)
