"""The one reader that checks shapes: what Salesforce answers is taken only in the form that its guide
documents.

An answer of another form (null, a missing key, another type) is a refusal of that system with the code
:data:`SHAPE`, never a fault of ours: a proxy, a beta or an outage may send anything. Only keys and places are
told, never what stood there. Source: REST API guide, "Query", "Composite", "sObject Collections".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from runbook_lib.errors import SalesforceRefused
from runbook_lib.systems.salesforce.errors import refusal
from runbook_lib.text import say

SHAPE = "ANSWER_SHAPE"
T = TypeVar("T")
_SELECT = re.compile(r"\s*SELECT\s+(.*?)\s+FROM\s", re.IGNORECASE | re.DOTALL)
_PLAIN_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


def wrong_shape(where: str, wanted: str) -> SalesforceRefused:
    """The refusal of an answer in which ``wanted`` was not found."""
    sentence = say("its answer has a different form than documented (expected: {wanted})", wanted=wanted)
    return refusal(SHAPE, sentence, where)


def an_object(value: Any, where: str) -> dict[str, Any]:
    """``value``, which has to be a JSON object."""
    return _of(value, dict, where, "an object")


def member(value: Any, key: str, kind: type[T], where: str) -> T:
    """The member ``key`` of an object, which has to be there and to be a ``kind``."""
    content = an_object(value, where).get(key)
    return _of(content, kind, where, f"{key}: {kind.__name__}")


def objects(value: Any, where: str) -> list[dict[str, Any]]:
    """``value``, which has to be a list of JSON objects."""
    return [an_object(part, where) for part in _of(value, list, where, "a list")]


def rows(answer: Any, columns: Sequence[str], where: str) -> list[dict[str, Any]]:
    """The records of one page of a query, each with all the ``columns`` that were asked for.

    Salesforce gives an empty column as null, and a parent that is not there as null in the parent's place.
    """
    records = objects(an_object(answer, where).get("records"), where)
    for record in records:
        for column in columns:
            _require_column(record, column.split("."), where)
    return records


def columns_of(soql: str) -> tuple[str, ...]:
    """The plain columns of a query; functions, sub-queries and what has an alias are left out."""
    select = _SELECT.match(soql)
    if select is None or "(" in select[1]:
        return ()
    named = (column.strip() for column in select[1].split(","))
    return tuple(column for column in named if _PLAIN_COLUMN.fullmatch(column))


def next_page(answer: dict[str, Any], where: str) -> str | None:
    """The path of the page after this one; ``None`` at the end. Never another host's address."""
    if answer.get("done", True) is True:
        return None
    path = member(answer, "nextRecordsUrl", str, where)
    if not path.startswith("/services/data/"):
        raise wrong_shape(where, "nextRecordsUrl: /services/data/…")
    return path


def parts_of(answer: Any, count: int, where: str) -> Iterator[tuple[int, Any]]:
    """Status and body of each part of a composite answer, in order; ``count``: how many were asked for."""
    parts = objects(an_object(answer, where).get("compositeResponse"), where)
    if len(parts) != count:
        raise wrong_shape(where, f"compositeResponse: {count}")
    for part in parts:
        yield member(part, "httpStatusCode", int, where), part.get("body")


def _of(value: Any, kind: type[T], where: str, wanted: str) -> T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise wrong_shape(where, wanted)
    return value


def _require_column(record: dict[str, Any], path: Sequence[str], where: str) -> None:
    """Names are compared without case, as Salesforce reads them; it answers in the schema's own spelling."""
    value: Any = record
    for name in path:
        if value is None:
            return
        there = value if isinstance(value, dict) else {}
        if name not in there:
            raise wrong_shape(where, ".".join(path))
        value = there[name]
