"""A picture in a notebook: drawn where a person looks, and the same table everywhere."""

from __future__ import annotations

import re
import subprocess
import sys

from runbook_lib.guide.views.view import Line, View
from runbook_lib.guide.widgets.drawing import drawn
from runbook_lib.pictures.model import Bar, Bars, Segment, Shade

PARTS = (Segment("kept", Shade.STAYS), Segment("<i>hidden</i>", Shade.GOES))
PICTURE = Bars(
    "<b>Title</b>", "About", "Object", PARTS, (Bar("<script>", (1200, 5)), Bar("Lead", (0, None))), "All"
)


def cells(page: str) -> list[str]:
    """What stands in the table."""
    return re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page[page.index("<table>") :])


def test_drawn_and_plain_tell_the_same() -> None:
    """Headless there is an open table, for a person a drawing with the same table behind a fold; as text the
    same numbers stand beside signs."""
    line = Line("said")
    headless = View("de", "", (line, PICTURE))
    person = View("de", "", tuple(drawn((line, PICTURE), "de")))
    assert "<svg" not in headless.html and "<details>" not in headless.html
    assert person.html.count("<svg") == person.html.count("<details>") == 1
    assert cells(headless.html) == cells(person.html)
    assert {"1.200", "1.205", "nicht feststellbar"} <= set(cells(person.html))
    assert headless.plain == person.plain and "1.205" in headless.plain


def test_names_of_an_org_are_only_text() -> None:
    """Neither the table, nor the title, nor the drawing reads a name as markup."""
    (block,) = drawn((PICTURE,), "en")
    page = View("en", "", (block,)).html
    assert "<script" not in page and "<i>" not in page and "<b>Title" not in page
    assert "&lt;script&gt;" in page


def test_a_look_headless_never_loads_the_drawing_library() -> None:
    """Kernels are forked, and a road is paid for: what draws is loaded with the first drawing alone."""
    told = (
        "import sys; from tests.guide.widgets.test_drawing import PICTURE\n"
        "from runbook_lib.guide.views.view import View\n"
        "import runbook_lib.guide.notebooks.open_step, runbook_lib.proof.report\n"
        "View('en', '', (PICTURE,)).html\n"
        "print('vl_convert' in sys.modules, 'altair' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == ["False", "False"]
