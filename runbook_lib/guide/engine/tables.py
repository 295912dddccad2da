"""The tables behind the previews as DataFrames, for whoever goes on with pandas: ``step.table("fields")``.

Each is made of what the notebook saw, and calls no system. Which notebook has which is said in
:data:`TABLES_OF`, and in docs/tables.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from runbook_lib.errors import UsageFault
from runbook_lib.guide.state.comparison import groups_file
from runbook_lib.guide.state.session import Session
from runbook_lib.review.duplicates.summary import read_groups
from runbook_lib.review.fields import field_review
from runbook_lib.review.findings import Finding
from runbook_lib.review.mappings import mapping_review, mapping_table
from runbook_lib.review.rights_matrix import rights_matrix
from runbook_lib.review.visible_records import record_sights
from runbook_lib.road import (
    DUPLICATES,
    FIELD_MAPPINGS,
    FIELD_VISIBILITY,
    ROAD,
    START_SYNC,
    SYNC_FIELDS,
    SYNC_USER,
    StepSpec,
)
from runbook_lib.survey.snapshot import DuplicateCounts, Snapshot
from runbook_lib.text import say, translate

if TYPE_CHECKING:
    import pandas as pd

Rows = Iterable[Sequence[object]]
MOST_GROUPS = 1_000_000
"""More groups than an org has people."""


class Tabled(Protocol):
    """What a table is made of."""

    session: Session

    @property
    def snapshot(self) -> Snapshot:
        """What the notebook saw."""

    def findings(self, seen: Snapshot) -> tuple[Finding, ...]:
        """What its checks say."""


@dataclass(frozen=True)
class StepTable:
    """One table: what a row of it is, for the page of docs, and how it is made."""

    row: str
    make: Callable[[Tabled], pd.DataFrame]


def table_of(step: Tabled, spec: StepSpec, name: str) -> pd.DataFrame:
    """The table ``name`` of the notebook of ``spec``. ``UsageFault`` naming those that it has."""
    names = TABLES_OF[spec]
    if name not in names:
        raise UsageFault(
            say("There is no table “{name}” in {step}.", name=name, step=spec.name),
            fix=say("It has: {names}.", names=", ".join(names)),
        )
    return TABLES[name].make(step)


def _frame(columns: Sequence[str], rows: Rows) -> pd.DataFrame:
    import pandas as pd  # lazy: only who looks at tables pays for pandas

    return pd.DataFrame([tuple(row) for row in rows], columns=list(columns))


def _findings(step: Tabled) -> pd.DataFrame:
    language = step.session.language
    rows = (
        (finding.check, finding.status.value, *(translate(text, language) if text else ""
         for text in (finding.what, finding.why, finding.fix)), finding.who.value)
        for finding in step.findings(step.snapshot)
    )  # fmt: skip
    return _frame(("check", "status", "what", "why", "fix", "who"), rows)


def _fields(step: Tabled) -> pd.DataFrame:
    return field_review(step.snapshot, step.session.language)


def _mappings(step: Tabled) -> pd.DataFrame:
    return mapping_table(mapping_review(step.snapshot), step.session.language)


def _rights(step: Tabled) -> pd.DataFrame:
    language = step.session.language
    rows = (
        (line.kind.value, line.name, translate(line.needs, language), line.held.value,
         ", ".join(giver.name for giver in line.by), translate(line.fix, language) if line.fix else "")
        for line in rights_matrix(step.snapshot)
    )  # fmt: skip
    return _frame(("kind", "name", "needs", "held", "from", "fix"), rows)


def _duplicates(step: Tabled) -> pd.DataFrame:
    file = groups_file(step.session)
    groups = read_groups(file, most=MOST_GROUPS) if file.exists() else ()
    rows = ((g.key, g.kind, g.size, g.keep_id, g.reason, g.has_conflict, " ".join(g.ids)) for g in groups)
    return _frame(("key", "kind", "records", "keep_id", "because", "opt_outs_differ", "ids"), rows)


def _people(step: Tabled) -> pd.DataFrame:
    """An unknown count is missing, never zero."""
    counts = step.snapshot.duplicates
    if not isinstance(counts, DuplicateCounts):
        return _frame(("what", "groups", "people"), ())
    rows: list[Sequence[object]] = [
        ("all", None, counts.people),
        ("without_email", None, counts.without_email),
        ("opted_out", None, counts.opted_out),
        ("opt_outs_differ", counts.conflicts, None),
    ]
    rows += [(kind, groups, counts.members.get(kind)) for kind, groups in counts.groups.items()]
    frame = _frame(("what", "groups", "people"), rows)
    return frame.astype({"groups": "Int64", "people": "Int64"})


def _records(step: Tabled) -> pd.DataFrame:
    rows = ((sight.object, sight.seen, sight.there) for sight in record_sights(step.snapshot))
    return _frame(("object", "seen", "there"), rows).astype({"seen": "Int64", "there": "Int64"})


TABLES: Mapping[str, StepTable] = {
    "findings": StepTable("a check, with its status, why it matters, the fix and who can make it", _findings),
    "fields": StepTable("a field that the sync user sees, with fill rate, suggestion and reason", _fields),
    "mappings": StepTable("a pair of fields that Marketo combines, or one that stands alone", _mappings),
    "rights": StepTable("a right that Marketo needs, whether it is held, and where it comes from", _rights),
    "duplicates": StepTable(
        "a group of records that share an e-mail, without names or addresses", _duplicates
    ),
    "people": StepTable("a count of people: all, without e-mail, opted out, in groups of each kind", _people),
    "records": StepTable("an object, with the records that the sync user sees and those there are", _records),
}
"""Every table by its name."""
_OWN: Mapping[StepSpec, tuple[str, ...]] = {
    SYNC_USER: ("rights",),
    FIELD_VISIBILITY: ("fields", "rights"),
    SYNC_FIELDS: ("fields",),
    FIELD_MAPPINGS: ("mappings",),
    DUPLICATES: ("duplicates", "people"),
    START_SYNC: ("people", "records"),
}
TABLES_OF: Mapping[StepSpec, tuple[str, ...]] = {spec: (*_OWN.get(spec, ()), "findings") for spec in ROAD}
"""Step → the tables that its notebook has."""


def page() -> str:
    """docs/tables.md."""
    of_steps = [
        f"| `{spec.name}` | {', '.join(f'`{name}`' for name in names)} |" for spec, names in TABLES_OF.items()
    ]
    meant = [f"| `{name}` | {table.row} |" for name, table in TABLES.items()]
    return "\n".join((_INTRODUCTION, *of_steps, "", "| table | a row is |", "|---|---|", *meant, ""))


_INTRODUCTION = """# Tables for pandas

Every notebook gives the tables behind its previews as DataFrames: add a cell and type
`step.table("findings")`. They are made of what the notebook saw, and call no system. A count that nobody
could read is missing, never zero.

| notebook | tables |
|---|---|"""


if __name__ == "__main__":
    sys.stdout.write(page())
