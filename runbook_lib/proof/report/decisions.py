"""What the files of decisions hold, for the report: fields hidden, mappings changed, by whom and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from runbook_lib.change.decisions import Decisions, Visibility, read_decisions
from runbook_lib.errors import DecisionFileFault
from runbook_lib.proof.report.step_report import Decided
from runbook_lib.road import FIELD_MAPPINGS, FIELD_VISIBILITY
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

Speak = Callable[[object], str]


def decided_on_file(workspace: Workspace, speak: Speak) -> Mapping[str, tuple[Decided, ...]]:
    """Step → the decisions on file for it; a file that cannot be read is told as such."""
    try:
        decisions = read_decisions(workspace)
    except DecisionFileFault as fault:
        return {FIELD_VISIBILITY.name: (Decided(speak(fault.what), "", "", ""),)}
    return {
        FIELD_VISIBILITY.name: tuple(_fields(decisions, speak)),
        FIELD_MAPPINGS.name: tuple(_mappings(decisions, speak)),
    }


def _fields(decisions: Decisions, speak: Speak) -> Iterator[Decided]:
    hidden = [field for field in decisions.fields.values() if field.decision is Visibility.HIDE]
    for field in sorted(hidden, key=lambda field: field.full_name):
        what = say("Hide {field}.", field=field.full_name)
        yield Decided(speak(what), field.decided_by, field.reason, _utc(field.decided_at))
    if kept := len(decisions.fields) - len(hidden):
        yield Decided(speak(say("Keep {count} other fields.", count=kept)), "", "", "")


def _mappings(decisions: Decisions, speak: Speak) -> Iterator[Decided]:
    for mapping in decisions.mappings:
        what = (
            f"{speak(mapping.decision.heading)}: Lead.{mapping.lead_field} = Contact.{mapping.contact_field}"
        )
        yield Decided(what, mapping.decided_by, mapping.reason, _utc(mapping.decided_at))


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
