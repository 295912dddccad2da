"""What the Marketo instance tells: its fields, and whether a CRM is tied to it.

Calls of Marketo: describe2 and the describe of opportunity roles; none of Salesforce.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runbook_lib.survey.model.unknown import untold
from runbook_lib.survey.probes.query import unknown
from runbook_lib.survey.snapshot import Lock, MarketoState, PersonField, Unknown
from runbook_lib.systems.marketo.errors import wrong_shape
from runbook_lib.systems.reach import CANNOT_TELL
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.marketo.client import MarketoReader
    from runbook_lib.systems.marketo.crm_lock import RolesAnswer

_REASONS = {
    "not_permitted": say("the API user's role or an IP allowlist does not permit the call (603)"),
    "unavailable": say("this subscription does not have the call that tells"),
}


def look_at_marketo(reader: MarketoReader, munchkin_id: str) -> MarketoState:
    """The instance as its API user sees it. ``MarketoRefused`` where not even the fields can be read."""
    fields = tuple(_person_field(field) for field in reader.describe2()["fields"])
    return MarketoState(
        munchkin_id=munchkin_id,
        api_user=reader.api_user,
        fields=tuple(sorted(fields, key=lambda field: field.name)),
        lock=_lock(reader),
    )


def _person_field(data: dict[str, Any]) -> PersonField:
    """Source: Marketo REST API, LeadAttribute2Fields; ``length`` is missing where a type has none."""
    if not isinstance(data.get("dataType"), str):
        raise wrong_shape("/rest/v1/leads/describe2.json")
    return PersonField(
        name=data["name"],
        label=data.get("displayName") or "",
        type=data["dataType"],
        length=data.get("length") or 0,
        updateable=bool(data.get("updateable", True)),
        crm_managed=bool(data.get("crmManaged", False)),
    )


def _lock(reader: MarketoReader) -> Lock | Unknown:
    """Free or tied only where Marketo says so; every other answer is "cannot tell"."""
    try:
        answer: RolesAnswer = reader.roles_describe()
    except CANNOT_TELL as fault:
        return unknown(fault)
    if answer.state == "ok":
        return Lock.FREE
    if answer.state == "crm_locked":
        return Lock.TIED
    codes = ", ".join(answer.codes)
    reason = _REASONS.get(str(answer.state)) or say("Marketo answered with {codes}", codes=codes or "?")
    if answer.request_id:
        reason = say("{reason}; request {id}", reason=reason, id=answer.request_id)
    return replace(untold(reason), code=codes)
