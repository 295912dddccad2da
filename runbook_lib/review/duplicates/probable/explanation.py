"""Why two records are probably one person: what was compared, how alike it is, and what that weighs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook_lib.review.duplicates.groups import engine
from runbook_lib.review.duplicates.probable.model import level_name
from runbook_lib.review.duplicates.summary import Group
from runbook_lib.survey.people.sql_text import to_read


@dataclass(frozen=True)
class Weighed:
    """One comparison: what (``first_name`` …), its level (``same`` … ``different``) and its weight in bits:
    one bit more doubles the odds."""

    what: str
    level: str
    weight: float


@dataclass(frozen=True)
class ProbableGroup:
    """A group without anything personal, its least likely pair, and what speaks for that pair and against it.

    ``prior``: the weight with which any two people begin, in bits.
    """

    group: Group
    likelihood: float
    pair: tuple[str, str]
    prior: float
    evidence: tuple[Weighed, ...]


_QUERY = """
SELECT key_digest, kind, size, keep_id, keep_reason, opt_out_conflict,
       list_transform(members[:20], lambda member: member.id), likelihood,
       split_part(pair_left, ':', 2), split_part(pair_right, ':', 2), prior, evidence
FROM read_parquet({groups}) WHERE key_digest = $key OR $key = '' ORDER BY likelihood, group_id LIMIT {most}
"""


def read_probable(groups: Path, most: int = 20, key: str = "") -> tuple[ProbableGroup, ...]:
    """The groups that :func:`~runbook_lib.review.duplicates.probable.search.find_probable` wrote.

    The least likely first, for these are the ones to be looked at. ``key``: that group alone.
    """
    with engine(groups.with_name(groups.name + ".work")) as connection:
        query = _QUERY.format(groups=to_read(groups), most=most)
        rows = connection.execute(query, {"key": key}).fetchall()
    return tuple(_group(*row) for row in rows)


def _group(*row: Any) -> ProbableGroup:
    key, kind, size, keep, reason, conflict, ids, likelihood, left, right, prior, evidence = row
    return ProbableGroup(
        Group(key, kind, size, keep, reason, conflict, tuple(ids)),
        likelihood,
        (left, right),
        prior,
        tuple(Weighed(e["what"], level_name(e["what"], e["level"]), e["weight"]) for e in evidence),
    )
