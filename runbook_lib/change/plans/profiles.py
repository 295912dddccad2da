"""The part of 01's plan that lets named profiles read Marketo's fields, and not edit them.

A field made by API is visible to nobody; Marketo's page wants its fields visible, and read-only, to those
who work with leads. Field permissions of a profile hang on the permission set that it owns. Sources: Marketo
documentation, Step 1 of 3; Salesforce object reference, FieldPermissions and PermissionSet.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from runbook_lib.change.decisions import SetupDecision
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.change.plans.preconditions import known
from runbook_lib.review.professional import is_professional
from runbook_lib.survey.model.profiles import ProfileFields
from runbook_lib.survey.requirements import MARKETO_FIELD_OBJECTS
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Message, say

MOST_NAMED = 5
"""Near names that a refusal lists."""


def grant_to_profiles(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Change]:
    """A change per named profile and chosen field that it does not read yet, or may edit."""
    for profile in _chosen(setup, snapshot):
        for object_name in MARKETO_FIELD_OBJECTS:
            for name in setup.marketo_fields:
                yield from _read_only(profile, f"{object_name}.{name}")


def unknown_profiles(setup: SetupDecision, snapshot: Snapshot) -> Iterator[Message]:
    """A sentence per named profile that the org does not have, with the names that are near; one for all of
    them where profiles do not decide about fields."""
    if setup.read_only_profiles and is_professional(snapshot):
        yield say(
            "In Professional Edition, page layouts determine who can read a field, not profiles: "
            "remove read_only_profiles from decisions/setup.toml, and tick Read-Only beside the fields "
            "on the layouts."
        )
    elif setup.read_only_profiles:
        there = known(snapshot, Part.PROFILE_FIELDS, tuple)
        for name in setup.read_only_profiles:
            if _named(name, there) is None:
                yield no_such_profile(name, [profile.name for profile in there])


def no_such_profile(name: str, names: list[str]) -> Message:
    """That there is no profile of this name, and which are near: spelled alike, or the first of all."""
    lower = {name.lower(): name for name in names}
    near = [lower[match] for match in get_close_matches(name.lower(), lower, n=MOST_NAMED, cutoff=0.5)]
    near += [
        candidate
        for candidate in sorted(names)
        if name.lower() in candidate.lower() and candidate not in near
    ]
    listing = ", ".join(f"“{candidate}”" for candidate in (near or sorted(names))[:MOST_NAMED])
    if near:
        return say("There is no profile “{name}” in this org. Similar: {names}.", name=name, names=listing)
    return say("There is no profile “{name}” in this org. Available: {names}.", name=name, names=listing)


def _chosen(setup: SetupDecision, snapshot: Snapshot) -> Iterator[ProfileFields]:
    if setup.read_only_profiles:
        there = known(snapshot, Part.PROFILE_FIELDS, tuple)
        for name in setup.read_only_profiles:
            if (profile := _named(name, there)) is not None:
                yield profile


def _named(name: str, there: tuple[ProfileFields, ...]) -> ProfileFields | None:
    return next((profile for profile in there if profile.name.lower() == name.lower()), None)


def _read_only(profile: ProfileFields, full_name: str) -> Iterator[Change]:
    may_edit = profile.fields.get(full_name)
    if may_edit is False:
        return
    before = {} if may_edit is None else {"read": True, "edit": True}
    what = say("Let the profile “{profile}” read {field}.", profile=profile.name, field=full_name)
    if may_edit:
        what = say(
            "Let the profile “{profile}” read {field}, but no longer edit it.",
            profile=profile.name,
            field=full_name,
        )
    after = {
        "profile": profile.name, "parent_id": profile.id, "field": full_name, "read": True, "edit": False,
    }  # fmt: skip
    yield Change(ChangeKind.GRANT_PROFILE_FIELD, f"{full_name} ({profile.name})", before, after, what)
