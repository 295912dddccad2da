"""What was decided for a step, as a digest: where it changes after the proof, the proof does not stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runbook_lib.change.decisions import ComparisonRules, Decisions, read_decisions
from runbook_lib.change.decisions.duplicates import summary
from runbook_lib.errors import DecisionFileFault
from runbook_lib.guide.state.session import Session
from runbook_lib.road import DUPLICATES, FIELD_MAPPINGS, FIELD_VISIBILITY, MARKETO_FIELDS, SYNC_USER, StepSpec
from runbook_lib.survey.snapshot import digest_of

UNREADABLE = "cannot be read"
"""The basis where a file of decisions is broken: it is no proof of anything."""


def basis_of(session: Session, spec: StepSpec) -> str:
    """What the proof of this step rests on, as it was decided; empty where nothing is decided in it."""
    chosen = _CHOSEN.get(spec)
    if chosen is None:
        return ""
    try:
        return chosen(session, read_decisions(session.workspace))
    except DecisionFileFault:
        return UNREADABLE


def _marketo_fields(_: Session, decisions: Decisions) -> str:
    """The chosen fields, and the profiles that may read them."""
    setup = decisions.setup
    if setup is None:
        return ""
    profiles = [f"profile:{name}" for name in sorted(setup.read_only_profiles)]
    return ",".join([*sorted(setup.marketo_fields), *profiles])


def _rights(_: Session, decisions: Decisions) -> str:
    """Whether campaigns are to be synced, which decides about a right."""
    setup = decisions.setup
    return "" if setup is None or setup.sync_campaigns else "no campaigns"


def _fields(session: Session, decisions: Decisions) -> str:
    """The decisions about fields, and which custom objects are looked at, too."""
    decided = sorted((name, row.decision.value) for name, row in decisions.fields.items())
    return digest_of([*decided, *session.expected.custom_objects])


def _mappings(_: Session, decisions: Decisions) -> str:
    """The decisions about mappings."""
    return digest_of(
        sorted((row.lead_field, row.contact_field, row.decision.value) for row in decisions.mappings)
    )


def _duplicates(_: Session, decisions: Decisions) -> str:
    """The decisions about duplicates, and the rules by which people are compared."""
    rules = decisions.setup.duplicates if decisions.setup else ComparisonRules()
    return f"{summary(decisions)} {rules.model_dump_json()}"


_CHOSEN: Mapping[StepSpec, Callable[[Session, Decisions], str]] = {
    MARKETO_FIELDS: _marketo_fields,
    SYNC_USER: _rights,
    FIELD_VISIBILITY: _fields,
    FIELD_MAPPINGS: _mappings,
    DUPLICATES: _duplicates,
}
