"""What a view is made of: sentences, facts, tables, cards, findings, click lists. Data only, no layout."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from math import ceil
from urllib.parse import urlsplit

from runbook_lib.pictures.model import Picture
from runbook_lib.text import Coded


class Tone(Coded):
    """How a card stands out: by a word and a sign, never by color alone."""

    sign: str
    color: str

    INFO = "info", "ℹ", "dim"
    OK = "ok", "✔", "green"
    WARN = "warn", "!", "yellow"
    WAIT = "wait", "‖", "cyan"
    STOP = "stop", "✖", "bold red"


@dataclass(frozen=True)
class Link:
    """An address a person can follow, wherever a sentence may stand: a page, or a file beside the notebook.

    ``ValueError`` for an address that would run something instead of opening it.
    """

    text: object
    url: str

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in ("", "http", "https"):
            raise ValueError(f"not the address of a page: {self.url}")

    @property
    def leaves(self) -> bool:
        """Whether it leads out of JupyterLab, so that it is opened in a tab of its own."""
        return bool(urlsplit(self.url).scheme)


@dataclass(frozen=True)
class Links:
    """Several things in one cell, such as the records of a group; each may be a link."""

    parts: tuple[object, ...]


@dataclass(frozen=True)
class Mark:
    """A cell that stands out: a sign and a word, and a color for whoever sees it."""

    tone: Tone
    word: object


@dataclass(frozen=True)
class Line:
    """One sentence by itself."""

    text: object


class BannerKind(StrEnum):
    """Where something happens: in an imitation, in a sandbox, or with real data."""

    REHEARSAL = "rehearsal"
    SANDBOX = "sandbox"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Strip:
    """The colored line on top: the place in a word, what that means, which step this is, where to click."""

    place: BannerKind
    word: object
    text: object
    step: object = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Names and values, such as who is connected to whom."""

    rows: tuple[tuple[object, object], ...]


@dataclass(frozen=True)
class Grid:
    """A table. ``rows`` are texts, messages or marks; ``more`` rows exist that are not shown."""

    caption: object
    columns: tuple[object, ...]
    rows: tuple[tuple[object, ...], ...]
    more: int = 0


@dataclass(frozen=True)
class Drawn:
    """A picture, and its drawing as an SVG element."""

    picture: Picture
    svg: str


@dataclass(frozen=True)
class Waterfall:
    """What adds up to a sum: of each row a name, a word, and what it adds or, below zero, takes away."""

    caption: object
    rows: tuple[tuple[object, object, float], ...]
    total: object

    @property
    def sums(self) -> tuple[float, ...]:
        """The sum before the first row and after each."""
        return tuple(accumulate((part for _, _, part in self.rows), initial=0.0))

    def spans(self, whole: int) -> tuple[tuple[int, int], ...]:
        """Where each row's bar begins and how long it is, where all sums fit into ``whole``."""
        lowest, highest = min(self.sums), max(self.sums)
        scale = whole / ((highest - lowest) or 1)
        pairs = pairwise(self.sums)
        return tuple(
            (round((min(pair) - lowest) * scale), ceil(abs(pair[1] - pair[0]) * scale)) for pair in pairs
        )


@dataclass(frozen=True)
class Card:
    """Something that stands out: what, and below it further sentences."""

    tone: Tone
    title: object
    lines: tuple[object, ...] = ()


Point = tuple[Tone, object, object, tuple[tuple[object, object], ...]]
"""A sign, a status word, a sentence and details under it."""


@dataclass(frozen=True)
class Points:
    """Findings or claims."""

    rows: tuple[Point, ...]


@dataclass(frozen=True)
class Fold:
    """What few need to read: only its title shows, with the sign of its tone, until a person opens it.

    Whoever reads plain text has it all.
    """

    title: object
    inside: Grid | Points | Waterfall
    tone: Tone | None = None


@dataclass(frozen=True)
class Clicks:
    """What a person does in a vendor's screens, in order; ``done``: already made."""

    rows: tuple[tuple[bool, object, object, tuple[tuple[object, object], ...]], ...]


@dataclass(frozen=True)
class Warnings:
    """What somebody agrees to, each by itself: whether they did, what it is called, and its text.

    A form has a box for each; it stands in the place of this list.
    """

    rows: tuple[tuple[bool, object, object], ...]


@dataclass(frozen=True)
class RoadStop:
    """One step on the board: its notebook and name, its state, and what else there is to tell.

    ``is_here``: the one to go on with.
    """

    link: Link
    name: str
    mark: Mark
    facts: tuple[tuple[object, object], ...]
    is_here: bool = False


@dataclass(frozen=True)
class Road:
    """The board: every step, in order; ``name`` is for those who hear it."""

    name: object
    caption: object
    stops: tuple[RoadStop, ...]


@dataclass(frozen=True)
class Instead:
    """What a live form shows, as a table to read: it stands where the form cannot, and not beside it."""

    state: Grid


Block = (
    Strip
    | Line
    | Facts
    | Grid
    | Fold
    | Picture
    | Drawn
    | Waterfall
    | Card
    | Points
    | Clicks
    | Warnings
    | Road
    | Instead
)
