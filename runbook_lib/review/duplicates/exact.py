"""People with one e-mail, found in the Parquet files of an extract: DuckDB compares them out of core."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runbook_lib.review.duplicates.email_rules import EmailRules, address_sql
from runbook_lib.review.duplicates.groups import PERSON, ROWS, SHARED, engine, files_of
from runbook_lib.survey.model.inventory import BY_EMAIL
from runbook_lib.survey.people.sql_text import literal, quoted


@dataclass(frozen=True)
class ExactSummary:
    """What was found, in counts. ``people`` and ``without_email`` are of Salesforce alone.

    ``conflicts``: groups whose opt-outs contradict each other; ``opted_out``: people of Salesforce who have
    opted out; ``None``: opt-outs are not visible.
    """

    people: int
    without_email: int
    groups: Mapping[str, int] = field(default_factory=dict)
    members: Mapping[str, int] = field(default_factory=dict)
    conflicts: int | None = None
    opted_out: int | None = None


_KIND = """
    CASE WHEN ours = 1 THEN 'marketo' WHEN leads = ours THEN 'lead' WHEN leads = 0 THEN 'contact'
         ELSE 'across' END
"""
# Whose address comes once is put aside by a number of eight bytes, so that only the others are ever collected
# whole; two addresses that share such a number are told apart in the second step.
_TWICE = "SELECT hash(address) AS key FROM person WHERE address <> '' GROUP BY 1 HAVING count(*) > 1"
_SHARED = SHARED.format(
    source="person WHERE address <> '' AND hash(address) IN (SELECT key FROM twice)",
    key="address", having="", more="",
)  # fmt: skip
_GROUPS = (
    f"COPY (WITH twice AS MATERIALIZED ({_TWICE}), shared AS ({_SHARED}) {ROWS.format(kind=_KIND, more='')}) "
    "TO {out} (FORMAT parquet, USE_TMP_FILE false)"
)
_COUNTS = (
    "SELECT kind, count(*), sum(size)::BIGINT, count_if(opt_out_conflict) FROM read_parquet($out) GROUP BY 1"
)
_ALL = """
SELECT count(*), coalesce(count_if(address = ''), 0), count(opted_out), coalesce(count_if(opted_out), 0)
FROM person WHERE NOT in_marketo
"""


def find_exact(folder: Path, rules: EmailRules, out: Path) -> ExactSummary:
    """Writes the groups of people in ``folder`` who share an e-mail to the Parquet file ``out``.

    Its columns: :data:`~runbook_lib.review.duplicates.groups.GROUP_COLUMNS`; the biggest group comes first.
    """
    with engine(out.with_name(out.name + ".work")) as connection:
        connection.execute(PERSON.format(address=address_sql(rules), files=files_of(folder)))
        connection.execute(_GROUPS.replace("{out}", quoted(str(out))))
        rows = connection.execute(_COUNTS, {"out": literal(out)}).fetchall()
        everybody = connection.execute(_ALL).fetchone()
    people, without_email, with_opt_out, opted_out = everybody or (0, 0, 0, 0)
    groups, members = (
        {**dict.fromkeys(BY_EMAIL, 0), **{row[0]: int(row[column]) for row in rows}} for column in (1, 2)
    )
    if people and not with_opt_out:
        return ExactSummary(people, without_email, groups, members)
    conflicts = sum(int(row[3]) for row in rows)
    return ExactSummary(people, without_email, groups, members, conflicts, int(opted_out))
