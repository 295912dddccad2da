"""A made-up language: German with wide letters, so that whatever did not come through the catalogue shows.

It is made of the German catalogue while a test runs, and only where a sentence of the code is in it: what was
put together at run time is not. What may stand in common letters are names: of the org, of its people and
fields, of files, commands and addresses, and the words of the vendors' own screens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser

import pytest

from runbook_lib import text
from runbook_lib.workspace import Workspace

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_WIDER = {ord(letter): ord(letter) + 0xFEE0 for letter in LETTERS}
_NARROWER = {wide: letter for letter, wide in _WIDER.items()}
_GAP = re.compile(r"({[^}]*})")
ADDRESS = re.compile(
    r"https?://\S+|(?:\.\.)?/[\w./-]{3,}|[\w.+-]+@[\w.-]+|\b[\w-]+\.(?:ipynb|html|csv|toml|md)\b|\b\w+/\b"
)
"""The address of a page, of a file or of a person."""
_CODE = re.compile(r"\b(?=\w*\d)[0-9A-Za-z]{8,18}\b|\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b|\w*…")
"""An Id of Salesforce, a digest, the code of a click sheet; what was cut."""
_COMMAND = re.compile(r"\brunbook [a-z-]+ .*")
_API_NAME = re.compile(r"\b(?:[A-Z]\w+\.)?\w+__c\b|\b[A-Z]\w+\.[A-Z]\w+\b")
_WORD = re.compile(r"[A-Za-z_]{2,}")
_QUOTED = re.compile("„([a-z ]+)“")
"""A part of a name, in small letters."""
GROUPED = re.compile(r"(?<![\d.,])\d{1,3},\d{3}(?!\d)")
"""A number as English writes it: in German 7,215 is seven."""
ISO = re.compile(r"\d{4}-\d\d-\d\d")
STEP_FILE = re.compile(r"\b(?:0\d|10)_[a-z_]+")
VENDORS = ("marketo", "status", "salesforce", "setup", "permission", "field_type")
"""The tables of ``labels.toml`` whose words are shown."""
PRODUCTS = ("Salesforce", "Marketo", "JupyterLab", "Admin", "Lead", "Contact", "UTC", "SFDC", "CRM")


def wide(sentence: str) -> str:
    """The sentence in wide letters; its gaps as they are."""
    return "".join(part if _GAP.fullmatch(part) else part.translate(_WIDER) for part in _GAP.split(sentence))


def narrow(shown: str) -> str:
    """What was shown, in common letters again."""
    return shown.translate(_NARROWER)


def speak_wide(patch: pytest.MonkeyPatch) -> None:
    """German is spoken in wide letters from now on; no other language is spoken at all."""
    german = {sentence: wide(said) for sentence, said in text._catalogue("de").items()}
    patch.setattr(text, "_catalogue", lambda language: german if language == "de" else {})


def names_of(workspace: Workspace) -> frozenset[str]:
    """What the org, the instance and the connection call things; no code, which is one small word."""
    found = {text.label(key, "de") for vendor in VENDORS for key in text.keys_of(vendor)}
    for path in (*workspace.snapshots.glob("*.json"), *workspace.plans.glob("*.json")):
        found.update(_texts(json.loads(path.read_text(encoding="utf-8"))))
    return frozenset(name for name in (*found, *PRODUCTS) if not re.fullmatch("[0-9a-z_]+", name))


def leaks(lines: Iterable[str], names: frozenset[str]) -> list[str]:
    """The lines in which a word stands that did not come through the catalogue, with that word."""
    longest_first = sorted(names, key=len, reverse=True)
    known = re.compile(r"(?<![\w])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w])")
    parts = " ".join(names).lower()
    found = []
    for line in sorted(set(lines)):
        rest = _QUOTED.sub(lambda quoted: "" if quoted[1] in parts else quoted[0], line)
        for names_and_codes in (_COMMAND, known, ADDRESS, STEP_FILE, _API_NAME, _CODE, known):
            rest = names_and_codes.sub("", rest)
        if words := _WORD.findall(rest):
            found.append(f"{' '.join(words)} | {narrow(line)}")
    return found


def lines_of(page: str) -> Iterator[str]:
    """What a page shows, a line for each of its parts; also what is said of a part that is no text."""
    reader = _Reader()
    reader.feed(page)
    for line in "".join(reader.parts).splitlines():
        if shown := " ".join(line.split()):
            yield shown


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and 1 < len(value) < 300:
        yield value
    elif isinstance(value, Mapping):
        if "template" not in value:
            for part in value.values():
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


class _Reader(HTMLParser):
    INLINE = ("b", "strong", "em", "a", "time", "code")
    TOLD = ("title", "aria-label", "placeholder", "alt")

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in ("style", "script")
        self.parts += [f"\n{value}\n" for name, value in attrs if name in self.TOLD and value]
        self.parts.append("" if tag in self.INLINE else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("style", "script")
        self.parts.append("" if tag in self.INLINE else "\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)
