"""``decisions/setup.toml``: fields to create, the sync user's rights, how people are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from runbook_lib.change.decisions.rows import ApiName, Moment, Text, one_line
from runbook_lib.review.duplicates.probable.search import LIKELIHOOD
from runbook_lib.survey.requirements import (
    MARKETO_FIELDS,
    PERMISSION_SET_LABEL,
    PERMISSION_SET_NAME,
    RECOMMENDED_FIELDS,
)
from runbook_lib.text import say

MarketoEnvironment = Literal["", "production", "sandbox"]


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    unknown = sorted(set(names) - {field.name for field in MARKETO_FIELDS})
    if unknown:
        raise ValueError(say("not fields that Marketo knows: {names}", names=", ".join(unknown)))
    return tuple(dict.fromkeys(names))


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({name.lower(): name for name in names if name}.values())


def _custom(names: tuple[str, ...]) -> tuple[str, ...]:
    if others := [name for name in names if not name.endswith("__c")]:
        raise ValueError(say("not the API name of a custom object: {names}", names=", ".join(others)))
    return tuple(dict.fromkeys(names))


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


@dataclass(frozen=True)
class SetupDecision:
    """``decisions/setup.toml``: which fields to create (API names, on Lead and on Contact) and how the sync
    user gets their rights.

    ``create_user``: create the sync user where there is none, with the profile called ``profile``, the
    mailbox ``user_email`` (Salesforce sends the first password there), ``last_name`` and ``alias``.
    ``username``: whom that was decided about; who it is says connection.toml. Empty: nobody was asked.
    ``read_only_profiles``: profiles whose users may read Marketo's fields, and not edit them.
    ``sync_campaigns``: Marketo's programs are synced with campaigns, which takes a “Marketing User”.
    ``custom_objects``: custom objects whose fields are reviewed, too. ``marketo_environment``:
    ``production`` or ``sandbox``, which no API of Marketo tells; empty: nobody said."""

    __pydantic_config__ = ConfigDict(extra="forbid")
    marketo_fields: Annotated[tuple[str, ...], AfterValidator(_known)] = RECOMMENDED_FIELDS
    read_only_profiles: Annotated[tuple[Text, ...], AfterValidator(_once)] = ()
    permission_set: ApiName = PERMISSION_SET_NAME
    permission_set_label: Text = PERMISSION_SET_LABEL
    create_user: bool = False
    profile: Text = "Minimum Access - Salesforce"
    user_email: Text = ""
    username: Text = ""
    last_name: Annotated[str, BeforeValidator(one_line), Field(min_length=1, max_length=80)] = "Marketo Sync"
    alias: Annotated[str, BeforeValidator(one_line), Field(min_length=1, max_length=8)] = "mktosync"
    sync_campaigns: bool = True
    custom_objects: Annotated[tuple[ApiName, ...], AfterValidator(_custom)] = ()
    marketo_environment: MarketoEnvironment = ""
    decided_by: Text = ""
    decided_at: Moment = None
    duplicates: ComparisonRules = ComparisonRules()

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.create_user and "@" not in self.user_email:
            raise ValueError(say("create_user needs user_email, the mailbox for the first password"))
        return self
