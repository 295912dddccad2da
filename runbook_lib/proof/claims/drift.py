"""What changed since the state that was proven last: every change is a claim of its own, with a verdict.

Each speaks against the watch until it is mended or somebody acknowledges it, for each may stop Marketo's
writes, lose values or make fields permanently. Where nobody could look, it cannot be told; what nobody had
looked at before is the state from now on. Sources: Marketo documentation, "SFDC Sync: Field Sync" (a new
field is made at the next cycle, another API name makes another field, another type may delete values).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from runbook_lib.proof.claims.api_calls import claim_calls_last
from runbook_lib.proof.claims.claim import Claim
from runbook_lib.review.findings import Status
from runbook_lib.survey.model.inventory import IN_SALESFORCE
from runbook_lib.survey.model.org_settings import AccountHealth, Rule, Surroundings
from runbook_lib.survey.snapshot import (
    DuplicateCounts,
    Field,
    ObjectAccess,
    Part,
    Snapshot,
    SyncUser,
    Unknown,
)
from runbook_lib.text import Message, say

PREFIX = "drift-"
"""How the id of every drift begins."""
COMPARED = (
    Part.VISIBLE, Part.SYNC_USER, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS, Part.SURROUNDINGS,
    Part.ACCOUNT, Part.DUPLICATES,
)  # fmt: skip
"""The parts in which something may change."""


def claim_drift(before: Snapshot, now: Snapshot) -> Iterator[Claim]:
    """What is not as it was, named one by one; one claim that nothing changed where nothing did."""
    changed: list[Claim] = []
    for part in COMPARED:
        then, today = getattr(before, part.value), getattr(now, part.value)
        if isinstance(today, Unknown):
            changed.append(_cannot_tell(part, today))
        elif then is not None and not isinstance(then, Unknown) and today is not None:
            changed += _COMPARISONS[part](then, today)
    changed += claim_calls_last(before, now, f"{PREFIX}api-calls:DailyApiRequests")
    yield from changed
    if not changed:
        what = say("Nothing changed since {at} UTC.", at=f"{before.taken_at:%Y-%m-%d %H:%M}")
        yield Claim("nothing-changed", Status.OK, what)


def is_drift(claim: Claim) -> bool:
    """Whether a claim tells of a change that speaks against the step."""
    return claim.id.startswith(PREFIX) and claim.status in (Status.ERROR, Status.UNKNOWN)


def _drift(kind: str, name: str, what: Message, before: Any = None, now: Any = None) -> Claim:
    return Claim(f"{PREFIX}{kind}:{name}", Status.ERROR, what, before, now)


def _cannot_tell(part: Part, reason: Unknown) -> Claim:
    what = say(
        "Cannot tell whether {part} changed: {reason} {fix}",
        part=part.value,
        reason=reason.message("what") or reason.reason,
        fix=reason.message("fix") or "",
    )
    return Claim(f"{PREFIX}unknown:{part.value}", Status.UNKNOWN, what)


# Fields ---------------------------------------------------------------------------------------------------


def _fields(then: Mapping[str, tuple[Field, ...]], today: Mapping[str, tuple[Field, ...]]) -> Iterator[Claim]:
    old, new = _by_name(then), _by_name(today)
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    for name in sorted(come):
        twin = next((lost for lost in sorted(gone) if _is_renamed(old[lost], new[name])), None)
        if twin is not None:
            gone = gone - {twin}
            yield _renamed(old[twin], new[name])
        else:
            yield _appeared(name)
    for name in sorted(gone):
        yield _vanished(name)
    for name in sorted(old.keys() & new.keys()):
        yield from _changed_field(old[name], new[name])


def _by_name(fields: Mapping[str, tuple[Field, ...]]) -> dict[str, Field]:
    return {field.full_name: field for some in fields.values() for field in some}


def _is_renamed(old: Field, new: Field) -> bool:
    """Salesforce keeps label and type where somebody gives a field another API name."""
    same = (old.object, old.label, old.type) == (new.object, new.label, new.type)
    return same and old.custom and new.custom


def _renamed(old: Field, new: Field) -> Claim:
    what = say(
        "{old} is now called {new}: Marketo creates a new field for it permanently, and the old one "
        "gets no more values. Give it its old API name back, or use the new one in your programs.",
        old=old.full_name,
        new=new.full_name,
    )
    return _drift("renamed", old.full_name, what, old.full_name, new.full_name)


def _appeared(name: str) -> Claim:
    what = say(
        "New: the sync user sees {field}. Marketo creates it permanently in its next cycle. Hide it in "
        "04_field_visibility at once, or acknowledge it.",
        field=name,
    )
    return _drift("field", name, what, None, name)


def _vanished(name: str) -> Claim:
    what = say(
        "Gone: the sync user no longer sees {field}. Marketo keeps its field, but it gets no more "
        "values. Restore the access, or acknowledge it.",
        field=name,
    )
    return _drift("gone", name, what, name, None)


def _changed_field(old: Field, new: Field) -> Iterator[Claim]:
    name = new.full_name
    if old.type != new.type:
        what = say(
            "{field} was {before} and is {now}: Marketo's field keeps its type, and values may be lost.",
            field=name, before=old.type, now=new.type,
        )  # fmt: skip
        yield _drift("type", name, what, old.type, new.type)
        return
    yield from _changed_size(old, new)
    if _demands(new) and not _demands(old):
        what = say(
            "{field} is now required: Salesforce refuses what Marketo creates without it. Give it a "
            "default value, or make it optional.",
            field=name,
        )
        yield _drift("required", name, what)


def _changed_size(old: Field, new: Field) -> Iterator[Claim]:
    sizes = [(field.length, field.precision, field.scale) for field in (old, new)]
    if sizes[0] != sizes[1]:
        what = say(
            "The length of {field} was {before} and is {now}: values that do not fit are refused.",
            field=new.full_name, before=_size(old), now=_size(new),
        )  # fmt: skip
        yield _drift("length", new.full_name, what, list(sizes[0]), list(sizes[1]))


def _size(field: Field) -> str:
    return str(field.length) if field.length else f"{field.precision}, {field.scale}"


def _demands(field: Field) -> bool:
    return field.createable and not field.nillable and not field.defaulted and field.type != "boolean"


# The sync user ----------------------------------------------------------------------------------------------


def _user(then: Any, today: Any) -> Iterator[Claim]:
    if not isinstance(then, SyncUser):
        return
    if not isinstance(today, SyncUser):
        yield _drift("user", then.username, say("The sync user {name} is gone.", name=then.username))
        return
    states = {
        "active": (then.is_active, today.is_active, say("The sync user is no longer active.")),
        "frozen": (not then.is_frozen, not today.is_frozen, say("The sync user is frozen.")),
        "locked": (not then.is_locked, not today.is_locked, say("The sync user is locked out.")),
    }
    for name, (was_fine, is_fine, what) in states.items():
        if was_fine and not is_fine:
            yield _drift("user", name, what)
    if then.profile_name != today.profile_name:
        what = say(
            "The sync user's profile was “{before}” and is “{now}”.",
            before=then.profile_name, now=today.profile_name,
        )  # fmt: skip
        yield _drift("profile", today.username, what, then.profile_name, today.profile_name)


def _permissions(then: Mapping[str, bool], today: Mapping[str, bool]) -> Iterator[Claim]:
    for name in sorted(column for column, held in then.items() if held and not today.get(column)):
        label = name.removeprefix("Permissions")
        what = say("The sync user lost the permission {name}. Restore it in 02_sync_user.", name=label)
        yield _drift("permission", label, what)


def _access(then: Mapping[str, ObjectAccess], today: Mapping[str, ObjectAccess]) -> Iterator[Claim]:
    for name, had in sorted(then.items()):
        has = today.get(name)
        lost = [right for right, held in vars(had).items() if held and not (has and getattr(has, right))]
        if lost:
            what = say(
                "The sync user may no longer {rights} records of {object}. Restore it in 02_sync_user.",
                rights=", ".join(lost),
                object=name,
            )
            yield _drift("access", name, what, None, lost)


# The org around ---------------------------------------------------------------------------------------------


_RULES: Mapping[str, Message] = {
    "validation_rules": say("A new validation rule may refuse what Marketo writes: {rule}."),
    "duplicate_rules": say("A new duplicate rule may refuse what Marketo writes: {rule}."),
    "triggers": say("A new trigger runs when Marketo writes: {rule}."),
    "flows": say("A new flow runs when Marketo writes: {rule}."),
}


def _surroundings(then: Surroundings, today: Surroundings) -> Iterator[Claim]:
    for kind, template in _RULES.items():
        old, new = getattr(then, kind), getattr(today, kind)
        if isinstance(old, Unknown):
            continue
        if isinstance(new, Unknown):
            yield Claim(
                f"{PREFIX}unknown:{kind}", Status.UNKNOWN, say("Cannot tell: {reason}", reason=new.reason)
            )
            continue
        rules: set[Rule] = set(new) - set(old)
        for rule in sorted(rules, key=str):
            yield _drift(kind.removesuffix("s").replace("_", "-"), str(rule),
                         Message(template.template, {"rule": str(rule)}))  # fmt: skip
    if isinstance(then.sharing, Mapping) and isinstance(today.sharing, Mapping):
        for name, access in sorted(today.sharing.items()):
            if access == "None" and then.sharing.get(name) not in ("None", None):
                what = say("Records of {object} are private now: the sync user may miss some.", object=name)
                yield _drift("sharing", name, what, then.sharing.get(name), access)


def _account(then: Any, today: Any) -> Iterator[Claim]:
    if not isinstance(then, AccountHealth) or not isinstance(today, AccountHealth):
        return
    if isinstance(today.networks, tuple) and today.networks != then.networks and today.networks:
        what = say("The networks from which the sync user may log in have changed: {now}.",
                   now=", ".join(today.networks))  # fmt: skip
        yield _drift("networks", "profile", what, _listed(then.networks), list(today.networks))
    if isinstance(today.hours, Mapping) and today.hours != then.hours and today.hours:
        what = say("The hours at which the sync user may log in have changed: {now}.",
                   now=", ".join(f"{day} {span}" for day, span in today.hours.items()))  # fmt: skip
        yield _drift("hours", "profile", what)
    if then.password_changed and today.password_changed != then.password_changed:
        what = say(
            "The sync user's password was changed on {at}: Marketo must have the new one and its token.",
            at=today.password_changed[:10],
        )
        yield _drift("password", "changed", what, then.password_changed, today.password_changed)


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else None


def _duplicates(then: DuplicateCounts, today: DuplicateCounts) -> Iterator[Claim]:
    for kind in IN_SALESFORCE:
        old, new = then.groups.get(kind, 0), today.groups.get(kind, 0)
        if new > old:
            what = say(
                "E-mails that several people share ({kind}) were {before} and are {now}: Marketo does not "
                "merge them.",
                kind=kind.value, before=old, now=new,
            )  # fmt: skip
            yield _drift("duplicates", kind.value, what, old, new)


_COMPARISONS: Mapping[Part, Callable[[Any, Any], Iterator[Claim]]] = {
    Part.VISIBLE: _fields,
    Part.SYNC_USER: _user,
    Part.SYSTEM_PERMISSIONS: _permissions,
    Part.OBJECT_ACCESS: _access,
    Part.SURROUNDINGS: _surroundings,
    Part.ACCOUNT: _account,
    Part.DUPLICATES: _duplicates,
}
