"""Notebook 07: everybody is read and compared, nothing personal stays, and decisions are carried through."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from runbook_lib.change.decisions import DuplicateChoice, DuplicateDecision, write_duplicates
from runbook_lib.errors import UsageFault
from runbook_lib.guide.people import KEEP_EXTRACT, MARKETO_CALLS, SHOW_PEOPLE, groups_file, variables
from runbook_lib.guide.session import Session
from runbook_lib.guide.steps.duplicates import Duplicates
from runbook_lib.guide.widgets.grouping import GroupForm
from runbook_lib.rehearsal.injected import Fault, FaultKind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.duplicate_picture import read_groups
from runbook_lib.survey.snapshot import DuplicateCounts, Unknown
from tests.guide.conftest import Walked


def people_of(server: RehearsalServer) -> set[bytes]:
    """E-mails and whole names of everybody in the org."""
    rows = server.org.database.sql(
        'SELECT "Email", "Name" FROM org."Lead" UNION SELECT "Email", "Name" FROM org."Contact"'
    )
    return {str(text).encode() for row in rows for text in row if text}


def personal(folder: Path, people: set[bytes]) -> dict[str, set[bytes]]:
    """File → what it holds of people; capital letters or small ones."""
    held = {}
    for path in folder.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        if hits := {each for each in people if each.lower() in content}:
            held[str(path.relative_to(folder))] = hits
    return held


def test_nothing_personal_is_left(walked: Walked, rehearsal_server: RehearsalServer) -> None:
    """After the whole road no file of the workspace holds an e-mail or a name of the org's people."""
    people = people_of(rehearsal_server)
    assert len(people) > 300
    assert personal(walked.workspace, people) == {}
    assert not (walked.workspace / "extract").exists()
    rows = list(csv.DictReader((walked.workspace / "duplicates" / "groups.csv").read_text().splitlines()))
    assert rows and {row["object"] for row in rows} <= {"Lead", "Contact", "Marketo"}


def test_people_are_shown_only_where_asked(
    rehearsed: Session, rehearsal_server: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the two explicit choices the file holds names, the extract stays, and a card warns."""
    for name in variables(True, True):
        monkeypatch.setenv(name, "1")
    assert variables(False, False) == {} and set(variables(True, True)) == {SHOW_PEOPLE, KEEP_EXTRACT}
    shown = Duplicates(rehearsed, interactive=False).look().plain
    assert "holds names and e-mails" in shown
    held = personal(rehearsed.workspace.path, people_of(rehearsal_server))
    assert "duplicates/groups.csv" in held and rehearsed.workspace.extract.exists()
    assert not any(each.startswith(("snapshots", "journal")) for each in held)


def test_the_picture_tells_the_counts(rehearsed: Session) -> None:
    """Kinds, objects, sources, owners, the biggest groups, and what it cost against what was foretold."""
    step = Duplicates(rehearsed, interactive=False)
    view = step.look()
    counts = step.snapshot.duplicates
    assert isinstance(counts, DuplicateCounts) and counts.conflicts is not None
    assert step.compared is not None and step.compared.calls <= step.compared.foretold
    for told in (
        "Leads only",
        "In Marketo already",
        "… by lead source",
        "… by the owner's Id",
        "The biggest groups",
    ):
        assert told in view.plain and told.replace("'", "&#39;") in view.html
    assert "█" in view.plain and 'class="bar"' in view.html
    (line,) = [
        line for line in view.plain.splitlines() if "Leads and contacts  " in line and "  0035" not in line
    ]
    assert str(counts.groups["across"]) in line


def test_marketo_is_asked_only_within_bounds(rehearsed: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people in Marketo would cost too much, or Marketo is silent, it is said; the rest is compared."""
    monkeypatch.setenv(MARKETO_CALLS, "1")
    assert "RUNBOOK_MARKETO_CALLS" in Duplicates(rehearsed, interactive=False).look().plain
    monkeypatch.delenv(MARKETO_CALLS)
    monkeypatch.delenv(next(name for name in os.environ if name.endswith("MARKETO_CLIENT_SECRET")))
    shown = Duplicates(rehearsed, interactive=False).look().plain
    assert "could not be compared" in shown and "Leads only" in shown


def test_what_was_interrupted_goes_on(rehearsed: Session, rehearsal_server: RehearsalServer) -> None:
    """A fault while people are read is unknown and no "none"; the next look goes on with what is there."""
    rehearsal_server.faults.add(
        Fault("/services/data/v[0-9.]+/jobs/query/[^/]+/results", FaultKind.STATUS_503, times=9)
    )
    step = Duplicates(rehearsed, interactive=True)
    step.look()
    assert isinstance(step.snapshot.duplicates, Unknown)
    rehearsal_server.faults.clear()
    jobs = [each for each in rehearsal_server.log.entries() if each.path.endswith("/jobs/query")]
    step.look()
    assert isinstance(step.snapshot.duplicates, DuplicateCounts)
    again = [each for each in rehearsal_server.log.entries() if each.path.endswith("/jobs/query")]
    assert len(again) == len(jobs) + 1  # that of the contacts alone; the job of the leads was gone on with


def merge(people: str) -> DuplicateDecision:
    """A decision to merge first."""
    return DuplicateDecision(DuplicateChoice.MERGE, "", people=people)


def test_a_kind_and_a_group_are_decided_by_the_form(rehearsed: Session) -> None:
    """A person accepts all but one kind and one group; the step waits until these are decided otherwise."""
    step = Duplicates(rehearsed, interactive=True)
    step.look()
    (group, *_) = read_groups(groups_file(rehearsed), "across")
    form = GroupForm(rehearsed, ["lead", "across"], step._grid, step.keep_for, step.stop.title)
    answer = {"people": "all", "key": "", "choice": "accept", "by": "Ada", "reason": "few"}
    form.submit(answer)
    form.submit({**answer, "people": "across", "key": group.key, "choice": "merge", "reason": ""})
    assert step.decisions.duplicate_rules[f"across:{group.key}"].groups == 1
    shown = step.decide()
    assert shown.form is not None and group.key in shown.plain
    assert "First finish" in step.do().plain
    with pytest.raises(UsageFault, match="no group with this key"):
        form.submit({**answer, "people": "lead", "key": "0" * 16})
    with pytest.raises(UsageFault, match="of one group"):
        form.submit({**answer, "key": group.key})
    form.submit({**answer, "people": "across", "key": group.key})
    assert step.decide().form is None
    assert group.ids[0] in form.shown("across") and group.ids[0] not in form.shown("lead")
    form.submit({**answer, "reason": "all of them"})  # one for all takes the place of all others
    assert step.decisions.duplicate_rules == {}


def test_the_form_is_a_widget(rehearsed: Session) -> None:
    """Filter, table and form are built, and the filter changes the table."""
    step = Duplicates(rehearsed, interactive=True)
    step.look()
    form = GroupForm(rehearsed, ["lead", "contact"], step._grid, step.keep_for, step.stop.title)
    choice, table, _ = form.build().children
    before = table.value
    choice.value = "contact"
    assert table.value != before and "Contacts only" in table.value and "Leads only" not in table.value


def test_merged_first_is_proven_by_looking_again(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """Leads were to be merged, the others accepted: once no leads share an e-mail, the step is proven."""
    accept = DuplicateDecision(DuplicateChoice.ACCEPT, "known", "Ada")
    write_duplicates(rehearsed.workspace, accept, merge("lead"))
    step = Duplicates(rehearsed, interactive=True)
    step.look(), step.check()
    assert "Merging first was decided" in step.decide().plain
    rehearsal_server.org.database.sql(
        'DELETE FROM org."Lead" AS a USING (SELECT lower("Email") AS email, min("Id") AS kept FROM org."Lead"'
        ' GROUP BY 1) AS b WHERE lower(a."Email") = b.email AND a."Id" <> b.kept'
    )
    shown = [beat().plain for beat in (step.look, step.check, step.decide, step.do, step.prove)]
    assert "Proven" in shown[4], shown
    rehearsal_server.reset()
