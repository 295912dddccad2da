"""Checks of the org around the sync: its edition, its schema, and who sees which records.

None of them shuts a gate. Each says what it means for the sync, so that nobody learns it from a thousand
errors in Marketo's log. The rules that Marketo's records will meet are in ``checks_rules``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from runbook_lib.review.checks.check import Answer, Check, cannot_tell, listed, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.review.professional import PROFESSIONAL, STEP_PROFESSIONAL
from runbook_lib.road import FIELD_VISIBILITY, SYNC_USER
from runbook_lib.survey.model.org_settings import PRIVATE, Surroundings
from runbook_lib.survey.requirements import MARKETO_FIELD_OBJECTS, SYNCED_OBJECTS
from runbook_lib.survey.snapshot import Field, Organization, Part, Snapshot, Unknown
from runbook_lib.text import joined, say

WITHOUT_API = ("Group Edition", "Contact Manager Edition", "Personal Edition", "Essentials Edition")
"""Editions to which no API can be added. Source: Salesforce Help 000385436, "Editions with API access"."""
TIED_TO = frozenset({"Lead", "Contact", "Account"})
"""What a custom object must hang on. Source: Marketo documentation, "SFDC Sync: Custom Object Sync"."""
CODES = ("StateCode", "CountryCode", "MailingStateCode", "MailingCountryCode")
"""Fields that are there only with State and Country/Territory Picklists switched on."""


def judge_edition(snapshot: Snapshot) -> Answer:
    """The edition has the API; in Professional Edition the road is another one."""
    edition = cast(Organization, snapshot.organization).edition
    if edition in WITHOUT_API:
        return Answer(
            Status.ERROR,
            say("This org is a {edition}, which has no API.", edition=edition),
            say("Marketo reaches Salesforce only through its API."),
            say(
                "Ask Salesforce for an edition with API access: Professional with the API add-on, or higher."
            ),
            Who.SUPPORT,
        )
    if edition == PROFESSIONAL:
        return Answer(
            Status.WARN,
            say("This org is a Professional Edition."),
            say(
                "In that edition page layouts determine who sees a field, not profiles; the sync user "
                "has the profile System Administrator; and the API is an add-on."
            ),
            say(
                "Notebooks 01, 02 and 04 tell you what to click instead: add fields to page layouts, "
                "or remove them, in Setup → Object Manager → Lead (and Contact) → Page Layouts. If the "
                "org has no API access, ask Salesforce for it."
            ),
            Who.SALESFORCE_ADMIN,
        )
    return ok(
        say(
            "The edition is “{edition}”: profiles, permission sets and the API are available.",
            edition=edition,
        )
    )


def judge_schema(snapshot: Snapshot) -> Answer:
    """Features that change what is synced: person accounts, currencies, state and country lists."""
    present = cast(Mapping[str, tuple[Field, ...]], snapshot.present)
    names = {field.name for fields in present.values() for field in fields}
    features = [
        feature
        for is_on, feature in (
            (
                "IsPersonAccount" in names,
                say("person accounts (Marketo syncs the account and its contact as one person)"),
            ),
            (
                "CurrencyIsoCode" in names,
                say("several currencies (Marketo takes the number and does not convert it)"),
            ),
            (
                not names.isdisjoint(CODES),
                say("State and Country/Territory Picklists (a country that is not in the list is refused)"),
            ),
        )
        if is_on
    ]
    if not features:
        return ok(say("No person accounts, one currency, state and country are free text."))
    return Answer(
        Status.WARN,
        say("This org has: {features}.", features=joined(features)),
        say("Records are synced by different rules than in an org without these."),
        say("Read in Marketo's documentation what each one means, and try it with a few records first."),
    )


def judge_required_fields(snapshot: Snapshot) -> Answer:
    """No field that must have a value stays empty when Marketo makes a lead or a contact."""
    present = cast(Mapping[str, tuple[Field, ...]], snapshot.present)
    needed = [
        field.full_name
        for name in MARKETO_FIELD_OBJECTS
        for field in present.get(name, ())
        if field.custom
        and field.createable
        and not field.nillable
        and not field.defaulted
        and field.type != "boolean"
    ]
    if not needed:
        return ok(say("No custom field of Lead or Contact is required."))
    return Answer(
        Status.WARN,
        say("These fields are required: {fields}.", fields=listed(needed)),
        say("Salesforce refuses a lead or contact that Marketo creates without it."),
        say(
            "Give them a default value in Setup → Object Manager; or make them optional and require "
            "them on the page layout; or have Marketo fill them."
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_private_sharing(snapshot: Snapshot) -> Answer:
    """The sync user sees the records of everybody."""
    around = cast(Surroundings, snapshot.surroundings)
    if isinstance(around.sharing, Unknown):
        return cannot_tell(around.sharing)
    private = [name for name, access in around.sharing.items() if access == PRIVATE]
    if not private:
        return ok(say("No synced object is private: the sync user sees the records of everybody."))
    if isinstance(around.sees_all, Unknown):
        return cannot_tell(around.sees_all)
    shut = [name for name in private if name not in around.sees_all]
    if not shut:
        return ok(
            say("{objects}: private, but the sync user can view all records.", objects=", ".join(private))
        )
    return Answer(
        Status.WARN,
        say("Private, and the sync user cannot view all records of: {objects}.", objects=", ".join(shut)),
        say("What the sync user cannot see never reaches Marketo, and nobody is notified."),
        say(
            "Salesforce Setup → Users → Permission Sets → Marketo Sync → Object Settings → {object} → "
            "Edit, tick View All Records; or share the records with the sync user through a sharing "
            "rule.",
            object=shut[0],
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_custom_objects(snapshot: Snapshot) -> Answer:
    """Every custom object that was chosen can be synced: the sync user sees it, and it hangs on lead, contact
    or account, directly or by one other custom object."""
    chosen = snapshot.expected.custom_objects
    if not chosen:
        return ok(say("No custom object was chosen to be synced."))
    present = cast(Mapping[str, tuple[Field, ...]], snapshot.present)
    visible = cast(Mapping[str, tuple[Field, ...]], snapshot.visible)
    unseen = [name for name in chosen if name not in visible]
    loose = [name for name in chosen if name in present and not _is_tied(name, present)]
    if not unseen and not loose:
        return ok(say("Every chosen custom object is visible and linked to people or accounts."))
    none = say("none")
    return Answer(
        Status.WARN,
        say(
            "Custom objects that Marketo will not offer. Not visible to the sync user: {unseen}. Not "
            "linked to lead, contact or account within two levels: {loose}.",
            unseen=listed(unseen) or none,
            loose=listed(loose) or none,
        ),
        say("Marketo lists only what the sync user may read, and only objects at most two levels deep."),
        say(
            "Give the sync user read access in Setup → Permission Sets, add a lookup to Lead, Contact "
            "or Account, or remove the object from decisions/setup.toml."
        ),
        Who.SALESFORCE_ADMIN,
    )


def _is_tied(name: str, present: Mapping[str, tuple[Field, ...]]) -> bool:
    """Whether a lookup leads to a person or an account, or to a custom object of which one does."""
    targets = {target for field in present.get(name, ()) for target in field.refers_to}
    nearer = targets & (present.keys() - set(SYNCED_OBJECTS))
    further = {target for neighbor in nearer for field in present[neighbor] for target in field.refers_to}
    return not TIED_TO.isdisjoint(targets | further)


_STEP = SYNC_USER.name
SURROUNDING_CHECKS: tuple[Check, ...] = (
    Check(
        "edition",
        _STEP,
        say("The edition of Salesforce"),
        STEP_PROFESSIONAL,
        judge_edition,
        needs=(Part.ORGANIZATION,),
        gates=(),
    ),
    Check(
        "private_sharing",
        _STEP,
        say("The sync user sees every record"),
        "Object Reference, Organization (Default…Access) and ObjectPermissions",
        judge_private_sharing,
        needs=(Part.SURROUNDINGS,),
        gates=(),
    ),
    Check(
        "org_features",
        FIELD_VISIBILITY.name,
        say("Features that change what is synced"),
        "Salesforce Help, Person Accounts; Manage Multiple Currencies; State and Country/Territory Picklists",
        judge_schema,
        needs=(Part.PRESENT,),
        gates=(),
    ),
    Check(
        "custom_objects",
        FIELD_VISIBILITY.name,
        say("Custom objects that can be synced"),
        "Marketo documentation, SFDC Sync: Custom Object Sync",
        judge_custom_objects,
        needs=(Part.PRESENT, Part.VISIBLE),
        gates=(),
    ),
    Check(
        "required_fields",
        FIELD_VISIBILITY.name,
        say("Required custom fields"),
        "Salesforce REST API guide, describe (nillable, defaultedOnCreate)",
        judge_required_fields,
        needs=(Part.PRESENT,),
        gates=(),
    ),
)
