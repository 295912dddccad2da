"""A group of people as one row, whatever made it a group: its kind, its size, and which record to keep.

What is written about a group holds no e-mail and no name: ids, owners, counts and a reason in a code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.survey.people.sql_text import to_read_all

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

GROUP_COLUMNS = (
    "group_id", "key_digest", "kind", "size", "keep_object", "keep_id", "keep_reason", "opt_out_conflict",
    "members",
)  # fmt: skip
MEMORY = "1GB"

PERSON = """
CREATE TEMP VIEW person AS
SELECT object, id, owner_id, opted_out, created, last_activity, object = 'Lead' AS is_lead,
       object = 'Marketo' AS in_marketo, {address} AS address
FROM {files}
WHERE object <> 'Marketo' OR sfdc_id IS NULL
"""
"""Everybody of an extract who can be in a group: whom Marketo has from Salesforce is no second person."""
SHARED = """
    SELECT count(*) AS size, count_if(NOT in_marketo) AS ours, count_if(is_lead) AS leads,
           coalesce(bool_or(opted_out) AND bool_or(NOT opted_out), false) AS opt_out_conflict,
           arg_min({{'object': object, 'id': id, 'last_activity': last_activity}},
                   (in_marketo, is_lead, last_activity IS NULL, -epoch(last_activity),
                    coalesce(created, TIMESTAMP '9999-01-01'), id)) AS keep,
           count_if(NOT is_lead AND NOT in_marketo) AS contacts,
           list({{'object': object, 'id': id, 'owner_id': owner_id}} ORDER BY object, id) AS members
           {more}
    FROM {source}
    GROUP BY {key} HAVING count(*) > 1 AND count_if(NOT in_marketo) > 0 {having}
"""
"""What is told of the people who share ``key``. The record to keep: a contact rather than a lead, then the
one with the latest activity, then the oldest."""
ROWS = """
    SELECT row_number() OVER (ORDER BY size DESC, keep.id) AS group_id,
           left(sha256(array_to_string(list_transform(members, lambda member: member.object || member.id),
                                       ' ')), 16) AS key_digest,
           {kind} AS kind, size, keep.object AS keep_object, keep.id AS keep_id,
           CASE WHEN ours = 1 THEN 'only_in_salesforce' WHEN contacts = 1 THEN 'only_contact'
                WHEN keep.last_activity IS NOT NULL THEN 'last_activity' ELSE 'oldest' END AS keep_reason,
           opt_out_conflict, members {more}
    FROM shared ORDER BY group_id
"""
"""The rows of :data:`GROUP_COLUMNS`, the biggest group first. ``key_digest``: of the ids of the members, so
that a decision about a group is one about these records."""


def files_of(folder: Path) -> str:
    """All Parquet files of an extract as a table of SQL."""
    return f"read_parquet({to_read_all(folder)}, union_by_name = true)"


@contextmanager
def engine(work: Path, memory: str = MEMORY) -> Iterator[DuckDBPyConnection]:
    """DuckDB within ``memory``; what does not fit is put aside under ``work``."""
    import duckdb  # lazy: only notebook 07 compares people

    with duckdb.connect(config={"memory_limit": memory, "temp_directory": str(work)}) as connection:
        connection.execute("SET enable_progress_bar = false")  # only a notebook's own output is shown
        yield connection
