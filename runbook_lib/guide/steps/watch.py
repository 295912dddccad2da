"""10: today compared with the day the sync was proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from runbook_lib.guide.state import history
from runbook_lib.guide.steps.arrival_step import ARRIVAL, Arrival, people_grid
from runbook_lib.guide.views.plan import age
from runbook_lib.guide.views.view import Block, Card, Line, Tone
from runbook_lib.review.checks import run_checks
from runbook_lib.review.findings import Finding
from runbook_lib.road import VERIFY_SYNC, WATCH
from runbook_lib.survey.snapshot import Part, Snapshot
from runbook_lib.text import say

BEFORE_GO_LIVE = frozenset(
    {"marketo_free", "better_hidden", "mappings", "similar_fields", "duplicates", "conversion"}
)
"""Checks whose answer no longer matters, or is another one, once the sync runs."""


class Watch(Arrival):
    """10: compares today with the day the sync was proven. It can be run as often as one likes."""

    spec = WATCH
    explanation = say(
        "After go-live somebody adds a field, takes a permission away or lets a password expire. This "
        "notebook compares today with the day on which the sync was proven; run it regularly."
    )
    more_parts = (
        Part.SYNC_USER, Part.SYNC_LOGIN, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS, Part.VISIBLE,
        Part.BUDGET, Part.ROWS, Part.CUSTOM_FIELDS, *ARRIVAL,
    )  # fmt: skip

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The sample, and how old the comparison is."""
        yield from people_grid(seen)
        yield from _drift(self.baseline(), seen)
        entry = history.proven(self.session.journal, VERIFY_SYNC.name)
        if entry is not None:
            yield Line(say("The sync was proven {age}.", age=age(entry.at)))
        yield from self.tell_exports()

    def findings(self, seen: Snapshot) -> tuple[Finding, ...]:
        """Every check that still means something when the sync runs."""
        return tuple(each for each in run_checks(seen) if each.check not in BEFORE_GO_LIVE)

    def against(self, findings: Sequence[Finding]) -> list[Finding]:
        """Everything that is wrong or cannot be told: whoever watches wants to be woken by it."""
        return [each for each in findings if each.blocks]


def _drift(before: Snapshot, seen: Snapshot) -> Iterable[Block]:
    """Fields that the sync user sees now and did not then, and the other way round."""
    if not isinstance(before.visible, Mapping) or not isinstance(seen.visible, Mapping):
        yield Line(
            say("Cannot tell whether fields appeared or vanished since: nobody could look then or now.")
        )
        return
    old, new = ({each.full_name for each in shot.visible_fields()} for shot in (before, seen))
    if old == new:
        yield Line(say("The sync user sees the same {count} fields as then.", count=len(new)))
    if new - old:
        fix = say("Marketo creates them for ever, and fills them only as records change.")
        yield Card(
            Tone.WARN, say("Fields that appeared: {names}.", names=", ".join(sorted(new - old))), (fix,)
        )
    if old - new:
        fix = say("Marketo keeps them, but their values stop. Give the right back, or hide them in Marketo.")
        yield Card(
            Tone.WARN, say("Fields that vanished: {names}.", names=", ".join(sorted(old - new))), (fix,)
        )
