"""Checks of what runs by itself in the org when Marketo writes a record: rules, triggers and flows.

None of them shuts a gate: an org may well have a trigger. Each says what it means for the sync, so that
nobody learns it from a thousand errors in Marketo's log.
"""

from __future__ import annotations

import re
from typing import cast

from runbook_lib.review.checks.check import Answer, Check, cannot_tell, listed, ok, unless_none
from runbook_lib.review.findings import Status, Who
from runbook_lib.road import SYNC_USER
from runbook_lib.survey.model.org_settings import Rule, Rules, Surroundings
from runbook_lib.survey.snapshot import Part, Snapshot, Unknown
from runbook_lib.text import Message, say

NAME_FIELDS = ("LastName", "FirstName", "Name", "Company")
NAME_WORDS = re.compile(
    r"\b(unknown|not provided|n/a|last ?name|compan(y|ies)|nachname|firma|unbekannt|apellidos?|empresa)\b",
    re.IGNORECASE,
)


def judge_validation_rules(snapshot: Snapshot) -> Answer:
    """Validation rules on Lead and Contact, which Marketo's records meet like anybody's."""
    return _rules(
        cast(Surroundings, snapshot.surroundings).validation_rules,
        none=say("No active validation rule on Lead or Contact."),
        some=say("Active validation rules"),
        why=say("A record that breaks a rule is refused, and Marketo keeps trying."),
        fix=say(
            "Read each rule in Setup → Object Manager → Validation Rules. Where Marketo cannot comply, "
            "exempt it: $User.Username <> the sync user."
        ),
    )


def judge_default_names(snapshot: Snapshot) -> Answer:
    """No validation rule speaks of last names or companies: it may refuse the defaults that Marketo puts in
    for people without."""
    rules = cast(Surroundings, snapshot.surroundings).validation_rules
    names = rules if isinstance(rules, Unknown) else [str(rule) for rule in rules if _is_about_names(rule)]
    return unless_none(names, say("No validation rule mentions a last name or a company."), _answer_of_names)


def _answer_of_names(names: list[str]) -> Answer:
    return Answer(
        Status.WARN,
        say("These validation rules mention names or companies: {rules}.", rules=listed(names)),
        say(
            "People without a last name or company reach Salesforce only with Marketo's defaults, such "
            "as “Unknown”; a rule that refuses these keeps all of them out."
        ),
        say(
            "Read the rules in Setup → Object Manager → Validation Rules; choose defaults that they "
            "accept (Marketo Admin → Salesforce → Edit Sync Options), or exempt the sync user."
        ),
        Who.SALESFORCE_ADMIN,
    )


def _is_about_names(rule: Rule) -> bool:
    """By the field that shows the error, or by the words of the rule."""
    return rule.field in NAME_FIELDS or bool(
        NAME_WORDS.search(f"{rule.name} {rule.message}".replace("_", " "))
    )


def judge_duplicate_rules(snapshot: Snapshot) -> Answer:
    """Duplicate rules on Lead and Contact: one that blocks also blocks Marketo."""
    return _rules(
        cast(Surroundings, snapshot.surroundings).duplicate_rules,
        none=say("No active duplicate rule on Lead or Contact."),
        some=say("Active duplicate rules"),
        why=say("A rule with the action “Block” refuses what Marketo creates, too."),
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
            "Each lead that Marketo creates may be assigned, and its new owner gets an e-mail: "
            "thousands in one day."
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
            "Ask their owners whether they can handle 200 records at a time, and whether they should "
            "run for the sync user."
        ),
    )


def _rules(rules: Rules | Unknown, none: Message, some: Message, why: Message, fix: Message) -> Answer:
    if isinstance(rules, Unknown):
        return cannot_tell(rules)
    if not rules:
        return ok(none)
    names = listed([str(rule) for rule in rules])
    return Answer(
        Status.WARN, say("{kind}: {names}.", kind=some, names=names), why, fix, Who.SALESFORCE_ADMIN
    )


_STEP = SYNC_USER.name
RULE_CHECKS: tuple[Check, ...] = (
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
        "default_names",
        _STEP,
        say("Rules about names and companies"),
        "Marketo documentation, Set Default Person Last Name and Company Name",
        judge_default_names,
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
)
