"""The clean road as a person sees it: forms filled in, clicks made in Marketo's pages, words counted.

What stands on a screen is what a browser shows without opening a fold: headings, sentences, tables, and of a
form its labels. Rows of the live tables are data of the org, to filter and to sort; they are counted apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from time import monotonic
from typing import Any

import ipywidgets

from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.notebooks.pattern import notebook_of
from runbook_lib.guide.state import history
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps import STEPS
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD, START_HERE, START_SYNC, SYNC_FIELDS, StepSpec
from runbook_lib.systems.rehearsal_console import RehearsalConsole
from runbook_lib.text import label
from tests.guide.walking import ORG

TYPED = {"Name der Org": ORG, "Ihr Name": "Ada", "Begründung": "Go-live", "Warum": "Go-live"}
"""Word of a label in German → what is typed into its box; the others stay as they are."""
ROUNDS = 5
"""How many forms of one notebook are answered at most until its step is proven."""
_CLICKS = {
    SYNC_FIELDS.name: ("marketo.sync_with_salesforce", "marketo.sync_fields", "marketo.confirm_credentials"),
    START_SYNC.name: ("marketo.start_salesforce_sync", "marketo.start_sync"),
}
_WORD = re.compile(r"[^\W_]", re.UNICODE)


@dataclass
class Screen:
    """What one notebook shows at the end: its own prose, and the last view of each beat."""

    spec: StepSpec
    prose: str
    texts: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    """Words in the rows of live tables."""
    is_proven: bool = False
    took: list[float] = field(default_factory=list)
    """Seconds from a form that was sent to the new state of all that depends on it, one for each form."""

    @property
    def words(self) -> int:
        """How many words a person can read without opening a fold."""
        return count_words(self.prose) + sum(map(count_words, self.texts.values()))


def count_words(text: str) -> int:
    """Runs between blanks that hold a letter or a digit."""
    return sum(1 for part in text.split() if _WORD.search(part))


def walk_by_hand(session: Session, server: RehearsalServer) -> Iterator[Screen]:
    """Walks the road as a person does: “Run All” once, then form after form, until the step is proven; what
    its notebook then shows."""
    for spec in ROAD:
        step = STEPS[spec.name](session, interactive=True)
        screen = Screen(spec, _prose(spec, session.language))
        if spec is START_HERE:
            screen.texts["board"] = visible_text(step.board().html)
        run_all(step)
        while step.waits_at is not None and len(screen.took) < ROUNDS:
            _fill_in(step, step.waits_at, screen, server)
        screen.is_proven = history.proven(session.journal, spec.name) is not None
        for beat in BEATS:
            texts, rows = labels(step.screens.screen(beat).box)
            screen.texts[beat] = texts
            screen.rows += rows
        yield screen


def run_all(step: Step) -> None:
    """Run ▸ Run All Cells."""
    for beat in BEATS:
        getattr(step, beat)()


def _fill_in(step: Step, beat: str, screen: Screen, server: RehearsalServer) -> None:
    """Answers the form that the notebook waits for; the rest goes on by itself."""
    if beat == "do":
        _click(step, server)
    began = monotonic()
    _answer(step.screens.screen(beat).box)
    screen.took.append(monotonic() - began)


def send(step: Step, beat: str, name: str) -> None:
    """Types a name under ``beat`` and presses the last button there; nothing else is touched."""
    widgets = list(_all(step.screens.screen(beat).box))
    *_, box = (widget for widget in widgets if isinstance(widget, ipywidgets.Text))
    box.value = name
    *_, last = (widget for widget in widgets if isinstance(widget, ipywidgets.Button))
    last.click()


def _answer(widget: Any) -> None:
    """Fills in what a form asks for, ticks all of it, and presses its last button: the one that decides."""
    for box in _all(widget):
        if isinstance(box, ipywidgets.Checkbox):
            box.value = True
        elif isinstance(box, ipywidgets.RadioButtons):
            kept = [value for _, value in box.options]
            box.value = "accept" if "accept" in kept else box.value or kept[0]
        elif isinstance(box, ipywidgets.Text) and not box.value:
            box.value = next((text for word, text in TYPED.items() if word in box.description), "")
    *_, last = (button for button in _all(widget) if isinstance(button, ipywidgets.Button))
    last.click()


def _click(step: Step, server: RehearsalServer) -> None:
    """Makes the clicks of a gate in Marketo's pages, in the language of the connection."""
    session, user = step.session, server.world.sync_user
    typed = {"username": user.username, "password": user.password, "token": user.security_token}
    console = RehearsalConsole(session.transport, session.connection)
    console.open("/console/crm")
    for key in _CLICKS.get(step.name, ()):
        console.submit(label(key, session.language), typed if key == "marketo.sync_fields" else None)


def labels(widget: Any) -> tuple[str, int]:
    """What a screen shows, its forms included, and how many words its tables hold."""
    texts, rows = [], 0
    for inner in _all(widget):
        if isinstance(inner, ipywidgets.HTML):
            texts.append(visible_text(inner.value))
        elif hasattr(inner, "heads"):
            texts += inner.heads
            rows += sum(count_words(str(cell)) for row in inner.rows[:200] for cell in row["texts"])
        elif hasattr(inner, "description"):
            texts.append(inner.description)
            options = getattr(inner, "options", ())
            texts += [str(name) for name, *_ in options] if isinstance(inner, ipywidgets.RadioButtons) else []
    return " ".join(texts), rows


def descriptions(widget: Any) -> Iterator[str]:
    """Every word on the widgets of a screen: labels, options, heads, cells, and what a table says."""
    for inner in _all(widget):
        yield str(getattr(inner, "description", ""))
        is_board = hasattr(inner, "heads")
        yield from (str(pair[1 if is_board else 0]) for pair in getattr(inner, "options", ()))
        yield from getattr(inner, "heads", ())
        yield from (re.sub("{[^}]*}", "", str(words)) for words in getattr(inner, "words", {}).values())
        yield from (str(cell) for row in getattr(inner, "rows", ())[:200] for cell in row["texts"])
        for facet in getattr(inner, "facets", ()):
            yield from (facet["label"], *facet["options"])


def _all(widget: Any) -> Iterator[Any]:
    """The widget and all inside it that is shown: of a hidden box nothing."""
    if getattr(getattr(widget, "layout", None), "display", "") == "none":
        return
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _all(child)


def _prose(spec: StepSpec, language: str) -> str:
    cells = notebook_of(spec, language)["cells"]
    return " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def visible_text(html: str) -> str:
    """The text of a page, without what no eye sees, and of a closed fold only its summary."""
    reader = _Reader()
    reader.feed(html)
    return " ".join("".join(reader.parts).split())


UNSEEN = ("style", "title", "desc", "text")
"""Style, the name and description of a drawing, and its labels: a picture is looked at, and read as the table
behind its fold."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0
        self._folds = 0
        self._summary = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in UNSEEN
        self._folds += tag == "details"
        self._summary |= tag == "summary"
        self.parts.append(" " if tag not in ("b", "strong", "em", "span", "a") else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in UNSEEN
        self._folds -= tag == "details"
        self._summary &= tag != "summary"
        self.parts.append(" " if tag not in ("b", "strong", "em", "span", "a") else "")

    def handle_data(self, data: str) -> None:
        if not self._hidden and (self._summary or not self._folds):
            self.parts.append(data)
