"""Fields that Marketo's page wants read and edited."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook_lib.review.checks.field_editing import judge_editable
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Field, Snapshot


def field(name: str, **more: bool) -> Field:
    """A standard field that can be given and edited."""
    object_name, own = name.split(".")
    flags: dict[str, Any] = {"permissionable": True, "updateable": True, **more}
    return Field(object_name, own, own, "string", **flags)


TYPE, SUBJECT, LOCATION = field("Account.Type"), field("Task.Subject"), field("Event.Location")
OWNER = field("Task.OwnerId")
ALL = {"Account": (TYPE, field("Account.Industry")), "Task": (SUBJECT, OWNER), "Event": (LOCATION,)}


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (ALL, ""),
        (ALL | {"Task": (OWNER,)}, "Task.Subject"),
        (ALL | {"Task": (OWNER, replace(SUBJECT, updateable=False))}, "Task.Subject"),
        (ALL | {"Account": (replace(TYPE, updateable=False), field("Account.Industry"))}, "Account.Type"),
        (ALL | {"Account": (field("Account.Industry"),)}, ""),  # required_visible tells that
        (ALL | {"Account": (TYPE,)}, ""),  # Industry is no field that the page names
        (ALL | {"Task": (replace(OWNER, updateable=False),)}, ""),  # his permissions tell that
        (ALL | {"Event": ()}, ""),
    ],
)
def test_what_is_shut_is_named(snapshot: Snapshot, seen: dict[str, tuple[Field, ...]], told: str) -> None:
    """A field he does not see, or sees and may not edit, is named; what nobody asked for is not."""
    found = judge_editable(replace(snapshot, present=ALL, visible=seen))
    assert found.status is (Status.WARN if told else Status.OK)
    assert told in str(found.what)


@pytest.mark.parametrize("kind", [{"permissionable": False}, {"updateable": False}, {"custom": True}])
def test_what_cannot_be_given_is_not_asked_for(snapshot: Snapshot, kind: dict[str, Any]) -> None:
    """A field without permissions, one that nobody edits, and a custom one are left out."""
    there = ALL | {"Task": (OWNER, replace(SUBJECT, **kind))}
    seen = replace(snapshot, present=there, visible=ALL | {"Task": (OWNER,)})
    assert judge_editable(seen).status is Status.OK
