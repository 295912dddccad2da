"""Checks of Marketo's own fields on Lead and Contact: there, as specified, writable, kept on conversion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from runbook_lib.review.checks.check import BEFORE_FOR_EVER, Answer, Check, listed, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.road import FIELD_VISIBILITY
from runbook_lib.road import MARKETO_FIELDS as STEP_01
from runbook_lib.survey.requirements import (
    MARKETO_FIELD_OBJECTS,
    MARKETO_FIELDS,
    RECOMMENDED_FIELDS,
    STEP_1,
    MarketoField,
)
from runbook_lib.survey.snapshot import ConvertedField, Field, Part, Snapshot
from runbook_lib.text import say

DESCRIBED_AS = {"Number": ("double", "int", "number"), "DateTime": ("datetime",), "Text": ("string", "text")}


def judge_marketo_fields(snapshot: Snapshot) -> Answer:
    """The recommended ``mkto71_`` fields are there, on Lead and on Contact."""
    present = _by_name(snapshot)
    missing = [
        f"{where}.{name}"
        for name in RECOMMENDED_FIELDS
        for where in MARKETO_FIELD_OBJECTS
        if f"{where}.{name}" not in present
    ]
    one_sided = sorted(_one_sided(present))
    if missing or one_sided:
        return Answer(
            Status.WARN,
            say("Not there yet: {fields}.", fields=listed(sorted({*missing, *one_sided}))),
            say(
                "Marketo does not require them, but without them Salesforce never shows a score or "
                "where a person came from."
            ),
            say("Let notebook 01 create them before the sync starts: values are not filled in afterward."),
            Who.SALESFORCE_ADMIN,
        )
    return ok(say("{count} Marketo fields exist.", count=len(present)))


def judge_field_types(snapshot: Snapshot) -> Answer:
    """Every ``mkto71_`` field that is there has the exact type and size: none is changed silently."""
    seen = {field.full_name: field for field in snapshot.visible_fields()}
    # Setup alone tells no type; the sync user, who was given the field, is told it.
    present = {
        name: field if field.type else seen.get(name, field) for name, field in _by_name(snapshot).items()
    }
    wrong = [fault for specification in MARKETO_FIELDS for fault in _faults(specification, present)]
    if not present:
        return ok(say("No Marketo field exists yet that could differ from the specification."))
    return _wrong(wrong) if wrong else ok(say("The Marketo fields that exist all match the specification."))


def judge_marketo_fields_visible(snapshot: Snapshot) -> Answer:
    """The sync user sees every ``mkto71_`` field and may write into it."""
    writable = {field.full_name for field in snapshot.visible_fields() if field.updateable}
    shut = sorted(name for name in _by_name(snapshot) if name not in writable)
    if not shut:
        return ok(say("The sync user may read and edit every Marketo field that exists."))
    return Answer(
        Status.ERROR,
        say("The sync user cannot read and edit: {fields}.", fields=listed(shut)),
        say(
            "Marketo fills these fields as the sync user; at first, a field created by API is visible "
            "to nobody."
        ),
        say(
            "Notebook 01 grants it. By hand: Salesforce Setup → Users → Permission Sets → {label} → "
            "Object Settings → Lead (or Contact) → Edit, tick Read Access and Edit Access.",
            label=snapshot.expected.permission_set_label,
        ),
        Who.SALESFORCE_ADMIN,
    )


def judge_conversion(snapshot: Snapshot) -> Answer:
    """Each ``mkto71_`` field of Lead goes to its namesake on Contact when a lead is converted."""
    present = _by_name(snapshot)
    mapped = {
        (mapping.lead_field, mapping.target_field)
        for mapping in cast(tuple[ConvertedField, ...], snapshot.conversion)
        if mapping.target_object == "Contact"
    }
    both = [
        field.name
        for field in MARKETO_FIELDS
        if all(f"{where}.{field.name}" in present for where in MARKETO_FIELD_OBJECTS)
    ]
    lost = [name for name in both if (name, name) not in mapped]
    if not both:
        return ok(say("No Marketo field exists yet whose value could be lost when a lead is converted."))
    if not lost:
        return ok(say("{count} Marketo fields keep their value when a lead is converted.", count=len(both)))
    return Answer(
        Status.WARN,
        say("Lost when a lead is converted: {fields}.", fields=listed(lost)),
        say("The person's score and origin would end with the lead."),
        say(
            "Notebook 01 maps them. By hand: Salesforce Setup → Object Manager → Lead → Fields & "
            "Relationships → Map Lead Fields."
        ),
        Who.SALESFORCE_ADMIN,
    )


def _wrong(fields: list[str]) -> Answer:
    return Answer(
        Status.ERROR,
        say("Made differently from Marketo's specification: {fields}.", fields=listed(fields)),
        say("Marketo recognizes these fields by name and type; with another type it cannot write into them."),
        say(
            "In Salesforce Setup → Object Manager → Lead (or Contact) → Fields & Relationships, change "
            "type and size as shown in brackets, or delete the field and let notebook 01 create "
            "it again."
        ),
        Who.SALESFORCE_ADMIN,
    )


def _by_name(snapshot: Snapshot) -> dict[str, Field]:
    known = {field.name for field in MARKETO_FIELDS}
    fields = cast(tuple[Field, ...], snapshot.custom_fields)
    return {
        field.full_name: field
        for field in fields
        if field.name in known and field.object in MARKETO_FIELD_OBJECTS
    }


def _faults(specification: MarketoField, present: Mapping[str, Field]) -> Iterator[str]:
    for where in MARKETO_FIELD_OBJECTS:
        field = present.get(f"{where}.{specification.name}")
        if field is not None and not matches(specification, field):
            yield f"{field.full_name} ({specification.wording})"


def matches(specification: MarketoField, field: Field) -> bool:
    """Whether ``field`` has the type and the size Marketo asks for (type in the words of either API); where
    Salesforce did not tell its type, the size alone."""
    if field.type and field.type not in (*DESCRIBED_AS[specification.type], specification.type):
        return False
    if specification.type == "Number":
        return (field.precision, field.scale) == (specification.precision, specification.scale)
    return specification.type != "Text" or field.length == specification.length


def _one_sided(present: Mapping[str, Field]) -> Iterator[str]:
    """Marketo fields that only Lead or only Contact has, named where they are missing."""
    for field in MARKETO_FIELDS:
        lacking = [where for where in MARKETO_FIELD_OBJECTS if f"{where}.{field.name}" not in present]
        if len(lacking) == 1:
            yield f"{lacking[0]}.{field.name}"


_AT_04 = FIELD_VISIBILITY.name
_AT_01 = STEP_01.name
FIELD_CHECKS: tuple[Check, ...] = (
    Check(
        "marketo_fields",
        _AT_01,
        say("Marketo's own fields"),
        STEP_1,
        judge_marketo_fields,
        needs=(Part.CUSTOM_FIELDS,),
    ),
    Check(
        "marketo_field_types",
        _AT_01,
        say("Marketo's own fields have the right type"),
        STEP_1,
        judge_field_types,
        needs=(Part.CUSTOM_FIELDS,),
        gates=(_AT_01, *BEFORE_FOR_EVER),
    ),
    Check(
        "marketo_fields_visible",
        _AT_04,
        say("Marketo may write to its own fields"),
        STEP_1,
        judge_marketo_fields_visible,
        needs=(Part.CUSTOM_FIELDS, Part.VISIBLE),
    ),
    Check(
        "conversion",
        _AT_01,
        say("Marketo's fields survive the conversion of a lead"),
        STEP_1,
        judge_conversion,
        needs=(Part.CUSTOM_FIELDS, Part.CONVERSION),
        gates=(),
    ),
)
