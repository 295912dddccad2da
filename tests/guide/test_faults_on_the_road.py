"""Every fault of the control on every step: the end is truthful and resumable; and no reply whatever is a
defect.

In `make soak` the fuzz of replies goes on for RUNBOOK_SOAK_MINUTES.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runbook_lib.errors import RunbookError
from runbook_lib.guide.commands.checking import check_all
from runbook_lib.guide.state import history
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps import STEPS
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.rehearsal.reply_rules import ReplyRule
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD, VERIFY_SYNC, StepSpec
from tests.guide.walking import walk

MINUTES = float(os.environ.get("RUNBOOK_SOAK_MINUTES", "0"))
TRUTHFUL = {2, 3, 4, 6, 7}
"""Waits, blocked, refused, time-out, evidence missing: never done, never a defect, never a usage fault."""
PLACES = ("/services/Soap/u", "/services/", "/rest/")
SALESFORCE_ALONE = (FaultKind.METADATA_LOCK, FaultKind.ROW_LOCK)


def faults() -> Iterator[Fault]:
    """Every fault at every place where it can strike, for as long as the step lasts."""
    for path in PLACES:
        for kind in FaultKind:
            if kind is not FaultKind.SLOW and not (path == "/rest/" and kind in SALESFORCE_ALONE):
                yield Fault(path, kind, times=100_000)


def under_fault(session: Session, spec: StepSpec) -> None:
    """The five beats; nobody waits for a sync to arrive while a system is down."""
    patience = {"minutes": 0} if spec is VERIFY_SYNC else {}
    step = STEPS[spec.name](session, interactive=False, **patience)
    for beat in BEATS:
        getattr(step, beat)()


def faults_at(number: int) -> list[Fault]:
    """All faults in `make soak`; in the suite two for each step, in turn, so that the road meets each
    kind."""
    every = list(faults())
    return every if MINUTES else [every[(2 * number + place) % len(every)] for place in (0, 1)]


def test_every_fault_on_every_step(rehearsed: Session, rehearsal_server: RehearsalServer) -> None:
    """A step under a fault ends truthfully, its journal is whole, and without the fault it is proven."""
    rehearsed.transport._pause = lambda _: None
    struck = 0
    for step in ROAD:
        for fault in faults_at(step.number):
            if history.proven(rehearsed.journal, step.name) is not None:
                break  # a fault that this step does not meet: it was proven all the same
            for reader in (rehearsed.admin, rehearsed.sync, rehearsed.marketo):
                reader.forget()
            rehearsal_server.faults.add(fault)
            try:
                under_fault(rehearsed, step)
            except RunbookError as stop:
                struck += 1
                ended = rehearsed.journal.entries(step=step.name, kind=Kind.ended)[-1].payload
                assert stop.exit_code in TRUTHFUL, (step.name, fault, str(stop))
                assert ended["exit_code"] == stop.exit_code and str(stop.fix), (step.name, fault)
            finally:
                rehearsal_server.faults.clear()
            assert rehearsed.journal.verify() is None
        for reader in (rehearsed.admin, rehearsed.sync, rehearsed.marketo):
            reader.forget()
        walk(rehearsed, step.name)
        assert rehearsed.journal.unfinished_changes(step.name) == []
    assert struck >= 11


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda children: st.lists(children, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["records", "done", "totalSize", "compositeResponse", "httpStatusCode", "body", "result",
            "success",
             "errors", "code", "message", "errorCode", "fields", "name", "Id", "nextRecordsUrl",
             "access_token", "expires_in", "sobjects", "DailyApiRequests", "Max"]
        ),
        children,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip
RULES = st.builds(
    ReplyRule,
    path=st.sampled_from(["/services/data", ".*/composite", ".*/query", ".*/limits", "/services/Soap/m",
    "/rest/", "/identity/"]), skip=st.integers(0, 3),
    times=st.sampled_from([None, 1, 2]),
    status=st.sampled_from([None, 200, 201, 204, 206, 301, 400, 401, 403, 404, 414, 429, 500, 502, 503]),
    headers=st.sampled_from([{}, {"Content-Type": "text/html"}, {"Location": "//[x"}, {"Retry-After": "1e9"},
                             {"Content-Type": "application/json; charset=utf-16"}, {"Content-Encoding":
                             "gzip"}]),
    body=JSON,
    patch=st.none() | JSON,
    cut_after=st.none() | st.integers(0, 40),
)  # fmt: skip


@pytest.fixture
def asked(rehearsed: Session, rehearsal_server: RehearsalServer) -> Iterator[Any]:
    """Makes all checks under a rule; whatever is raised belongs to the tree and is no defect."""
    rehearsed.transport._pause = lambda _: None

    def ask(rule: ReplyRule) -> None:
        for reader in (rehearsed.admin, rehearsed.sync, rehearsed.marketo):
            reader.forget()
        rehearsal_server.replies.clear()
        rehearsal_server.replies.add(rule)
        try:
            check_all(rehearsed)
        except RunbookError as stop:
            assert stop.exit_code in (3, 4, 6), (rule, str(stop))
        finally:
            rehearsal_server.replies.clear()

    yield ask


def test_no_reply_is_a_defect(asked: Any) -> None:
    """Any status, headers and JSON at any place: a refusal or "cannot tell", never 70 and never a
    traceback."""

    @settings(
        max_examples=10,
        derandomize=not MINUTES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(RULES)
    def fuzz(rule: ReplyRule) -> None:
        asked(rule)

    fuzz()
    until = monotonic() + MINUTES * 60
    while monotonic() < until:
        fuzz()
