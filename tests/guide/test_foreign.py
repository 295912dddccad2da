"""A German org beside its English twin: labels differ, and all that the runbook says of them is the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.guide.commands.checking import check_all
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World, world_of
from runbook_lib.rehearsal.world_files import read_world
from runbook_lib.review.findings import Finding
from runbook_lib.road import ROAD
from runbook_lib.survey.snapshot import Part
from runbook_lib.text import Message
from tests.guide.walking import walk_on

ENGLISH = {
    "Systemadministrator": "System Administrator",
    "Standardbenutzer": "Standard User",
    "Mindestzugriff - Salesforce": "Minimum Access - Salesforce",
    "Marketing: Schnittstelle": "Marketing Interface",
    "Interessent": "Lead",
    "Vertrieb (lesen)": "Sales (read)",
    "Vertrieb Einblick": "Sales Insight",
}
"""What a translator would write."""


def twin() -> World:
    """World foreign with English labels, where nothing was renamed."""
    text = json.dumps(read_world("foreign"), ensure_ascii=False)
    for german, english in ENGLISH.items():
        text = text.replace(german, english)
    declared: dict[str, Any] = json.loads(text)
    declared["labels"] = {}
    declared["organization"]["language"] = "en_US"
    return replace(world_of(declared), name="twin")


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, Session]]:
    """The road of both up to 04: the foreign org, then its twin."""
    with ExitStack() as stack:
        opened = []
        for world in ("foreign", twin()):
            server = stack.enter_context(RehearsalServer(world, people=200))
            folder = tmp_path_factory.mktemp("twins") / "acme"
            prepare_workspace(folder, server, "robot", "de")
            stack.enter_context(environment(secret_variables(server)))
            opened.append(stack.enter_context(open_session(folder)))
        yield opened[0], opened[1]


def told(session: Session) -> list[tuple[object, ...]]:
    """What all checks say: who, how grave, and in which sentence; the names in it are the org's own."""
    return [_told(finding) for finding in check_all(session).findings]


def _told(finding: Finding) -> tuple[object, ...]:
    sentences = (finding.what, finding.why, finding.fix)
    words = tuple(part.template if isinstance(part, Message) else "" for part in sentences)
    return finding.check, finding.status, words


def test_the_checks_say_the_same_of_both(sessions: tuple[Session, Session]) -> None:
    """Before anything is changed, and after what 01 to 04 do; and both show the sync user the same fields."""
    foreign, english = sessions
    assert told(foreign) == told(english)
    for session in sessions:
        walk_on(session, ROAD[0].name, ROAD[4].name)
    assert told(foreign) == told(english)
    assert _changes(foreign) == _changes(english)
    for session in sessions:
        shown = {field.full_name for field in session.collect([Part.VISIBLE]).visible_fields()}
        assert "Account.Loyalty_Tier__pc" in shown


def test_the_road_of_the_foreign_org_is_proven(sessions: tuple[Session, Session]) -> None:
    """All eleven steps, with three currencies, lists of countries and a package's fields."""
    foreign, _ = sessions
    walk_on(foreign, ROAD[0].name, ROAD[-1].name)
    assert count_proven(foreign) == len(ROAD)


def _changes(session: Session) -> list[tuple[str, str]]:
    """Kind and target of every change that was made."""
    entries = session.journal.entries()
    made = [entry.payload for entry in entries if entry.kind.value == "change-done"]
    return [(str(payload["kind"]), str(payload["target"])) for payload in made]
