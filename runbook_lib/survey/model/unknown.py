"""Two ways of having no value: we cannot tell, and it is not there. Neither is ever turned into "no"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from typing import Any

from runbook_lib.text import Message
from runbook_lib.text import from_json as from_json_text


@dataclass(frozen=True)
class Unknown:
    """We looked and cannot tell; ``reason`` says why, ``code`` is the vendor's code where there is one.

    ``refused``: a system said a definite no (a refused login), which is more than silence. ``told``: the
    parts of that answer (``what``, ``why``, ``fix``) as JSON of messages, to be said in any language.
    ``unreached``: nobody got as far as asking (no answer, no login, a session that ended).
    """

    reason: str
    code: str = ""
    refused: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)
    unreached: bool = False

    def message(self, part: str) -> Message | None:
        """``what``, ``why`` or ``fix`` as a message; ``None`` where the system told nothing of that kind."""
        words = from_json_text(self.told.get(part))
        return words if isinstance(words, Message) else None

    @property
    def words(self) -> Message | str:
        """Why, to be said in any language; in the system's own words where it told nothing of that kind."""
        return self.message("what") or self.reason


def untold(what: Message, fix: Message | None = None) -> Unknown:
    """What a system answered without telling it: ``what`` is not known, and how it could be."""
    parts = {"what": what, "fix": fix}
    return Unknown(str(what), told={name: part.to_json() for name, part in parts.items() if part})


@dataclass(frozen=True)
class Absent:
    """We looked and it is not there."""

    what: str


def unknowns_in(part: object) -> Iterator[Unknown]:
    """The part itself where it is unknown, else what is unknown of it, one level down."""
    if isinstance(part, Unknown):
        yield part
    elif isinstance(part, Mapping):
        yield from (value for value in part.values() if isinstance(value, Unknown))
    elif is_dataclass(part) and not isinstance(part, type):
        yield from (value for value in vars(part).values() if isinstance(value, Unknown))
