"""Asking with few calls: several queries or describes in one, and a refusal kept as ``Unknown``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from runbook_lib.errors import (
    LoginRefused,
    RunbookError,
    SalesforceBusy,
    SystemRefused,
    TimedOut,
    Unreachable,
)
from runbook_lib.survey.snapshot import Unknown
from runbook_lib.systems.reach import CANNOT_TELL
from runbook_lib.text import Message

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

QUERIES_PER_CALL = 5
"""Queries of one composite call. Source: Salesforce REST API guide, "Composite"."""
DESCRIBES_PER_CALL = 10
"""Describes of one composite call: 25 are allowed; ten keep an answer of big objects within bounds."""

NOT_FOR_HIM = frozenset({"INVALID_TYPE", "NOT_FOUND"})
"""Salesforce's answers for an object that this user does not have. Source: REST API guide, "Status Codes"."""

NOBODY_ASKED = frozenset({"INVALID_SESSION_ID", "SERVER_UNAVAILABLE", "401", "601", "602", "608", "HTTP_429"})
"""Codes that say nothing about the question: the session ended, the system is down, the client is not let in.
Sources: Salesforce REST API guide, "Status Codes"; Marketo developer guide, "Error Codes"."""

IDS_PER_QUERY = 300
"""Ids that are written into one query: URL-encoded, each costs 27 of the 12,000 characters that fit."""

Rows = list[dict[str, Any]]
Read = TypeVar("Read")
Fact = TypeVar("Fact")


@dataclass(frozen=True)
class Question:
    """A query and its name. ``young``: columns that it selects and that not every org has."""

    name: str
    soql: str
    young: tuple[str, ...] = ()

    def without(self, refused: Unknown) -> Question:
        """The same without the young column that was refused; without all of them where none was named."""
        named = [column for column in self.young if f"'{column}'" in refused.reason] or self.young
        query = re.sub(rf",\s*({'|'.join(map(re.escape, named))})\b", "", self.soql)
        return Question(self.name, query, tuple(column for column in self.young if column not in named))


@dataclass(frozen=True)
class ById:
    """A question about records whose ids an answer before told. ``soql`` makes the query for some of
    ``ids``."""

    name: str
    soql: Callable[[Sequence[str]], str]
    ids: Sequence[str]


def unknown(fault: RunbookError) -> Unknown:
    """The fault as ``Unknown``: the vendor's code, and the words in a form that can be translated."""
    texts = {name: getattr(fault, name) for name in ("what", "why", "fix")}
    return Unknown(
        reason=str(fault.what),
        code=fault.code or "",
        refused=isinstance(fault, LoginRefused),
        unreached=_is_unreached(fault),
        told={name: words.to_json() for name, words in texts.items() if isinstance(words, Message)},
    )


def _is_unreached(fault: RunbookError) -> bool:
    code = fault.code or ""
    no_session = isinstance(fault, SystemRefused) and (code in NOBODY_ASKED or code.startswith("HTTP_5"))
    return no_session or isinstance(fault, LoginRefused | Unreachable | TimedOut | SalesforceBusy)


def as_documented(read: Callable[[], Read], where: str) -> Read:
    """What ``read`` makes of an answer; raises ``SalesforceRefused`` where it is not of the documented form.

    A key that is missing or a value of another type is no fault of ours: a beta, a proxy or an outage sends
    it. Which parts are touched by it stays "cannot tell", and so shuts every gate that needs them.
    """
    from runbook_lib.systems.salesforce.shapes import wrong_shape  # lazy: it is loaded with the reader

    try:
        return read()
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, OverflowError) as fault:
        wanted = f"{where}: {type(fault).__name__}"
    raise wrong_shape(where, wanted)


def ask(reader: SalesforceReader, questions: Sequence[Question]) -> dict[str, Rows | Unknown]:
    """Name → rows, or ``Unknown`` where Salesforce refused that query. Five queries cost one call.

    Those with a young column that the org does not have are asked once more without it, for each of these.
    """
    answers: dict[str, Rows | Unknown] = {}
    while questions:
        answers |= _ask(reader, {question.name: question.soql for question in questions})
        refused = {question: answers[question.name] for question in questions if question.young}
        questions = [
            question.without(answer)
            for question, answer in refused.items()
            if isinstance(answer, Unknown) and answer.code == "INVALID_FIELD"
        ]
    return answers


def ask_by_ids(reader: SalesforceReader, questions: Sequence[ById]) -> dict[str, Rows | Unknown]:
    """Name → rows of as many queries as the ids need; no rows where there are no ids."""
    asked = [
        Question(f"{question.name} {start}", question.soql(some))
        for question in questions
        for start, some in enumerate(chunks(question.ids, IDS_PER_QUERY))
    ]
    answers = ask(reader, asked)
    return {
        question.name: _together(
            answers[f"{question.name} {start}"] for start, _ in enumerate(chunks(question.ids, IDS_PER_QUERY))
        )
        for question in questions
    }


def _together(answers: Iterable[Rows | Unknown]) -> Rows | Unknown:
    rows: Rows = []
    for answer in answers:
        if isinstance(answer, Unknown):
            return answer
        rows += answer
    return rows


def describe_each(reader: SalesforceReader, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The describe of each object that this user can reach; ten describes cost one call.

    An object that Salesforce says is not there is left out: that is an answer. Raises ``SalesforceRefused``
    for any other refusal, for then nobody knows what this user sees."""
    from runbook_lib.systems.salesforce.client import describe_path  # lazy: it loads requests
    from runbook_lib.systems.salesforce.errors import of_answer  # lazy: it is loaded with the reader
    from runbook_lib.systems.salesforce.shapes import an_object  # lazy: it is loaded with the reader

    for some in chunks(names, DESCRIBES_PER_CALL):
        answers = reader.composite([describe_path(name) for name in some])
        for name, (status, body) in zip(some, answers, strict=True):
            if status == 200:
                yield an_object(body, f"{name}/describe")
                continue
            refusal = of_answer(status, body, f"{name}/describe")
            if refusal.code not in NOT_FOR_HIM:
                raise refusal


@contextmanager
def asked_together(reader: SalesforceReader, paths: Iterable[str]) -> Iterator[SalesforceReader]:
    """The reader, which was asked ``paths`` just now; what nobody wanted to know is forgotten afterward."""
    reader.foresee(paths)
    try:
        yield reader
    finally:
        reader.forget_foreseen()


def calls_for(queries: int) -> int:
    """Calls that ``queries`` queries cost."""
    return -(-queries // QUERIES_PER_CALL)


def chunks(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """``names`` in runs of at most ``size``."""
    return (names[start : start + size] for start in range(0, len(names), size))


def fact_of(answer: Rows | Unknown, read: Callable[[Rows], Fact]) -> Fact | Unknown:
    """One fact of a part, as its query tells it; ``Unknown`` where that was refused."""
    return answer if isinstance(answer, Unknown) else read(answer)


def first_unknown(answers: Mapping[str, Rows | Unknown], names: Iterable[str]) -> Unknown | None:
    """The first of these answers that could not be had; ``None`` where all could."""
    return next((answer for name in names if isinstance(answer := answers[name], Unknown)), None)


def _ask(reader: SalesforceReader, queries: Mapping[str, str]) -> dict[str, Rows | Unknown]:
    if not queries:
        return {}
    try:
        answers = reader.composite_queries(list(queries.values()))
    except CANNOT_TELL as fault:
        return dict.fromkeys(queries, unknown(fault))
    return {
        name: unknown(answer) if isinstance(answer, SystemRefused) else answer.records
        for name, answer in zip(queries, answers, strict=True)
    }


def guarded(probe: Callable[[], Any]) -> Any:
    """What ``probe`` finds, or ``Unknown`` where a system refuses or answers in a form nobody knows."""
    try:
        return as_documented(probe, "survey")
    except CANNOT_TELL as fault:
        return unknown(fault)
