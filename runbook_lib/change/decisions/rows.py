"""The rows of the files of decisions: what may stand in them, checked cell by cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    model_validator,
)

from runbook_lib.change.decisions.headings import choice_in
from runbook_lib.survey.model.inventory import GroupKind
from runbook_lib.text import Coded, Message, Worded, every_wording, say

_API_NAME = r"^[A-Za-z][A-Za-z0-9_]*$"


class Visibility(Worded):
    """Whether the sync user, and so Marketo, may see a field."""

    KEEP = "keep", say("keep")
    HIDE = "hide", say("hide")


class Pairing(Worded):
    """What becomes of a pair of custom Lead and Contact fields in Edit Mappings.

    ``heading``: how the report calls it.
    """

    heading: Message

    PAIR = "pair", say("pair them"), say("Pair")
    BREAK = "break", say("separate"), say("Break the pair")
    LEAVE = "leave", say("leave as it is"), say("Leave as Marketo pairs them")


class DuplicateChoice(Coded):
    """Merge first, or start the sync with the duplicates that are there.

    ``offer``: how a form offers it; ``statement``: what was decided then.
    """

    offer: Message
    statement: Message

    MERGE = (
        "merge",
        say("Merge them in Salesforce first"),
        say("Decided: they are merged in Salesforce first."),
    )
    ACCEPT = (
        "accept",
        say("Accept them, with a reason"),
        say("Decided: they are accepted; Marketo will have them twice."),
    )


def one_line(value: object) -> object:
    """A text without its line breaks; anything else as it is."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


ALL, CONFLICTS = "all", "opt_out_conflict"
_PEOPLE = f"^({ALL}|{CONFLICTS}|({'|'.join(GroupKind)})(:[0-9a-f]{{8,64}})?)$"


def _moment(value: object) -> object:
    """A moment as we write it; nothing for what a spreadsheet made of it: 11/28/2026 may be in two orders."""
    if value == "":
        return None
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _empty(value: object) -> object:
    return None if value == "" else value


def _yes_or_no(value: object) -> object:
    """What spreadsheets and people write for yes and no, each in their language; empty is no."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    if word in every_wording("answer.yes"):
        return True
    return False if word in ("", *every_wording("answer.no")) else value.strip()


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # the first or the last day of what Python knows, in another time zone
        return None


def _iso(value: datetime | None) -> str:
    return value.isoformat().replace("+00:00", "Z") if value else ""


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


Text = Annotated[str, BeforeValidator(one_line)]
ApiName = Annotated[str, BeforeValidator(one_line), Field(pattern=_API_NAME)]
Moment = Annotated[
    datetime | None,
    BeforeValidator(_moment),
    AfterValidator(_in_utc),
    PlainSerializer(_iso, when_used="json"),
]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a file of decisions: why, who and when. ``KEY``: the columns that may occur only once
    together. ``line``: where it stands in its file; 0: not read from one.

    Checked when it is read or written; the annotations say what may stand in each cell.
    """

    KEY: ClassVar[tuple[str, ...]] = ()

    reason: Text = ""
    decided_by: Text = ""
    decided_at: Moment = None
    line: int = kept(default=0, compare=False)


@dataclass(frozen=True)
class FieldDecision(Row):
    """``decisions/fields.csv``: keep or hide one field.

    ``shared``: hide it also where a profile or permission set that grants it belongs to other users as well.
    """

    KEY: ClassVar[tuple[str, ...]] = ("object", "field")
    object: ApiName
    field: ApiName
    decision: Annotated[Visibility, BeforeValidator(choice_in(Visibility))]
    shared: Annotated[bool, BeforeValidator(_yes_or_no), PlainSerializer(_yes, when_used="json")] = False

    @property
    def full_name(self) -> str:
        """``Lead.Email``."""
        return f"{self.object}.{self.field}"

    def says(self, other: FieldDecision | Visibility) -> bool:
        """Whether it says all that ``other`` says; who gives no reason takes none back."""
        if isinstance(other, Visibility):
            return self.decision is other
        same = self.decision is other.decision and self.shared == other.shared
        return same and other.reason in ("", self.reason)


@dataclass(frozen=True)
class MappingDecision(Row):
    """``decisions/mappings.csv``: pair, break or leave one Lead field and one Contact field (bare API names);
    one of the two may be empty where a field has no counterpart."""

    KEY: ClassVar[tuple[str, ...]] = ("lead_field", "contact_field")
    lead_field: Annotated[Text, Field(default="")]
    contact_field: Annotated[Text, Field(default="")]
    decision: Annotated[Pairing, BeforeValidator(choice_in(Pairing))]

    def says(self, other: MappingDecision) -> bool:
        """Whether it says all that ``other`` says; who gives no reason takes none back."""
        return self.decision is other.decision and other.reason in ("", self.reason)

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        for name in filter(None, (self.lead_field, self.contact_field)):
            if not re.fullmatch(_API_NAME, name):
                raise ValueError(say("“{name}” is not the API name of a field", name=name[:60]))
        if not (self.lead_field or self.contact_field):
            raise ValueError(say("names no field"))
        if self.decision is not Pairing.LEAVE and not (self.lead_field and self.contact_field):
            raise ValueError(
                say("“{decision}” needs both a Lead and a Contact field", decision=self.decision.value)
            )
        return self


@dataclass(frozen=True)
class DuplicateDecision(Row):
    """``decisions/duplicates.csv``: what to do about people who are there twice.

    ``people``: whom the decision is for: ``all``, a kind of group, groups whose opt-outs contradict each
    other, or one group (its kind, a colon and its key). ``groups``: how many groups had been counted; empty
    where nobody had.
    """

    KEY: ClassVar[tuple[str, ...]] = ("people",)
    people: Annotated[str, BeforeValidator(_lower), Field(pattern=_PEOPLE)] = kept(default=ALL, kw_only=True)
    decision: Annotated[DuplicateChoice, BeforeValidator(_lower)]
    groups: Annotated[
        Annotated[int, Field(ge=0)] | None, BeforeValidator(_empty), PlainSerializer(_text, when_used="json")
    ] = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.decision is DuplicateChoice.ACCEPT and not self.reason:
            raise ValueError(say("accepting duplicates needs a reason"))
        return self
