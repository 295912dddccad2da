"""Describe JSON, as recorded from real orgs, becomes fields."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.survey.probes.describe import field_of, fields_of

DESCRIBES = Path(__file__).parents[4] / "shared" / "data" / "describes"


def recorded(name: str) -> dict[str, Any]:
    """A describe recorded from a real org; skips where the records are not there."""
    path = DESCRIBES / f"{name}.describe.json"
    if not path.exists():
        pytest.skip(f"no recorded describe {path.name} beside this project")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


@pytest.mark.parametrize(
    ("name", "count"), [("Lead", 54), ("Contact", 59), ("Account", 68), ("Opportunity", 40), ("Event", 48)]
)
def test_every_field_is_read(name: str, count: int) -> None:
    """No field of a real describe is lost, and each knows its object."""
    fields = fields_of(recorded(f"cumulusci_{name}"))
    assert len(fields) == count
    assert {field.object for field in fields} == {name}


def test_parts_of_a_compound_know_it() -> None:
    """A street belongs to its address, and the address to nothing."""
    fields = {field.name: field for field in fields_of(recorded("cumulusci_Lead"))}
    assert fields["Street"].compound == "Address"
    assert fields["Address"].compound == ""
    assert fields["Name"].compound == ""


def test_inactive_picklist_values_are_left_out() -> None:
    """Only values that can still be chosen count as the picklist's."""
    data = recorded("cumulusci_Lead")
    field = next(field for field in data["fields"] if field["type"] == "picklist" and field["picklistValues"])
    first = field["picklistValues"][0]
    without = field_of("Lead", field | {"picklistValues": [{**first, "active": False}]})
    assert without.picklist == ()
    assert field_of("Lead", field | {"picklistValues": [{**first, "active": True}]}).picklist == (
        first["value"],
    )


def test_a_missing_key_is_named() -> None:
    """What is no describe is refused by the name of the key that it lacks."""
    with pytest.raises(KeyError, match="fields"):
        fields_of({"name": "Lead"})
