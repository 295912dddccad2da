"""What the admin's session tells: org, users, rights, Marketo's fields. Most of it in two calls.

Calls: up to nine queries in two composite calls (and two more in an org that lacks a column); UserLogin one;
LeadConvertSettings one; limits one; describes two. FieldPermissions come 2,000 rows a call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from runbook_lib.survey.model.unknown import untold
from runbook_lib.survey.probes.describe import fields_of
from runbook_lib.survey.probes.org.account import account_state
from runbook_lib.survey.probes.org.facts import READ
from runbook_lib.survey.probes.org.field_grants import parents
from runbook_lib.survey.probes.org.inventory import inventory
from runbook_lib.survey.probes.org.marketo_fields import with_hidden_fields
from runbook_lib.survey.probes.org.queries import ASKED, BY_THE_WAY, NEVER_EMPTY, YOUNG, questions
from runbook_lib.survey.probes.org.settings import account, surroundings
from runbook_lib.survey.probes.query import ask, describe_each, first_unknown, guarded
from runbook_lib.survey.requirements import objects_of
from runbook_lib.survey.snapshot import ApiBudget, ConvertedField, Expected, Field, Part, SyncUser, Unknown
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader


def look_at_org(reader: SalesforceReader, wanted: frozenset[Part], expected: Expected) -> dict[Part, Any]:
    """The parts of ``wanted`` that the admin's session can tell; each a value or ``Unknown``."""
    answers = _asked(reader, wanted, expected)
    if isinstance(visible := answers.get(Part.CUSTOM_FIELDS), tuple):
        answers[Part.CUSTOM_FIELDS] = guarded(lambda: with_hidden_fields(reader, visible, expected))
    user = answers.get(Part.SYNC_USER)
    if isinstance(user, SyncUser):
        user, access = account_state(reader, user, answers.get(Part.OBJECT_ACCESS))
        answers |= {Part.SYNC_USER: user} | ({Part.OBJECT_ACCESS: access} if access is not None else {})
    if Part.PARENTS in wanted:
        answers[Part.PARENTS] = guarded(lambda: parents(reader, expected))
    for part, probe in _PROBES.items():
        if part in wanted:
            answers[part] = guarded(partial(probe, reader))
    if Part.PRESENT in wanted:
        answers[Part.PRESENT] = guarded(lambda: describes(reader, objects_of(expected)))
    for part, about_user in _ABOUT_USER.items():
        if part in wanted:
            answers[part] = guarded(partial(about_user, reader, expected.sync_username))
    return answers


def _asked(reader: SalesforceReader, wanted: frozenset[Part], expected: Expected) -> dict[Part, Any]:
    """Those parts that queries alone tell."""
    answers = ask(reader, list(questions(wanted, expected)))
    answers |= {name: [] for name in YOUNG if getattr(answers.get(name), "code", "") == "INVALID_FIELD"}
    answers |= {name: _nothing_told(name) for name in NEVER_EMPTY if answers.get(name) == []}
    if answers.get("user") and answers.get("system") == []:
        answers["system"] = _nothing_told("system")  # who exists has the set that their profile owns
    return {
        part: first_unknown(answers, [name for name in names if name not in BY_THE_WAY.get(part, ())])
        or guarded(partial(READ[part], answers))
        for part, names in ASKED.items()
        if part in wanted
    }


def _nothing_told(name: str) -> Unknown:
    """An empty answer about what every org has: it tells nothing, and is no good news."""
    return untold(
        say("Salesforce returned nothing where every org has something ({what}).", what=name),
        say("The logged-in admin needs “View Setup and Configuration”."),
    )


def describes(reader: SalesforceReader, objects: Sequence[str]) -> dict[str, tuple[Field, ...]]:
    """Object → its fields as the user of ``reader`` sees them; a call for five of ``objects``."""
    return {describe["name"]: fields_of(describe) for describe in describe_each(reader, objects)}


def _conversion(reader: SalesforceReader) -> tuple[ConvertedField, ...]:
    """The lead-conversion mapping; one call. Source: Metadata API, LeadConvertSettings."""
    return tuple(
        ConvertedField(line["inputField"], block["outputObject"], line["outputField"])
        for block in reader.lead_convert_settings().get("objectMapping") or ()
        for line in block.get("mappingFields") or ()
    )


def _budget(reader: SalesforceReader) -> ApiBudget | Unknown:
    """The daily API requests and the data storage; one call."""
    limits = reader.limits()
    daily, storage = limits.get("DailyApiRequests"), limits.get("DataStorageMB") or {}
    if daily is None:
        return untold(
            say("Salesforce names no daily API requests: the admin lacks “View Setup and Configuration”.")
        )
    return ApiBudget(
        limit=int(daily["Max"]),
        remaining=int(daily["Remaining"]),
        storage_mb=storage.get("Max"),
        storage_left_mb=storage.get("Remaining"),
    )


_PROBES: dict[Part, Callable[[SalesforceReader], Any]] = {
    Part.CONVERSION: _conversion,
    Part.BUDGET: _budget,
    Part.INVENTORY: inventory,
}


_ABOUT_USER: dict[Part, Callable[[SalesforceReader, str], Any]] = {
    Part.SURROUNDINGS: surroundings,
    Part.ACCOUNT: account,
}
