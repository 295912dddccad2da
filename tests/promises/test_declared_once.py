"""What may be changed by one line stands in one place: languages, the life of a consent, a system reached."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbook_lib.change.gate import APPROVAL_HOURS
from runbook_lib.systems.connection import Connection
from runbook_lib.text import LANGUAGES

PACKAGE = Path(__file__).parents[2] / "runbook_lib"
LABELS = tomllib.loads((PACKAGE / "locale" / "labels.toml").read_text(encoding="utf-8"))
SOURCES = {
    name: path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
    if not (name := path.relative_to(PACKAGE).as_posix()).startswith("rehearsal/")
}
"""The rehearsal shares no code with the product, so it has its own list of languages."""


def _lists_of_languages(source: str) -> Iterator[int]:
    """Lines of a list, dictionary or ``Literal`` that names two languages or more."""
    for node in ast.walk(ast.parse(source)):
        parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
        named = {part.value for part in parts if isinstance(part, ast.Constant)}
        if len(named & set(LANGUAGES)) > 1:
            assert isinstance(node, ast.expr)
            yield node.lineno


def test_languages_stand_in_one_place() -> None:
    """Who adds a language adds it once; no other module lists them."""
    assert {name for name, source in SOURCES.items() if list(_lists_of_languages(source))} == {"text.py"}


def test_a_new_language_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its line in the one place, a connection may be in it."""
    monkeypatch.setitem(LANGUAGES, "fr", "Français")
    salesforce = {
        "environment": "production",
        "admin_username": "ada@acme.example",
        "sync_username": "marketo@acme.example",
    }
    marketo = {"munchkin_id": "123-ABC-456", "client_id": "5f3a"}
    told = {"name": "acme", "language": "fr", "salesforce": salesforce, "marketo": marketo}
    assert Connection.model_validate(told).language == "fr"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_its_words_for_answers(language: str) -> None:
    """Each has what its people write for yes and no, and for the two kinds of orgs; and its catalogue."""
    asked = [words for table in ("answer", "environment") for words in LABELS[table].values()]
    assert all(words.get(language) for words in asked)
    assert language == "en" or (PACKAGE / "locale" / language / "LC_MESSAGES" / "runbook.po").is_file()


def test_how_long_a_consent_counts_stands_in_one_place() -> None:
    """No sentence about an agreement has the number in its text: only API calls are counted over a day."""
    told = re.compile(rf"\b{APPROVAL_HOURS} hours|hours={APPROVAL_HOURS}\b")
    lines = [line for source in SOURCES.values() for line in source.splitlines() if told.search(line)]
    assert [line for line in lines if re.search(r"[Aa]gree|consent|plan|timedelta", line)] == []


def _keys(owner: ast.ClassDef) -> frozenset[str]:
    """The annotated names of a class: its fields."""
    return frozenset(
        part.target.id
        for part in owner.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.target.id != "KEY"
    )


def test_the_keys_of_a_decision_stand_once() -> None:
    """What a file of decisions holds is one class, which is also what the rest of the product works with."""
    keys = {
        f"{name}: {node.name}": _keys(node)
        for name, source in SOURCES.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    }
    rows = {
        owner
        for owner in keys
        if owner.startswith(("change/decisions/rows.py", "change/decisions/setup.py"))
        and len(keys[owner]) > 2
    }
    repeated = {owner for row in rows for owner in keys if owner != row and keys[owner] >= keys[row]}
    assert len(rows) >= 5 and repeated == set()


def test_one_class_reaches_a_system() -> None:
    """What opens a reader once and keeps its refusal is one class, for a session as for one look."""
    keepers = [
        f"{name}: {node.name}"
        for name, source in SOURCES.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and "self.refusal = refusal" in ast.unparse(node)
    ]
    assert keepers == ["systems/reach.py: Reach"]


def test_published_records_are_described_in_one_place() -> None:
    """That the texts below the fields stand in docs/schemas is said once, for all records."""
    assert {name for name, text in SOURCES.items() if "use_attribute_docstrings" in text} == {"published.py"}
