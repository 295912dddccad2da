"""08: Start Salesforce Sync, Start Sync."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import cast

from runbook_lib.guide.state import history
from runbook_lib.guide.steps.patterns.consent_step import ClickedStep
from runbook_lib.guide.views.view import Block, Facts, Fold, Grid, Points, Tone
from runbook_lib.review.pictures.sync import first_sync
from runbook_lib.review.sync_forecast import forecast
from runbook_lib.review.visible_records import record_sights
from runbook_lib.road import DUPLICATES, START_SYNC
from runbook_lib.survey.snapshot import DuplicateCounts, Part, Snapshot
from runbook_lib.text import say


class StartSync(ClickedStep):
    """08: Start Salesforce Sync, Start Sync."""

    spec = START_SYNC
    explanation = say(
        "The persistent sync begins: the whole database that the sync user can see is copied to Marketo, "
        "and the field mappings are closed. It cannot be undone, and Marketo does not remove duplicates."
    )
    more_parts = (Part.PEOPLE_SEEN,)

    def collect(self, parts: Iterable[Part], before: Snapshot | None = None) -> Snapshot:
        """Looks as every step does; of the duplicates it also knows what 07 found when it compared everybody:
        those with people in Marketo, and those who are probably the same."""
        seen = super().collect(parts, before)
        earlier = history.newest_snapshot(self.session.workspace, self.session.journal, DUPLICATES.name)
        compared = earlier.duplicates if earlier else None
        if not isinstance(seen.duplicates, DuplicateCounts) or not isinstance(compared, DuplicateCounts):
            return seen
        return replace(seen, duplicates=seen.duplicates.after(compared))

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """How many records go over, how long that takes and what it costs."""
        if isinstance(seen.rows, dict):
            heads = (say("Object"), say("Records that the sync user sees"), say("Exists"))
            yield Grid(say("What is copied"), heads, tuple(_both_counts(seen)))
            ahead = forecast(seen.rows)
            yield Facts((
                (say("First sync"), ahead.duration),
                (say("API calls on the first day (estimate)"), ahead.calls_first_day),
            ))  # fmt: skip
            yield from first_sync(seen)
            source = Points(((Tone.INFO, say("Source"), ahead.source, ()),))
            yield Fold(say("Where these estimates come from"), source)

    def parts_to_prove(self) -> tuple[Part, ...]:
        """Marketo's lock, and the sampled people."""
        return (Part.ORGANIZATION, Part.MARKETO, Part.PEOPLE_SEEN)


def _both_counts(seen: Snapshot) -> Iterable[tuple[object, ...]]:
    """Object, what the sync user sees of it, and what there is, where the administrator counted that."""
    there = {
        sight.object: say("unknown") if sight.there is None else sight.there for sight in record_sights(seen)
    }
    for name, count in cast(Mapping[str, int], seen.rows).items():
        yield name, count, there.get(name, "–")
