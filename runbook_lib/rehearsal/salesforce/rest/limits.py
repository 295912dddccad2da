"""What is left of the org's budgets. Source: REST API Developer Guide, "Limits" and "Record Count"."""

from __future__ import annotations

from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.salesforce.rest.declared import Reads
from runbook_lib.rehearsal.salesforce.rest.resource import Resource, RestAnswer, RestCall


def limits(call: RestCall) -> RestAnswer:
    """GET limits: {Name: {Max, Remaining}}."""
    return RestAnswer(200, call.org.limits(call.user_id))


def record_count(call: RestCall) -> RestAnswer:
    """GET limits/recordCount?sObjects=A,B: totals, without objects the caller may not see."""
    names = [name.strip() for name in call.parameter("sObjects").split(",") if name.strip()]
    counts = [entry for name in names if (entry := _count(call, name)) is not None]
    return RestAnswer(200, {"sObjects": counts})


def _count(call: RestCall, object_name: str) -> dict[str, Any] | None:
    try:
        result = call.org.query(call.user_id, f"SELECT COUNT() FROM {object_name}")
    except OrgFault:
        return None
    return {"count": result.total, "name": object_name}


RESOURCES = (
    Resource("GET", "limits", limits),
    Resource("GET", "limits/recordCount", record_count, Reads(("sObjects",))),
)
