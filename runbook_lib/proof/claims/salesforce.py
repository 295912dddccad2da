"""What is claimed of the steps that change or try the Salesforce org: 00 to 04."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbook_lib.change.plan import ChangeKind
from runbook_lib.change.plans.consents.org_kind import kind_of
from runbook_lib.proof.claims.claim import Claim, Measured, cannot_tell, judged, made
from runbook_lib.review.findings import Status
from runbook_lib.review.professional import is_professional
from runbook_lib.survey.needed_fields import MARKETO_PREFIX
from runbook_lib.survey.snapshot import (
    Absent,
    MarketoState,
    Organization,
    PermissionSet,
    Snapshot,
    SyncLogin,
    SyncUser,
)
from runbook_lib.text import Message, say

_KINDS = {"production": say("production"), "sandbox": say("sandbox")}


def claim_both_reached(measured: Measured) -> Iterator[Claim]:
    """00: both systems answered, and are the ones that were meant."""
    now = measured.now
    expected = now.expected
    if isinstance(now.organization, Organization):
        kind = "sandbox" if now.organization.is_sandbox else "production"
        yield judged(
            "salesforce",
            kind == expected.environment,
            say(
                "Salesforce answered: the {kind} org “{org}”.",
                kind=kind_of(now.organization),
                org=now.organization.name,
            ),
            say(
                "Salesforce answered, but it is not the {expected} org that was meant.",
                expected=_KINDS[expected.environment],
            ),
        )
    else:
        yield cannot_tell("salesforce", now.organization)
    if isinstance(now.marketo, MarketoState):
        yield judged(
            "marketo",
            now.marketo.munchkin_id == expected.munchkin_id,
            say("Marketo answered: the instance {munchkin_id}.", munchkin_id=now.marketo.munchkin_id),
            say("Marketo answered, but it is {munchkin_id}.", munchkin_id=now.marketo.munchkin_id),
        )
    else:
        yield cannot_tell("marketo", now.marketo)


def claim_fields_created(measured: Measured) -> Iterator[Claim]:
    """01: the fields exist, the permission set reads and edits them, a converted lead keeps their values."""
    there = _marketo_fields(measured.now)
    if there is None:
        yield cannot_tell("fields", measured.now.custom_fields)
    else:
        planned = measured.changes(ChangeKind.CREATE_FIELD)
        created = made(
            "fields",
            planned,
            measured,
            say("{made} of {planned} fields were created."),
            say("The chosen fields already existed."),
        )
        before = _marketo_fields(measured.before) if measured.before else None
        yield Claim("fields", created.status, created.what, before, there)
    if is_professional(measured.now):
        what = say(
            "Page layouts determine who sees them there; notebook 04 measures whether the sync user does."
        )
        yield Claim("field-access", Status.SKIP, what)
    else:
        yield _field_access(measured)
    if profiles := measured.changes(ChangeKind.GRANT_PROFILE_FIELD):
        yield made(
            "profiles",
            profiles,
            measured,
            say("{made} of {planned} permissions to read these fields were given to the named profiles."),
            say("The named profiles could read them already."),
        )
    yield made(
        "conversion",
        measured.changes(ChangeKind.MAP_CONVERSION),
        measured,
        say("{made} of {planned} lead-conversion mappings were added."),
        say("No lead-conversion mapping was missing."),
    )
    yield from _mappings_kept(measured)


def _field_access(measured: Measured) -> Claim:
    return made(
        "field-access",
        measured.changes(ChangeKind.CREATE_PERMISSION_SET, ChangeKind.GRANT_FIELD),
        measured,
        say("{made} of {planned} permissions on these fields were given."),
        say("The sync user could already read and edit them."),
    )


def claim_rights(measured: Measured) -> Iterator[Claim]:
    """02: the sync user is there, and the permission set that carries their rights is assigned."""
    now = measured.now
    match now.sync_user:
        case SyncUser():
            yield judged(
                "user",
                now.sync_user.is_active,
                say("The sync user {username} is active.", username=now.sync_user.username),
                say("The sync user {username} is not active.", username=now.sync_user.username),
            )
        case Absent():
            yield Claim("user", Status.ERROR, say("There is no sync user."))
        case other:
            yield cannot_tell("user", other)
    if is_professional(now):
        yield _administers(now)
        return
    match now.permission_set:
        case PermissionSet(assigned=bool() as is_assigned) as there:
            yield judged(
                "assigned",
                is_assigned,
                say("The permission set “{label}” is assigned to the sync user.", label=there.label),
                say("The permission set “{label}” is not assigned to the sync user.", label=there.label),
            )
        case Absent():
            yield Claim("assigned", Status.ERROR, say("There is no permission set for the sync user."))
        case PermissionSet(assigned=unknown):
            yield cannot_tell("assigned", unknown)
        case other:
            yield cannot_tell("assigned", other)
    if marked := measured.changes(ChangeKind.MARK_USER):
        yield made(
            "marketing-user",
            marked,
            measured,
            say("The sync user is a “Marketing User” now: {made} of {planned}."),
            say("The sync user was already a “Marketing User”."),
        )
    planned = measured.changes(ChangeKind.GRANT_SYSTEM, ChangeKind.GRANT_OBJECT, ChangeKind.GRANT_FIELD)
    yield made(
        "rights",
        planned,
        measured,
        say("{made} of {planned} missing permissions were given."),
        say("No permission was missing."),
    )


def _administers(now: Snapshot) -> Claim:
    """In Professional Edition rights come from the profile, not from a permission set."""
    if not isinstance(now.sync_user, SyncUser) or now.sync_user.administers is None:
        return cannot_tell("profile", now.sync_user)
    return judged(
        "profile",
        now.sync_user.administers,
        say(
            "The sync user's profile “{profile}” is an administrator profile.",
            profile=now.sync_user.profile_name,
        ),
        say(
            "The sync user's profile “{profile}” is not an administrator profile.",
            profile=now.sync_user.profile_name,
        ),
    )


def claim_login(measured: Measured) -> Iterator[Claim]:
    """03: a login as the sync user works, it is that user in this org, and the password has not expired."""
    now = measured.now
    login = now.sync_login
    if not isinstance(login, SyncLogin):
        yield cannot_tell("login", login)
        return
    yield judged(
        "login",
        not login.password_expired,
        say("A login as {username} works.", username=now.expected.sync_username),
        say(
            "A login as {username} works, but the password has expired.", username=now.expected.sync_username
        ),
    )
    if isinstance(now.sync_user, SyncUser):
        yield judged(
            "same-user",
            login.user_id[:15] == now.sync_user.id[:15],
            say("It is the user that the admin sees in Setup."),
            say("It is a different user than the one the admin sees in Setup."),
        )
    if isinstance(now.organization, Organization):
        yield judged(
            "same-org",
            login.org_id[:15] == now.organization.id[:15],
            say("It is the same org as the admin's."),
            say("It is a different org than the admin's."),
        )
    else:
        yield cannot_tell("same-org", now.organization)


def claim_visibility(measured: Measured) -> Iterator[Claim]:
    """04: as the sync user sees it, fields to hide are gone, those to show are there, no other changed."""
    if not isinstance(measured.now.visible, Mapping):
        yield cannot_tell("visible", measured.now.visible)
        return
    seen = _visible(measured.now)
    before = _visible(measured.before) if measured.before else None
    hide = _with_parts({change.target for change in measured.changes(ChangeKind.HIDE_FIELD)}, measured.before)
    opened = _seen_already(measured)
    show = {change.target for change in measured.changes(ChangeKind.GRANT_FIELD)} - opened
    yield Claim(
        "visible",
        Status.OK,
        say("The sync user sees {count} fields.", count=len(seen)),
        len(before) if before is not None else None,
        len(seen),
    )
    if hide:
        what = say("{made} of {planned} fields that were to be hidden are hidden.")
        yield _all_of("hidden", hide - seen, hide, what)
    if show:
        what = say("{made} of {planned} fields that were to become visible are visible.")
        yield _all_of("shown", show & seen, show, what)
    if opened:
        editable = {field.full_name for field in measured.now.visible_fields() if field.updateable}
        what = say("{made} of {planned} fields that were to become editable are editable.")
        yield _all_of("editable", opened & editable, opened, what)
    if measured.before is not None and isinstance(measured.before.visible, Mapping) and before is not None:
        others = sorted((before ^ seen) - hide - show)
        yield Claim(
            "nothing-else",
            Status.WARN if others else Status.OK,
            say("Fields that changed without a plan: {count}.", count=len(others)),
            now=others or 0,
        )


def _seen_already(measured: Measured) -> set[str]:
    """Fields that were visible before, so that the change was to make them editable."""
    before = _visible(measured.before) if measured.before else set()
    grants = measured.changes(ChangeKind.GRANT_FIELD)
    return {grant.target for grant in grants if grant.after["edit"] and grant.target in before}


def _with_parts(names: set[str], before: Snapshot | None) -> set[str]:
    """These fields and the parts of those that are compound: Salesforce hides them together."""
    fields = before.visible_fields() if before else ()
    return names | {field.full_name for field in fields if f"{field.object}.{field.compound}" in names}


def _all_of(claim: str, holds: set[str], planned: set[str], what: Message) -> Claim:
    missing = sorted(planned - holds)
    filled = Message(what.template, {"made": len(holds), "planned": len(planned)})
    return Claim(claim, Status.ERROR if missing else Status.OK, filled, now=missing or len(holds))


def _mappings_kept(measured: Measured) -> Iterator[Claim]:
    """No mapping that was there before may be gone: LeadConvertSettings are written as a whole."""
    before = measured.before.conversion if measured.before else None
    if not isinstance(before, tuple):
        return
    if not isinstance(measured.now.conversion, tuple):
        yield cannot_tell("mappings-kept", measured.now.conversion)
        return
    lost = [mapping for mapping in before if mapping not in measured.now.conversion]
    names = ", ".join(
        f"{mapping.lead_field} → {mapping.target_object}.{mapping.target_field}" for mapping in lost
    )
    claim = judged(
        "mappings-kept",
        not lost,
        say("Every lead-conversion mapping that existed before still exists."),
        say("Lead-conversion mappings are gone: {names}.", names=names),
    )
    yield Claim(claim.id, claim.status, claim.what, len(before), len(measured.now.conversion))


def _marketo_fields(snapshot: Snapshot) -> int | None:
    if not isinstance(snapshot.custom_fields, tuple):
        return None
    return sum(field.name.lower().startswith(MARKETO_PREFIX) for field in snapshot.custom_fields)


def _visible(snapshot: Snapshot) -> set[str]:
    return {field.full_name for field in snapshot.visible_fields()}
