"""What a step stands on: whether the proof of each step before it still stands, as the journal tells it.

Pure: where a proof stands is found out above and comes down as data, one :class:`Predecessor` per step. A
predecessor about which nothing was told keeps the gate shut like one that was never proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from runbook_lib.change.gate.refusal import Refusal
from runbook_lib.change.plan import Click
from runbook_lib.road import StepSpec, step_named
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class Predecessor:
    """Where the proof of one step stands.

    ``proven_at``: when it was proven last; ``None``: never. ``lapsed``: why that proof does not stand any
    more. ``by``: who made the clicks under it, ``clicks``: which. ``is_adopted``: it was found done, not done
    under the eyes of this road. ``fix``: how it comes to stand again, where that is not to run it once more.
    """

    spec: StepSpec
    proven_at: datetime | None = None
    lapsed: Message | None = None
    by: str = ""
    clicks: tuple[Click, ...] = ()
    is_adopted: bool = False
    fix: Message | None = None

    @property
    def stands(self) -> bool:
        """It was proven, and nothing took the proof away since."""
        return self.proven_at is not None and self.lapsed is None


@dataclass(frozen=True)
class Ground:
    """What a plan stands on, by the journal: the proofs before it, and the fields that a person agreed to
    have made in Marketo (``None``: Sync Fields was not begun)."""

    predecessors: tuple[Predecessor, ...] = ()
    agreed_fields: frozenset[str] | None = None


def predecessor_refusals(step: str, predecessors: Iterable[Predecessor]) -> Iterator[Refusal]:
    """Each step that ``step`` stands on and whose proof does not stand, with why and the next command."""
    known = {predecessor.spec: predecessor for predecessor in predecessors}
    for spec in step_named(step).stands_on:
        predecessor = known.get(spec, Predecessor(spec))
        if not predecessor.stands:
            yield Refusal(
                f"stands-on:{spec.name}",
                say(
                    "{step} depends on {earlier}, which is not proven: {why}",
                    step=step_named(step).numbered,
                    earlier=spec.numbered,
                    why=predecessor.lapsed or say("it was never proven."),
                ),
                predecessor.fix
                or say(
                    "Run notebook {earlier} to its end, or: "
                    "runbook run WORKSPACE --from {earlier} --to {earlier}",
                    earlier=spec.name,
                ),
                waits=True,
            )
