"""Spark in local mode finds what DuckDB finds: an optional job, ``make test-spark``, for it needs Java."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.people import make_people
from runbook_lib.review.duplicates.probable.engines import DuckDbEngine, SparkEngine
from runbook_lib.review.duplicates.probable.search import find_probable
from runbook_lib.review.duplicates.summary import read_groups

pytest.importorskip("pyspark", reason="Spark is not installed: make test-spark")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, and there is none here"),
    # Spark's own client leaves sockets open and calls what pandas and Python have given up since
    pytest.mark.filterwarnings("default"),
]


def test_spark_finds_what_duckdb_finds(tmp_path: Path) -> None:
    """Nearly the same groups, for both learn from samples of their own; and nothing is left behind."""
    (tmp_path / "extract").mkdir()
    make_people(1_500, seed=5).to_parquet(tmp_path / "extract" / "people.parquet")
    found = {}
    for name, where in (("duckdb", DuckDbEngine()), ("spark", SparkEngine("local[2]"))):
        find_probable(tmp_path / "extract", tmp_path / f"{name}.parquet", where=where)
        groups = read_groups(tmp_path / f"{name}.parquet", most=1_000)
        found[name] = {frozenset(group.ids) for group in groups}
    both = found["duckdb"] & found["spark"]
    assert len(both) >= 0.95 * max(len(frame) for frame in found.values()) and len(both) > 40
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"extract", "duckdb.parquet", "spark.parquet"}
