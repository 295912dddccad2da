"""The checks, in one visible tuple. Each is a function of a snapshot: no I/O, no surprise, one finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from runbook_lib.review.findings import Finding
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import Message


@dataclass(frozen=True)
class Check:
    """One question about a snapshot.

    ``step``: the notebook that repairs it, and shows it first. ``gates``: the steps that stay shut while it
    blocks. ``needs``: the parts it reads. ``judge`` sees only snapshots in which these parts have a value.
    """

    id: str
    step: str
    title: Message
    source: str
    needs: tuple[Part, ...]
    judge: Callable[[Snapshot], Finding]
    gates: tuple[str, ...]


CHECKS: tuple[Check, ...] = ()


def checks_for(step: str) -> tuple[Check, ...]:
    """The checks that shut the gate of ``step``."""
    raise NotImplementedError


def checks_shown_at(step: str) -> tuple[Check, ...]:
    """The checks that the notebook of ``step`` shows: those that it repairs and those that shut its gate."""
    raise NotImplementedError


def parts_needed(checks: Iterable[Check]) -> tuple[Part, ...]:
    """The parts of a snapshot that these checks read, each once."""
    raise NotImplementedError


def run_checks(snapshot: Snapshot, steps: Iterable[str] | None = None) -> tuple[Finding, ...]:
    """A finding per check of these steps (all steps: ``None``): a part nobody looked at gives ``skip``,
    one that could not be read ``unknown``."""
    raise NotImplementedError


def gate_findings(snapshot: Snapshot, step: str) -> tuple[Finding, ...]:
    """The findings of ``checks_for(step)``; only these shut its gate."""
    raise NotImplementedError
