"""A proof is made for one org, one instance and its users; for others it is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from runbook_lib.guide.notebooks.runner import count_proven, is_proven
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.standing.scope import still_stands, went_live_here
from runbook_lib.road import step_named
from tests.guide.proofs_by_hand import change, prove
from tests.org_by_hand import ORG, small_org

TOKEN, GATE, FIRST, LAST_GATE = "03_security_token", "05_sync_fields", "00_start_here", "08_start_sync"


@pytest.mark.parametrize(
    ("of", "values"),
    [
        ("salesforce", {"environment": "sandbox"}),
        ("salesforce", {"my_domain": "other"}),
        ("salesforce", {"sync_username": "other@acme.example"}),
        ("marketo", {"munchkin_id": "999-XYZ-999"}),
    ],
)
def test_another_connection_is_not_proven(rehearsed: Session, of: str, values: Mapping[str, str]) -> None:
    """Each thing that a proof rests on makes it void when it changes, in the run and in the count."""
    prove(rehearsed, TOKEN)
    assert is_proven(rehearsed, step_named(TOKEN)) and count_proven(rehearsed) == 1
    change(rehearsed, of, **values)
    assert not is_proven(rehearsed, step_named(TOKEN)) and count_proven(rehearsed) == 0


def test_what_cannot_be_made_twice_stands_for_the_same_org(rehearsed: Session) -> None:
    """The same org under a new address: once 00 has seen that it is the same, the gate's proof stands."""
    prove(rehearsed, FIRST)
    prove(rehearsed, GATE)
    change(rehearsed, "salesforce", my_domain="acme-new")
    proof = rehearsed.journal.entries(step=GATE)[-1]
    assert not still_stands(rehearsed, proof)
    prove(rehearsed, FIRST)
    assert still_stands(rehearsed, proof)
    prove(rehearsed, FIRST, org="00D000000000OTHER")
    assert not still_stands(rehearsed, proof)


def test_the_road_knows_its_own_sync(rehearsed: Session) -> None:
    """An instance that this road tied to this org is no obstacle to looking at both again."""
    assert not went_live_here(rehearsed, small_org())
    prove(rehearsed, LAST_GATE)
    assert went_live_here(rehearsed, small_org())
    assert not went_live_here(rehearsed, small_org(organization=replace(ORG, id="00D000000000OTHER")))
