"""How often every field is filled, with few calls: at most :data:`MOST_CALLS`, whatever the org.

Five queries cost one call. What Salesforce finds too big is halved and asked again. A field that could not be
measured, for whatever reason, is ``Unknown`` with that reason: no number is ever made up for it.
Asked as the admin, who sees all records. Source: Salesforce SOQL reference; REST API guide, "Composite".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runbook_lib.errors import SystemRefused
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.model.unknown import untold
from runbook_lib.survey.probes.fill_rates.queries import How, Measuring, measurings
from runbook_lib.survey.probes.query import QUERIES_PER_CALL, unknown
from runbook_lib.survey.snapshot import Field, Unknown
from runbook_lib.systems.reach import CANNOT_TELL
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

MOST_CALLS = 24
"""Calls that measuring may cost. Five objects of 800 fields need fewer; what is over stays unmeasured."""
TOO_BIG = frozenset(
    {"QUERY_TOO_COMPLICATED", "QUERY_TIMEOUT", "OPERATION_TOO_LARGE", "EXCEEDED_ID_LIMIT", "414", "HTTP_414"}
)
"""Codes after which half the question may do. Source: Salesforce REST API guide, "Status Codes"."""

Rates = dict[str, Fill | Unknown]


_NOT_ASKED = untold(say("Not measured: it would have cost more calls than are allowed for it."))
_NOBODY = untold(say("Not measured: the fields could not be read."))
_OF_HOW_MANY = untold(say("Not measured: it was counted, but not out of how many records."))


def fill_rates(reader: SalesforceReader, fields: Sequence[Field] | Unknown | None) -> Rates | Unknown:
    """``Lead.Email`` → how often it is filled, or why nobody can tell; for each of ``fields``.

    Raises one of ``CANNOT_TELL`` where not even the first call was answered.
    """
    if fields is None or isinstance(fields, Unknown):
        return fields or _NOBODY
    measured = _Measured()
    queue, calls = deque(measurings(fields)), 0
    while queue and calls < MOST_CALLS:
        some = [queue.popleft() for _ in range(min(QUERIES_PER_CALL, len(queue)))]
        try:
            answers: Sequence[object] = reader.composite_queries([measuring.query for measuring in some])
        except CANNOT_TELL as fault:
            if not calls and _code(fault) not in TOO_BIG:
                raise
            measured.silent = unknown(fault) if unknown(fault).unreached else None
            answers = [fault if isinstance(fault, SystemRefused) else SystemRefused(fault.what)] * len(some)
        calls += 1
        if measured.silent:
            break
        for measuring, answer in zip(some, answers, strict=True):
            queue.extendleft(reversed(measured.take(measuring, answer)))
    return measured.rates_of(fields)


@dataclass
class _Measured:
    """What was answered so far."""

    rates: Rates = field(default_factory=dict)
    recent: dict[str, Fill] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)
    silent: Unknown | None = None
    """Why Salesforce could not be asked any more."""

    def take(self, measuring: Measuring, answer: object) -> tuple[Measuring, ...]:
        """Keeps an answer; where it was too much at once, the smaller questions to ask instead."""
        if isinstance(answer, SystemRefused):
            halves = measuring.halves() if _code(answer) in TOO_BIG else ()
            if not halves and measuring.how is not How.COUNT_RECENT:
                self.rates |= {f"{measuring.object}.{name}": unknown(answer) for name in measuring.fields}
            return halves
        rows = getattr(answer, "records", [])
        fills = measuring.read(getattr(answer, "total", 0), rows)
        named = {f"{measuring.object}.{name}": fill for name, fill in fills.items()}
        if measuring.how is How.COUNT_RECENT:
            self.recent |= named
            return ()
        if measuring.how is How.COUNT:
            self.records[measuring.object] = int(rows[0]["n"])
        self.rates |= named
        return ()

    def rates_of(self, fields: Sequence[Field]) -> Rates:
        """An answer for every field, in the order of ``fields``."""
        return {field.full_name: self._of(field) for field in fields}

    def _of(self, field: Field) -> Fill | Unknown:
        if field.name == "Id" and field.object in self.records:
            return Fill(self.records[field.object], self.records[field.object])
        fill = self.rates.get(field.full_name, self.silent or _NOT_ASKED)
        if isinstance(fill, Unknown) or fill.sampled:
            return fill
        if not fill.records and fill.filled <= self.records.get(field.object, -1):
            fill = replace(fill, records=self.records[field.object])
        elif not fill.records and fill.filled:
            return _OF_HOW_MANY
        recent = self.recent.get(field.full_name)
        return replace(fill, recent=recent.filled, recent_records=recent.records) if recent else fill


def _code(fault: object) -> str:
    return str(getattr(fault, "code", "") or "")
