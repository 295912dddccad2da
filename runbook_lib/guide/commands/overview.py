"""The whole road at one glance: what it will do before anything is touched, what the checks say, where
it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from runbook_lib.change.decisions import Decisions, SetupDecision, read_decisions
from runbook_lib.change.plans import parts_for, plan_for
from runbook_lib.change.plans.preconditions import out_of_reach
from runbook_lib.errors import RunbookError
from runbook_lib.guide.state import history
from runbook_lib.guide.state.board import board_of
from runbook_lib.guide.state.call_forecast import calls_ahead
from runbook_lib.guide.state.session import Session, now
from runbook_lib.guide.state.standing import ground_of
from runbook_lib.guide.state.standing.scope import may_be_sync_user
from runbook_lib.guide.state.status_word import last_look, sync_status
from runbook_lib.guide.state.traces.left_behind import people_lying
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.views.board import board_block
from runbook_lib.guide.views.gate.consent_page import consent_page
from runbook_lib.guide.views.identity import identity_facts, identity_strip
from runbook_lib.guide.views.moving_line import MovingLine
from runbook_lib.guide.views.plan import click_block, plan_blocks
from runbook_lib.guide.views.sync.status import sync_blocks
from runbook_lib.guide.views.view import (
    Block,
    Card,
    Facts,
    Line,
    Tone,
    View,
    error_card,
)
from runbook_lib.review.checks import checks_for, checks_shown_at
from runbook_lib.road import ROAD, START_SYNC, StepSpec
from runbook_lib.survey.probes.sync_user import LOGS_IN
from runbook_lib.survey.snapshot import Part, Snapshot, Unknown
from runbook_lib.text import Message, Moment, say


def road_view(session: Session) -> View:
    """Every step, check, gate, change and click, from what both systems look like now. Nothing is touched."""
    session.transport.tell = MovingLine(session.language).show
    parts = dict.fromkeys(part for stop in ROAD for part in parts_for(stop.name))
    seen = session.collect(_allowed(session, parts))
    if isinstance(seen.organization, Unknown) and seen.organization.unreached:
        raise out_of_reach(seen.organization)
    decisions = read_decisions(session.workspace)
    if decisions.setup is None:
        decisions = replace(decisions, setup=SetupDecision())
    blocks: list[Block] = [identity_strip(session, seen), *identity_facts(session, seen)]
    for stop in ROAD:
        blocks += _stop_blocks(session, stop, seen, decisions)
    return View(session.language, say("The road, before anything is touched"), tuple(blocks))


def _allowed(session: Session, parts: Iterable[Part]) -> list[Part]:
    may_log_in = may_be_sync_user(session)
    return [part for part in parts if may_log_in or part not in LOGS_IN]


def status_view(session: Session) -> View:
    """Where the road stands, for people."""
    lying = [
        Line(
            say(
                "Personal data has been in the folder {folder} since {since}.",
                folder=people.folder,
                since=Moment.of(people.since),
            )
        )
        for people in people_lying(session.workspace)
    ]
    sync: Iterable[Block] = ()
    evidence = last_look(session.journal)
    if evidence is not None or history.proven(session.journal, START_SYNC.name):
        sync = sync_blocks(sync_status(session.journal), evidence)
    return View(session.language, say("Status"), (board_block(board_of(session)), *sync, *lying))


def _stop_blocks(session: Session, stop: StepSpec, seen: Snapshot, decisions: Decisions) -> Iterable[Block]:
    titles: Mapping[str, Message] = {
        check.id: check.title for check in (*checks_shown_at(stop.name), *checks_for(stop.name))
    }
    heading = say("{name}: {title}", name=stop.name, title=stop.title)
    warning = (say("Cannot be undone. Someone has to agree first."),) if stop.irreversible else ()
    yield Card(Tone.WARN if stop.irreversible else Tone.INFO, heading, (stop.of_documentation, *warning))
    if history.proven(session.journal, stop.name):
        yield Line(say("Proven already."))
        return
    if titles:
        yield Facts(tuple((say("Check"), title) for title in titles.values()))
    try:
        plan = plan_for(stop.name, seen, decisions, now(), ground_of(session, stop))
    except RunbookError as error:
        yield Line(say("What it will do is not known yet: {why}", why=error_card(error).title))
        return
    yield from (*plan_blocks(plan), *consent_page(plan, None))
    if (count := calls_ahead(STEPS[stop.name](session, interactive=False), plan)) is not None:
        yield Line(say("This notebook costs at most {count} Salesforce calls.", count=count))
    if plan.clicks:
        yield click_block(plan.clicks, ())
