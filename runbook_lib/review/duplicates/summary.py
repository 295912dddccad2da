"""What a person should see of the duplicates, in counts and ids: how many, of which kind, where most are.

Read from the Parquet files of an extract and of its groups; only where people are asked for, their names and
e-mails go along, into a file of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.review.duplicates.groups import engine, files_of
from runbook_lib.survey.people.sql_text import quoted, to_read

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PERSONAL = ("email", "first_name", "last_name", "company")
MOST = 10
"""Rows of each list of the worst."""


class PersonDetail(Enum):
    """What is shown of a person."""

    IDS = "ids"
    PEOPLE = "people"


@dataclass(frozen=True)
class Picture:
    """Where the people of groups are: how many of each object, of each source, and of each owner's Id."""

    objects: Mapping[str, int]
    sources: Mapping[str, int]
    owners: Mapping[str, int]


@dataclass(frozen=True)
class Group:
    """One group, without anything personal: the Ids of its records, and which one to keep, and why."""

    key: str
    kind: str
    size: int
    keep_id: str
    reason: str
    has_conflict: bool
    ids: tuple[str, ...]


_MEMBERS = """
CREATE TEMP VIEW member AS
SELECT groups.group_id, groups.key_digest, groups.kind, groups.keep_object = each.object AND
       groups.keep_id = each.id AS keep, groups.keep_reason, groups.opt_out_conflict,
       each.object AS object, each.id AS id, each.owner_id AS owner_id
FROM (SELECT *, unnest(members) AS each FROM read_parquet({groups})) AS groups
"""


def draw_picture(folder: Path, groups: Path) -> Picture:
    """The picture of the groups of an extract."""
    with _members(groups) as connection:
        people = f"member JOIN (SELECT object, id, source FROM {files_of(folder)}) USING (object, id)"  # noqa: S608 - our own text
        names = {"object": "member", "source": people, "owner_id": "member"}
        return Picture(*(_counts(connection, column, source) for column, source in names.items()))


def write_csv(folder: Path, groups: Path, target: Path, detail: PersonDetail) -> Path:
    """A row per record of a group, for a tool that merges; one file, readable by its owner alone."""
    columns = (
        'group_id AS "group", key_digest AS key, kind, object, id, keep, keep_reason AS reason, owner_id, '
        "opt_out_conflict"
    )
    source = "member"
    if detail is PersonDetail.PEOPLE:
        columns += "".join(f", {_harmless(name)} AS {name}" for name in _PERSONAL)
        source = f"member JOIN (SELECT * EXCLUDE (owner_id) FROM {files_of(folder)}) USING (object, id)"  # noqa: S608 - our own text
    target.touch(mode=0o600)
    target.chmod(0o600)
    with _members(groups) as connection:
        query = " ".join(("SELECT", columns, "FROM", source, "ORDER BY group_id, keep DESC, object, id"))
        connection.execute(
            f"COPY ({query}) TO {quoted(str(target))} (FORMAT csv, HEADER, USE_TMP_FILE false)"
        )
    return target


def read_groups(groups: Path, kind: str = "", most: int = 20) -> tuple[Group, ...]:
    """The biggest groups, of one kind or of all."""
    condition = "WHERE kind = $kind OR $kind = ''"
    query = f"""
        SELECT key_digest, kind, size, keep_id, keep_reason, opt_out_conflict,
               list_transform(members[:20], lambda member: member.id)
        FROM read_parquet({to_read(groups)}) {condition} ORDER BY group_id LIMIT {most}
    """  # noqa: S608 - our own text
    with _members(groups) as connection:
        rows = connection.execute(query, {"kind": kind}).fetchall()
    return tuple(
        Group(key, kind, size, keep, reason, conflict, tuple(ids))
        for key, kind, size, keep, reason, conflict, ids in rows
    )


def still_there(groups: Path, keys: frozenset[str]) -> frozenset[str]:
    """Which of the groups with these keys there are."""
    query = f"SELECT key_digest FROM read_parquet({to_read(groups)}) WHERE key_digest IN $keys"  # noqa: S608 - our own text
    with _members(groups) as connection:
        return frozenset(str(key) for (key,) in connection.execute(query, {"keys": sorted(keys)}).fetchall())


def _counts(connection: DuckDBPyConnection, column: str, source: str) -> dict[str, int]:
    query = f"""
        SELECT coalesce({column}, ''), count(*) FROM {source} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST}
    """  # noqa: S608 - our own text
    return {str(name): int(count) for name, count in connection.execute(query).fetchall()}


@contextmanager
def _members(groups: Path) -> Iterator[DuckDBPyConnection]:
    """DuckDB with a row per record of a group."""
    with engine(Path(f"{groups}.work")) as connection:
        connection.execute(_MEMBERS.format(groups=to_read(groups)))
        yield connection


def _harmless(column: str) -> str:
    """A text that no spreadsheet takes for a formula, and no terminal for an order. Source: OWASP, "CSV
    Injection"."""
    text = rf"regexp_replace({column}, '[\x00-\x1f\x7f-\x{{9f}}]', chr(65533), 'g')"
    return rf"CASE WHEN regexp_matches({column}, '^[=+@\t\r-]') THEN chr(39) || {text} ELSE {text} END"
