"""Values of changes and claims in words."""

from __future__ import annotations

import pytest

from runbook_lib.proof.values import in_words
from runbook_lib.text import translate


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        ("", ""),
        (0, "0"),
        (True, "yes"),
        ([], ""),
        ({}, ""),
        ({"read": True, "edit": False}, "read"),
        ({"read": False, "edit": False}, ""),
        ({"type": "Text", "length": 255, "required": False}, "type: Text, length: 255"),
        ({"target_object": "Contact", "target_field": "A__c"}, "Contact.A__c"),
        ({"grants": [{"id": "1", "parent": "P"}, {"id": "2", "parent": "Q"}]}, "P, Q"),
        ({"assigned": True, "username": "u@x", "user_id": "005"}, "assigned, user name: u@x"),
        (list(range(14)), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 (+2)"),
    ],
)
def test_values_in_few_words(value: object, words: str) -> None:
    """States before and after are told so that a person reads them at a glance."""
    assert translate(in_words(value), "en") == words


@pytest.mark.parametrize(
    ("value", "german"),
    [
        ({"read": True, "create": False, "edit": True}, "lesen, bearbeiten"),
        (
            {"type": "DateTime", "label": "Acquisition Date"},
            "Bezeichnung: Acquisition Date, Typ: Datum/Uhrzeit",
        ),
        (
            {"assigned": True, "username": "m@acme.example", "user_id": "005"},
            "zugewiesen, Benutzername: m@acme.example",
        ),
        ("free", "an kein CRM gebunden"),
        (7215, "7.215"),
        ([True, 7215], "ja, 7.215"),
    ],
)
def test_values_in_the_reader_s_language(value: object, german: str) -> None:
    """Names and codes of the journal are read as words, numbers as the language writes them."""
    assert translate(in_words(value), "de") == german
