"""Which fields a change lets the sync user see that they did not see before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbook_lib.change.plan import Change
from runbook_lib.survey.snapshot import PermissionSet, Snapshot


def the_field(change: Change, snapshot: Snapshot) -> Iterator[str]:
    """The field that is made or shown."""
    if not change.before.get("read"):
        yield change.target


def the_object(change: Change, snapshot: Snapshot) -> Iterator[str]:
    """``Opportunity.*``: whatever of the object the field permissions let through."""
    if not change.before.get("read"):
        yield f"{change.target}.*"


def the_set(change: Change, snapshot: Snapshot) -> Iterator[str]:
    """Whatever the permission set holds already; no plan assigns one of which nobody can tell."""
    if isinstance(snapshot.permission_set, PermissionSet):
        fields = snapshot.permission_set.fields
        if isinstance(fields, Mapping):
            yield from fields
