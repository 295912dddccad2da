"""How system permissions are given and taken back: all columns of the permission set in one write.

Salesforce refuses one without those it depends on, and takes none from under one that depends on it; such a
refusal names both, and takes the whole write with it. What it names is left out, and the rest is written.
Recorded: jsforce issue 749; NPSP pull 3979.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runbook_lib.change.kinds.writes import ChangeResult, Door, Ids
from runbook_lib.change.plan import Change
from runbook_lib.errors import SalesforceRefused
from runbook_lib.review.rights_matrix import LABELS
from runbook_lib.systems.salesforce.errors import dependency_in
from runbook_lib.text import every_wording


def grant_system(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """All columns in one write: Salesforce refuses one without those it depends on. Where it names one that
    lacks what it depends on, the others are given without that one."""
    return _without_refused(
        changes,
        lambda some: door.update("PermissionSet", ids.permission_set, dict.fromkeys(some, True)),
        lambda change, dependency: dependency[0] in _names(change),
    )


def revoke_system(door: Door, changes: Sequence[Change], ids: Ids) -> list[ChangeResult]:
    """All columns in one write; what something else depends on by now stays, and is told."""
    return _without_refused(
        changes,
        lambda some: door.update("PermissionSet", ids.permission_set, dict.fromkeys(some, False)),
        lambda change, dependency: any(name in dependency[1].split(", ") for name in _names(change)),
    )


def _without_refused(
    changes: Sequence[Change],
    write: Callable[[Sequence[str]], None],
    is_meant: Callable[[Change, tuple[str, str]], bool],
) -> list[ChangeResult]:
    """``write`` of all targets together; those that Salesforce refuses for a dependency are left out, one
    after the other. ``is_meant``: whether a refusal is about this change."""
    left, refused = list(changes), dict[str, ChangeResult]()
    while left:
        try:
            write([change.target for change in left])
            break
        except SalesforceRefused as fault:
            dependency = dependency_in(str(fault.what))
            meant = [change for change in left if dependency is not None and is_meant(change, dependency)]
            if not meant:
                raise
            refused |= {
                change.id: ChangeResult(change, fault.code or "UNKNOWN", str(fault.what)) for change in meant
            }
            left = [change for change in left if change not in meant]
    return [refused.get(change.id, ChangeResult(change)) for change in changes]


def _names(change: Change) -> tuple[str, ...]:
    """How Salesforce calls a system permission in a refusal: by API name, or by label in any language."""
    label = LABELS.get(change.target)
    return (change.target.removeprefix("Permissions"), *(every_wording(label.key) if label else ()))
