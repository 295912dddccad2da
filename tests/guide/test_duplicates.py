"""Notebook 07: everybody is read and compared, nothing personal stays, and decisions are carried through."""

from __future__ import annotations

import os
from functools import partial
from importlib.util import find_spec

import pytest

from runbook_lib.change.decisions import ComparisonRules, DuplicateChoice, DuplicateDecision, write_duplicates
from runbook_lib.change.decisions.rows import ALL
from runbook_lib.errors import UsageFault
from runbook_lib.guide.engine.comparison import ENGINE, KEEP_EXTRACT, MARKETO_CALLS, variables
from runbook_lib.guide.state.comparison import SHOW_PEOPLE, groups_file, probable_file
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.duplicates import Duplicates
from runbook_lib.guide.views.people.duplicates import groups_grid
from runbook_lib.guide.views.people.probable import probable_blocks
from runbook_lib.guide.views.view import View
from runbook_lib.guide.widgets.form import Person
from runbook_lib.guide.widgets.forms.comparison import ComparisonForm, RulesChosen
from runbook_lib.guide.widgets.forms.duplicates import GroupForm, GroupsChosen
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.duplicates.summary import read_groups
from runbook_lib.road import DUPLICATES
from runbook_lib.survey.snapshot import DuplicateCounts, Unknown
from runbook_lib.text import from_json
from tests.guide.walking import people_of, personal

ORG = "https://acme.my.salesforce.com"


def test_people_are_shown_only_where_asked(
    rehearsed: Session, rehearsal_server: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the two explicit choices the file holds names, the extract stays, and a card warns."""
    for name in variables(True, True):
        monkeypatch.setenv(name, "1")
    assert variables(False, False) == {} and set(variables(True, True)) == {SHOW_PEOPLE, KEEP_EXTRACT}
    shown = Duplicates(rehearsed, interactive=False).look().plain
    assert "contains names and e-mails" in shown
    held = personal(rehearsed.workspace.path, people_of(rehearsal_server))
    assert "duplicates/groups.csv" in held and rehearsed.workspace.extract.exists()
    assert not any(name.startswith(("snapshots", "journal")) for name in held)


def test_the_picture_tells_the_counts(rehearsed: Session) -> None:
    """Kinds, objects, sources, owners, the biggest groups, and what it cost against what was foretold."""
    step = Duplicates(rehearsed, interactive=False)
    view = step.look()
    counts = step.snapshot.duplicates
    assert isinstance(counts, DuplicateCounts) and counts.conflicts is not None
    assert step.compared is not None and step.compared.calls <= step.compared.foretold
    for told in (
        "Leads only",
        "With people already in Marketo",
        "… by lead source",
        "The largest groups",
    ):
        assert told in view.plain and told.replace("'", "&#39;") in view.html
    assert "█" in view.plain and '<figure class="picture">' in view.html
    assert "salesforce.com" not in view.html  # a rehearsal has no pages of records
    opened = View("en", "", (groups_grid(groups_file(rehearsed), "lead", ORG),)).html
    for record in read_groups(groups_file(rehearsed), "lead")[0].ids:
        assert (f'href="{ORG}/{record}"' in opened) is (len(record) == 18)  # one in Marketo has no page there
    (line,) = [
        line for line in view.plain.splitlines() if "Leads and contacts  " in line and "  0035" not in line
    ]
    assert str(counts.groups["across"]) in line


def test_what_is_accepted_is_named_by_kind(rehearsed: Session) -> None:
    """Who accepts all signs for every kind with its number, also for people who are in Marketo already."""
    step = Duplicates(rehearsed, interactive=False)
    step.look()
    counts = step.snapshot.duplicates
    assert isinstance(counts, DuplicateCounts) and counts.groups["marketo"]
    step.keep(GroupsChosen(ALL, "accept", "Ada", "they are few"))
    (decision,) = rehearsed.journal.entries(step=DUPLICATES.name, kind=Kind.decision)
    told = str(from_json(decision.payload["what"])).splitlines()
    assert f"With people already in Marketo: {counts.groups['marketo']}" in told
    assert {f"Leads only: {counts.groups['lead']}", f"Contacts only: {counts.groups['contact']}"} <= set(told)


def test_marketo_is_asked_only_within_bounds(rehearsed: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people in Marketo would cost too much, or Marketo is silent, it is said; the rest is compared."""
    monkeypatch.setenv(MARKETO_CALLS, "1")
    assert "RUNBOOK_MARKETO_CALLS" in Duplicates(rehearsed, interactive=False).look().plain
    monkeypatch.delenv(MARKETO_CALLS)
    monkeypatch.delenv(next(name for name in os.environ if name.endswith("MARKETO_CLIENT_SECRET")))
    with open_session(rehearsed.workspace.path) as without_secret:
        shown = Duplicates(without_secret, interactive=False).look().plain
    assert "could not be compared" in shown and "Leads only" in shown


def test_what_was_interrupted_goes_on(
    rehearsed: Session, rehearsal_server: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault while people are read is unknown and no "none"; the next look goes on with what is there."""
    monkeypatch.setattr("runbook_lib.survey.people.few.MOST", 0)  # as many as only a job reads
    rehearsal_server.faults.add(
        Fault("/services/data/v[0-9.]+/jobs/query/[^/]+/results", FaultKind.STATUS_503, times=9)
    )
    step = Duplicates(rehearsed, interactive=True)
    step.look()
    assert isinstance(step.snapshot.duplicates, Unknown)
    rehearsal_server.faults.clear()
    jobs = [entry for entry in rehearsal_server.log.entries() if entry.path.endswith("/jobs/query")]
    step.look()
    assert isinstance(step.snapshot.duplicates, DuplicateCounts)
    again = [entry for entry in rehearsal_server.log.entries() if entry.path.endswith("/jobs/query")]
    assert len(again) == len(jobs) + 1  # that of the contacts alone; the job of the leads was gone on with


def _keep(step: Duplicates, form: GroupForm, values: dict[str, object]) -> None:
    """What pressing the button does."""
    step.keep(form.submit(values))


def merge(people: str) -> DuplicateDecision:
    """A decision to merge first."""
    return DuplicateDecision(DuplicateChoice.MERGE, reason="", people=people)


def test_a_kind_and_a_group_are_decided_by_the_form(rehearsed: Session) -> None:
    """A person accepts all but one kind and one group; the step waits until these are decided otherwise."""
    step = Duplicates(rehearsed, interactive=True)
    step.look()
    (group, *_) = read_groups(groups_file(rehearsed), "across")
    form = GroupForm(["lead", "across"], step._group_views())
    answer: dict[str, object] = {
        "people": "all",
        "group": "",
        "choice": "accept",
        "by": "Ada",
        "reason": "few",
    }
    keep = partial(_keep, step, form)
    keep(answer)
    keep({**answer, "group": f"across:{group.key}", "choice": "merge", "reason": ""})
    assert step.decisions.duplicate_rules[f"across:{group.key}"].groups == 1
    shown = step.decide()
    assert shown.form is not None and "Leads and contacts, group 1: " in shown.plain
    assert group.key not in shown.plain
    assert "First finish" in step.do().plain
    with pytest.raises(UsageFault, match="not there any more"):
        keep({**answer, "group": f"lead:{'0' * 16}"})
    keep({**answer, "group": f"across:{group.key}"})
    assert step.decide().form is None
    assert group.ids[0] in form.table_html("across", "en") and group.ids[0] not in form.table_html(
        "lead", "en"
    )
    keep({**answer, "reason": "all of them"})  # one for all takes the place of all others
    assert step.decisions.duplicate_rules == {}


def test_the_form_is_a_widget(rehearsed: Session) -> None:
    """Filter, table and form are built, and the filter changes the table."""
    step = Duplicates(rehearsed, interactive=True)
    step.look()
    form = GroupForm(["lead", "contact"], step._group_views())
    choice, table, *_ = form.build(Person(), lambda _: ()).children
    before = table.value
    choice.value = "contact"
    assert table.value != before and "Contacts only" in table.value and "Leads only" not in table.value


def written_twice(server: RehearsalServer) -> tuple[str, str]:
    """Two leads become one person: another e-mail, and one letter of the name is not the same."""
    first, second = server.org.database.sql(
        """SELECT min("Id"), max("Id") FROM org."Lead" WHERE NOT "IsConverted" """
    )[0]
    told = (("Kowalsky", "m.k@old.example", first), ("Kowalski", "kowalski77@new.example", second))
    for last, email, number in told:
        server.org.database.sql(
            f"""UPDATE org."Lead" SET "FirstName" = 'Mathilda', "LastName" = '{last}', "Email" = '{email}',
            "Company" = 'Zwiebelfisch Verlag', "Phone" = '+49 511 7654321' WHERE "Id" = '{number}'"""
        )
    return str(first), str(second)


def test_who_is_probably_the_same_is_found_and_explained(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """Without a common e-mail: a table, a waterfall of one pair, a check, a decision of its own."""
    pair = written_twice(rehearsal_server)
    step = Duplicates(rehearsed, interactive=True)
    shown = step.look()
    assert "Probably the same; the least likely first" in shown.plain
    assert "almost the same, as with a typing error" in shown.plain and 'class="waterfall"' in shown.html
    assert "Kowalsk" not in shown.html and "Zwiebelfisch" not in shown.html
    assert "are probably" in step.check().plain
    (group,) = [group for group in read_groups(probable_file(rehearsed)) if pair[0] in group.ids]
    form = GroupForm(["lead", "probable"], step._group_views())
    assert "Last name" in form.explained(group.key, "en") and form.explained("", "en") == ""
    table = form.table_html("probable", "en")
    assert "Lead, Lead" in table and group.key not in table
    opened = View("en", "", tuple(probable_blocks(probable_file(rehearsed), ORG))).html
    assert all(f'href="{ORG}/{record}"' in opened for record in pair)
    children = form.build(Person(), lambda _: ()).children
    (explain,) = [child for child in children if group.key in str(getattr(child, "options", ""))]
    explain.value = group.key
    assert "Last name" in children[children.index(explain) + 1].value
    answer: dict[str, object] = {
        "people": "all",
        "group": "",
        "choice": "accept",
        "by": "Ada",
        "reason": "few",
    }
    keep = partial(_keep, step, form)
    keep(answer)
    keep({**answer, "group": f"probable:{group.key}", "choice": "merge"})
    assert "without a shared e-mail, group " in step.decide().plain
    table = probable_file(rehearsed).with_suffix(".csv").read_text()
    assert pair[0] in table and "Kowalsk" not in table


def test_the_rules_are_in_a_form(rehearsed: Session, rehearsal_server: RehearsalServer) -> None:
    """How people are compared is asked beside the picture, and counts from the next look on."""
    written_twice(rehearsal_server)
    step = Duplicates(rehearsed, interactive=True)
    assert step.look().form is not None and step.compared is not None
    form = ComparisonForm(ComparisonRules())

    def keep(values: dict[str, object]) -> None:
        step.compare_by(form.submit(values))

    answer = {"likelihood": "0", "plus_addresses": True, "gmail_dots": False, "fields": "", "by": "Ada"}
    keep(answer)
    step.look()
    assert step.compared.probable is None and not probable_file(rehearsed).exists()
    assert "were not compared" in step.check().plain
    setup = step.decisions.setup
    assert setup is not None and setup.duplicates == ComparisonRules(likelihood=0, plus_addresses=True)
    keep({**answer, "likelihood": "97,5 %"})
    setup = step.decisions.setup
    assert setup is not None and setup.duplicates.likelihood == pytest.approx(0.975)
    for wrong in ({"likelihood": "30"}, {"likelihood": "high"}, {"fields": "a b"}, {"by": " "}):
        with pytest.raises(UsageFault):
            keep({**answer, **wrong})
    assert form.build(Person(), lambda _: ()).children


def test_a_rule_about_a_field_that_is_not_there(rehearsed: Session) -> None:
    """A misspelled field of a custom rule is named, and nothing is compared without it."""
    step = Duplicates(rehearsed, interactive=True)
    step.compare_by(RulesChosen(ComparisonRules(fields=("CustomerNumbr__c",)), "Ada"))
    step.look()
    unknown = step.snapshot.duplicates
    assert isinstance(unknown, Unknown) and "CustomerNumbr__c" in str(unknown.message("what"))


def test_without_a_visible_email_nobody_is_compared(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """Where the administrator may not see Lead.Email, that is said with its fix, and is no "nobody twice"."""
    rehearsal_server.org.database.sql("""DELETE FROM org."FieldPermissions" WHERE "Field" = 'Lead.Email'""")
    step = Duplicates(rehearsed, interactive=True)
    step.look()
    unknown = step.snapshot.duplicates
    assert isinstance(unknown, Unknown) and "Lead.Email" in str(unknown.message("what"))
    assert "Field-Level Security" in step.check().plain
    rehearsal_server.reset()


def test_spark_needs_an_address(rehearsed: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a cluster was asked for and none is named, nobody is read; the fault names the line to write."""
    monkeypatch.setenv(ENGINE, "spark")
    assert "spark_master" in Duplicates(rehearsed, interactive=True).look().plain
    assert not rehearsed.workspace.extract.exists()


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="Spark is installed here")
def test_a_missing_spark_is_told_before_anybody_is_read(
    rehearsed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for a cluster without having Spark learns it before the people are read, with the fix."""
    monkeypatch.setenv(ENGINE, "spark")
    named = rehearsed.connection.model_copy(update={"spark_master": "local[2]"})
    monkeypatch.setattr(rehearsed, "connection", named)
    assert "[spark]" in Duplicates(rehearsed, interactive=True).look().plain
    assert not rehearsed.workspace.extract.exists()


def test_merged_first_is_proven_by_looking_again(
    rehearsed: Session, rehearsal_server: RehearsalServer
) -> None:
    """Leads were to be merged, the others accepted: once no leads share an e-mail, the step is proven."""
    accept = DuplicateDecision(DuplicateChoice.ACCEPT, reason="known", decided_by="Ada")
    write_duplicates(rehearsed.workspace, accept, merge("lead"))
    step = Duplicates(rehearsed, interactive=True)
    step.look(), step.check()
    assert "The decision was to merge first" in step.decide().plain
    rehearsal_server.org.database.sql(
        'DELETE FROM org."Lead" AS a USING (SELECT lower("Email") AS email, min("Id") AS kept FROM org."Lead"'
        ' GROUP BY 1) AS b WHERE lower(a."Email") = b.email AND a."Id" <> b.kept'
    )
    shown = [beat().plain for beat in (step.look, step.check, step.decide, step.do, step.prove)]
    assert "Proven" in shown[4], shown
    rehearsal_server.reset()
