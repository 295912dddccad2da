"""People look for our words on a vendor's screen: no translation spells a label in its own way.

Where an English sentence names a label of ``labels.toml``, its translation names it as that table does, and
as often. What comes through a ``{gap}`` comes out of the table anyway.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parents[2] / "runbook_lib" / "locale"
SCREENS = ("marketo", "status", "salesforce", "setup", "permission")
"""What a person finds on a screen; types of fields are only told, columns and states only read."""
FOUND = "·"
"""Stands for a label that was found; after a comma, the next step of a path begins."""

Spellings = dict[str, list[str]]


def _label_form(english: str) -> re.Pattern[str]:
    """How a sentence names the label, where the same word may be a common one: two capitals, or on a path."""
    word = rf"\b{re.escape(english)}(?!\w)"
    if " " in english or english == "Setup":
        return re.compile(word)
    return re.compile(rf"(?:(?<=→ )|(?<=> )|(?<=“)|(?<={FOUND}, )){word}(?! [A-Z])|{word}(?= [→>]|”)")


@cache
def _labels() -> list[tuple[re.Pattern[str], Spellings]]:
    """How each label is found, and its spellings; the longest first, for one is part of another."""
    tables = tomllib.loads((LOCALE / "labels.toml").read_text(encoding="utf-8"))
    rows = [
        {language: [said] if isinstance(said, str) else said for language, said in row.items()}
        for table in SCREENS
        for row in tables[table].values()
    ]
    rows.sort(key=lambda row: -len(row["en"][0]))
    return [(_label_form(row["en"][0]), row) for row in rows]


def _offences(language: str, sentence: str, translation: str) -> Iterator[str]:
    """Each label of the sentence that the translation does not spell as the table does."""
    for form, spellings in _labels():
        if spellings["en"][0] not in sentence:
            continue
        sentence, named = form.subn(FOUND, sentence)
        if named > sum(translation.count(spelling) for spelling in spellings.get(language, spellings["en"])):
            yield f"{spellings['en'][0]}: {translation}"


@pytest.mark.parametrize("language", ["de", "es"])
def test_a_label_is_spelled_as_on_the_screen(language: str) -> None:
    """Each label that a sentence names stands in its translation as ``labels.toml`` has it."""
    with (LOCALE / language / "LC_MESSAGES" / "runbook.po").open("rb") as file:
        said = [(str(message.id), str(message.string)) for message in read_po(file) if message.id]
    assert [offence for pair in said for offence in _offences(language, *pair)] == []


@pytest.mark.parametrize(
    ("language", "sentence", "translation"),
    [
        ("es", "Grant “Password Never Expires” there.", "Conceda allí «Password Never Expires»."),
        ("de", "Stay away from it before Start Sync.", "Klicken Sie vor „Start Sync“ nicht darauf."),
        ("es", "Salesforce Setup → Users → Edit", "Salesforce Setup → Usuarios → Modificar"),
        ("de", "Setup, Users, and tick Active.", "Setup, Anwender, und „Aktiv“ ankreuzen."),
        ("de", "Read “Sync Errors” twice: “Sync Errors”.", "Lesen Sie „Sync Errors“ und „Fehler“."),
        ("de", "Click Reset Schema.", "Klicken Sie auf „Schema zurücksetzen“."),
    ],
)
def test_a_spelling_of_our_own_is_seen(language: str, sentence: str, translation: str) -> None:
    """English where there is a word, our own word, one of two, and ours where only English is attested."""
    assert len(list(_offences(language, sentence, translation))) == 1


@pytest.mark.parametrize(
    ("sentence", "translation"),
    [
        ("Edit its connection.toml.", "Bearbeiten Sie die connection.toml."),
        ("Marketo Admin → Salesforce → Edit Sync Options", "Marketo Admin → Salesforce → Edit Sync Options"),
        ("Fields are mapped: Map Lead Fields.", "Felder werden zugeordnet: „Leadfelder zuordnen“."),
    ],
)
def test_a_common_word_is_no_label(sentence: str, translation: str) -> None:
    """A common word may be translated freely; a longer label is not taken for a shorter one."""
    assert list(_offences("de", sentence, translation)) == []
