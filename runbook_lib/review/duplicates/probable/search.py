"""Groups of people who are probably the same, each with what speaks for it and what against it."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runbook_lib.review.duplicates.email_rules import EmailRules, address_sql
from runbook_lib.review.duplicates.groups import PERSON, ROWS, SHARED, engine, files_of
from runbook_lib.review.duplicates.probable.comparable import Comparable, prepare
from runbook_lib.review.duplicates.probable.engines import DuckDbEngine, Engine
from runbook_lib.review.duplicates.probable.model import (
    BY_FREQUENCY,
    EVIDENCE,
    quietly,
    settings,
    train,
    within_bounds,
)
from runbook_lib.survey.model.inventory import GroupKind
from runbook_lib.survey.people.sql_text import literal, quoted, to_read, to_read_all

KIND = GroupKind.PROBABLE
LIKELIHOOD = 0.95
"""From this probability on two people are taken for the same, unless somebody says otherwise."""


@dataclass(frozen=True)
class ProbableSummary:
    """How many groups there are, and how many people are in them."""

    groups: int
    members: int


_EMPTY = """
COPY (
    SELECT NULL::BIGINT AS group_id, NULL::VARCHAR AS key_digest, NULL::VARCHAR AS kind, NULL::BIGINT AS size,
           NULL::VARCHAR AS keep_object, NULL::VARCHAR AS keep_id, NULL::VARCHAR AS keep_reason,
           NULL::BOOLEAN AS opt_out_conflict,
           NULL::STRUCT(object VARCHAR, id VARCHAR, owner_id VARCHAR)[] AS members,
           NULL::DOUBLE AS likelihood, NULL::VARCHAR AS pair_left, NULL::VARCHAR AS pair_right,
           NULL::DOUBLE AS prior, NULL::STRUCT(what VARCHAR, level INTEGER, weight DOUBLE)[] AS evidence
    WHERE false
) TO {out} (FORMAT parquet)
"""
# Of several pairs in one group the least likely is told: it is the one to be looked at.
_EDGES = """
CREATE TEMP TABLE edge AS
SELECT cluster_id, arg_min({{'left': uid_l, 'right': uid_r, 'evidence': {evidence}}}, (match_weight, uid_l))
           AS weakest,
       min(match_probability) AS likelihood
FROM read_parquet({edges}) AS edges JOIN read_parquet({clusters}) AS cluster ON cluster.uid = edges.uid_l
GROUP BY cluster_id
"""
_MEMBERS = """
CREATE TEMP VIEW member AS
SELECT person.*, cluster_id, edge.likelihood AS likelihood, weakest
FROM person
JOIN read_parquet({clusters}) AS cluster ON cluster.uid = person.object || ':' || person.id
JOIN edge USING (cluster_id)
"""
_SHARED = SHARED.format(
    source="member", key="cluster_id",
    # Who all share one e-mail are told as exact duplicates already.
    having="AND count(DISTINCT CASE WHEN address = '' THEN object || id ELSE address END) > 1",
    more=", any_value(likelihood) AS likelihood, any_value(weakest) AS weakest",
)  # fmt: skip
_ROWS = ROWS.format(
    kind=quoted(KIND),
    more=", likelihood, weakest.left AS pair_left, weakest.right AS pair_right, {prior}::DOUBLE AS prior,"
    " weakest.evidence AS evidence",
)


def find_probable(
    folder: Path,
    out: Path,
    likelihood: float = LIKELIHOOD,
    rules: EmailRules | None = None,
    more: Sequence[str] = (),
    where: Engine | None = None,
) -> ProbableSummary:
    """Writes the groups of people in ``folder`` who are probably the same to the Parquet file ``out``.

    Columns: those of :data:`~runbook_lib.review.duplicates.groups.GROUP_COLUMNS`, then ``likelihood`` (0 to
    1) of the least likely pair in the group, that pair, ``prior`` (the weight before anything is compared, in
    bits) and ``evidence``: what is compared, its level (−1: nothing to compare, 0: different), its weight in
    bits.
    Groups of people who all have one e-mail are left out: exact duplicates are told without it.
    """
    rules, where = rules or EmailRules(), where or DuckDbEngine()
    work = out.with_name(out.name + ".work")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        people = prepare(folder, rules, work / "people.parquet", more)
        if people.people < 2:  # noqa: PLR2004 - nobody to compare with
            return _nobody(out, work)
        prior = _compare(people, likelihood, where, work)
        return _group(folder, out, rules, people, prior)
    finally:
        shutil.rmtree(work, ignore_errors=True)  # names and e-mails are in it


def _compare(people: Comparable, likelihood: float, where: Engine, work: Path) -> float:
    """Pairs and clusters, written to ``work``; returns the weight that every pair begins with."""
    from splink import Linker  # lazy: only notebook 07 compares people

    with quietly(), where.open(work / "spilled") as database:
        table = where.table(database, people.file)
        learner = Linker(table, settings(people), log_level=None)
        before = learner.misc.save_model_to_json()
        train(learner, people)
        model = within_bounds(learner.misc.save_model_to_json(), before)
        linker = Linker(table, model, log_level=None)
        pairs = linker.inference.predict(threshold_match_probability=likelihood, warning_mode="never")
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, likelihood)
        where.save(pairs, work / "pairs.parquet")
        where.save(clusters, work / "clusters.parquet")
    return float(model["probability_two_random_records_match"])


def _group(folder: Path, out: Path, rules: EmailRules, people: Comparable, prior: float) -> ProbableSummary:
    work = out.with_name(out.name + ".work")
    clusters, edges = (_to_read(work / name) for name in ("clusters.parquet", "pairs.parquet"))
    evidence = ", ".join(map(_evidence, (*EVIDENCE, *people.more)))
    with engine(work / "spilled") as connection:
        connection.execute(PERSON.format(address=address_sql(rules), files=files_of(folder)))
        connection.execute(_EDGES.format(evidence=f"[{evidence}]", edges=edges, clusters=clusters))
        connection.execute(_MEMBERS.format(clusters=clusters))
        rows = _ROWS.replace("{prior}", str(math.log2(prior / (1 - prior))))
        connection.execute(f"COPY (WITH shared AS ({_SHARED}) {rows}) TO {quoted(str(out))} (FORMAT parquet)")
        query = "SELECT count(*), coalesce(sum(size), 0)::BIGINT FROM read_parquet($out)"
        return ProbableSummary(
            *map(int, connection.execute(query, {"out": literal(out)}).fetchone() or (0, 0))
        )


def _evidence(what: str) -> str:
    weight = f"mw_{what} + mw_tf_adj_{what}" if what in BY_FREQUENCY else f"mw_{what}"
    return f"{{'what': '{what}', 'level': gamma_{what}::INTEGER, 'weight': ({weight})::DOUBLE}}"


def _to_read(path: Path) -> str:
    """A file, or the folder of files that Spark makes of one."""
    return to_read_all(path) if path.is_dir() else to_read(path)


def _nobody(out: Path, work: Path) -> ProbableSummary:
    with engine(work / "spilled") as connection:
        connection.execute(_EMPTY.format(out=quoted(str(out))))
    return ProbableSummary(0, 0)
