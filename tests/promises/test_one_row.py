"""What belongs to one kind stands in its row: no table by kind anywhere but in the room of that kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from runbook_lib.outcomes import Outcome
from runbook_lib.survey.model.inventory import GroupKind

PACKAGE = Path(__file__).parents[2] / "runbook_lib"
HOMES: Mapping[str, str] = {
    "ChangeKind": "change/kinds/",
    "DuplicateChoice": "change/decisions/rows.py",
    "GroupKind": "survey/model/inventory.py",
    "Made": "review/fields/made.py",
    "MappingVerdict": "review/mappings/__init__.py",
    "Outcome": "outcomes.py",
    "Pairing": "change/decisions/rows.py",
    "Status": "review/findings.py",
    "SyncState": "proof/marketo_exports.py",
    "Tone": "guide/views/blocks.py",
    "Verdict": "review/findings.py",
    "When": "review/handover.py",
    "Who": "review/findings.py",
}
"""A closed list of kinds → the only place with a table of them, below ``runbook_lib``."""
IN_FEW_PLACES = frozenset({"ChangeKind"})
"""Of these nobody else may even list several, or go through them with ``if``."""
WRITTEN_OUT: Mapping[str, type[StrEnum]] = {"GroupKind": GroupKind, "Outcome": Outcome}
"""Lists whose codes nobody spells out in a table of texts."""


@cache
def _nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(source)))


def tables(source: str, kinds: str) -> Iterator[int]:
    """Lines of ``source`` where the members of ``kinds`` are told apart: a dictionary, or a ``match``."""
    for node in _nodes(source):
        if _is_table(node, kinds):
            assert isinstance(node, ast.expr | ast.stmt)
            yield node.lineno


def chains(source: str, kinds: str) -> Iterator[int]:
    """Lines where they are told apart otherwise: a chain of ``if``, a set or list of two and more, or a
    dictionary made of all of them.

    Several as arguments of one call, or one comparison alone, is no table.
    """
    for node in _nodes(source):
        if _is_chain(node, kinds):
            assert isinstance(node, ast.expr | ast.stmt)
            yield node.lineno


def spelled_out(source: str, codes: frozenset[str]) -> Iterator[int]:
    """Lines of a dictionary or list in which four of these codes and more stand as texts."""
    for node in _nodes(source):
        parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
        texts = {part.value for part in parts if isinstance(part, ast.Constant)}
        if len(texts & codes) > 3:
            assert isinstance(node, ast.expr)
            yield node.lineno


def _is_table(node: ast.AST, kinds: str) -> bool:
    match node:
        case ast.Dict(keys=keys):
            return any(_is_member(key, kinds) for key in keys)
        case ast.Match(cases=cases):
            patterns = [pattern for case in cases for pattern in ast.walk(case.pattern)]
            return any(isinstance(p, ast.MatchValue) and _is_member(p.value, kinds) for p in patterns)
    return False


def _is_chain(node: ast.AST, kinds: str) -> bool:
    match node:
        case ast.AnnAssign(annotation=ast.Subscript(slice=ast.Tuple(elts=[ast.Name(id=name), _]))):
            return name == kinds
        case ast.DictComp(generators=[ast.comprehension(iter=ast.Name(id=name)), *_]):
            return name == kinds
        case ast.Call(func=ast.Attribute(attr="fromkeys"), args=[ast.Name(id=name), *_]):
            return name == kinds
        case ast.Set(elts=members) | ast.List(elts=members) | ast.Tuple(elts=members):
            return sum(_is_member(member, kinds) for member in members) > 1
        case ast.If(test=test, orelse=[ast.If(test=other)]):
            return _names(test, kinds) and _names(other, kinds)
    return False


def _is_member(node: ast.AST | None, kinds: str) -> bool:
    """``Kind.MEMBER`` or ``Kind.MEMBER.value``."""
    if isinstance(node, ast.Attribute) and node.attr == "value":
        node = node.value
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == kinds


def _names(node: ast.AST, kinds: str) -> bool:
    return any(_is_member(part, kinds) for part in ast.walk(node))


def _elsewhere(kinds: str) -> Iterator[tuple[str, str]]:
    """The modules outside the room of these kinds, and their text."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith((HOMES[kinds], "rehearsal/")):
            yield name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kinds", HOMES)
def test_no_table_by_kind_outside_its_room(kinds: str) -> None:
    """Who adds a kind finds all that is to be said about it in one place, and nowhere else."""
    found = [f"{name}:{line}" for name, source in _elsewhere(kinds) for line in tables(source, kinds)]
    if kinds in IN_FEW_PLACES:
        found += [f"{name}:{line}" for name, source in _elsewhere(kinds) for line in chains(source, kinds)]
    if kinds in WRITTEN_OUT:
        codes = frozenset(WRITTEN_OUT[kinds])
        found += [
            f"{name}:{line}" for name, source in _elsewhere(kinds) for line in spelled_out(source, codes)
        ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "{K.A: 1}",
        "{K.A.value: 1, 'b': 2}",
        "{kind: 1 for kind in K}",
        "dict.fromkeys(K, 1)",
        "words: Mapping[K, str] = made()",
        "frozenset({K.A, K.B})",
        "x in (K.A, K.B)",
        "match x:\n    case K.A: pass",
        "if x is K.A:\n    pass\nelif x is K.B and y:\n    pass",
        "words = {'a': 1, 'b': 2, 'c': 3, 'd': 4}",
    ],
)
def test_a_planted_table_is_found(source: str) -> None:
    """Every shape in which a table by kind is written is one that the measure sees."""
    found = (*tables(source, "K"), *chains(source, "K"), *spelled_out(source, frozenset("abcd")))
    assert found == (1,)


@pytest.mark.parametrize("source", ["x is K.A", "changes(K.A, K.B)", "{L.A: 1}", "if x is K.A:\n    pass"])
def test_one_comparison_is_no_table(source: str) -> None:
    """A plan may ask for the changes of a kind that it is about."""
    assert [*tables(source, "K"), *chains(source, "K")] == []
