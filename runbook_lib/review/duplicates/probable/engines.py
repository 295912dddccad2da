"""Where people are compared: in DuckDB on this computer, or on a Spark cluster that somebody has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from runbook_lib.errors import UsageFault
from runbook_lib.review.duplicates.groups import engine
from runbook_lib.survey.people.sql_text import to_read
from runbook_lib.text import say

MEMORY = "2GB"


class Engine(Protocol):
    """Where Splink works: a table from a Parquet file, and a result written to one."""

    def open(self, work: Path) -> Any:
        """Splink's database, as a context manager; ``work``: a folder for what does not fit into memory."""

    def table(self, database: Any, file: Path) -> Any:
        """The people in ``file``, registered."""

    def save(self, table: Any, target: Path) -> Path:
        """Writes a result to ``target``; returns what names its Parquet files."""


class DuckDbEngine:
    """On this computer, in two gigabytes of memory and a folder for the rest."""

    @contextmanager
    def open(self, work: Path) -> Iterator[Any]:
        """See :class:`Engine`."""
        from splink import DuckDBAPI  # lazy: only notebook 07 compares people

        with engine(work, MEMORY) as connection:
            yield DuckDBAPI(connection)

    def table(self, database: Any, file: Path) -> Any:
        """See :class:`Engine`."""
        query = f"CREATE TABLE comparable AS FROM read_parquet({to_read(file)})"
        database.duckdb_con.execute(query)
        return database.register("comparable", dataset_display_name="people")

    def save(self, table: Any, target: Path) -> Path:
        """See :class:`Engine`."""
        # Splink's own to_parquet writes the path into its SQL as it is: a quote would end it.
        table.as_duckdbpyrelation().write_parquet(str(target))
        return target


class SparkEngine:
    """On the Spark cluster at ``master``, such as ``spark://host:7077``, or ``local[2]``.

    Its workers must reach the files of the workspace under the same path. Source: Splink documentation,
    "Backends: Spark".
    """

    def __init__(self, master: str) -> None:
        """``UsageFault`` where Spark is not installed: here, so that nobody is read in vain."""
        if find_spec("pyspark") is None:
            raise UsageFault(
                say("Spark is not installed here ({name}).", name="pyspark"),
                fix=say("Install it with `pip install 'marketo-salesforce-runbook[spark]'`, or leave out "
                        "`--engine spark`; DuckDB needs no cluster."),
            )  # fmt: skip
        self.master = master

    @contextmanager
    def open(self, work: Path) -> Iterator[Any]:
        """See :class:`Engine`."""
        from pyspark.sql import SparkSession  # lazy: an extra that few install
        from splink.backends.spark import SparkAPI, similarity_jar_location  # lazy: as above

        here = {"spark.sql.shuffle.partitions": "8"} if self.master.startswith("local") else {}
        session = (
            SparkSession.builder.master(self.master)
            .config(map=here)
            .appName("marketo-salesforce-runbook")
            .config("spark.jars", similarity_jar_location())
            .config("spark.sql.warehouse.dir", str(work / "warehouse"))
            .config("spark.ui.enabled", "false")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        session.sparkContext.setCheckpointDir(str(work / "checkpoints"))
        try:
            yield SparkAPI(spark_session=session)  # type: ignore[no-untyped-call]
        finally:
            session.stop()

    def table(self, database: Any, file: Path) -> Any:
        """See :class:`Engine`."""
        return database.register(database.spark.read.parquet(str(file)), dataset_display_name="comparable")

    def save(self, table: Any, target: Path) -> Path:
        """See :class:`Engine`."""
        table.to_parquet(str(target), overwrite=True)
        return target / "*.parquet"
