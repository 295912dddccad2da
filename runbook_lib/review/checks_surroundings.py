"""Checks of the org around the sync: its edition, its schema, and the rules that Marketo's records will meet.

None of them shuts a gate: an org may well have a trigger. Each says what it means for the sync, so that
nobody learns it from a thousand errors in Marketo's log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from runbook_lib.review.answers import Answer, Check, cannot_tell, listed, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.review.professional import PROFESSIONAL, STEP_PROFESSIONAL
from runbook_lib.review.requirements import MARKETO_FIELD_OBJECTS
from runbook_lib.survey.snapshot import Field, Organization, Part, Snapshot, Unknown
from runbook_lib.survey.surroundings import PRIVATE, Rules, Surroundings
from runbook_lib.text import Message, say

WITHOUT_API = ("Group Edition", "Contact Manager Edition", "Personal Edition", "Essentials Edition")
"""Editions to which no API can be added. Source: Salesforce Help 000385436, "Editions with API access"."""
CODES = ("StateCode", "CountryCode", "MailingStateCode", "MailingCountryCode")
"""Fields that are there only with State and Country/Territory Picklists switched on."""


def judge_edition(snapshot: Snapshot) -> Answer:
    """The edition has the API; in Professional Edition the road is another one."""
    edition = cast(Organization, snapshot.organization).edition
    if edition in WITHOUT_API:
        return Answer(
            Status.ERROR,
            say("This org is a {edition}, which has no API.", edition=edition),
            say("Marketo reaches Salesforce by its API alone."),
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
                "There page layouts say who sees a field, not profiles; the sync user has the profile System "
                "Administrator; and the API is an add-on."
            ),
            say(
                "01, 02 and 04 say what to click instead: fields onto and off Setup → Object Manager → Lead "
                "(and Contact) → Page Layouts. Ask Salesforce for API access, where the org does not have it."
            ),
            Who.SALESFORCE_ADMIN,
        )
    return ok(
        say("The edition is “{edition}”: profiles, permission sets and the API are there.", edition=edition)
    )


def judge_schema(snapshot: Snapshot) -> Answer:
    """Features that change what is synced: person accounts, currencies, state and country lists."""
    present = cast(Mapping[str, tuple[Field, ...]], snapshot.present)
    names = {each.name for fields in present.values() for each in fields}
    found = [
        told
        for is_on, told in (
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
    if not found:
        return ok(say("No person accounts, one currency, state and country are free text."))
    return Answer(
        Status.WARN,
        say("This org has: {features}.", features=_joined(found)),
        say("Records are synced by other rules than in an org without these."),
        say("Read in Marketo's documentation what each means, and try it with a few records first."),
    )


def judge_required_fields(snapshot: Snapshot) -> Answer:
    """No field that must have a value stays empty when Marketo makes a lead or a contact."""
    present = cast(Mapping[str, tuple[Field, ...]], snapshot.present)
    needed = [
        each.full_name
        for name in MARKETO_FIELD_OBJECTS
        for each in present.get(name, ())
        if each.custom
        and each.createable
        and not each.nillable
        and not each.defaulted
        and each.type != "boolean"
    ]
    if not needed:
        return ok(say("No custom field of Lead or Contact demands a value."))
    return Answer(
        Status.WARN,
        say("These fields demand a value: {fields}.", fields=listed(needed)),
        say("Salesforce refuses a lead or contact that Marketo makes without it."),
        say(
            "Give them a default value in Setup → Object Manager, make them optional and demand them "
            "on the page "
            "layout, or have Marketo fill them."
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
        return ok(say("{objects}: private, but the sync user views all records.", objects=", ".join(private)))
    return Answer(
        Status.WARN,
        say("Private, and the sync user does not view all records of: {objects}.", objects=", ".join(shut)),
        say("Whatever he may not see never reaches Marketo, and nobody is told."),
        say(
            "Salesforce Setup → Users → Permission Sets → Marketo Sync → Object Settings → {object} "
            "→ Edit, tick "
            "View All Records; or share them with him by a sharing rule.",
            object=shut[0],
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_validation_rules(snapshot: Snapshot) -> Answer:
    """Validation rules on Lead and Contact, which Marketo's records meet like anybody's."""
    return _rules(
        cast(Surroundings, snapshot.surroundings).validation_rules,
        none=say("No active validation rule on Lead or Contact."),
        some=say("Active validation rules"),
        why=say("A record that breaks a rule is refused, and Marketo tries it again and again."),
        fix=say(
            "Read each in Setup → Object Manager → Validation Rules. Where Marketo cannot obey, let it pass: "
            "$User.Username <> the sync user."
        ),
    )


def judge_duplicate_rules(snapshot: Snapshot) -> Answer:
    """Duplicate rules on Lead and Contact: one that blocks also blocks Marketo."""
    return _rules(
        cast(Surroundings, snapshot.surroundings).duplicate_rules,
        none=say("No active duplicate rule on Lead or Contact."),
        some=say("Active duplicate rules"),
        why=say("A rule whose action is “Block” refuses what Marketo makes, too."),
        fix=say(
            "Setup → Duplicate Rules: set the action on create and edit to “Allow” with a report, "
            "for the sync user."
        ),
    )


def judge_assignment_rules(snapshot: Snapshot) -> Answer:
    """Assignment rules for leads, which may send an e-mail for each lead that Marketo makes."""
    return _rules(
        cast(Surroundings, snapshot.surroundings).assignment_rules,
        none=say("No active assignment rule for leads."),
        some=say("Active assignment rules"),
        why=say(
            "Each lead that Marketo makes may be assigned, and its new owner gets an e-mail: "
            "thousands on one day."
        ),
        fix=say(
            "Setup → Lead Assignment Rules: look at “Email Template” of each entry before the first sync."
        ),
    )


def judge_automation(snapshot: Snapshot) -> Answer:
    """Triggers and flows on Lead and Contact run for every record that Marketo writes."""
    around = cast(Surroundings, snapshot.surroundings)
    for part in (around.triggers, around.flows):
        if isinstance(part, Unknown):
            return cannot_tell(part)
    return _rules(
        (*cast(Rules, around.triggers), *cast(Rules, around.flows)),
        none=say("No trigger and no flow on Lead or Contact."),
        some=say("Triggers and flows"),
        why=say(
            "They run for every record that Marketo writes, 200 at a time; an error in one refuses all 200."
        ),
        fix=say(
            "Ask their owners whether they stand 200 records at a time, and whether they should run "
            "for the sync user."
        ),
    )


def _rules(rules: Rules | Unknown, none: Message, some: Message, why: Message, fix: Message) -> Answer:
    if isinstance(rules, Unknown):
        return cannot_tell(rules)
    if not rules:
        return ok(none)
    names = listed([str(each) for each in rules])
    return Answer(
        Status.WARN, say("{kind}: {names}.", kind=some, names=names), why, fix, Who.SALESFORCE_ADMIN
    )


def _joined(messages: Iterable[Message]) -> Message:
    """The messages in one line."""
    first, *rest = messages
    for each in rest:
        first = say("{first}; {second}", first=first, second=each)
    return first


_STEP = "02_sync_user"
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
        "validation_rules",
        _STEP,
        say("Validation rules"),
        "Tooling API, ValidationRule",
        judge_validation_rules,
        needs=(Part.SURROUNDINGS,),
        gates=(),
    ),
    Check(
        "duplicate_rules",
        _STEP,
        say("Duplicate rules"),
        "Object Reference, DuplicateRule",
        judge_duplicate_rules,
        needs=(Part.SURROUNDINGS,),
        gates=(),
    ),
    Check(
        "assignment_rules",
        _STEP,
        say("Assignment rules"),
        "Object Reference, AssignmentRule",
        judge_assignment_rules,
        needs=(Part.SURROUNDINGS,),
        gates=(),
    ),
    Check(
        "automation",
        _STEP,
        say("Triggers and flows"),
        "Object Reference, ApexTrigger and FlowDefinitionView",
        judge_automation,
        needs=(Part.SURROUNDINGS,),
        gates=(),
    ),
    Check(
        "org_features",
        "04_field_visibility",
        say("Features that change what is synced"),
        "Salesforce Help, Person Accounts; Manage Multiple Currencies; State and Country/Territory Picklists",
        judge_schema,
        needs=(Part.PRESENT,),
        gates=(),
    ),
    Check(
        "required_fields",
        "04_field_visibility",
        say("Fields that demand a value"),
        "Salesforce REST API guide, describe (nillable, defaultedOnCreate)",
        judge_required_fields,
        needs=(Part.PRESENT,),
        gates=(),
    ),
)
