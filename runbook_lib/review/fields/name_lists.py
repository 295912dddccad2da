"""What the names of fields tell, from ``name_lists.toml``: retired, rewritten nightly, personal."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from runbook_lib.survey.snapshot import Field

_PART = re.compile(r"[A-Z]+(?![a-zäöüñ])|[A-ZÄÖÜ]?[a-zäöüßñáéíóú]+|\d+")


class Hint(StrEnum):
    """A list that a field's name or label can be on; the value is the list's name in the file."""

    NIGHTLY = "nightly"
    RETIRED = "retired"
    PLUMBING = "plumbing"
    CONSENT = "consent"
    SENSITIVE = "sensitive"
    CONFIDENTIAL = "confidential"
    PERSONAL = "personal"


@dataclass(frozen=True)
class NameList:
    """One list, with its source and the day it was read. ``find``: the first entry that is in a text."""

    source: str
    read: str
    pattern: re.Pattern[str]

    def find(self, words: str) -> str:
        """The entry that ``words`` (lower case, one blank between) hold; empty where none is."""
        match = self.pattern.search(words)
        return match[1] if match else ""


def hint(field: Field, kind: Hint) -> str:
    """The words of the field's API name or label that put it on that list; empty where nothing does."""
    return _hints(field.name, field.label).get(kind, "")


@lru_cache(maxsize=20_000)
def _hints(name: str, label: str) -> Mapping[Hint, str]:
    """Every list that the name or the label is on, with the words that put it there."""
    own, label_words = words_of(_bare(name)), words_of(label)
    hits = ((kind, listed.find(own) or listed.find(label_words)) for kind, listed in name_lists().items())
    return {kind: word for kind, word in hits if word}


def package_of(field: Field) -> str:
    """The namespace of the managed package that the field came with: ``dsfs`` of ``dsfs__Status__c``."""
    parts = field.name.split("__")
    return parts[0] if len(parts) == 3 and parts[0] else ""


def runs_a_package(field: Field) -> bool:
    """Whether the field belongs to a package whose fields only run the package."""
    return package_of(field).lower() in _tables()["packages"]["words"]


@cache
def name_lists() -> Mapping[Hint, NameList]:
    """Every list of names."""
    return {kind: _compiled(_tables()[kind.value]) for kind in Hint}


def words_of(text: str) -> str:
    """The words of a name in lower case: ``LastSync_Date`` → ``last sync date``."""
    return " ".join(_PART.findall(text)).lower()


def _bare(name: str) -> str:
    """The API name without namespace and ending."""
    parts = name.split("__")
    return parts[1] if len(parts) == 3 else parts[0]


def _compiled(table: Mapping[str, Any]) -> NameList:
    entries = sorted((*table.get("phrases", ()), *table["words"]), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\S)({'|'.join(map(re.escape, entries))})(?!\S)")
    return NameList(table["source"], table["read"], pattern)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "name_lists.toml").read_text(encoding="utf-8"))
