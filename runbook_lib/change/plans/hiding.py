"""How one field is hidden: every row that grants it goes, unless others would lose it or it would not help.

Sources: Salesforce, FieldPermissions (a row with both flags off is removed; the parts of a compound field
follow the compound), View All Fields (shows every field of an object, whatever FieldPermissions say).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from runbook_lib.change.decisions import FieldDecision
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.change.plans.preconditions import blocked, known
from runbook_lib.change.plans.unknown_names import NamedField
from runbook_lib.review.fields.choice import locked_because
from runbook_lib.survey.model.grants import granted_as
from runbook_lib.survey.needed_fields import is_needed
from runbook_lib.survey.snapshot import Field, FieldGrant, Parents, Part, PermissionSet, Snapshot, Unknown
from runbook_lib.text import Message, say

NAMES_SHOWN = 3
GrantRows = Mapping[str, Sequence[FieldGrant]]
"""Field → the rows of FieldPermissions that grant it."""


def hide(
    field: Field, decision: FieldDecision, snapshot: Snapshot, known_rows: GrantRows | None = None
) -> Change | Message:
    """The change that hides ``field`` from the sync user, or why it cannot be made as decided.

    ``known_rows``: what :func:`rows_by_field` tells, for whoever asks about many fields.

    What others have, too, is refused, unless ``decision.shared`` says that they may lose it. ``Blocked``
    where nobody can tell who grants the field.
    """
    parts = parts_of(field, snapshot)
    refusal = refused(field, decision) or next(_against(field, parts, snapshot), None)
    if refusal is not None:
        return refusal
    by_field = rows_by_field(snapshot) if known_rows is None else known_rows
    rows = [row for name in granted_as(field.full_name) for row in by_field.get(name, ())]
    if not rows:
        return say(
            "{field} cannot be hidden by field-level security: no profile or permission set grants it "
            "on its own. Look for “View All Fields” or a permission set group.",
            field=field.full_name,
        )
    shared = [row for row in rows if not _is_own(row, snapshot)]
    if shared and not decision.shared:
        return say(
            "{field} is also granted by {parents}, which other people may have. Remove them from the "
            "sync user, or hide the field there by hand; or write “yes” into the column “shared” of "
            "fields.csv: then these people lose the field, too.",
            field=field.full_name,
            parents=_parents(shared, snapshot),
        )
    before = {"grants": [_grant_json(grant) for grant in sorted(rows, key=lambda grant: grant.id)]}
    what = _what(field, parts, shared, snapshot)
    return Change(ChangeKind.HIDE_FIELD, field.full_name, before, {"grants": []}, what)


def refused(field: Field, decision: FieldDecision) -> Message | None:
    """Why this decision to hide ``field`` is not carried out, with the line of the file where it stands."""
    reason = locked_because(field)
    if reason is None:
        return None
    place = NamedField(decision.object, decision.field, "fields.csv", decision.line).place
    return say(
        "{place}: {field} cannot be hidden. {reason}", place=place, field=field.full_name, reason=reason
    )


def parts_of(field: Field, snapshot: Snapshot) -> tuple[Field, ...]:
    """The visible parts of a compound field, which are hidden with it; none of any other field."""
    visible = snapshot.visible if isinstance(snapshot.visible, Mapping) else {}
    parts = [part for part in visible.get(field.object, ()) if part.compound == field.name]
    return tuple(sorted(parts, key=lambda part: part.name))


def _against(field: Field, parts: Sequence[Field], snapshot: Snapshot) -> Iterator[Message]:
    if needed := [part.full_name for part in parts if is_needed(part.object, part.name)]:
        yield say(
            "{field} cannot be hidden: Marketo needs its parts {parts}.",
            field=field.full_name,
            parts=", ".join(needed),
        )
    givers = known(snapshot, Part.PARENTS, Parents).view_all
    # Unknown: the row goes all the same, which can be undone; the proof looks whether the field is gone.
    for giver in () if isinstance(givers, Unknown) else givers:
        if giver.object in ("", field.object):
            yield say(
                "{field} stays visible whatever is hidden: “{parent}” has “View All Fields”. In Setup "
                "open it, then Object Settings, {object}, and remove “View All Fields”; or remove it "
                "from the sync user.",
                field=field.full_name,
                parent=giver.parent,
                object=field.object,
            )


def rows_by_field(snapshot: Snapshot) -> GrantRows:
    """Field → every row that grants it to the sync user. ``Blocked`` where nobody can tell."""
    known(snapshot, Part.GRANTS, tuple)
    known(snapshot, Part.PARENTS, Parents)
    rows = snapshot.grants_by_field
    if isinstance(rows, Unknown):
        raise blocked(Part.PARENTS, rows)
    return rows or {}


def _is_own(grant: FieldGrant, snapshot: Snapshot) -> bool:
    """Whether only the sync user is touched when this row goes; where nobody can tell, it is not."""
    ours = snapshot.permission_set
    if isinstance(ours, PermissionSet) and grant.parent_id == ours.id:
        return True
    return grant.others == 0


def _what(field: Field, parts: Sequence[Field], shared: Sequence[FieldGrant], snapshot: Snapshot) -> Message:
    with_parts = f" ({', '.join(part.name for part in parts)})" if parts else ""
    if shared:
        return say(
            "Hide {field} from the sync user and from everyone else who has {parents}.",
            field=field.full_name + with_parts,
            parents=_parents(shared, snapshot),
        )
    return say("Hide {field} from the sync user.", field=field.full_name + with_parts)


def _parents(rows: Iterable[FieldGrant], snapshot: Snapshot) -> str:
    """Each parent with its groups, and how many people have it and who: ``“Sales” (3: Ada, Bo, …)``."""
    return ", ".join(sorted({_parent(row, snapshot) for row in rows}))


def _parent(grant: FieldGrant, snapshot: Snapshot) -> str:
    groups = "".join(f" < “{group}”" for group in grant.groups)
    people = _people(grant, snapshot)
    names = ", ".join((*people[:NAMES_SHOWN], *(("…",) if len(people) > NAMES_SHOWN else ())))
    count = "?" if grant.others is None else str(grant.others)
    return f"“{grant.parent}”{groups} ({count}{': ' if names else ''}{names})"


def _people(grant: FieldGrant, snapshot: Snapshot) -> tuple[str, ...]:
    """Who else has the parent, as far as anybody can tell."""
    known_people = snapshot.parents.people if isinstance(snapshot.parents, Parents) else {}
    return () if isinstance(known_people, Unknown) else known_people.get(grant.parent_id, ())


def _grant_json(grant: FieldGrant) -> dict[str, object]:
    return {
        "id": grant.id,
        "field": grant.field,
        "parent": grant.parent,
        "parent_id": grant.parent_id,
        "read": True,
        "edit": grant.edit,
    }
