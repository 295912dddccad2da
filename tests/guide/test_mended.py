"""World messy, walked to 04: what the steps repair is repaired by the same checks, what only a person can
repair stays with its fix, within the calls that were printed before; a second run changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.change.decisions import SetupDecision, write_setup
from runbook_lib.guide.commands.overview import road_view
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.commands.undo import undo_step
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps import STEPS
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World
from runbook_lib.review.checks import CHECKS, parts_needed, run_checks
from runbook_lib.review.findings import Finding, Status
from runbook_lib.road import step_named
from tests.guide.conftest import PEOPLE

UNTIL = "04_field_visibility"
FIRST = ("01_marketo_fields", "02_sync_user", "03_security_token")
RED = (Status.WARN, Status.ERROR)
RIGHTS = ("PermissionSet", "PermissionSetAssignment", "ObjectPermissions", "FieldPermissions")


@dataclass(frozen=True)
class Mended:
    """What was told before, what it cost, and what the same checks told after; and a second run."""

    world: World
    printed: str
    before: Mapping[str, Finding]
    after: Mapping[str, Finding]
    calls: Mapping[str, int]
    again: Mapping[str, tuple[str, str]]
    said_again: Mapping[str, str]
    changed_again: bool
    rights_before: str
    rights_between: str
    rights_undone: str


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mended]:
    """The org of messy, checked, walked to 04 headless with a profile that may read Marketo's fields, checked
    again, walked by somebody else, and taken back."""
    folder = tmp_path_factory.mktemp("messy")
    with RehearsalServer("messy", people=int(PEOPLE)) as server:
        path = _decided(folder / "acme", server)
        rights_before = _rights(server)
        with environment(secret_variables(server)):
            with open_session(path) as session:
                printed = road_view(session).plain
                before = _checked(session)
            calls = {name: _walk(path, name)[1] for name in STEPS if name <= UNTIL}
            with open_session(path) as session:
                after = _checked(session)
            state = _state(server)
            again = _walk_again(folder / "other", server)
            said_again = {name: _walk(path, name)[0][0] for name in FIRST[:2]}
            changed, rights_between = _state(server) != state, _rights(server)
            for name in (UNTIL, *reversed(FIRST[:2])):
                undo_step(path, step_named(name))
            yield Mended(
                server.world,
                printed,
                {finding.check: finding for finding in before},
                {finding.check: finding for finding in after},
                calls,
                again,
                said_again,
                changed,
                rights_before,
                rights_between,
                _rights(server),
            )


def _decided(folder: Path, server: RehearsalServer) -> Path:
    """A workspace whose decisions/setup.toml names a profile."""
    workspace = prepare_workspace(folder, server, "robot")
    write_setup(workspace, SetupDecision(read_only_profiles=("Standard User",)))
    return workspace.path


def _checked(session: Session) -> tuple[Finding, ...]:
    """All checks, with a login as the sync user before anybody tried one: the whole list of what is wrong."""
    return run_checks(session.collect(parts_needed(CHECKS)))


def _walk(path: Path, name: str) -> tuple[list[str], int]:
    """One notebook, headless, in a session of its own: what its five beats said, and its Salesforce calls."""
    with open_session(path) as session:
        step = STEPS[name](session, interactive=False)
        told = [beat().plain for beat in (step.look, step.check, step.decide, step.do, step.prove)]
        return told, session.calls()["salesforce"]


def _walk_again(folder: Path, server: RehearsalServer) -> dict[str, tuple[str, str]]:
    """01 and 02 from a workspace that knows nothing of the first run: what Decide and Do say."""
    told = {}
    with open_session(_decided(folder, server)) as session:
        for name in FIRST[:2]:
            step = STEPS[name](session, interactive=False)
            step.look(), step.check()
            told[name] = (step.decide().plain, step.do().plain)
            step.prove()
            assert not session.journal.entries(step=name, kind=Kind.change_started)
    return told


def _state(server: RehearsalServer) -> list[object]:
    """Everything that says who may do what, and the mapping."""
    tables = [server.org.database.sql(f'SELECT * FROM org."{name}" ORDER BY "Id"') for name in RIGHTS]
    tables.append(
        server.org.database.sql(
            'SELECT "Id", "ProfileId", "UserPermissionsMarketingUser" FROM org."User" ORDER BY "Id"'
        )
    )
    admin = server.org.credential(server.world.admin.username).user_id
    return [*tables, sorted(server.org.lead_convert_settings(admin))]


def _rights(server: RehearsalServer) -> str:
    """All rows of rights and the mapping as JSON, without what Salesforce gives anew: ids and moments."""
    told: dict[str, Any] = {"conversion": _state(server)[-1], "users": _state(server)[-2]}
    for name in RIGHTS:
        columns = [field["name"] for field in server.org.catalog[name].stored_fields]
        kept = [
            column
            for column in columns
            if column != "Id" and not column.endswith(("Date", "Modstamp", "ById"))
        ]
        named = ", ".join(f'"{column}"' for column in kept)
        told[name] = sorted(map(repr, server.org.database.sql(f'SELECT {named} FROM org."{name}"')))
    return json.dumps(told, sort_keys=True, default=str)


def _faults(world: World, *by: str) -> set[str]:
    return {fault.check for fault in world.faults if fault.mended_by in by}


def test_before_every_fault_is_told(mended: Mended) -> None:
    """The list of errors and warnings before is the world's own list, but for what has not arrived yet."""
    red = {name for name, finding in mended.before.items() if finding.status in RED}
    assert red - {"people_seen"} == {fault.check for fault in mended.world.faults}


def test_what_the_steps_repair_is_green(mended: Mended) -> None:
    """Each fault that 01 to 04 repair is in order by the very check that named it."""
    repaired = _faults(mended.world, *FIRST, UNTIL)
    assert len(repaired) >= 9
    assert {name: mended.after[name].status for name in repaired} == dict.fromkeys(repaired, Status.OK)


def test_what_a_person_repairs_stays_with_its_fix(mended: Mended) -> None:
    """What no step can repair is still told, unchanged, with its fix and who can make it."""
    left = _faults(mended.world, "person")
    assert {name: mended.after[name].status for name in left} == {
        name: mended.before[name].status for name in left
    }
    assert all(mended.after[name].fix is not None for name in left)


def test_nothing_else_went_red(mended: Mended) -> None:
    """After the repair only the person's and the later steps' faults are red, and nothing is unknown."""
    red = {name for name, finding in mended.after.items() if finding.status in RED}
    assert red <= _faults(mended.world, "person", "06_field_mappings", "07_duplicates") | {"people_seen"}
    assert Status.UNKNOWN not in {finding.status for finding in mended.after.values()}


def test_the_calls_that_were_printed_are_not_exceeded(mended: Mended) -> None:
    """01 to 03 cost at most 60 Salesforce calls together, and none of them more than was printed."""
    assert sum(mended.calls[name] for name in FIRST) <= 60
    for name in FIRST:
        (most,) = re.findall(
            rf"{name}: .*?This notebook costs at most (\d+) Salesforce calls", mended.printed, re.DOTALL
        )
        assert mended.calls[name] <= int(most), name


@pytest.mark.parametrize("name", FIRST[:2])
def test_a_second_run_changes_nothing_and_says_so(mended: Mended, name: str) -> None:
    """Somebody who does not know of the first run finds nothing to do; the first one is told it is proven."""
    decided, done = mended.again[name]
    assert "Nothing has to be changed" in decided and "Nothing had to be changed" in done
    assert "already proven" in mended.said_again[name]
    assert not mended.changed_again


def test_undo_brings_every_right_back(mended: Mended) -> None:
    """04, 02 and 01 taken back: permissions, visibility of profiles, Marketing User and mappings are equal
    byte for byte to those before, though in between all of them had been changed."""
    assert mended.rights_undone == mended.rights_before
    between, before = json.loads(mended.rights_between), json.loads(mended.rights_before)
    assert all(between[name] != before[name] for name in before)
