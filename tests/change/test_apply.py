"""Applying with the real writer over a running rehearsal: nothing is made twice, nothing is lost, nothing is
hidden.

What happened in the org is read off the rehearsal's own log of requests and its tables, not off our journal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from runbook_lib.change.apply import apply, settle
from runbook_lib.change.decisions import Decisions, FieldDecision, SetupDecision, Visibility
from runbook_lib.change.gate import CHECKS_LIFETIME
from runbook_lib.change.kinds.table import needed_by
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.errors import Defect, SystemRefused
from runbook_lib.journal import Entry, Journal, Kind
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.survey.snapshot import Part, PermissionSet
from runbook_lib.text import say
from runbook_lib.workspace import Workspace
from tests.change.conftest import Live

FIELDS, USER, HIDE = "01_marketo_fields", "02_sync_user", "04_field_visibility"
SCORE = "mkto71_Lead_Score__c"
ONE = Decisions(setup=SetupDecision(marketo_fields=(SCORE,)))
AFTER, BEFORE = FaultKind.LOST_CONNECTION_AFTER_WRITE, FaultKind.LOST_CONNECTION_BEFORE_WRITE
CUSTOM_FIELD, PERMISSION_SET = ".*/tooling/sobjects/CustomField$", ".*/sobjects/PermissionSet$"
COLLECTION, ASSIGNMENT = ".*/composite/sobjects$", ".*/sobjects/PermissionSetAssignment$"


class Killed(KeyboardInterrupt):
    """The process was killed here."""


class MortalJournal(Journal):
    """A journal whose process is killed at its ``lives``-th writing: before it is done, or just after."""

    lives = 0
    dies_after_writing = False

    def append_all(self, step: str, beat: str, kind: Kind, payloads: Sequence[dict[str, Any]]) -> list[Entry]:
        """Writes the entries, or dies."""
        self.lives -= 1
        if self.lives == 0 and not self.dies_after_writing:
            raise Killed
        entries = super().append_all(step, beat, kind, payloads)
        if self.lives == 0:
            raise Killed
        return entries


def lose(live: Live, kind: FaultKind, *paths: str, times: int = 1) -> None:
    """The next request to each path loses its connection."""
    for path in paths:
        live.server.faults.add(Fault(path, kind, "POST", times))


def ends(journal: Journal) -> dict[str, Entry]:
    """The newest entry of each change."""
    return {entry.payload["change"]: entry for entry in journal.entries() if "change" in entry.payload}


def made_by(live: Live) -> Counter[str]:
    """How often each thing that must not happen twice was asked for."""
    words = {"CustomField": "field", "/PermissionSet": "set", "/PermissionSetAssignment": "assigned"}
    posts = [line for line in live.writes() if line.startswith("POST")]
    return Counter(word for line in posts for part, word in words.items() if line.endswith(part))


def mappings(live: Live) -> set[tuple[str, str, str]]:
    """The org's lead-conversion mappings."""
    admin = live.reader.session.user_id
    return {(line[0], line[1], line[2]) for line in live.server.org.lead_convert_settings(admin)}


def rights(live: Live) -> PermissionSet:
    """The permission set as it stands."""
    seen = live.see(Part.PERMISSION_SET).permission_set
    assert isinstance(seen, PermissionSet)
    return seen


def fields_of(live: Live) -> Mapping[str, bool]:
    """The fields that it lets edit."""
    fields = rights(live).fields
    assert isinstance(fields, Mapping)
    return fields


@pytest.mark.parametrize("step", [FIELDS, USER])
def test_made_once_and_recorded(live: Live, journal: Journal, step: str) -> None:
    """Every change is written down before and after it; run again the step finds nothing to do."""
    plan, outcome = live.carry_out(step, ONE, journal)
    assert outcome.done == [change.id for change in plan.changes]
    for change in plan.changes:
        kinds = [entry.kind for entry in journal.entries() if entry.payload["change"] == change.id]
        assert kinds == [Kind.change_started, Kind.change_done]
    assert live.plan(step, ONE)[0].is_empty


def test_the_state_before_is_recorded(live: Live, journal: Journal) -> None:
    """What a field's visibility came from stands in the journal, so that hiding it can be undone."""
    live.carry_out(FIELDS, ONE, journal)
    live.carry_out(USER, ONE, journal)
    hidden = {"Lead.National_ID__c": FieldDecision("Lead", "National_ID__c", Visibility.HIDE)}
    seen = live.look(HIDE)
    kept = {
        field.full_name: FieldDecision(field.object, field.name, Visibility.KEEP)
        for field in seen.visible_fields()
        if field.custom and field.full_name not in hidden
    }
    live.carry_out(HIDE, Decisions(ONE.setup, kept | hidden), journal)
    before = ends(journal)["hide-field:Lead.National_ID__c"].payload["before"]["grants"]
    assert [(grant["parent"], grant["read"]) for grant in before] == [("Minimum Access - Marketo", True)]
    now = live.see(Part.VISIBLE)
    assert "Lead.National_ID__c" not in {field.full_name for field in now.visible_fields()}
    back = {"Lead.National_ID__c": FieldDecision("Lead", "National_ID__c", Visibility.KEEP)}
    live.carry_out(HIDE, Decisions(ONE.setup, kept | back), journal)
    assert "Lead.National_ID__c" in {field.full_name for field in live.see(Part.VISIBLE).visible_fields()}


@pytest.mark.parametrize("seed", range(4))
def test_killed_again_and_again(live: Live, workspace: Workspace, seed: int) -> None:
    """Killed before or after any entry of the journal, again and again: the same end, and nothing made
    twice."""
    chance = Random(seed)  # noqa: S311 - where to die, not a secret
    died = 0
    with MortalJournal.open(workspace) as journal:
        assert isinstance(journal, MortalJournal)
        while died < 60:
            journal.lives, journal.dies_after_writing = chance.randint(1, 6), chance.random() < 0.5
            try:
                live.carry_out(FIELDS, ONE, journal)
                break
            except Killed:
                died += 1
        journal.lives = 0
        settle(FIELDS, journal, live.look(FIELDS))
        assert died >= 2
        assert journal.unfinished_changes(FIELDS) == []
        assert {name for name, entry in ends(journal).items() if entry.kind is not Kind.change_done} == set()
        assert journal.verify() is None
    assert made_by(live) == {"field": 2, "set": 1}
    assert {f"Lead.{SCORE}", f"Contact.{SCORE}"} <= fields_of(live).keys()
    assert mappings(live) == {(SCORE, "Contact", SCORE)}
    assert live.plan(FIELDS, ONE)[0].is_empty


def test_an_answer_lost_after_the_write(live: Live, journal: Journal) -> None:
    """Where the write arrived and its answer did not, it counts as made and is not made again."""
    lose(live, AFTER, CUSTOM_FIELD, PERMISSION_SET, COLLECTION)
    plan, outcome = live.carry_out(FIELDS, ONE, journal)
    assert sorted(outcome.done) == sorted(change.id for change in plan.changes)
    found = {name for name, entry in ends(journal).items() if entry.payload.get("found")}
    assert found == {
        f"create-field:Lead.{SCORE}",
        "create-permission-set:Marketo_Sync",
        f"grant-field:Lead.{SCORE}",
        f"grant-field:Contact.{SCORE}",
    }
    assert made_by(live) == {"field": 2, "set": 1}


def test_an_answer_lost_after_granting_rights(live: Live, journal: Journal) -> None:
    """The same for object permissions, system permissions (one PATCH) and the assignment."""
    lose(live, AFTER, COLLECTION, ASSIGNMENT)
    live.server.faults.add(Fault(".*/sobjects/PermissionSet/.*", AFTER, "PATCH"))
    plan, outcome = live.carry_out(USER, ONE, journal)
    assert sorted(outcome.done) == sorted(change.id for change in plan.changes)
    assert made_by(live)["assigned"] == 1
    assert rights(live).assigned


def test_a_write_that_never_arrived(live: Live, journal: Journal) -> None:
    """It counts as failed, what needs it is not tried, the rest is made; the next run makes up for it."""
    lose(live, BEFORE, CUSTOM_FIELD)
    with pytest.raises(SystemRefused) as raised:
        live.carry_out(FIELDS, ONE, journal)
    tried = {
        name: entry.payload["tried"]
        for name, entry in ends(journal).items()
        if entry.kind is Kind.change_failed
    }
    assert tried == {
        f"create-field:Lead.{SCORE}": True,
        f"grant-field:Lead.{SCORE}": False,
        f"map-conversion:Lead.{SCORE}": False,
    }
    assert all(name in str(raised.value) for name in tried)
    plan, outcome = live.carry_out(FIELDS, ONE, journal)
    assert {change.id for change in plan.changes} == set(tried) == set(outcome.done)


def test_nobody_can_tell(live: Live, journal: Journal) -> None:
    """An answer lost and no way to look: the change stays open, nothing more is written, the next run
    finds it."""
    lose(live, AFTER, CUSTOM_FIELD)
    plan, seen = live.plan(FIELDS, ONE)
    permit = live.permit(plan, seen)
    blind = replace(seen, custom_fields=None)
    with pytest.raises(SystemRefused, match="Cannot tell: 1"):
        apply(plan, permit, live.writer, journal, seen, lambda: blind)
    assert [entry.payload["change"] for entry in journal.unfinished_changes(FIELDS)] == [
        f"create-field:Lead.{SCORE}"
    ]
    assert made_by(live) == {"field": 1}
    live.carry_out(FIELDS, ONE, journal)
    assert ends(journal)[f"create-field:Lead.{SCORE}"].payload["found"]
    assert made_by(live) == {"field": 2, "set": 1}


def test_the_same_plan_twice(live: Live, journal: Journal) -> None:
    """A plan and a look that are minutes old are no reason to write again: it looks once more."""
    plan, seen = live.plan(FIELDS, ONE)
    permit = live.permit(plan, seen)
    for _ in range(2):
        outcome = apply(plan, permit, live.writer, journal, seen, lambda: live.look(FIELDS))
    assert outcome.done == []
    assert outcome.unchanged == [change.id for change in plan.changes]
    assert made_by(live) == {"field": 2, "set": 1}


def test_a_permit_is_for_one_plan_and_one_moment(live: Live, journal: Journal) -> None:
    """Another plan's permit, or an old one, is a defect, and nothing is written."""
    plan, seen = live.plan(FIELDS, ONE)
    permit = live.permit(plan, seen)
    old = replace(permit, given_at=permit.given_at - CHECKS_LIFETIME - timedelta(minutes=5))
    for wrong in (replace(permit, plan_digest="0" * 64), replace(permit, step=USER), old):
        with pytest.raises(Defect):
            apply(plan, wrong, live.writer, journal, seen, lambda: seen)
    assert live.writes() == []
    assert journal.entries() == []


def test_a_mapping_that_appeared_meanwhile_stays(live: Live, journal: Journal) -> None:
    """A mapping that somebody made after our look is not overwritten; ours is refused, and so is recorded."""
    live.carry_out(FIELDS, ONE, journal)
    theirs = [("Region__c", "Contact", "Region__c"), ("Customer_Number__c", "Contact", "Customer_Number__c")]
    more = Decisions(setup=SetupDecision(marketo_fields=("mkto71_Acquisition_Date__c",)))
    plan, seen = live.plan(FIELDS, more)
    taken = Change(
        ChangeKind.MAP_CONVERSION, "Lead.Consent_Date__c", {},
        {"target_object": "Contact", "target_field": "Region__c"}, say("x"),
    )  # fmt: skip
    plan = replace(plan, changes=(*plan.changes, taken))
    admin = live.reader.session.user_id
    live.server.org.update_lead_convert_settings(
        admin, [*live.server.org.lead_convert_settings(admin), *theirs]
    )
    with pytest.raises(SystemRefused, match="Region__c → Region__c"):
        apply(plan, live.permit(plan, seen), live.writer, journal, seen, lambda: live.look(FIELDS))
    assert mappings(live) == {
        *theirs,
        (SCORE, "Contact", SCORE),
        ("mkto71_Acquisition_Date__c", "Contact", "mkto71_Acquisition_Date__c"),
    }
    assert ends(journal)[taken.id].payload["code"] == "ALREADY_MAPPED"


def test_one_refused_row_does_not_stop_the_others(live: Live, journal: Journal) -> None:
    """Of a collection, the row Salesforce refuses fails with its code and the others are made."""
    live.carry_out(FIELDS, ONE, journal)
    rows = [
        Change(ChangeKind.GRANT_FIELD, name, {}, {"read": True, "edit": False}, say("x"))
        for name in ("Lead.LastName", "Lead.Days_Since_Created__c")
    ]
    formula = Change(
        ChangeKind.GRANT_FIELD, "Contact.Account_Tier__c", {}, {"read": True, "edit": True}, say("x")
    )
    plan, seen = live.plan(FIELDS, ONE)
    plan = replace(plan, changes=(*rows, formula))
    with pytest.raises(SystemRefused):
        apply(plan, live.permit(plan, seen), live.writer, journal, seen, lambda: live.look(FIELDS))
    newest = ends(journal)
    assert newest["grant-field:Lead.Days_Since_Created__c"].kind is Kind.change_done
    assert newest["grant-field:Lead.LastName"].payload["code"]
    assert fields_of(live)["Lead.Days_Since_Created__c"] is False


def test_a_row_that_exists_is_changed(live: Live, journal: Journal) -> None:
    """A field that could only be read becomes editable by changing its row, not by a second one."""
    live.carry_out(FIELDS, ONE, journal)
    row = live.reader.query(
        f"SELECT Id FROM FieldPermissions WHERE Field = 'Lead.{SCORE}' AND Parent.Name = 'Marketo_Sync'"
    )
    live.writer.update("FieldPermissions", row[0]["Id"], {"PermissionsEdit": False})
    plan, _ = live.carry_out(FIELDS, ONE, journal)
    assert [change.id for change in plan.changes] == [f"grant-field:Lead.{SCORE}"]
    assert fields_of(live)[f"Lead.{SCORE}"] is True


def test_a_profile_that_others_have_is_not_touched(live: Live, journal: Journal) -> None:
    """As soon as somebody else has the sync user's profile, nothing is hidden in it; the profile is named."""
    live.carry_out(USER, ONE, journal)
    hide = {"Lead.National_ID__c": FieldDecision("Lead", "National_ID__c", Visibility.HIDE)}
    plan, seen = live.plan(HIDE, Decisions(ONE.setup, hide))
    assert [change.id for change in plan.changes] == ["hide-field:Lead.National_ID__c"]
    assert isinstance(seen.grants, tuple)
    assert {grant.others for grant in seen.grants} == {0}
    sofia = live.reader.query("SELECT Id FROM User WHERE Username = 'sofia.rossi@acme.example'")[0]["Id"]
    profile = live.reader.query("SELECT Id FROM Profile WHERE Name = 'Minimum Access - Marketo'")[0]["Id"]
    live.writer.update("User", sofia, {"ProfileId": profile})
    plan, _ = live.plan(HIDE, Decisions(ONE.setup, hide))
    assert plan.changes == ()
    assert "“Minimum Access - Marketo”" in str(plan.obstacles[0])


def test_what_needs_what() -> None:
    """Access to a field needs that field and the permission set; a mapping needs both its ends."""

    def change(kind: ChangeKind, target: str, **after: str) -> Change:
        return Change(kind, target, {}, after, say("x"))

    lead, contact, other = (
        change(ChangeKind.CREATE_FIELD, name)
        for name in (f"Lead.{SCORE}", f"Contact.{SCORE}", "Lead.Other__c")
    )
    owner = change(ChangeKind.CREATE_PERMISSION_SET, "Marketo_Sync")
    everything = (lead, contact, other, owner)
    assert list(needed_by(change(ChangeKind.GRANT_FIELD, f"Lead.{SCORE}"), everything)) == [lead, owner]
    mapping = change(ChangeKind.MAP_CONVERSION, f"Lead.{SCORE}", target_object="Contact", target_field=SCORE)
    assert list(needed_by(mapping, everything)) == [lead, contact]
    assert list(needed_by(lead, everything)) == []


def test_settling_writes_nothing(live: Live, journal: Journal) -> None:
    """A change an earlier run left open is closed by looking, in the journal alone."""
    plan, _ = live.plan(FIELDS, ONE)
    for change in plan.changes[:2]:
        told = {"kind": change.kind, "target": change.target, "before": {}, "after": dict(change.after)}
        payload = {**told, "what": change.what.to_json(), "change": change.id}
        journal.append(FIELDS, "do", Kind.change_started, payload)
    live.writer.create_custom_field(plan.changes[0].target, dict(plan.changes[0].after))
    before = live.writes()
    settle(FIELDS, journal, live.look(FIELDS))
    newest = ends(journal)
    assert newest[plan.changes[0].id].kind is Kind.change_done
    assert newest[plan.changes[1].id].kind is Kind.change_failed
    assert live.writes() == before
