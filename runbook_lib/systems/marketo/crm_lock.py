"""Whether a native CRM sync holds the instance, as far as the describe of opportunity roles tells.

Source: Marketo developer guide, "Opportunity Roles" and "Error Codes".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runbook_lib.systems.marketo.envelope import Envelope


class CrmLock(StrEnum):
    """What the describe of opportunity roles tells about a native CRM sync (Salesforce or Dynamics)."""

    ok = "ok"
    """It answered: no lock of a native CRM sync is seen."""
    crm_locked = "crm_locked"
    """Error 1018: the instance is tied to a CRM."""
    not_permitted = "not_permitted"
    """Error 603: the API user's role, or an IP allow-list, does not let us look. Cannot tell."""
    unavailable = "unavailable"
    """The subscription does not have this call. Cannot tell."""
    unknown = "unknown"
    """Any other answer. Cannot tell."""


@dataclass(frozen=True)
class RolesAnswer:
    """The answer of the roles describe, with what Adobe's support asks for."""

    state: CrmLock
    request_id: str
    codes: tuple[str, ...]


def crm_lock(answer: Envelope) -> CrmLock:
    """What an answer of the roles describe tells, by its error codes."""
    if "1018" in answer.codes:
        return CrmLock.crm_locked
    if answer.success:
        return CrmLock.ok
    if "603" in answer.codes:
        return CrmLock.not_permitted
    return CrmLock.unavailable if {"616", "703", "610"} & set(answer.codes) else CrmLock.unknown
