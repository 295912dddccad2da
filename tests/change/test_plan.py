"""Plans as data: JSON in and out, and a digest over all that matters and nothing else."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.change.plan import Change, ChangeKind, Click, Consent, Plan
from runbook_lib.text import Label, say
from tests.org_by_hand import NOW

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JSON = st.dictionaries(WORDS, st.booleans() | st.integers(2, 9) | WORDS, max_size=3)
MESSAGES = WORDS.map(lambda word: say("It is {word}.", word=word))
CHANGES = st.builds(Change, st.sampled_from(ChangeKind), WORDS, JSON, JSON, MESSAGES)
LABELS = st.sampled_from([Label("marketo.admin"), Label("marketo.crm")])
SECRETS = st.dictionaries(WORDS, WORDS, max_size=2)
CLICKS = st.builds(Click, WORDS, st.tuples(LABELS), MESSAGES, WORDS, SECRETS, SECRETS, st.booleans())
PLANS = st.builds(
    Plan,
    step=st.sampled_from(["05_sync_fields", "08_start_sync"]),
    org_id=WORDS,
    org_name=WORDS,
    munchkin_id=WORDS,
    made_at=st.just(NOW),
    changes=st.lists(CHANGES, max_size=3).map(tuple),
    clicks=st.lists(CLICKS, max_size=2).map(tuple),
    consents=st.lists(st.builds(Consent, WORDS, MESSAGES), max_size=2).map(tuple),
    fields=st.lists(WORDS, max_size=4, unique=True).map(lambda names: tuple(sorted(names))),
    undecided=st.lists(WORDS, max_size=2, unique=True).map(lambda names: tuple(sorted(names))),
    obstacles=st.lists(MESSAGES, max_size=2).map(tuple),
    needs_approval=st.booleans(),
)


@given(PLANS)
def test_a_plan_round_trips(plan: Plan) -> None:
    """A plan that went through a file is the same plan with the same digest."""
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again == plan
    assert again.digest == plan.digest == plan.to_json()["digest"]


@given(PLANS, st.integers(1, 10**6))
def test_when_it_was_made_does_not_matter(plan: Plan, seconds: int) -> None:
    """The same plan made later has the same digest, and so has one with its fields in another order."""
    later: datetime = plan.made_at + timedelta(seconds=seconds)
    assert replace(plan, made_at=later, fields=plan.fields[::-1]).digest == plan.digest


@given(PLANS, PLANS, st.sampled_from([field.name for field in fields(Plan) if field.name != "made_at"]))
def test_everything_else_matters(plan: Plan, other: Plan, name: str) -> None:
    """The digest changes when, and only when, a part that matters changes."""
    changed = replace(plan, **{name: getattr(other, name)})
    assert (changed.digest == plan.digest) == (json_of(changed) == json_of(plan))
    assert (changed == plan) == (changed.digest == plan.digest)


def json_of(plan: Plan) -> dict[str, Any]:
    """The plan as a file holds it, without moment and digest."""
    return {key: value for key, value in plan.to_json().items() if key not in ("made_at", "digest")}


def test_ids_of_changes_are_stable() -> None:
    """A change is named by its kind and its target."""
    change = Change(ChangeKind.CREATE_FIELD, "Lead.mkto71_Lead_Score__c", {}, {}, say("x"))
    assert change.id == "create-field:Lead.mkto71_Lead_Score__c"
