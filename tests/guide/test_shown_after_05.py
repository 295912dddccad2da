"""Once 05 began, showing the sync user more is irreversible: agreed to by name, or not done, or noticed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runbook_lib.errors import WaitsForPerson
from runbook_lib.guide.commands.approve import approve_plan
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.state.standing import standing_of
from runbook_lib.guide.steps import STEPS
from runbook_lib.proof.report import report_data
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import FIELD_VISIBILITY, MARKETO_FIELDS, SYNC_FIELDS
from runbook_lib.survey.snapshot import Part
from tests.guide.colleagues import somebody_makes
from tests.guide.conftest import PEOPLE
from tests.guide.walking import ORG, stopped, walk, walk_on

HIDE = re.compile(r"^(\w+),(\w+),hide", re.MULTILINE)


@contextmanager
def _walked(folder: Path, server: RehearsalServer) -> Iterator[Session]:
    with environment(secret_variables(server)):
        prepare_workspace(folder, server, "robot")
        with open_session(folder) as session:
            walk_on(session, "00", "05")
        prepare_workspace(folder, server, "person")
        with open_session(folder) as session:
            yield session


@pytest.fixture
def after_05(rehearsal_server: RehearsalServer, tmp_path: Path) -> Iterator[Session]:
    """A session of a person whose road is proven up to 05."""
    with _walked(tmp_path / "acme", rehearsal_server) as session:
        yield session


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, RehearsalServer]]:
    """Such a road, walked once; use `copy_after_05` instead."""
    folder = tmp_path_factory.mktemp("after_05") / "acme"
    with RehearsalServer("clean", people=int(PEOPLE)) as server, _walked(folder, server):
        yield folder, server


@pytest.fixture
def copy_after_05(reached: tuple[Path, RehearsalServer], tmp_path: Path) -> Iterator[Session]:
    """As `after_05`, for tests that leave the org as it is: each has a copy of the workspace."""
    with open_session(shutil.copytree(reached[0], tmp_path / "acme")) as session:
        yield session


def visible(session: Session) -> set[str]:
    """What the sync user sees now."""
    return {field.full_name for field in session.collect([Part.VISIBLE]).visible_fields()}


def keep_one(session: Session) -> str:
    """Somebody changes one row of fields.csv from hide to keep; its name."""
    file = session.workspace.decisions / "fields.csv"
    text = file.read_text(encoding="utf-8-sig")
    row = HIDE.search(text)
    assert row is not None
    file.write_text(text.replace(row[0], row[0].replace("hide", "keep")), encoding="utf-8")
    return f"{row[1]}.{row[2]}"


def test_a_hidden_field_is_not_shown_without_a_consent(after_05: Session) -> None:
    """``hide`` becomes ``keep`` in fields.csv: headless nothing is opened; the stop names the field and the
    command. Agreed to, it is opened, stands among what cannot be undone, and 05 stands."""
    name = keep_one(after_05)
    stop = stopped(after_05, FIELD_VISIBILITY.name)
    assert isinstance(stop, WaitsForPerson) and "runbook approve" in str(stop)
    assert name not in visible(after_05)
    told = approve_plan(after_05.workspace.path, FIELD_VISIBILITY, "Ada", "needed", ORG).plain
    assert name in told and "permanently" in told
    walk(after_05, FIELD_VISIBILITY.name)
    assert name in visible(after_05)
    assert count_proven(after_05) == 6
    (agreed,) = report_data(after_05.workspace, after_05.journal)["steps"][4]["agreed"]
    assert name in json.dumps(agreed)


def test_a_person_agrees_in_the_notebook(copy_after_05: Session) -> None:
    """In the notebook 04 asks for the consent and not for a bare name; until then Do changes nothing."""
    name = keep_one(copy_after_05)
    step = STEPS[FIELD_VISIBILITY.name](copy_after_05, interactive=True)
    step.look(), step.check()
    shown = step.decide()
    assert shown.form is not None and name in shown.plain and "permanently" in shown.plain
    assert "Agree to the plan" in step.do().plain
    assert name not in visible(copy_after_05)


def test_what_01_makes_is_agreed_to(copy_after_05: Session) -> None:
    """One more of Marketo's own fields, chosen after 05, is made only by a consent that names it."""
    file = copy_after_05.workspace.decisions / "setup.toml"
    chosen = 'marketo_fields = ["mkto71_Original_Referrer__c", '
    file.write_text(file.read_text("utf-8").replace("marketo_fields = [", chosen), encoding="utf-8")
    stop = stopped(copy_after_05, MARKETO_FIELDS.name)
    assert isinstance(stop, WaitsForPerson) and "runbook approve" in str(stop)
    told = approve_plan(copy_after_05.workspace.path, MARKETO_FIELDS, "Ada", "needed", ORG).plain
    assert "Lead.mkto71_Original_Referrer__c" in told and "permanently" in told


def test_what_was_opened_by_hand_is_noticed(
    copy_after_05: Session, reached: tuple[Path, RehearsalServer]
) -> None:
    """Opened in Setup after 05: the look of 06 notices it, 04 and 05 do not stand, and 08 is refused by name;
    hidden again, both stand."""
    somebody_makes(reached[1], "Lead.National_ID_2__c")
    STEPS["06_field_mappings"](copy_after_05, interactive=True).look()
    for spec in (FIELD_VISIBILITY, SYNC_FIELDS):
        assert "Lead.National_ID_2__c" in str(standing_of(copy_after_05, spec).lapsed)
    assert "Lead.National_ID_2__c" in str(stopped(copy_after_05, "08_start_sync"))
    file = copy_after_05.workspace.decisions / "fields.csv"
    rows = file.read_text(encoding="utf-8-sig").rstrip() + "\nLead,National_ID_2__c,hide,,Ada,\n"
    file.write_text(rows, encoding="utf-8")
    walk(copy_after_05, FIELD_VISIBILITY.name)
    assert count_proven(copy_after_05) == 6


def test_what_was_opened_by_hand_can_be_agreed_to(
    after_05: Session, rehearsal_server: RehearsalServer
) -> None:
    """Kept instead, it is agreed to in 04, though nothing is left to change there."""
    somebody_makes(rehearsal_server, "Lead.Useful__c")
    STEPS["06_field_mappings"](after_05, interactive=True).look()
    assert isinstance(stopped(after_05, FIELD_VISIBILITY.name), WaitsForPerson)
    told = approve_plan(after_05.workspace.path, FIELD_VISIBILITY, "Ada", "needed", ORG).plain
    assert "Lead.Useful__c" in told
    walk(after_05, FIELD_VISIBILITY.name)
    assert count_proven(after_05) == 6
