"""What each recorded or documented reply of Marketo leads to."""

from __future__ import annotations

from typing import Any

from runbook_lib.errors import MarketoRefused
from runbook_lib.systems.marketo.crm_lock import CrmLock
from runbook_lib.systems.marketo.envelope import read_envelope
from runbook_lib.systems.marketo.errors import EXPORT_QUOTA
from tests.systems.replay.stage import TOKEN, Result, Row, Stage, as_it_is

FINE = '{"requestId": "a#1", "success": true, "result": [{"total": 7}]}'
JOB = "3f000000-0000-4000-8000-000000000001"


def marketo_refused(code: str, says: str, fix: str) -> Result:
    """A refusal of Marketo."""
    return Result(code=code, says=says, fix=fix, kind=MarketoRefused)


def usage(stage: Stage) -> Any:
    """Asks Marketo what every client may ask."""
    return stage.marketo.usage()


def busy(reply: Any, body: Any) -> list[Any]:
    """The same answer, however often it is asked."""
    return [TOKEN, *[reply] * 9]


def twice(reply: Any, body: Any) -> list[Any]:
    """The same answer with a new token, too."""
    return [TOKEN, reply, TOKEN, reply]


ROWS: dict[str, Row] = {
    "identity_token": Row(lambda stage: stage.marketo.api_user, Result("api@acme.example"), as_it_is),
    "identity_wrong_client": Row(
        usage,
        marketo_refused("401", "does not accept this client id and client secret", "LaunchPoint"),
        as_it_is,
    ),
    "leads_by_filter": Row(
        lambda stage: [
            (lead["id"], lead["createdAt"]) for lead in stage.marketo.leads("id", ["1", "2"], ["email"])
        ],
        Result([(1, "2014-11-13 12:43:03"), (2, "2014-11-13 15:25:36")]),
    ),
    "export_created": Row(
        lambda stage: stage.marketo.export("create", {"format": "CSV"})["exportId"], Result(JOB)
    ),
    "export_enqueued": Row(
        lambda stage: stage.marketo.export(f"{JOB}/enqueue", {})["status"], Result("Queued")
    ),
    "export_status": Row(lambda stage: stage.marketo.export(f"{JOB}/status")["status"], Result("Created")),
    "export_cancelled": Row(
        lambda stage: stage.marketo.export(f"{JOB}/status")["status"], Result("Cancelled")
    ),
    "activity_types": Row(
        lambda stage: [row["name"] for row in read_envelope(stage.heard).result], Result(["Visit Webpage"])
    ),
    "export_quota_1029": Row(
        lambda stage: stage.marketo.export("create", {}),
        marketo_refused(
            EXPORT_QUOTA,
            "The volume that Marketo lets all integrations export in a day is used up",
            "midnight, US Central",
        ),
    ),
    "rate_606": Row(usage, marketo_refused("606", "Max rate limit '100' exceeded", "rate limit"), busy),
    "concurrent_615": Row(usage, marketo_refused("615", "Concurrent access limit '10' reached", ""), busy),
    "filter_1035": Row(
        lambda stage: stage.marketo.export("create", {}),
        marketo_refused("1035", "Unsupported filter type for target subscription: updatedAt", ""),
    ),
    "too_many_1003": Row(
        usage, marketo_refused("1003", "Too many results match the filter", "fewer people at once")
    ),
    "crm_1018": Row(lambda stage: stage.marketo.roles_describe().state, Result(CrmLock.crm_locked)),
    "usage": Row(usage, Result(1120)),
    "roles_describe": Row(lambda stage: stage.marketo.roles_describe().state, Result(CrmLock.ok)),
    "describe": Row(
        lambda stage: [field["rest"]["name"] for field in stage.marketo.describe()], Result(["company"])
    ),
    "export_file": Row(
        lambda stage: stage.marketo.export_bytes(JOB, 0, 10_000).splitlines()[1],
        Result(b"Russell,Wilson,null,_mch-localhost-1536605780000-12105"),
    ),
    "error_601": Row(usage, marketo_refused("601", "Access token invalid", "LaunchPoint"), twice),
    "error_602": Row(usage, marketo_refused("602", "Access token expired", ""), twice),
    "error_603": Row(
        lambda stage: stage.marketo.describe(),
        marketo_refused("603", "role of the API user", "read-only permissions"),
        lambda reply, body: [TOKEN, reply, FINE],
    ),
    "error_607": Row(usage, marketo_refused("607", "Daily quota reached", "midnight, US Central")),
    "error_610": Row(usage, marketo_refused("610", "Requested resource not found", "")),
    "error_611": Row(usage, marketo_refused("611", "System error", ""), busy),
    "error_1006": Row(usage, marketo_refused("1006", "Field 'xyz' not found", "")),
}
