"""Why a change is made: one reason for the changes that share it, before a person says yes to them."""

from __future__ import annotations

from collections.abc import Iterable

from runbook_lib.change.kinds.table import KINDS
from runbook_lib.change.plan import Plan
from runbook_lib.guide.views.view import Block, Grid
from runbook_lib.text import Message, say

_SHOWN = 8


def reason_blocks(plan: Plan) -> Iterable[Block]:
    """The reasons of a plan's changes, each with what it is for."""
    named: dict[Message, list[str]] = {}
    for change in plan.changes:
        named.setdefault(KINDS[change.kind].reason(change), []).append(change.target)
    if named:
        heads = (say("Why"), say("For"))
        rows = tuple((why, _some(names)) for why, names in named.items())
        yield Grid(say("Why these changes"), heads, rows)


def _some(names: list[str]) -> str:
    shown = ", ".join(each.removeprefix("Permissions") for each in names[:_SHOWN])
    return f"{shown} (+{len(names) - _SHOWN})" if len(names) > _SHOWN else shown
