"""What deserves a second look at a field: each risk with a code to filter by, and its reason.

Sources: Marketo documentation, "SFDC Sync: Field Sync" (formulas, lookups), "Field Types" (lengths),
"Salesforce Sync Backlog Metrics" (nightly jobs); teknkl.com 2017 and 2018 (numbers lose digits).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runbook_lib.review.fields.name_lists import Hint, hint, package_of, runs_a_package
from runbook_lib.review.fields.type_words import type_word
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, Worded, say

LONGEST_STRING = 255
"""Characters of a string field of Marketo. Source: Marketo developer documentation, "Field Types"."""
LONGEST_TEXT = 30_000
"""Bytes of a text area of Marketo. Source: as above."""
BYTES_PER_CHARACTER = 3
"""What Salesforce's describe reckons with in ``byteLength``."""
EXACT_DIGITS = 6
"""Digits that a float or currency of Marketo is known to keep; from about 100,000 up they get lost."""


class RiskKind(Worded):
    """What deserves a second look; codes to filter by, and the word that people read."""

    FORMULA = "formula", say("formula")
    ENCRYPTED = "encrypted", say("encrypted")
    LOOKUP = "lookup", say("lookup")
    MULTI_SELECT = "multi-select", say("multi-select")
    ODD_TYPE = "odd type", say("odd type")
    RICH_TEXT = "rich text", say("rich text")
    LONG_TEXT = "long text", say("long text")
    OVER_255 = "over 255", say("over 255")
    PRECISION = "precision", say("precision")
    PERSONAL = "personal", say("personal")
    SENSITIVE = "sensitive", say("sensitive")
    CONFIDENTIAL = "confidential", say("confidential")
    NIGHTLY = "nightly", say("nightly")
    RETIRED = "retired", say("retired")
    PLUMBING = "plumbing", say("plumbing")
    PACKAGE = "package", say("package")


@dataclass(frozen=True)
class Risk:
    """One thing to look at, and why."""

    watch: RiskKind
    reason: Message


def risks(field: Field) -> tuple[Risk, ...]:
    """Every risk of this field, the heaviest first."""
    return tuple(
        Risk(watch, reason) for watch, reason in (*_of_type(field), *_of_size(field), *_of_name(field))
    )


def is_encrypted(field: Field) -> bool:
    """Whether Salesforce keeps the value encrypted or masked."""
    return field.encrypted or field.type == "encryptedstring"


def is_too_long(field: Field) -> bool:
    """Whether its text can be longer than what Marketo stores."""
    return field.type == "textarea" and field.length > LONGEST_TEXT


def _of_type(field: Field) -> Iterator[tuple[RiskKind, Message]]:
    if field.calculated:
        yield (
            RiskKind.FORMULA,
            say("A formula: its value goes stale, as Marketo sees a new one only when the record is saved."),
        )
    if is_encrypted(field):
        yield (
            RiskKind.ENCRYPTED,
            say("Encrypted in Salesforce; in Marketo it would be readable for everyone, or masked."),
        )
    if field.type == "reference":
        yield RiskKind.LOOKUP, say("A lookup: Marketo gets the 18-character Id, not the name behind it.")
    if field.type == "multipicklist":
        yield (
            RiskKind.MULTI_SELECT,
            say("Several values in one text, separated by semicolons: smart lists need “contains”."),
        )
    if field.type in ("location", "address", "time", "anyType", "complexvalue", "base64"):
        yield (
            RiskKind.ODD_TYPE,
            say("Adobe documents nothing about fields of type {type}.", type=type_word(field.type)),
        )
    if field.rich_text:
        yield RiskKind.RICH_TEXT, say("Formatted text: its tags arrive in Marketo as plain characters.")


def _of_size(field: Field) -> Iterator[tuple[RiskKind, Message]]:
    if field.type == "textarea" and field.length * BYTES_PER_CHARACTER > LONGEST_TEXT:
        yield (
            RiskKind.LONG_TEXT,
            say(
                "Up to {length} characters; Marketo keeps {most} bytes.",
                length=field.length,
                most=LONGEST_TEXT,
            ),
        )
    elif field.length > LONGEST_STRING and field.type != "id":
        yield (
            RiskKind.OVER_255,
            say(
                "Up to {length} characters: more than the {most} of a Marketo string field.",
                length=field.length,
                most=LONGEST_STRING,
            ),
        )
    if field.type in ("double", "currency", "percent") and field.scale and field.precision > EXACT_DIGITS:
        yield (
            RiskKind.PRECISION,
            say(
                "A number with {digits} digits: Marketo’s decimal numbers lose digits from about 100,000 up.",
                digits=field.precision,
            ),
        )


def _of_name(field: Field) -> Iterator[tuple[RiskKind, Message]]:
    if not field.custom:
        if hint(field, Hint.PERSONAL):
            yield RiskKind.PERSONAL, say("Personal data: Marketo needs a reason to have it.")
        return
    if word := hint(field, Hint.SENSITIVE):
        yield RiskKind.SENSITIVE, say("“{word}”: data that is specially protected by law.", word=word)
    elif hint(field, Hint.PERSONAL):
        yield RiskKind.PERSONAL, say("Personal data: Marketo needs a reason to have it.")
    if word := hint(field, Hint.CONFIDENTIAL):
        yield (
            RiskKind.CONFIDENTIAL,
            say("“{word}”: private, or for finance or HR; not for campaigns.", word=word),
        )
    if word := hint(field, Hint.NIGHTLY):
        yield (
            RiskKind.NIGHTLY,
            say("“{word}”: apparently rewritten by a job; every change is work for the sync.", word=word),
        )
    if word := hint(field, Hint.RETIRED):
        yield RiskKind.RETIRED, say("“{word}”: judging by its name, it is no longer used.", word=word)
    if word := hint(field, Hint.PLUMBING):
        yield (
            RiskKind.PLUMBING,
            say("“{word}”: judging by its name, it is for a program, not for people.", word=word),
        )
    if runs_a_package(field):
        yield RiskKind.PACKAGE, say("It belongs to the package {package}, which stores its own state in it.",
                             package=package_of(field))  # fmt: skip
