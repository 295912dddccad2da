"""The only module that writes to an org, and only with a Permit.

Every change is written to the journal before and after. Who resumes looks again before acting: what is already
as planned counts as done and is not written a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook_lib.change.gate import Permit
from runbook_lib.change.plan import Plan
from runbook_lib.survey.snapshot import Snapshot

if TYPE_CHECKING:
    from runbook_lib.journal import Journal
    from runbook_lib.systems.salesforce import SalesforceReader, SalesforceWriter


@dataclass(frozen=True)
class Outcome:
    """What became of each change, by its id. ``unchanged``: it was already so. ``unknown``: cannot tell."""

    done: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def apply(
    plan: Plan,
    permit: Permit,
    writer: SalesforceWriter,
    journal: Journal,
    now: Snapshot,
    look: Callable[[], Snapshot],
) -> Outcome:
    """Carry out the changes of ``plan``, in its order.

    ``now`` is the snapshot the gate was opened with. ``look`` collects the plan's parts (``parts_for(step)``)
    afresh; it is called only where an answer was lost. ``Defect`` where ``permit`` is not for this plan or not
    of this moment. ``SystemRefused`` at the end, naming every change that failed; what does not depend on a
    failed change is still made.
    """
    raise NotImplementedError


def settle(step: str, journal: Journal, now: Snapshot) -> Outcome:
    """Close changes that an earlier run started and never ended, by looking at how things stand ``now``.

    What is there counts as done, what is not as failed; what cannot be told stays open (``unknown``). Nothing
    is written to the org. :func:`apply` begins with this; a step with nothing left to change calls it too.
    """
    raise NotImplementedError


def writer_of(reader: SalesforceReader) -> SalesforceWriter:
    """The writer that :func:`apply` wants, over the admin's reader; nobody else makes one."""
    raise NotImplementedError
