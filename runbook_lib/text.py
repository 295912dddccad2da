"""What people read, in English, German and Spanish.

A sentence is written once, in English, where it belongs: ``say("{count} fields are visible", count=12)``.
That makes a :class:`Message`: data that floors pass on and files keep, and that only the edge which shows
it puts into the reader's language. Catalogues are gettext ``.po`` files, read as they are, so that there is
one file to edit and nothing to compile.

``label`` gives the words of Salesforce's and Marketo's own screens (``locale/labels.toml``), never a
translation of ours: where the vendor's wording is not attested in a language, the English one is returned.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from inspect import get_annotations
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Self

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español"}
"""The languages there are. A new one: its line here, a catalogue, and a column of ``locale/labels.toml``."""
LONGEST = 500
"""Characters of one cell of a table; no vendor allows a label of over 255, but files come from people."""
_TOO_LONG_TO_READ = 10**15
_DRIVING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0001]"
)
"""What drives a terminal, breaks a line, turns the direction or names the language of what follows. Source:
Unicode, categories Cc, Cs, Zl and Zp, UAX 9, and the deprecated LANGUAGE TAG."""
_LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Message:
    """A translatable sentence: an English template with ``{named}`` gaps, and what fills them.

    A value may itself be a :class:`Message`, ``Label(key)`` or ``Moment(at)``; it is then said in the same
    language.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return translate(self, "en")

    def __hash__(self) -> int:
        return hash((self.template, str(self)))

    def to_json(self) -> dict[str, Any]:
        """The message as JSON: the template and its values, nested messages included."""
        return {"template": self.template, "values": {k: _to_json(v) for k, v in self.values.items()}}


@dataclass(frozen=True)
class Label:
    """The words on a vendor's screen, by the key of ``locale/labels.toml``."""

    key: str

    def __str__(self) -> str:
        return label(self.key, "en")

    def to_json(self) -> dict[str, Any]:
        """The label as JSON: its key."""
        return {"label": self.key}


@dataclass(frozen=True)
class Wording:
    """A text that a data file brings along in each language; English where one is missing."""

    words: Mapping[str, str]

    def __str__(self) -> str:
        return self.words["en"]

    def __hash__(self) -> int:
        return hash(str(self))

    def to_json(self) -> dict[str, Any]:
        """The text as JSON: its words by language."""
        return {"words": dict(self.words)}


@dataclass(frozen=True)
class Moment:
    """A moment, to the minute, as each language writes it; files and the journal keep ISO 8601."""

    at: datetime

    @classmethod
    def of(cls, text: str) -> Moment | str:
        """What ISO 8601 says; an empty text, or one that says no moment, as it is."""
        try:
            return cls(datetime.fromisoformat(text))
        except ValueError:
            return text

    def __str__(self) -> str:
        return translate(self, "en")

    def to_json(self) -> dict[str, Any]:
        """The moment as JSON: ISO 8601."""
        return {"moment": self.at.isoformat()}


class Coded(StrEnum):
    """A closed list of codes, each with its row: what the class annotates are the columns, in this order.

    Files and the journal keep the code; what belongs to it stands beside it.
    """

    def __new__(cls, code: str, *row: object) -> Self:
        """A member with its row."""
        member = str.__new__(cls, code)
        member._value_ = code
        owners = [owner for owner in reversed(cls.__mro__) if issubclass(owner, Coded)]
        columns = [name for owner in owners for name in get_annotations(owner)]
        for column, value in zip(columns, row, strict=True):
            setattr(member, column, value)
        return member


class Worded(Coded):
    """Codes for which people read a word."""

    word: Message


class Spoken:
    """What is said in several parts, each of them in the reader's language, such as a fault."""

    def parts(self) -> tuple[object, ...]:
        """The parts, in the order they are read."""
        raise NotImplementedError


def say(template: str, /, **values: object) -> Message:
    """A :class:`Message`. The template is what translators see: whole sentences, no markup."""
    return Message(template, values)


def counted(count: int, one: Message, many: Message) -> Message:
    """``one`` for exactly one, else ``many``: two whole sentences, because languages bend more than a noun.

    English, German and Spanish agree on when the singular stands. Source: Unicode CLDR, plural rules.
    """
    return one if count == 1 else many


def joined(messages: Iterable[object], separator: str = "; ") -> Message:
    """The messages one after the other, each in its own words."""
    gaps = {f"part{number}": message for number, message in enumerate(messages)}
    return Message(separator.join(f"{{{name}}}" for name in gaps), gaps)


def translate(text: object, language: str) -> str:
    """``text`` in ``language``; plain text comes back unchanged, a missing translation in English.

    A number is written as the language writes it (``115.857``); what only looks like one, such as a year, an
    Id or a status code, is passed as text.
    """
    if isinstance(text, Label):
        return label(text.key, language)
    if isinstance(text, Wording):
        return text.words.get(language) or text.words["en"]
    if isinstance(text, Moment):
        return _moment(text.at, language)
    if isinstance(text, Spoken):
        return "\n".join(translate(part, language) for part in text.parts())
    if isinstance(text, Real) and not isinstance(text, bool):
        return _number(int(text) if isinstance(text, Integral) else float(text), language)
    if not isinstance(text, Message):
        return str(text)
    template = _catalogue(language).get(text.template) or text.template
    return template.format_map({key: translate(value, language) for key, value in text.values.items()})


def tenths(number: float, language: str) -> str:
    """``number`` with one decimal, as the language writes it: ``3.1``, ``3,1``."""
    if language == "en":
        return f"{number:,.1f}"
    from babel.numbers import format_decimal  # lazy: English, the default, needs no locale

    return str(format_decimal(number, format="#,##0.0", locale=language))


def printable(text: str) -> str:
    """``text`` with control characters, and marks that turn its direction, replaced.

    New lines and tabs stay, and so does what joins one sign out of several, such as an emoji of a family.
    """
    return _DRIVING.sub("\ufffd", text)


def shortened(text: str, most: int = LONGEST) -> str:
    """``text``, or its first ``most`` characters and an ellipsis: a label of ten thousand hides a page."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def on_terminal(text: object, language: str) -> str:
    """``text`` in ``language`` as a terminal may have it: what an org or a file says in it drives nothing."""
    return printable(translate(text, language))


def from_json(data: object) -> object:
    """The inverse of ``to_json``: a :class:`Message`, :class:`Label`, :class:`Wording` or :class:`Moment`
    again; other JSON unchanged."""
    if isinstance(data, dict) and set(data) == {"template", "values"}:
        return Message(data["template"], {k: from_json(v) for k, v in data["values"].items()})
    if isinstance(data, dict) and set(data) == {"label"}:
        return Label(data["label"])
    if isinstance(data, dict) and set(data) == {"words"}:
        return Wording(data["words"])
    if isinstance(data, dict) and set(data) == {"moment"}:
        return Moment(datetime.fromisoformat(data["moment"]))
    return data


def label(key: str, language: str) -> str:
    """The words of a vendor's screen for ``key`` (such as ``marketo.sync_fields``).

    English where the vendor's wording in ``language`` is not known, and behind one that no document attests.
    ``KeyError`` for an unknown key.
    """
    words = _labels()[key]
    english = words["en"][0]
    word = words.get(language, [english])[0]
    return f"{word} ({english})" if language in words["unattested"] and word != english else word


def every_wording(key: str) -> tuple[str, ...]:
    """All wordings of ``key`` in all languages, to recognize a word that a person copied from a screen."""
    words = _labels()[key]
    return tuple(dict.fromkeys(word for language in LANGUAGES for word in words.get(language, ())))


def keys_of(vendor: str) -> tuple[str, ...]:
    """The keys of one table of ``locale/labels.toml``, such as ``sync_state.failed`` of ``sync_state``."""
    return tuple(key for key in _labels() if key.startswith(f"{vendor}."))


def _to_json(value: object) -> object:
    """What JSON does not know, such as an exception or a path, is kept in its own words."""
    if isinstance(value, Message | Label | Wording | Moment):
        return value.to_json()
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _number(number: int | float, language: str) -> str:
    if (isinstance(number, int) and abs(number) < 1000) or not abs(number) < _TOO_LONG_TO_READ:
        return str(number)
    from babel.numbers import format_decimal  # lazy: short numbers read the same everywhere

    return str(format_decimal(number, locale=language))


def _moment(at: datetime, language: str) -> str:
    """Source of the forms: Unicode CLDR, dateFormats medium; 24 hours, so that no half of a day is missed."""
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if language == "en":
        return f"{at:%b} {at.day}, {at.year}, {at:%H:%M} UTC"
    from babel.dates import format_date  # lazy: English, the default, needs no locale

    return f"{format_date(at, 'medium', locale=language)}, {at:%H:%M} UTC"


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = _LOCALE / language / "LC_MESSAGES" / "runbook.po"
    if language == "en" or not path.exists():
        return {}
    from babel.messages.pofile import read_po  # lazy: English, the default, needs no catalogue

    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


@cache
def _labels() -> dict[str, dict[str, list[str]]]:
    """Key → language → its wordings, the usual one first; ``unattested``: languages without a document."""
    tables = tomllib.loads((_LOCALE / "labels.toml").read_text(encoding="utf-8"))
    del tables["source"]
    return {
        f"{vendor}.{name}": {"unattested": []}
        | {column: [said] if isinstance(said, str) else said for column, said in row.items()}
        for vendor, names in tables.items()
        for name, row in names.items()
    }
