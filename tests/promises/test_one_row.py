"""What belongs to one kind stands in its row: no table by kind anywhere but in the room of that kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "runbook_lib"
HOMES: Mapping[str, str] = {"ChangeKind": "change/kinds/"}
"""A closed list of kinds → the only place with a table of them, below ``runbook_lib``."""


def tables(source: str, kinds: str) -> Iterator[int]:
    """Lines of ``source`` where several members of ``kinds`` are told apart.

    A dictionary by them, a ``match`` over them, a chain of ``if``, or a set or list of two and more. Several
    as arguments of one call, or one comparison alone, is no table.
    """
    for node in ast.walk(ast.parse(source)):
        if _is_table(node, kinds):
            assert isinstance(node, ast.expr | ast.stmt)
            yield node.lineno


def _is_table(node: ast.AST, kinds: str) -> bool:
    match node:
        case ast.Dict(keys=keys):
            return any(_is_member(key, kinds) for key in keys)
        case ast.DictComp(generators=[ast.comprehension(iter=ast.Name(id=name)), *_]):
            return name == kinds
        case ast.Call(func=ast.Attribute(attr="fromkeys"), args=[ast.Name(id=name), *_]):
            return name == kinds
        case ast.AnnAssign(annotation=ast.Subscript(slice=ast.Tuple(elts=[ast.Name(id=name), _]))):
            return name == kinds
        case ast.Set(elts=members) | ast.List(elts=members) | ast.Tuple(elts=members):
            return sum(_is_member(member, kinds) for member in members) > 1
        case ast.Match(cases=cases):
            patterns = [pattern for case in cases for pattern in ast.walk(case.pattern)]
            return any(isinstance(p, ast.MatchValue) and _is_member(p.value, kinds) for p in patterns)
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


@pytest.mark.parametrize("kinds", HOMES)
def test_no_table_by_kind_outside_its_room(kinds: str) -> None:
    """Who adds a kind finds all that is to be said about it in one place, and nowhere else."""
    found = [
        f"{name}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if not (name := path.relative_to(PACKAGE).as_posix()).startswith((HOMES[kinds], "rehearsal/"))
        for line in tables(path.read_text(encoding="utf-8"), kinds)
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
    ],
)
def test_a_planted_table_is_found(source: str) -> None:
    """Every shape in which a table by kind is written is one that the measure sees."""
    assert list(tables(source, "K")) == [1]


@pytest.mark.parametrize("source", ["x is K.A", "changes(K.A, K.B)", "{L.A: 1}", "if x is K.A:\n    pass"])
def test_one_comparison_is_no_table(source: str) -> None:
    """A plan may ask for the changes of a kind that it is about."""
    assert list(tables(source, "K")) == []
