"""The rows of the files of decisions: what may stand in them, checked cell by cell."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    field_serializer,
    model_validator,
)

from runbook_lib.review.duplicates.probable.search import LIKELIHOOD
from runbook_lib.survey.requirements import (
    MARKETO_FIELDS,
    PERMISSION_SET_LABEL,
    PERMISSION_SET_NAME,
    RECOMMENDED_FIELDS,
)
from runbook_lib.text import every_wording, say

_API_NAME = r"^[A-Za-z][A-Za-z0-9_]*$"


class Visibility(StrEnum):
    """Whether the sync user, and so Marketo, may see a field."""

    KEEP = "keep"
    HIDE = "hide"


class Pairing(StrEnum):
    """What becomes of a pair of custom Lead and Contact fields in Edit Mappings."""

    PAIR = "pair"
    BREAK = "break"
    LEAVE = "leave"


class DuplicateChoice(StrEnum):
    """Merge first, or start the sync with the duplicates that are there."""

    MERGE = "merge"
    ACCEPT = "accept"


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


ALL, CONFLICTS = "all", "opt_out_conflict"
GROUP_KINDS = ("lead", "contact", "across", "marketo", "probable")
"""``marketo``: people of Salesforce of whom Marketo has one with the same e-mail already; ``probable``:
people without a common e-mail who are probably the same."""
_PEOPLE = f"^({ALL}|{CONFLICTS}|({'|'.join(GROUP_KINDS)})(:[0-9a-f]{{8,64}})?)$"


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


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    unknown = sorted(set(names) - {each.name for each in MARKETO_FIELDS})
    if unknown:
        raise ValueError(say("not fields that Marketo knows: {names}", names=", ".join(unknown)))
    return tuple(dict.fromkeys(names))


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({each.lower(): each for each in names if each}.values())


def _custom(names: tuple[str, ...]) -> tuple[str, ...]:
    if others := [name for name in names if not name.endswith("__c")]:
        raise ValueError(say("not the API name of a custom object: {names}", names=", ".join(others)))
    return tuple(dict.fromkeys(names))


Text = Annotated[str, BeforeValidator(_one_line)]
ApiName = Annotated[str, BeforeValidator(_one_line), Field(pattern=_API_NAME)]
Moment = Annotated[datetime | None, BeforeValidator(_moment), AfterValidator(_in_utc)]


class Row(BaseModel):
    """One row of a file of decisions. ``KEY``: the columns that may occur only once together."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    KEY: ClassVar[tuple[str, ...]] = ()

    reason: Text = ""
    decided_by: Text = ""
    decided_at: Moment = None
    _line: int = PrivateAttr(default=0)

    @property
    def line(self) -> int:
        """The line of the file on which the row begins; 0 where it comes from no file."""
        return self._line

    def at(self, line: int) -> Self:
        """The row, knowing its line."""
        self._line = line
        return self

    @field_serializer("decided_at", when_used="json")
    def _iso(self, value: datetime | None) -> str:
        return value.isoformat().replace("+00:00", "Z") if value else ""


class FieldRow(Row):
    """``decisions/fields.csv``."""

    KEY: ClassVar[tuple[str, ...]] = ("object", "field")
    object: ApiName
    field: ApiName
    decision: Annotated[Visibility, BeforeValidator(_lower)]
    shared: Annotated[bool, BeforeValidator(_yes_or_no)] = False

    @field_serializer("shared", when_used="json")
    def _word(self, value: bool) -> str:
        return "yes" if value else ""


class MappingRow(Row):
    """``decisions/mappings.csv``; one of the two fields may be empty where a field has no counterpart."""

    KEY: ClassVar[tuple[str, ...]] = ("lead_field", "contact_field")
    lead_field: Text = ""
    contact_field: Text = ""
    decision: Annotated[Pairing, BeforeValidator(_lower)]

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


class DuplicateRow(Row):
    """``decisions/duplicates.csv``. ``people``: whom the decision is for: ``all``, a kind of group, groups
    whose opt-outs contradict each other, or one group (its kind, a colon and its key).

    ``groups``: how many groups had been counted; empty where nobody had.
    """

    KEY: ClassVar[tuple[str, ...]] = ("people",)
    people: Annotated[str, BeforeValidator(_lower), Field(pattern=_PEOPLE)] = ALL
    decision: Annotated[DuplicateChoice, BeforeValidator(_lower)]
    groups: Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_empty)] = None

    @field_serializer("groups", when_used="json")
    def _number(self, value: int | None) -> str:
        return "" if value is None else str(value)

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.decision is DuplicateChoice.ACCEPT and not self.reason:
            raise ValueError(say("accepting duplicates needs a reason"))
        return self


LEAST_LIKELIHOOD = 0.5
"""Below it two people are more probably two."""


def _none_or_likely(value: float) -> float:
    if value and value < LEAST_LIKELIHOOD:
        raise ValueError(say("is below {least}; 0 means: do not look", least=LEAST_LIKELIHOOD))
    return value


class ComparisonRules(BaseModel):
    """The table ``[duplicates]`` of ``decisions/setup.toml``: how people are compared.

    ``likelihood``: from this probability on two people without a common e-mail count as the same; 0: these
    are not looked for. ``plus_addresses``, ``gmail_dots``: whether ann+news@ is ann@, and a.nn@gmail.com
    ann@gmail.com. ``fields``: API names of fields on Lead or Contact that tell the same person, such as a
    customer number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    likelihood: Annotated[float, Field(ge=0, lt=1), AfterValidator(_none_or_likely)] = LIKELIHOOD
    plus_addresses: bool = False
    gmail_dots: bool = False
    fields: tuple[ApiName, ...] = ()


class SetupFile(BaseModel):
    """``decisions/setup.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    marketo_fields: Annotated[tuple[str, ...], AfterValidator(_known)] = RECOMMENDED_FIELDS
    read_only_profiles: Annotated[tuple[Text, ...], AfterValidator(_once)] = ()
    permission_set: ApiName = PERMISSION_SET_NAME
    permission_set_label: Text = PERMISSION_SET_LABEL
    create_user: bool = False
    profile: Text = "Minimum Access - Salesforce"
    user_email: Text = ""
    username: Text = ""
    last_name: Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=80)] = "Marketo Sync"
    alias: Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=8)] = "mktosync"
    sync_campaigns: bool = True
    custom_objects: Annotated[tuple[ApiName, ...], AfterValidator(_custom)] = ()
    marketo_environment: Literal["", "production", "sandbox"] = ""
    decided_by: Text = ""
    decided_at: Moment = None
    duplicates: ComparisonRules = ComparisonRules()

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.create_user and "@" not in self.user_email:
            raise ValueError(say("create_user needs user_email, the mailbox for the first password"))
        return self
