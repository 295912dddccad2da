"""What stops the runbook, and what it cannot tell, is said in sentences of the catalogue, everywhere.

``where`` and ``code`` are no sentences: a path, a host, a vendor's own code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbook_lib.errors import RunbookError

PACKAGE = Path(__file__).parents[2] / "runbook_lib"
SPOKEN = ("what", "why", "fix")


def _below(error: type[Exception]) -> Iterator[str]:
    yield error.__name__
    for kind in error.__subclasses__():
        yield from _below(kind)


ERRORS = frozenset(_below(RunbookError))
MAKES_ONE = re.compile(rf"\b(Unknown|{'|'.join(ERRORS)})\(|=str\(\w+\.({'|'.join(SPOKEN)}|reason)\)")


def _is_bare(value: ast.expr) -> bool:
    """Whether a text is put together here, which no catalogue has; an empty one says nothing."""
    match value:
        case ast.Constant(value=str(text)):
            return text != ""
        case ast.JoinedStr() | ast.Call(func=ast.Attribute(attr="join" | "format")):
            return True
        case ast.Call(func=ast.Name(id="str" | "repr")):
            return True
        case ast.BoolOp(values=parts):
            return any(map(_is_bare, parts))
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            return _is_bare(one) or _is_bare(other)
    return False


def _bare(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of each part of an error that is a bare text, of each such reason not to know, and of
    a message that was made English for good."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[*parts], keywords=more) if name in ERRORS:
                told = [*parts[:1], *(word.value for word in more if word.arg in SPOKEN)]
            case ast.Call(func=ast.Name(id="Unknown"), args=[reason, *_], keywords=more):
                told = [] if any(word.arg == "told" for word in more) else [reason]
            case ast.Call(func=ast.Name(id="say"), keywords=more):
                told = [word.value for word in more if _is_made_english(word.value)]
            case _:
                continue
        yield from ((node.lineno, ast.unparse(part)) for part in told if _is_bare(part))


def _is_made_english(value: ast.expr) -> bool:
    """``str(fault.what)``, which says a message in English for good."""
    match value:
        case ast.Call(func=ast.Name(id="str"), args=[ast.Attribute(attr=name)]):
            return name in (*SPOKEN, "reason")
    return False


def test_an_error_is_told_in_sentences_of_the_catalogue() -> None:
    """No error anywhere says what, why or what to do in a bare text."""
    sources = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    offences = [
        f"{path.relative_to(PACKAGE)}:{line} {text}"
        for path, source in sources.items()
        if MAKES_ONE.search(source)
        for line, text in _bare(ast.parse(source))
    ]
    assert offences == []


@pytest.mark.parametrize(
    "line",
    [
        'raise Defect("It broke.")',
        'raise UsageFault(say("No."), fix="Try again.")',
        'raise WorkspaceFault(f"{path} is gone.")',
        'raise WaitsForPerson(say("No."), why=", ".join(reasons))',
        "raise SecretMissing(str(fault))",
        'raise Blocked(reason or "Nobody knows.")',
        'raise TimedOut(say("Late.") if late else "Early.")',
        'say("No: {reason}.", reason=str(fault.what))',
        'Unknown("Nobody knows.")',
        'Unknown(str(say("Nobody knows.")))',
    ],
)
def test_a_bare_text_is_seen(line: str) -> None:
    """Each way to tell an error in English alone is found; also in a class far down the tree."""
    assert len(list(_bare(ast.parse(line)))) == 1


@pytest.mark.parametrize(
    "line",
    [
        'raise Defect(say("It broke."), where=f"{path}", code=str(status))',
        'raise UsageFault(what, why=reason or "", fix=joined(lines))',
        'raise ValueError("no error of ours")',
        'Unknown(str(what), told={"what": what.to_json()})',
        'say("Port {port}: {reason}.", port=str(port), reason=fault)',
    ],
)
def test_what_is_no_sentence_may_be_bare(line: str) -> None:
    """Places and codes; what a variable holds; other people's errors."""
    assert list(_bare(ast.parse(line))) == []
