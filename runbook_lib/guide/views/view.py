"""What a beat shows: a small pure model, and the same state of it as HTML and as plain text.

Jupyter asks a :class:`View` for ``_repr_mimebundle_``; the command line prints ``plain``. Both are said in
the view's language. Whatever comes from an org is hostile input: HTML is escaped by the template, and control
characters, which could drive a terminal, are shown as a replacement character.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import RunbookError
from runbook_lib.guide.state.phases import BEAT_WORDS
from runbook_lib.guide.views.blocks import (  # fmt: skip
    BannerKind,
    Block,
    Card,
    Clicks,
    Facts,
    Fold,
    Grid,
    Instead,
    Line,
    Link,
    Mark,
    Point,
    Points,
    Strip,
    Tone,
    Warnings,
    Waterfall,
)
from runbook_lib.guide.views.plain_text import PlainText, more_rows
from runbook_lib.guide.views.vocabulary import REVIEWS
from runbook_lib.pictures.theme import SAME_NUMBERS, style
from runbook_lib.review.checks import title_of
from runbook_lib.review.fields.type_words import type_word
from runbook_lib.review.findings import Finding, Status, beside_status, by_cause
from runbook_lib.text import Message, counted, joined, printable, say, shortened

if TYPE_CHECKING:
    import pandas as pd
    from jinja2 import Template


__all__ = [
    "BannerKind", "Block", "Card", "Clicks", "Facts",
    "Fold", "Grid", "Instead", "Line", "Link", "Mark", "Points", "Strip", "Tone", "View",
    "Warnings", "Waterfall", "error_card", "findings_blocks", "grid_of", "printable",
]  # fmt: skip

_CODED: Mapping[str, Callable[[str], object]] = {
    "suggestion": lambda code: REVIEWS.get(code, code),
    "verdict": lambda code: REVIEWS.get(code, code),
    "type": type_word,
}
"""Columns whose cells are codes, and how such a code reads."""
TICKED = {True: say("done"), False: say("to do")}
AGREED = {True: say("agreed"), False: say("to be agreed to")}


@dataclass(frozen=True)
class View:
    """What one beat shows, in the language of the connection. ``form`` builds a widget, where a person
    is there; ``is_on_screen``: it stands on a screen already, and a cell need not show it."""

    language: str
    title: object
    blocks: tuple[Block, ...] = ()
    form: Callable[[], Any] | None = None
    is_on_screen: bool = False

    @property
    def html(self) -> str:
        """The view as HTML: semantic, escaped, readable without style or script."""
        text = PlainText(self.language)
        return _template().render(
            view=self,
            say=text.say,
            signed=text.signed,
            kind=_kind,
            say_more=more_rows,
            ticked=TICKED,
            agreed=AGREED,
            shortened=shortened,
            picture_style=style(),
            same_numbers=SAME_NUMBERS,
        )

    @property
    def plain(self) -> str:
        """The view as plain text, without control characters."""
        return PlainText(self.language).page(self.title, self.blocks)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The view twice over: as HTML, and as plain text."""
        return {"text/html": self.html, "text/plain": self.plain}

    def _ipython_display_(self) -> None:
        """Nothing more where it stands on a screen; else as the bundle."""
        if not self.is_on_screen:
            raise NotImplementedError


def findings_blocks(findings: Iterable[Finding], done_in_do: Collection[str] = ()) -> tuple[Block, ...]:
    """What needs somebody, the worst first, with why it matters, the fix, and who can make it.

    What is in order, what was not looked at yet, and what the same notebook repairs under Do (``done_in_do``)
    stands behind one line each.
    """
    quiet: dict[Tone, list[Finding]] = {tone: [] for tone in _FOLDS}
    loud: list[Finding] = []
    for alike in by_cause(findings):
        tone = _row(alike, done_in_do)[0]
        quiet.get(tone, loud).extend(alike)
    folds = [
        Fold(counted(len(some), *_titles(tone, len(some))), Points(_rows(some, done_in_do)), tone)
        for tone, some in quiet.items()
        if some
    ]
    return (*((Points(_rows(loud, done_in_do)),) if loud else ()), *folds)


_FOLDS = (Tone.WAIT, Tone.OK, Tone.INFO)
"""What of the findings is folded: repaired under Do, in order, not looked at yet."""


def _titles(tone: Tone, count: int) -> tuple[Message, Message]:
    """The line behind which findings of that tone stand: of one, and of several."""
    gaps: dict[str, object] = {"count": count, "n": 4, "beat": BEAT_WORDS["do"]}
    if tone is Tone.WAIT:
        one = say("One thing is fixed under “{n} {beat}”", **gaps)
        return one, say("{count} things are fixed under “{n} {beat}”", **gaps)
    if tone is Tone.OK:
        return say("One check is in order"), say("{count} checks are in order", **gaps)
    return say("One check was not made yet"), say("{count} checks were not made yet", **gaps)


def _rows(findings: Sequence[Finding], done_in_do: Collection[str]) -> tuple[Point, ...]:
    order = (Status.ERROR, Status.UNKNOWN, Status.WARN, Status.SKIP, Status.OK)
    worst_first = sorted(findings, key=lambda finding: order.index(finding.status))
    return tuple(_row(alike, done_in_do) for alike in by_cause(worst_first))


def _row(alike: Sequence[Finding], done_in_do: Collection[str]) -> Point:
    first = alike[0]
    details = tuple(_details(alike))
    is_mended = all(finding.check in done_in_do for finding in alike)
    if is_mended and first.status in (Status.ERROR, Status.WARN):
        word = say("will be fixed under “{n} {beat}”", n=4, beat=BEAT_WORDS["do"])
        return Tone.WAIT, word, first.what, details[:1] if first.why else ()
    return Tone(first.status.tone), first.status.word, beside_status(first.status, first.what), details


def _details(alike: Sequence[Finding]) -> Iterable[tuple[object, object]]:
    """``alike``: findings of one cause, told once with the list of what they are about."""
    first = alike[0]
    if first.status is Status.OK:
        return
    titles = [title for finding in alike if (title := title_of(finding.check)) is not None]
    if titles and (first.status is Status.UNKNOWN or len(alike) > 1):
        yield say("Question") if len(titles) == 1 else say("Questions"), joined(titles)
    if first.why:
        yield say("Why it matters"), first.why
    if first.fix:
        yield say("Fix"), first.fix
        yield say("Who"), first.who.word


def error_card(error: RunbookError) -> Card:
    """A stop, told so that a person can act on it: what, where, why, and the fix last."""
    tone = Tone.WAIT if error.exit_code == 2 else Tone.STOP
    return Card(tone, error.what, error.parts()[1:])


def grid_of(
    frame: pd.DataFrame, caption: object, columns: Sequence[tuple[str, Message]], most: int = 20
) -> Grid:
    """The first ``most`` rows of a table; ``columns`` names which, and how their heads read."""
    part = frame.loc[:, [name for name, _ in columns]].head(most)
    words: list[Callable[[Any], object]] = [_CODED.get(name, _cell) for name, _ in columns]
    rows = tuple(
        tuple(word(cell) for word, cell in zip(words, row, strict=True))
        for row in part.itertuples(index=False, name=None)
    )
    return Grid(caption, tuple(head for _, head in columns), rows, max(0, len(frame) - most))


def _cell(value: Any) -> object:
    if isinstance(value, bool):
        return say("yes") if value else ""
    return "" if value is None or value != value else value  # NaN is the only value unequal to itself


def _kind(block: object) -> str:
    return type(block).__name__


@cache
def _template() -> Template:
    from jinja2 import (  # lazy: the command line imports this module for plain text
        Environment,
        StrictUndefined,
    )

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((Path(__file__).parent / "view.html.j2").read_text(encoding="utf-8"))
