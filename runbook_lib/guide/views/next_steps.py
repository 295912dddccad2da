"""What comes after a proven step: the next notebook, the report, and at the end of the road how it went."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runbook_lib.guide.state import history
from runbook_lib.guide.state.board import board_of
from runbook_lib.guide.views.view import Block, Card, Fold, Line, Link, Points, Tone
from runbook_lib.proof.report import write_report
from runbook_lib.review.handover import When, due
from runbook_lib.road import ROAD, START_SYNC, VERIFY_SYNC, StepSpec
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session


_DUE = {START_SYNC: (When.DAY_1,), VERIFY_SYNC: (When.DAY_4, When.DAY_30, When.ALWAYS)}
"""The rows of the hand-over that are shown when a step was proven."""


def after_proof(session: Session, stop: StepSpec, interactive: bool) -> Iterable[Block]:
    """“Proven.”; for a person also the next notebook, and the report as it stands now."""
    if not interactive:
        yield Card(Tone.OK, say("Proven."))
        yield from handover_blocks(stop)
        return
    session.vault.know_all()
    report = write_report(session.workspace, session.journal, board_of(session))
    link = Link(say("Read the report"), f"../{report.name}")
    following = next_link(stop)
    if following is not None:
        yield Card(Tone.OK, say("Proven."), (following, link))
        yield from handover_blocks(stop)
        return
    yield _conclusion(session, link)


def handover_blocks(stop: StepSpec) -> Iterable[Block]:
    """What to do and to know, once the sync was started: the first day after 08, the rest after 09."""
    rows = due(*_DUE.get(stop, ()))
    if rows:
        points = tuple(
            (Tone.INFO, advice.when.word, advice.what, ((say("Why it matters"), advice.why),))
            for advice in rows
        )
        title = say("Living with the sync: {count} things to do and to know", count=len(rows))
        yield Fold(title, Points(points), Tone.INFO)


def next_link(stop: StepSpec) -> Link | None:
    """The notebook after ``stop``; ``None`` after the last."""
    number = ROAD.index(stop) + 1
    if number == len(ROAD):
        return None
    following = ROAD[number]
    text = say("Continue with {number} {title}", number=following.name[:2], title=following.title)
    return Link(text, f"{following.name}.ipynb")


def first_run(stop: StepSpec) -> Link:
    """The notebook of ``stop``, which has to be run before this one."""
    text = say("Run {number} {title} first", number=stop.name[:2], title=stop.title)
    return Link(text, f"{stop.name}.ipynb")


def on_file(stop: StepSpec) -> Iterable[Block]:
    """Where to go from a step that was proven before."""
    following = next_link(stop)
    if following is not None:
        yield Line(following)


def _conclusion(session: Session, report: Link) -> Card:
    left = [stop for stop in ROAD if history.proven(session.journal, stop.name) is None]
    if left:
        title = say("This step is proven; {count} of the {total} steps are not.",
                    count=len(left), total=len(ROAD))  # fmt: skip
        return Card(Tone.WARN, title, (*map(first_run, left), report))
    return Card(
        Tone.OK,
        say("You have reached the end: all {total} steps are proven.", total=len(ROAD)),
        (
            say("Marketo and Salesforce are connected, and what arrives was measured."),
            say(
                "Run this notebook again from time to time: it compares the state of that day with the "
                "current one."
            ),
            report,
        ),
    )
