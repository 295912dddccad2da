"""The consent of a person as a file, ``approvals/<gate>.json``, and the plan agreed to, ``plans/``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook_lib.change.gate import APPROVAL_LIFETIME, Approval, must_be_approved
from runbook_lib.change.plan import Plan
from runbook_lib.disk import write_whole
from runbook_lib.errors import DecisionFileFault, UsageFault
from runbook_lib.text import Message, say, translate
from runbook_lib.text_files import UnreadableText, read_text

if TYPE_CHECKING:
    from runbook_lib.workspace import Workspace


@dataclass(frozen=True)
class Signature:
    """Who agrees, why, and the org's name as typed. ``language``: in which the consents were read (en, de,
    es).
    """

    by: str
    reason: str
    org: str
    language: str = "en"


def write_approval(
    workspace: Workspace,
    plan: Plan,
    signature: Signature,
    now: datetime,
    lifetime: timedelta = APPROVAL_LIFETIME,
) -> Path:
    """Write down that a person agreed to ``plan`` at ``now``, with the full text of every consent.

    ``UsageFault`` where name or reason is empty, where the org typed is not the plan's org, or where the plan
    holds nothing that has to be agreed to. The plan itself is kept beside it (:func:`write_plan`).
    """
    demand_signature(plan, signature)
    write_plan(workspace, plan)
    data = {
        "gate": plan.step,
        "plan_digest": plan.digest,
        "approver": signature.by.strip(),
        "reason": signature.reason.strip(),
        "org": signature.org.strip(),
        "consents": {consent.id: translate(consent.text, signature.language) for consent in plan.consents},
        "created": now.astimezone(UTC).isoformat(),
        "expires": (now + lifetime).astimezone(UTC).isoformat(),
    }
    return write_whole(workspace.approvals / f"{plan.step}.json", _dumped(data))


def read_approval(workspace: Workspace, gate: str) -> Approval | None:
    """The approval on file for ``gate``; ``None`` without one, ``DecisionFileFault`` for a bad one."""
    path = workspace.approvals / f"{gate}.json"
    if not path.exists():
        return None
    try:
        data = json.loads(read_text(path))
        if not isinstance(data, dict):
            raise TypeError("no JSON object")
        return Approval(
            gate=_text(data["gate"]),
            plan_digest=_text(data["plan_digest"]),
            approver=_text(data["approver"]),
            reason=_text(data["reason"]),
            org=_text(data["org"]),
            consents={_text(key): _text(value) for key, value in data["consents"].items()},
            created=_moment(data["created"]),
            expires=_moment(data["expires"]),
        )
    except (UnreadableText, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise DecisionFileFault(
            say("The approval cannot be read: {reason}.", reason=_what_is_wrong(fault)),
            where=str(path),
            why=say("A consent that cannot be read does not count."),
            fix=say("Approve again."),
        ) from None


def demand_signature(plan: Plan, signature: Signature) -> None:
    """``UsageFault`` where ``plan`` needs no approval, or where the signature is not one for it."""
    if not must_be_approved(plan):
        raise UsageFault(
            say("{step} contains nothing irreversible; it needs no approval.", step=plan.step),
        )
    if not signature.by.strip() or not signature.reason.strip():
        raise UsageFault(say("An approval needs a name and a reason."), fix=say("State who agrees, and why."))
    if signature.org.strip() != plan.org_name.strip():
        raise UsageFault(
            say("The org is called “{org}”, not “{typed}”.", org=plan.org_name, typed=signature.org.strip()),
            why=say("Typing the name makes sure that this is the org you mean."),
            fix=say("If it is, type its name exactly like this."),
        )


def write_plan(workspace: Workspace, plan: Plan) -> Path:
    """``plans/<step>-<digest8>.json``: the plan as it was shown."""
    return write_whole(_plan_path(workspace, plan.step, plan.digest), _dumped(plan.to_json()))


def read_plan(workspace: Workspace, step: str, digest: str) -> Plan | None:
    """The plan that was shown under this digest; ``None`` where it is not on file, or was altered."""
    path = _plan_path(workspace, step, digest)
    if not path.exists():
        return None
    try:
        plan = Plan.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return plan if plan.digest == digest else None


def plans_on_file(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Step and digest of every plan that was shown here; what is no plan is passed over."""
    for path in sorted(workspace.plans.glob("*.json")):
        try:
            plan = json.loads(path.read_text(encoding="utf-8"))
            yield str(plan["step"]), str(plan["digest"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            continue


def _plan_path(workspace: Workspace, step: str, digest: str) -> Path:
    return workspace.plans / f"{step}-{digest[:8]}.json"


def _dumped(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _what_is_wrong(fault: Exception) -> Message:
    if isinstance(fault, KeyError):
        return say("“{name}” is missing", name=str(fault.args[0]))
    if isinstance(fault, json.JSONDecodeError | UnicodeError):
        return say("it is not JSON")
    if isinstance(fault, UnreadableText):
        return fault.reason
    return say("a value is missing or has the wrong type")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is missing")
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment
