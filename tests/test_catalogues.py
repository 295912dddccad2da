"""The German and the Spanish catalogue say everything that the code says."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[1] / "runbook_lib"
KEYWORDS = {"say": None}
MAPPINGS = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
METHODS = [(mapping["pattern"], mapping["method"]) for mapping in MAPPINGS]


def _said() -> set[str]:
    found = extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS, strip_comment_tags=False)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def _catalogue(language: str) -> Catalog:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "runbook.po").open("rb") as file:
        return read_po(file, locale=language)


def _gaps(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)[^}]*}", text))


@pytest.mark.parametrize("language", ["de", "es"])
def test_every_sentence_is_translated(language: str) -> None:
    """Each sentence of the code has a translation that is neither empty nor marked as doubtful."""
    done = {str(m.id) for m in _catalogue(language) if m.id and m.string and not m.fuzzy}
    assert sorted(_said() - done) == []


@pytest.mark.parametrize("language", ["de", "es"])
def test_translations_keep_the_gaps(language: str) -> None:
    """A translation fills the same {named} gaps as the sentence it translates."""
    wrong = [m.id for m in _catalogue(language) if m.id and _gaps(str(m.id)) != _gaps(str(m.string))]
    assert wrong == []


@pytest.mark.parametrize("language", ["de", "es"])
def test_no_translation_is_left_over(language: str) -> None:
    """Sentences that the code no longer says are gone from the catalogue."""
    kept = {str(m.id) for m in _catalogue(language) if m.id}
    assert sorted(kept - _said()) == []


def test_no_sentence_stands_where_the_catalogues_do_not_look() -> None:
    """A ``say`` inside the arguments of another one is extracted by nobody, and would stay English."""
    catalogue = {message.id for message in _catalogue("de")}
    calls = (
        node
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
    )
    texts = (call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant))
    assert [text for text in texts if text not in catalogue] == []
