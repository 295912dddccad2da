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
    from runbook_lib.systems.salesforce import SalesforceWriter


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
    look: Callable[[], Snapshot],
) -> Outcome:
    """Carry out the changes of ``plan``, in its order.

    ``look`` collects the parts the plan was made from, afresh; it is called once before the first change and
    again only where an answer was lost. ``Defect`` where ``permit`` is not for this plan. ``SystemRefused`` at
    the end, naming every change that failed; what does not depend on a failed change is still made.
    """
    raise NotImplementedError
