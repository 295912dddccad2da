"""The permission matrix: what Marketo needs of the sync user, what they hold, and where that comes from.

System permissions, objects and fields, one line each. What they hold is what Salesforce says of them as a
whole: their own session where they can log in, else the union over profile and permission sets. What cannot
be told stays "cannot tell". Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from runbook_lib.review.fields.access import FieldGrants, field_access, grants_of_rights
from runbook_lib.review.findings import Who
from runbook_lib.review.professional import is_professional
from runbook_lib.survey.model.rights import Giver, Rights
from runbook_lib.survey.needed_fields import MARKETO_PREFIX, required
from runbook_lib.survey.requirements import (
    OBJECT_DEPENDENCIES,
    OBJECT_PERMISSIONS,
    SYSTEM_DEPENDENCIES,
    SYSTEM_PERMISSIONS,
    YOUNG_PERMISSIONS,
)
from runbook_lib.survey.snapshot import NO_ACCESS, Field, ObjectAccess, Snapshot, Unknown
from runbook_lib.text import Label, Message, joined, say

LABELS: Mapping[str, Label] = {
    **{permission.column: permission.label for permission in (*SYSTEM_PERMISSIONS, *YOUNG_PERMISSIONS)},
    "PermissionsViewSetup": Label("permission.view_setup"),
}
"""Permission column → its words in Setup."""
RIGHTS_OF_OBJECT: Mapping[str, Message] = {
    "read": say("Read"), "create": say("Create"), "edit": say("Edit"), "delete": say("Delete"),
}  # fmt: skip
_SYSTEM_FIX = say("“4 Do” grants it. By hand: {label} → System Permissions.")
_OBJECT_FIX = say("“4 Do” grants it. By hand: {label} → Object Settings → {object}.")
_FIELD_FIX = say(
    "“4 Do” grants it. By hand: {label} → Object Settings → {object}: Read Access and Edit Access beside it."
)
"""``label``: the permission set, found in Setup → Users → Permission Sets."""
_IN_PROFESSIONAL = {
    _SYSTEM_FIX.template: say(
        "Setup → Users → Users → Edit beside the sync user: Profile System Administrator."
    ),
    _OBJECT_FIX.template: say(
        "Setup → Users → Users → Edit beside the sync user: Profile System Administrator."
    ),
    _FIELD_FIX.template: say(
        "Setup → Object Manager → {object} → Page Layouts: put it on the sync user's layout, and save."
    ),
}
"""What mends it in Professional Edition. Source: Marketo documentation, Step 1 and 2 of 3 (Professional)."""
ACCOUNT_TYPE = "Account.Type"
"""Source: Marketo documentation, Step 2 of 3, "Set Field Permissions"."""
SHARES_RIGHTS_WITH = {"OpportunityContactRole": "Opportunity"}
"""Objects without permissions of their own. Source: Salesforce object reference, ObjectPermissions."""


class RightKind(StrEnum):
    """What a line is about."""

    SYSTEM = "system"
    OBJECT = "object"
    FIELD = "field"


class Held(StrEnum):
    """Whether the sync user holds it; ``unknown`` is "cannot tell"."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RightLine:
    """One right. ``name``: API name (``PermissionsApiEnabled``, ``Lead``, ``Lead.Email``).

    ``lacks``: what of an object or a field they may not do. ``by``: who gives what they hold; empty where it
    is not known, and for what nobody can take away. ``advised``: the sync works without it, at a price.
    ``fix`` and ``who`` stand on every line that is not held."""

    kind: RightKind
    name: str
    label: object
    needs: object
    held: Held
    lacks: object = ""
    by: tuple[Giver, ...] = ()
    advised: bool = False
    fix: Message | None = None
    who: Who | None = None


def rights_matrix(snapshot: Snapshot) -> tuple[RightLine, ...]:
    """Every right that Marketo needs, in the order system, object, field."""
    return (*_system(snapshot), *_objects(snapshot), *_fields(snapshot))


def missing_fields(snapshot: Snapshot) -> tuple[tuple[Field, bool], ...]:
    """Fields that exist, that Marketo needs and that field-level security keeps from the sync user; with
    each whether Marketo must also edit it. None where nobody can tell."""
    rights = snapshot.rights
    if not isinstance(rights, Rights) or isinstance(rights.needed, Unknown):
        return ()
    grants = grants_of_rights(rights)
    lacking = ((field, _lacks_of_field(field, grants, snapshot)) for field in rights.needed)
    return tuple(
        (field, _may_be_edited(field)) for field, lacks in lacking if isinstance(lacks, list) and lacks
    )


def _system(snapshot: Snapshot) -> Iterator[RightLine]:
    has, rights = snapshot.system_permissions, snapshot.rights
    advised = {permission.column for permission in SYSTEM_PERMISSIONS if permission.advised}
    columns = [*(permission.column for permission in SYSTEM_PERMISSIONS), *SYSTEM_DEPENDENCIES]
    if isinstance(has, Mapping):
        columns += [permission.column for permission in YOUNG_PERMISSIONS if permission.column in has]
    for column in columns:
        needs = say("given, as Marketo advises") if column in advised else say("given")
        by = _givers_of_column(rights, column)
        fix = _fix(snapshot, _SYSTEM_FIX, label=snapshot.expected.permission_set_label)
        held = _held(has.get(column, False)) if isinstance(has, Mapping) else Held.UNKNOWN
        line = RightLine(
            RightKind.SYSTEM, column, LABELS[column], needs, held, by=by, advised=column in advised
        )
        yield _with_fix(line, fix, has)


def _objects(snapshot: Snapshot) -> Iterator[RightLine]:
    for name, wanted in {**OBJECT_PERMISSIONS, **OBJECT_DEPENDENCIES}.items():
        access = _access(snapshot, name)
        needs = listed_words([right for right, needed in asdict(wanted).items() if needed])
        lacking = [
            right
            for right, needed in asdict(wanted).items()
            if needed and access and not asdict(access)[right]
        ]
        held = Held.UNKNOWN if access is None else _held(not lacking)
        fix = _fix(snapshot, _OBJECT_FIX, label=snapshot.expected.permission_set_label, object=name)
        line = RightLine(
            RightKind.OBJECT,
            name,
            name,
            needs,
            held,
            lacks=listed_words(lacking) if lacking else "",
            by=_givers_of_object(snapshot.rights, name),
        )
        access_part = snapshot.object_access
        yield _with_fix(line, fix, access_part.get(name) if isinstance(access_part, Mapping) else access_part)


def _fields(snapshot: Snapshot) -> Iterator[RightLine]:
    rights = snapshot.rights
    needed = rights.needed if isinstance(rights, Rights) else rights
    if not isinstance(rights, Rights) or not isinstance(needed, tuple):
        line = RightLine(RightKind.FIELD, "", say("the fields that Marketo needs"), say("Read"), Held.UNKNOWN)
        yield _with_fix(line, say("Run “1 Look” again."), needed)
        return
    grants = grants_of_rights(rights)
    for name in dict.fromkeys(field.object for field in needed):
        fields = [field for field in needed if field.object == name]
        lacking = [field for field in fields if _lacks_of_field(field, grants, snapshot)]
        opened = _is_open(snapshot, name)
        single = [field for field in fields if field.permissionable] if opened is Held.YES else lacking
        if together := len(fields) - len(single):
            yield _with_object(name, together, opened)
        yield from (_field(field, rights, grants, snapshot) for field in single)


def _is_open(snapshot: Snapshot, name: str) -> Held:
    """Whether they read the records of an object at all, without which no field of it is seen. Objects
    without permissions of their own are opened by another one, and users by everybody."""
    opened_by = SHARES_RIGHTS_WITH.get(name, name)
    if opened_by not in OBJECT_PERMISSIONS:
        return Held.YES
    access = _access(snapshot, opened_by)
    return Held.UNKNOWN if access is None else _held(access.read)


def _with_object(name: str, count: int, opened: Held) -> RightLine:
    """The fields of an object that are seen exactly where the object is: nobody can hide them, or somebody
    shows them."""
    if opened is Held.YES:
        label = say("{object}: {count} fields that nobody can hide", object=name, count=count)
    else:
        label = say("{object}: {count} fields, as soon as the object is read", object=name, count=count)
    fix = say("Give Read on {object} first; see its line above.", object=SHARES_RIGHTS_WITH.get(name, name))
    return _with_fix(RightLine(RightKind.FIELD, name, label, say("Read"), opened), fix)


def _field(field: Field, rights: Rights, grants: FieldGrants, snapshot: Snapshot) -> RightLine:
    by = field_access(field, grants).by
    lacks = _lacks_of_field(field, grants, snapshot)
    fix = _fix(snapshot, _FIELD_FIX, label=snapshot.expected.permission_set_label, object=field.object)
    line = RightLine(
        RightKind.FIELD,
        field.full_name,
        field.full_name,
        listed_words(_needed_of(field)),
        Held.UNKNOWN if isinstance(lacks, Unknown) else _held(not lacks),
        lacks="" if isinstance(lacks, Unknown) or not lacks else listed_words(lacks),
        by=_givers(rights, by),
        advised="edit" not in _needed_of(field)
        and field.name not in required().get(field.object, frozenset()),
    )
    return _with_fix(line, fix, lacks)


def _lacks_of_field(field: Field, grants: FieldGrants, snapshot: Snapshot) -> list[str] | Unknown:
    """What Marketo needs of this field and field-level security keeps from the sync user.

    Where they can log in, what they see themselves counts more than the tables. What one table grants is
    granted; what none grants is known only where all of them answered.
    """
    if isinstance(snapshot.visible, Mapping) and field.object in snapshot.visible:
        seen = {visible.name: visible for visible in snapshot.visible[field.object]}
        own = seen.get(field.name)
        may = {"read": own is not None, "edit": own is not None and own.updateable}
        return [right for right in _needed_of(field) if not may[right]]
    access = field_access(field, grants)
    may = {"read": access.read, "edit": access.edit}
    lacks = [right for right in _needed_of(field) if not may[right]]
    return next((grants.untold[right] for right in lacks if right in grants.untold), None) or lacks


def _needed_of(field: Field) -> list[str]:
    """Marketo writes into its own fields, and its page wants the type of accounts to be editable."""
    edits = field.name.startswith(MARKETO_PREFIX) or field.full_name == ACCOUNT_TYPE
    return ["read", "edit"] if edits else ["read"]


def _may_be_edited(field: Field) -> bool:
    return field.updateable and not field.calculated


def _access(snapshot: Snapshot, name: str) -> ObjectAccess | None:
    """What they may do with an object; ``None``: cannot tell. Their own describe does not cover Document."""
    if not isinstance(snapshot.object_access, Mapping):
        return None
    if name in snapshot.object_access:
        access = snapshot.object_access[name]
        return None if isinstance(access, Unknown) else access
    if not isinstance(snapshot.rights, Rights):
        return NO_ACCESS if name in OBJECT_PERMISSIONS else None
    if isinstance(snapshot.rights.objects, Unknown):
        return None
    rows = [asdict(sobject.access) for sobject in snapshot.rights.objects if sobject.object == name]
    return ObjectAccess(**{right: any(row[right] for row in rows) for right in RIGHTS_OF_OBJECT})


def _givers_of_column(rights: object, column: str) -> tuple[Giver, ...]:
    if not isinstance(rights, Rights) or isinstance(rights.system, Unknown):
        return ()
    return _givers(rights, rights.system.get(column, ()))


def _givers_of_object(rights: object, name: str) -> tuple[Giver, ...]:
    if not isinstance(rights, Rights) or isinstance(rights.objects, Unknown):
        return ()
    rows = [
        sobject
        for sobject in rights.objects
        if sobject.object == name and any(asdict(sobject.access).values())
    ]
    return _givers(rights, [row.giver for row in rows])


def _givers(rights: Rights, ids: Iterable[str]) -> tuple[Giver, ...]:
    return tuple(dict.fromkeys(rights.givers[record_id] for record_id in ids if record_id in rights.givers))


def _fix(snapshot: Snapshot, fix: Message, **values: object) -> Message:
    template = _IN_PROFESSIONAL[fix.template] if is_professional(snapshot) else fix
    return Message(template.template, values)


def _with_fix(line: RightLine, fix: Message, part: object = None) -> RightLine:
    """The line with its fix where it is not held; where a part could not be read, that is what is mended."""
    if line.held is Held.YES:
        return line
    if line.held is Held.UNKNOWN:
        known_fix = part.message("fix") if isinstance(part, Unknown) else None
        fix = known_fix or say("Fix the access to this system and check again.")
    return replace(line, fix=fix, who=Who.SALESFORCE_ADMIN)


def _held(holds: bool) -> Held:
    return Held.YES if holds else Held.NO


def listed_words(rights: list[str]) -> Message:
    """``Read, Edit`` in the words of Setup."""
    return joined((RIGHTS_OF_OBJECT[right] for right in rights), ", ")
