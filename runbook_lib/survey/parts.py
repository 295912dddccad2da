"""The parts of a snapshot: how each is called in files, and how people read it."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.text import Message, Worded, joined, say


class Part(Worded):
    """The parts of a snapshot that can be collected by themselves; each value is the attribute's name."""

    ORGANIZATION = "organization", say("the organization")
    SYNC_USER = "sync_user", say("the sync user")
    SYNC_LOGIN = "sync_login", say("the sync user's login")
    SYSTEM_PERMISSIONS = "system_permissions", say("the sync user's system permissions")
    OBJECT_ACCESS = "object_access", say("the sync user's access to objects")
    PERMISSION_SET = "permission_set", say("the permission set")
    VISIBLE = "visible", say("the fields that the sync user sees")
    PRESENT = "present", say("the fields that there are")
    GRANTS = "grants", say("who may see which field")
    CUSTOM_FIELDS = "custom_fields", say("Marketo's fields in Salesforce")
    CONVERSION = "conversion", say("the mapping of fields when a lead is converted")
    BUDGET = "budget", say("the API calls and the storage")
    ROWS = "rows", say("the numbers of records")
    DUPLICATES = "duplicates", say("the numbers of duplicates")
    MARKETO = "marketo", say("the Marketo instance")
    PEOPLE_SEEN = "people_seen", say("the sampled people in Marketo")
    RECORDS_SEEN = "records_seen", say("the sampled records in Marketo")
    LOGINS = "logins", say("the sync user's logins")
    APP_TOKENS = "app_tokens", say("the tokens of apps")
    ACTIVITY = "activity", say("what Marketo noted of the sync")
    SURROUNDINGS = "surroundings", say("rules and settings of the org")
    ACCOUNT = "account", say("the sync user's account")
    PASSWORD_POLICY = "password_policy", say("the password policy")
    FILL = "fill", say("how many records have a value")
    PARENTS = "parents", say("profiles and permission sets")
    SEATS = "seats", say("the user licenses")
    RIGHTS = "rights", say("where the sync user's rights come from")
    PROFILE_FIELDS = "profile_fields", say("what profiles may do with Marketo's fields")
    INVENTORY = "inventory", say("what else is in the org")
    PARTITIONS = "partitions", say("Marketo's partitions")
    MARKETO_CALLS = "marketo_calls", say("Marketo's API calls")


def told_parts(parts: Iterable[Part]) -> Message:
    """The parts as a list in a sentence."""
    return joined((part.word for part in parts), ", ")
