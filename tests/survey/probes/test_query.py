"""Asking with few calls, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.errors import LoginRefused, SalesforceRefused, SecretMissing, Unreachable
from runbook_lib.survey.probes.query import Question, ask, calls_for, chunks, unknown
from runbook_lib.survey.snapshot import Unknown
from runbook_lib.systems.reach import Reach
from runbook_lib.systems.salesforce.client import QueryAnswer
from runbook_lib.text import say, translate


class Org:
    """Answers queries; one that names the column it lacks is refused, as Salesforce does it."""

    def __init__(self, lacks: str = "Newer") -> None:
        self.lacks = lacks
        self.asked: list[list[str]] = []

    def composite_queries(self, queries: Sequence[str]) -> list[QueryAnswer | SalesforceRefused]:
        """One answer per query."""
        self.asked.append(list(queries))
        return [
            SalesforceRefused(f"No such column '{self.lacks}'", code="INVALID_FIELD")
            if self.lacks in soql
            else QueryAnswer(1, [{"soql": soql}])
            for soql in queries
        ]


def asked(org: Any, *questions: Question) -> Any:
    """The answers of ``org``."""
    return ask(org, questions)


def test_a_column_the_org_lacks_is_left_out() -> None:
    """Only the query that was refused for a column is asked again, once, without it."""
    org = Org()
    answers = asked(org, Question("a", "Older, Newer", ("Newer",)), Question("b", "Plain"))
    assert answers == {"a": [{"soql": "Older"}], "b": [{"soql": "Plain"}]}
    assert org.asked == [["Older, Newer", "Plain"], ["Older"]]


def test_the_columns_that_are_there_are_kept() -> None:
    """Only the column that Salesforce names is left out; the other young one is still asked for."""
    answers = asked(Org(), Question("a", "Older, Newest, Newer FROM It", ("Newest", "Newer")))
    assert answers == {"a": [{"soql": "Older, Newest FROM It"}]}


def test_a_refused_query_is_unknown() -> None:
    """Without anything to ask instead the answer is Unknown with Salesforce's code; the others stand."""
    answers = asked(Org(), Question("a", "Newer"), Question("b", "Plain"))
    assert isinstance(answers["a"], Unknown) and answers["a"].code == "INVALID_FIELD"
    assert answers["b"] == [{"soql": "Plain"}]


def test_no_question_costs_no_call() -> None:
    """Nothing to ask: nothing is sent."""
    org = Org()
    assert asked(org) == {} and org.asked == []


@pytest.mark.parametrize("refusal", [LoginRefused("no"), SecretMissing("none"), Unreachable("silence")])
def test_a_refused_system_is_not_asked_again(refusal: Exception) -> None:
    """The first refusal is raised each time; nobody logs in a second time."""
    tries = []

    def open_system() -> None:
        tries.append(1)
        raise refusal

    reach: Reach[None] = Reach(open_system)
    for _ in range(3):
        with pytest.raises(type(refusal)):
            reach()
    assert len(tries) == 1


def test_a_system_is_opened_once() -> None:
    """The same reader each time."""
    opened: list[object] = []

    def open_system() -> object:
        opened.append(object())
        return opened[-1]

    reach = Reach(open_system)
    assert reach() is reach() and len(opened) == 1


def test_words_of_a_fault_can_be_translated() -> None:
    """What, why and fix are kept as messages; a refused login is told apart from silence."""
    fault = LoginRefused(say("No {name}.", name="Ada"), fix=say("Do it."), code="INVALID_LOGIN")
    kept = unknown(fault)
    assert (kept.reason, kept.code, kept.refused) == ("No Ada.", "INVALID_LOGIN", True)
    assert translate(kept.message("what"), "en") == "No Ada." and kept.message("why") is None
    assert not unknown(Unreachable("silence")).refused


@given(st.lists(st.text(max_size=3), max_size=30), st.integers(1, 6))
def test_chunks_lose_nothing(names: list[str], size: int) -> None:
    """All names, in order, in runs that are not longer than allowed."""
    runs = list(chunks(names, size))
    assert [name for run in runs for name in run] == names
    assert all(0 < len(run) <= size for run in runs)


@given(st.integers(0, 100))
def test_five_queries_are_one_call(queries: int) -> None:
    """Never more than five queries in a call, and no call too many."""
    assert calls_for(queries) * 5 >= queries > (calls_for(queries) - 1) * 5 or queries == 0
