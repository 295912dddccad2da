"""What will be copied: records that the sync user does not see, and people and opportunities as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.review.checks import CHECKS, run_check
from runbook_lib.review.checks import checks_for as gate_checks
from runbook_lib.review.findings import Finding, Status
from runbook_lib.survey.snapshot import NO_ACCESS, ApiBudget, DuplicateCounts, Inventory, Snapshot, Unknown
from runbook_lib.text import translate

SILENT = Unknown("no answer came")
ROWS = {"Lead": 600, "Contact": 400, "Account": 90, "Opportunity": 80, "Campaign": 7}


def told(check_id: str, snapshot: Snapshot) -> Finding:
    """The finding of one check."""
    return run_check(next(check for check in CHECKS if check.id == check_id), snapshot)


def stocked(snapshot: Snapshot, **parts: Any) -> Snapshot:
    """The snapshot with parts of its inventory replaced."""
    assert isinstance(snapshot.inventory, Inventory)
    return replace(snapshot, inventory=replace(snapshot.inventory, **parts))


def test_an_object_of_which_nothing_is_seen_shuts_start_sync(snapshot: Snapshot) -> None:
    """Private sharing, and the sync user owns nothing: an error with both counts, at the gate of 08."""
    found = told("visible_records", replace(snapshot, rows={**ROWS, "Lead": 0}))
    assert found.status is Status.ERROR
    assert "Lead: 0 of 600" in str(found.what) and "View All Records" in str(found.fix)
    assert "visible_records" in {check.id for check in gate_checks("08_start_sync")}


def test_some_records_unseen_is_a_warning(snapshot: Snapshot) -> None:
    """Whoever filters by sharing on purpose is told both counts, and may go on."""
    found = told("visible_records", replace(snapshot, rows={**ROWS, "Lead": 150}))
    assert (found.status, found.blocks) == (Status.WARN, False)
    assert "Lead: 150 of 600" in str(found.what)


def test_seeing_more_than_the_administrator_is_no_fault(snapshot: Snapshot) -> None:
    """An administrator without View All Data counts less than there is."""
    assert told("visible_records", replace(snapshot, rows={**ROWS, "Lead": 700})).status is Status.OK


@pytest.mark.parametrize("part", ["rows", "inventory", "sync_login"])
def test_a_count_that_could_not_be_had_cannot_be_told(snapshot: Snapshot, part: str) -> None:
    """Whichever of the two is missing: cannot tell, which shuts the gate; never zero of something."""
    silent: dict[str, Any] = {part: SILENT}
    assert told("visible_records", replace(snapshot, **silent)).status is Status.UNKNOWN
    one = stocked(snapshot, records={**ROWS, "Lead": SILENT})
    assert told("visible_records", one).status is Status.UNKNOWN
    assert "Lead: 600 of unknown" in str(told("visible_records", one).what)


def test_an_object_that_may_not_be_read_is_told_by_the_permissions(snapshot: Snapshot) -> None:
    """One fault is told once: without any right to campaigns nobody looks for shared ones."""
    assert isinstance(snapshot.object_access, dict)
    seen = replace(
        snapshot,
        rows={**ROWS, "Campaign": 0},
        object_access={**snapshot.object_access, "Campaign": NO_ACCESS},
    )
    assert told("visible_records", seen).status is Status.OK
    assert told("object_permissions", seen).status is Status.ERROR


@pytest.mark.parametrize(
    ("check_id", "parts", "status", "words"),
    [
        ("contact_roles", {"without_role": 33}, Status.WARN, "33 of 80"),
        ("contact_roles", {"without_role": SILENT}, Status.UNKNOWN, "no answer"),
        ("currencies", {"currencies": ("EUR", "USD")}, Status.WARN, "2 currencies: EUR, USD"),
        ("currencies", {"currencies": ("USD",)}, Status.OK, ""),
        ("currencies", {"currencies": SILENT}, Status.UNKNOWN, "no answer"),
        ("people_copied", {"idle": {"Lead": 200, "Contact": 50}}, Status.WARN, "250 were not changed"),
        ("people_copied", {"converted_leads": SILENT}, Status.UNKNOWN, "no answer"),
    ],
)
def test_what_comes_along_is_counted(
    snapshot: Snapshot, check_id: str, parts: dict[str, Any], status: Status, words: str
) -> None:
    """Each is told with its number, or as what nobody can tell; none of them shuts a gate."""
    found = told(check_id, stocked(snapshot, **parts))
    assert found.status is status and words in str(found.what)
    assert not next(check for check in CHECKS if check.id == check_id).gates


@pytest.mark.parametrize(
    ("conflicts", "opted_out", "status"),
    [(0, 40, Status.OK), (3, 40, Status.WARN), (None, None, Status.WARN)],
)
def test_opt_outs(snapshot: Snapshot, conflicts: int | None, opted_out: int | None, status: Status) -> None:
    """Opt-outs that contradict each other are counted before anybody is written to; unseen is no “none”."""
    people = DuplicateCounts(1000, 0, {"lead": 9}, {"lead": 18}, conflicts, opted_out)
    assert told("opt_outs", replace(snapshot, duplicates=people)).status is status


def test_one_group_is_no_plural(snapshot: Snapshot) -> None:
    """Of one group nobody reads “1 groups”, in no language."""
    people = DuplicateCounts(1000, 0, {"lead": 9}, {"lead": 18}, 1, 40)
    what = told("opt_outs", replace(snapshot, duplicates=people)).what
    assert "In one group" in translate(what, "en") and "En un grupo" in translate(what, "es")


@pytest.mark.parametrize(
    ("left", "status", "words"),
    [
        (9_000, Status.OK, "room for 4,608,000 records"),
        (310, Status.WARN, "310 of 10,240 MB"),
        (None, Status.UNKNOWN, "Cannot tell"),
    ],
)
def test_data_storage(snapshot: Snapshot, left: int | None, status: Status, words: str) -> None:
    """What is left is told before activities fill it; a limit that is not named is not known."""
    budget = ApiBudget(118_000, 115_000, None if left is None else 10_240, left)
    found = told("data_storage", replace(snapshot, budget=budget))
    assert found.status is status and words in str(found.what)


def test_room_is_measured_by_the_people(snapshot: Snapshot) -> None:
    """A tenth of the storage is no room for ten activities of each of two million people."""
    budget = ApiBudget(118_000, 115_000, 10_240, 9_000)
    many = replace(snapshot, budget=budget, rows={"Lead": 1_500_000, "Contact": 500_000})
    assert told("data_storage", many).status is Status.WARN


def test_partitions(snapshot: Snapshot) -> None:
    """More than one: people from Salesforce land in the default one, and duplicates across them stay."""
    found = told("partitions", replace(snapshot, partitions=("Default", "Partners")))
    assert found.status is Status.WARN and "2 partitions: Default, Partners" in str(found.what)
