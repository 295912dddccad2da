"""Who sees a field: the union of everybody who grants it, and what stands above it."""

from __future__ import annotations

import pytest

from runbook_lib.review.fields.access import FieldAccess, FieldGrants, field_access, seen_by_tables
from runbook_lib.survey.snapshot import Field

EMAIL = Field("Lead", "Email", "Email", "email", permissionable=True)
NAME = Field("Lead", "Name", "Name", "string", permissionable=False)
ADDRESS = Field("Lead", "Address", "Address", "address", permissionable=True)
STREET = Field("Lead", "Street", "Street", "string", permissionable=True, compound="Address")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({}, FieldAccess(read=False, edit=False)),
        ({"Profile": False}, FieldAccess(read=True, edit=False, by=("Profile",))),
        (
            {"Profile": False, "Set A": True, "Set B": False},
            FieldAccess(read=True, edit=True, by=("Profile", "Set A", "Set B")),
        ),
    ],
)
def test_one_of_many_is_enough(rows: dict[str, bool], expected: FieldAccess) -> None:
    """A field is read where one giver grants it, and edited where one of them says so; all are named."""
    assert field_access(EMAIL, FieldGrants({"Lead.Email": rows})) == expected


def test_what_cannot_be_hidden_is_seen_by_everybody() -> None:
    """A field without permissions of its own needs no row."""
    assert field_access(NAME, FieldGrants()) == FieldAccess(read=True, edit=True)


@pytest.mark.parametrize(("where", "read"), [("Lead", True), ("", True), ("Contact", False)])
def test_view_all_fields_shows_but_does_not_let_edit(where: str, read: bool) -> None:
    """View All Fields of the object, or of all objects, shows a field without any row; nobody edits by it."""
    access = field_access(EMAIL, FieldGrants(view_all={where: ("Analysts",)}))
    assert (access.read, access.edit, access.by) == (read, False, ("Analysts",) if read else ())


def test_a_part_goes_with_its_compound() -> None:
    """A row of the address shows the street; one of the street itself, which Salesforce ignores, does not."""
    by_address = seen_by_tables([ADDRESS, STREET], FieldGrants({"Lead.Address": {"Profile": True}}))
    assert by_address["Lead.Street"] == FieldAccess(read=True, edit=True, by=("Profile",))
    by_street = seen_by_tables([ADDRESS, STREET], FieldGrants({"Lead.Street": {"Profile": True}}))
    assert not by_street["Lead.Street"].read
