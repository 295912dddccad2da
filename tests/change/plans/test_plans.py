"""Plans, as cases that somebody who knows the field can write: ``tests/cases/plan/*.json``.

A case says why, the step, what of a small org in order differs (``snapshot``, in the snapshot's own JSON;
fields and grants in short), what was decided, and what is expected of the plan. What is not expected is not
compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.change.decisions import (
    Decisions,
    DuplicateChoice,
    DuplicateDecision,
    MappingDecision,
    Pairing,
    SetupDecision,
    Visibility,
)
from runbook_lib.change.plan import ChangeKind, Plan
from runbook_lib.change.plans import PLANNERS, parts_for, plan_for
from runbook_lib.change.plans.preconditions import at_most
from runbook_lib.errors import Blocked
from runbook_lib.road import ROAD
from runbook_lib.survey.snapshot import DuplicateCounts, Part, Snapshot, from_json, to_json
from tests.org_by_hand import NOW, a_field, field_decisions, grant, small_org, visible

FOLDER = Path(__file__).parents[2] / "cases" / "plan"
CASES = sorted(path.stem for path in FOLDER.glob("*.json"))


def snapshot_of(changes: Mapping[str, Any]) -> Snapshot:
    """The small org with the changes of a case."""
    given = dict(changes)
    short: dict[str, Any] = {
        part: visible(*given.pop(part))
        for part in ("visible", "present")
        if isinstance(given.get(part), list)
    }
    if isinstance(given.get("grants"), list):
        rows = given.pop("grants")
        short["grants"] = tuple(
            grant(row["field"], row["parent"], profile=row["profile"], others=row.get("others", 0))
            for row in rows
        )
    return replace(from_json(to_json(small_org()) | given), **short)


def decisions_of(told: Mapping[str, Any]) -> Decisions:
    """The decisions of a case."""
    setup = told.get("setup")
    chosen = (
        {}
        if not setup or "marketo_fields" not in setup
        else {"marketo_fields": tuple(setup["marketo_fields"])}
    )
    duplicates = told.get("duplicates")
    return Decisions(
        setup=None if setup is None else SetupDecision(**{**setup, **chosen}),
        fields={
            name: field_decisions(name, choice=Visibility(word))[name]
            for name, word in told.get("fields", {}).items()
        },
        mappings=tuple(
            MappingDecision(lead, contact, Pairing(word)) for lead, contact, word in told.get("mappings", ())
        ),
        duplicates=DuplicateDecision(DuplicateChoice(duplicates[0]), reason=duplicates[1])
        if duplicates
        else None,
    )


def told_by(plan: Plan) -> dict[str, Any]:
    """What a case may expect of a plan, in the words of a case."""
    inputs = [click for click in plan.clicks if click.values or click.secrets]
    return {
        "changes": [change.id for change in plan.changes],
        "count": len(plan.changes),
        "before": {change.id: change.before for change in plan.changes},
        "rows": {
            change.id: len(change.before["grants"]) for change in plan.changes if "grants" in change.before
        },
        "clicks": [click.id for click in plan.clicks],
        "values": dict(inputs[0].values) if inputs else {},
        "secrets": dict(inputs[0].secrets) if inputs else {},
        "consents": {consent.id: str(consent.text) for consent in plan.consents},
        "fields": sorted(plan.fields),
        "makes": dict(plan.makes),
        "undecided": sorted(plan.undecided),
        "obstacles": [str(obstacle) for obstacle in plan.obstacles],
        "needs_approval": plan.needs_approval,
    }


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    """The plan of the case is as it says."""
    case = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    expected: dict[str, Any] = case["expect"]
    seen, decisions = snapshot_of(case["snapshot"]), decisions_of(case["decisions"])
    if "blocked" in expected:
        with pytest.raises(Blocked, match=str(Part(expected["blocked"]).word)):
            plan_for(case["step"], seen, decisions, NOW)
        return
    told = told_by(plan_for(case["step"], seen, decisions, NOW))
    for key, value in expected.items():
        compare(key, told[key], value)


def compare(key: str, told: Any, value: Any) -> None:
    """Texts need only hold what is expected, ``before`` only what is named; everything else is equal."""
    if key == "consents":
        assert set(told) == set(value)
        assert [name for name, text in value.items() if text not in told[name]] == []
    elif key == "obstacles":
        assert len(told) == len(value)
        assert [text for line, text in zip(told, value, strict=True) if text not in line] == []
    elif key == "before":
        assert {name: told[name] for name in value} == value
    else:
        assert told == value


def test_every_step_has_a_planner() -> None:
    """The table of planners is the road, in its order."""
    assert list(PLANNERS) == [stop.name for stop in ROAD]


@pytest.mark.parametrize("step", list(PLANNERS))
def test_a_planner_reads_only_its_parts(step: str) -> None:
    """A plan made from the parts that ``parts_for`` names is the plan made from everything."""
    seen = small_org()
    needed = {part.value for part in parts_for(step)}
    others: dict[str, Any] = {part.value: None for part in Part if part.value not in needed}
    bare = replace(seen, **others)
    decisions = Decisions(SetupDecision(), duplicates=DuplicateDecision(DuplicateChoice.ACCEPT, reason="x"))
    assert plan_for(step, bare, decisions, NOW) == plan_for(step, seen, decisions, NOW)


@given(st.integers(0, 10**9))
def test_a_bound_is_a_bound(count: int) -> None:
    """``at_most`` is never below the count, never far above it, and has few digits."""
    bound = at_most(count)
    assert count <= bound <= max(count + 10, count * 1.12)
    assert len(str(bound).rstrip("0")) <= 3


def test_duplicates_are_told_as_they_were_counted() -> None:
    """08 names the number of groups counted in 07, and a bound where that was not written down."""
    seen = small_org(duplicates=DuplicateCounts(1300, 0, {"lead": 9, "across": 4}, {}))
    counted = DuplicateDecision(DuplicateChoice.ACCEPT, reason="x", groups=13)
    for decided, told in ((counted, " 13 groups"), (replace(counted, groups=None), "At most 20 groups")):
        plan = plan_for("08", seen, Decisions(duplicates=decided), NOW)
        assert told in {consent.id: str(consent.text) for consent in plan.consents}["duplicates"]


@given(st.lists(st.sampled_from(Pairing), min_size=2, max_size=2))
def test_an_approval_of_08_is_for_these_mappings(choices: list[Pairing]) -> None:
    """Its digest changes when a mapping is decided otherwise, if that changes something in Marketo."""
    accepted = DuplicateDecision(DuplicateChoice.ACCEPT, reason="x")
    one, other = (
        plan_for("08", small_org(), Decisions(mappings=mappings, duplicates=accepted), NOW).digest
        for mappings in (
            (MappingDecision("Region__c", "Region__c", choices[0]),),
            (
                MappingDecision(
                    "Region__c", "Region__c", choices[1], reason="another reason", decided_by="Bob"
                ),
            ),
        )
    )
    assert (one == other) == (len({choice is Pairing.BREAK for choice in choices}) == 1)


@given(st.integers(1301, 1310), st.integers(900, 910))
def test_a_few_records_more_do_not_void_an_approval(people: int, leads: int) -> None:
    """The digest of 08 stays while the bounds of its consents hold."""
    decisions = Decisions(duplicates=DuplicateDecision(DuplicateChoice.ACCEPT, reason="x"))
    others = dict.fromkeys(("Account", "Opportunity", "Campaign"), 0)
    some = small_org(rows={"Lead": 905, "Contact": 400, **others})
    more = small_org(
        rows={"Lead": leads if leads > 900 else 901, "Contact": 400, **others},
        duplicates=DuplicateCounts(people, 7, {"lead": 5, "contact": 0, "across": 2}, {}),
    )
    assert plan_for("08", some, decisions, NOW).digest == plan_for("08", more, decisions, NOW).digest


def test_what_marketo_writes_into_is_opened() -> None:
    """04 lets him edit activities and the type of accounts; what Salesforce cannot give is left out."""
    seen = {
        "Task": (a_field("Task.OwnerId"), a_field("Task.WhoId", updateable=False)),
        "Account": (a_field("Account.Type", updateable=False), a_field("Account.Site")),
    }
    there = {
        "Task": (
            a_field("Task.OwnerId"),
            a_field("Task.WhoId"),
            a_field("Task.Description"),
            a_field("Task.Subject", permissionable=False),
            a_field("Task.IsClosed", updateable=False),
        ),
        "Account": (a_field("Account.Type"), a_field("Account.Site")),
    }
    org = small_org(visible=seen, present=there, grants=())
    granted = [
        change
        for change in plan_for("04", org, Decisions(SetupDecision()), NOW).changes
        if change.kind is ChangeKind.GRANT_FIELD
    ]
    assert [change.target for change in granted] == ["Account.Type", "Task.Description", "Task.WhoId"]
    assert {change.after["edit"] for change in granted} == {True}
