"""Counting people who share an e-mail in the files of an extract: in DuckDB, whatever their number."""

from __future__ import annotations

from pathlib import Path

from runbook_lib.errors import Defect
from runbook_lib.survey.model.inventory import IN_SALESFORCE
from runbook_lib.survey.people.sql_text import parquet_files
from runbook_lib.survey.probes.shared_emails import SPACES
from runbook_lib.survey.snapshot import DuplicateCounts
from runbook_lib.text import say

_SHARED = """
WITH person AS (
    SELECT lower(trim(coalesce(email, ''), $spaces)) AS address, object = 'Lead' AS is_lead, opted_out
    FROM read_parquet($files, union_by_name = true) WHERE object <> 'Marketo'
), shared AS (
    SELECT count(*) AS size,
           CASE WHEN bool_and(is_lead) THEN 'lead' WHEN bool_or(is_lead) THEN 'across' ELSE 'contact' END
               AS kind,
           coalesce(bool_or(opted_out) AND bool_or(NOT opted_out), false) AS conflict
    FROM person WHERE address <> '' GROUP BY address HAVING count(*) > 1
)
SELECT kind, count(*), sum(size)::BIGINT, count_if(conflict) FROM shared GROUP BY kind
"""
_ALL = """
SELECT count(*), coalesce(count_if(trim(coalesce(email, ''), $spaces) = ''), 0), count(opted_out),
       coalesce(count_if(opted_out), 0)
FROM read_parquet($files, union_by_name = true) WHERE object <> 'Marketo'
"""


def count_people(folder: Path) -> DuplicateCounts:
    """What ``survey.probes.shared_emails.count_duplicates`` counts, of the extract in ``folder``."""
    import duckdb  # lazy: only where there are many people

    values = {"spaces": SPACES, "files": parquet_files(folder)}
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder / "work")}) as engine:
        everybody = engine.execute(_ALL, values).fetchone()
        rows = engine.execute(_SHARED, values).fetchall()
    if everybody is None:
        raise Defect(say("The people of an extract were not counted."))
    people, without_email, with_opt_out, opted_out = everybody
    groups, members = (
        {**dict.fromkeys(IN_SALESFORCE, 0), **{row[0]: int(row[column]) for row in rows}} for column in (1, 2)
    )
    if people and not with_opt_out:
        return DuplicateCounts(people, without_email, groups, members)
    conflicts = sum(int(row[3]) for row in rows)
    return DuplicateCounts(people, without_email, groups, members, conflicts, int(opted_out))
