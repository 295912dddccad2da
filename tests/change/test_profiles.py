"""01 lets named profiles read Marketo's fields, and not edit them; undo puts their view back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from runbook_lib.change.apply import apply
from runbook_lib.change.decisions import Decisions, SetupDecision, read_decisions, write_setup
from runbook_lib.change.kinds.state import Place
from runbook_lib.change.kinds.table import needed_by, place_of
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.change.plans import plan_for
from runbook_lib.change.plans.profiles import no_such_profile, unknown_profiles
from runbook_lib.change.undo import made, plan_undo
from runbook_lib.errors import Blocked, DecisionFileFault
from runbook_lib.journal import Journal
from runbook_lib.proof.evidence import prove
from runbook_lib.survey.model.profiles import ProfileFields
from runbook_lib.survey.snapshot import Part, Unknown
from runbook_lib.workspace import Workspace
from tests.change.conftest import Live
from tests.org_by_hand import NOW, ORG, small_org

STEP = "01_marketo_fields"
SCORE = "mkto71_Lead_Score__c"
NAMED = Decisions(setup=SetupDecision(marketo_fields=(SCORE,), read_only_profiles=("standard user",)))
PROFILES = (
    ProfileFields("0PSs", "Standard User", {f"Contact.{SCORE}": True}),
    ProfileFields("0PSr", "Read Only", {f"Lead.{SCORE}": False, f"Contact.{SCORE}": False}),
)
NAMES = [profile.name for profile in PROFILES]
KIND = ChangeKind.GRANT_PROFILE_FIELD


def planned(names: tuple[str, ...], profiles: object = PROFILES) -> tuple[list[Change], tuple[str, ...]]:
    """The changes of profiles, and the obstacles, for these names."""
    setup = SetupDecision(marketo_fields=(SCORE,), read_only_profiles=names)
    plan = plan_for(STEP, small_org(profile_fields=profiles), Decisions(setup=setup), NOW)
    return [change for change in plan.changes if change.kind is KIND], tuple(map(str, plan.obstacles))


def view_of(live: Live, name: str) -> dict[str, bool]:
    """What a profile of the org may do with Marketo's fields."""
    found = live.see(Part.PROFILE_FIELDS).profile_fields
    assert isinstance(found, tuple)
    return dict(next(profile.fields for profile in found if profile.name == name))


def test_read_and_not_edit(live: Live, journal: Journal) -> None:
    """The named profile reads the new fields on both objects and edits none; another profile sees nothing;
    a second plan is empty; undo leaves no trace, and the proof counts what was given."""
    before = live.look(STEP)
    plan, outcome = live.carry_out(STEP, NAMED, journal)
    assert view_of(live, "Standard User") == {f"Lead.{SCORE}": False, f"Contact.{SCORE}": False}
    assert view_of(live, "System Administrator") == {}
    assert live.plan(STEP, NAMED)[0].is_empty
    seen = live.look(STEP)
    claims = {claim.id: str(claim.what) for claim in prove(STEP, before, seen, plan).claims}
    assert claims["profiles"].startswith("2 of 2 permissions to read")
    done = [change for change in made(journal.entries()) if change.kind is KIND]
    assert len(done) == 2 and not outcome.failed
    undoing = plan_undo(STEP, done, seen, datetime.now(UTC))
    apply(undoing.plan, live.permit(undoing.plan, seen), live.writer, journal, seen, lambda: live.look(STEP))
    assert view_of(live, "Standard User") == {} and made(journal.entries()) != ()
    assert KIND not in {change.kind for change in made(journal.entries())}


def test_who_could_edit_reads_only_and_gets_it_back(live: Live, journal: Journal) -> None:
    """A profile that may edit a field is taken that; the journal keeps it, and undo gives it back."""
    live.carry_out(STEP, Decisions(setup=SetupDecision(marketo_fields=(SCORE,))), journal)
    profiles = live.see(Part.PROFILE_FIELDS).profile_fields
    assert isinstance(profiles, tuple)
    profile = next(profile for profile in profiles if profile.name == "Standard User")
    live.writer.create(
        "FieldPermissions",
        {"ParentId": profile.id, "SobjectType": "Lead", "Field": f"Lead.{SCORE}",
         "PermissionsRead": True, "PermissionsEdit": True},
    )  # fmt: skip
    plan, _ = live.carry_out(STEP, NAMED, journal)
    assert "no longer edit it" in " ".join(str(change.what) for change in plan.changes)
    assert view_of(live, "Standard User")[f"Lead.{SCORE}"] is False
    done = [change for change in made(journal.entries()) if change.kind is KIND]
    seen = live.look(STEP)
    undoing = plan_undo(STEP, done, seen, datetime.now(UTC))
    apply(undoing.plan, live.permit(undoing.plan, seen), live.writer, journal, seen, lambda: live.look(STEP))
    assert view_of(live, "Standard User") == {f"Lead.{SCORE}": True}


def test_only_what_differs_is_planned() -> None:
    """A profile that reads all and edits none needs nothing; the other one needs both fields."""
    assert planned(("Read Only",)) == ([], ())
    changes, obstacles = planned(("STANDARD USER",))
    assert [change.target for change in changes] == [
        f"Lead.{SCORE} (Standard User)", f"Contact.{SCORE} (Standard User)",
    ]  # fmt: skip
    assert [dict(change.before) for change in changes] == [
        {},
        {"read": True, "edit": True},
    ] and obstacles == ()
    created = list(needed_by(changes[0], _whole_plan()))
    assert [change.target for change in created] == [f"Lead.{SCORE}"]


def test_an_unknown_profile_is_refused_with_near_names() -> None:
    """Nothing is granted by a name that does not exist; the refusal names those that are near."""
    changes, (told,) = planned(("Standart User", "Read Only"))
    assert changes == [] and "There is no profile “Standart User”" in told and "“Standard User”" in told
    assert "Available: “Read Only”, “Standard User”" in str(no_such_profile("Zzz", NAMES))


def test_professional_edition_says_so() -> None:
    """Where page layouts decide, nothing is granted to a profile, and the reason is told."""
    org = small_org(
        organization=replace(ORG, edition="Professional Edition"),
        profile_fields=PROFILES,
    )
    with_name = SetupDecision(marketo_fields=(), read_only_profiles=("Read Only",))
    obstacles = unknown_profiles(with_name, org)
    assert "page layouts determine who can read" in str(next(obstacles))


@pytest.mark.parametrize("nothing", [None, Unknown("refused")])
def test_cannot_tell_blocks_only_who_asked(nothing: Unknown | None) -> None:
    """Where nobody can read the profiles, nothing is planned for one that was named."""
    with pytest.raises(Blocked):
        planned(("Read Only",), nothing)
    assert planned((), nothing) == ([], ())


def test_where_it_stands() -> None:
    """Read only: made. As before: not made. Anything else: something else. Not known: cannot tell."""
    (lead, contact), _ = planned(("Standard User",))
    there = small_org(profile_fields=PROFILES)
    assert (place_of(lead, there), place_of(contact, there)) == (Place.NOT_MADE, Place.NOT_MADE)
    after = small_org(profile_fields=(replace(PROFILES[0], fields={f"Lead.{SCORE}": False}),))
    assert (place_of(lead, after), place_of(contact, after)) == (Place.MADE, Place.OTHER)
    assert place_of(lead, small_org(profile_fields=())) is Place.OTHER
    assert place_of(lead, small_org(profile_fields=Unknown("no"))) is Place.UNKNOWN
    back = Change(ChangeKind.RESTORE_PROFILE_FIELD, lead.target, lead.after, lead.before, lead.what)
    assert (place_of(back, after), place_of(back, there)) == (Place.NOT_MADE, Place.MADE)


def test_the_file_keeps_the_names(workspace: Workspace) -> None:
    """A list of names stands in setup.toml, each once; anything but names is refused."""
    write_setup(workspace, SetupDecision(read_only_profiles=("Read  Only", "read only", "Sales")))
    setup = read_decisions(workspace).setup
    assert setup is not None and setup.read_only_profiles == ("read only", "Sales")
    (workspace.decisions / "setup.toml").write_text("read_only_profiles = [3]")
    with pytest.raises(DecisionFileFault, match="read_only_profiles"):
        read_decisions(workspace)


def _whole_plan() -> tuple[Change, ...]:
    return plan_for(STEP, small_org(profile_fields=PROFILES), NAMED, NOW).changes
