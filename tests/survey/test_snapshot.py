"""A snapshot: JSON in and out, its digest, and the three kinds of "not a value"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.survey.snapshot import (
    Absent,
    ApiBudget,
    Expected,
    Field,
    Lock,
    MarketoState,
    ObjectAccess,
    Parents,
    Part,
    PeopleSeen,
    PermissionSet,
    PersonField,
    Snapshot,
    SyncLogin,
    Unknown,
    from_json,
    to_json,
)
from runbook_lib.text import say
from tests.org_by_hand import grant, small_org

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EMPTY = Snapshot(NOW, Expected("acme", "production", "a@x.example", "s@x.example", "123-ABC-456", "basic"))
TOLD = Unknown("no", "INVALID_LOGIN", refused=True, told={"what": say("No {n}.", n=1).to_json()})
WORDS = st.text(min_size=1, max_size=8)
UNKNOWNS = st.builds(Unknown, reason=WORDS, code=WORDS, refused=st.booleans(), told=st.just({}))
FIELDS = st.builds(
    Field,
    object=WORDS,
    name=WORDS,
    label=WORDS,
    type=WORDS,
    length=st.integers(0, 9),
    picklist=st.tuples(WORDS),
)
SNAPSHOTS = st.builds(
    replace,
    st.just(EMPTY),
    sync_user=st.one_of(st.none(), st.builds(Absent, WORDS), UNKNOWNS),
    sync_login=st.one_of(st.none(), UNKNOWNS, st.just(SyncLogin("005", "00D", False, NOW))),
    system_permissions=st.one_of(st.none(), UNKNOWNS, st.dictionaries(WORDS, st.booleans())),
    object_access=st.one_of(st.none(), st.just({"Lead": ObjectAccess(True, False, True, False)})),
    permission_set=st.one_of(
        st.builds(Absent, WORDS), st.just(PermissionSet("0PS", "n", "l", True, ("a",), {}, {"x": True}))
    ),
    visible=st.one_of(
        st.none(), UNKNOWNS, st.dictionaries(WORDS, st.lists(FIELDS, max_size=3).map(tuple), max_size=3)
    ),
    budget=st.one_of(st.none(), UNKNOWNS, st.just(ApiBudget(10, 5))),
    rows=st.one_of(st.none(), UNKNOWNS, st.dictionaries(WORDS, st.integers(0, 99))),
    marketo=st.one_of(
        st.none(),
        UNKNOWNS,
        st.just(MarketoState("1", "a", (PersonField("e", "E", "email"),), Lock.TIED)),
    ),
    people_seen=st.one_of(st.none(), UNKNOWNS, st.just((PeopleSeen("Lead", 2, 1, ("00Q",)),))),
)


@given(SNAPSHOTS)
def test_json_and_back(snapshot: Snapshot) -> None:
    """A snapshot read from its JSON is equal to the one that was written."""
    again = from_json(to_json(snapshot))
    assert again == snapshot
    assert again.digest == snapshot.digest


@given(SNAPSHOTS)
def test_the_moment_is_not_in_the_digest(snapshot: Snapshot) -> None:
    """Two looks at the same state have the same digest."""
    assert replace(snapshot, taken_at=NOW + timedelta(hours=1)).digest == snapshot.digest


def test_a_different_state_has_a_different_digest() -> None:
    """Not looked, cannot tell and absent are three different states."""
    digests = {replace(EMPTY, sync_user=value).digest for value in (None, Unknown("User"), Absent("User"))}
    assert len(digests) == 3


def test_words_of_a_refusal_survive() -> None:
    """What a system told can be said again after the snapshot was read from its file."""
    again = from_json(to_json(replace(EMPTY, sync_login=TOLD))).sync_login
    assert isinstance(again, Unknown)
    assert str(again.message("what")) == "No 1."
    assert again.message("fix") is None


def test_parts_are_the_attributes() -> None:
    """Every part names an attribute, and every part but the frame has one."""
    assert {part.value for part in Part} == set(to_json(EMPTY)) - {"taken_at", "expected"}


def test_visible_fields_are_in_order() -> None:
    """Fields come by object and name, whatever order they were found in; none where nobody could look."""
    fields = {
        "Lead": (Field("Lead", "B", "", ""), Field("Lead", "A", "", "")),
        "Account": (Field("Account", "Z", "", ""),),
    }
    found = [field.full_name for field in replace(EMPTY, visible=fields).visible_fields()]
    assert found == ["Account.Z", "Lead.A", "Lead.B"]
    assert list(replace(EMPTY, visible=Unknown("?")).visible_fields()) == []


def test_who_shows_a_field_is_reckoned_once() -> None:
    """However many fields are asked about; and a snapshot that was asked is written as one that was not."""
    rows = (grant("Lead.Region__c", "Territories", profile=False), grant("Lead.Region__c", "Sales"))
    seen = small_org(grants=rows, parents=Parents())
    before = to_json(seen)
    found = seen.grants_by_field
    assert isinstance(found, Mapping) and found is seen.grants_by_field
    assert {row.parent for row in found["Lead.Region__c"]} == {"Territories", "Sales"}
    assert to_json(seen) == before and from_json(before) == seen
