"""A PostgreSQL server of our own, started by the tests where its programs are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine

_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@dataclass(frozen=True)
class PostgresServer:
    """The running server. ``url``: SQLAlchemy's form."""

    folder: str
    control: str
    user: str | None

    @property
    def url(self) -> str:
        """Its database, over a socket."""
        return f"postgresql+psycopg://runbook@/postgres?host={self.folder}"

    def sql(self, statement: str) -> None:
        """Runs one statement."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def restart(self) -> None:
        """Down at once, as after a power cut, and up again."""
        self.run(*self._server, *self._options, "-m", "immediate", "restart")

    def start(self) -> None:
        """Up."""
        self.run(*self._server, *self._options, "start")

    def stop(self) -> None:
        """Down at once."""
        self.run(*self._server, "-m", "immediate", "stop")

    def run(self, *command: str) -> None:
        """Runs a program of PostgreSQL, which refuses to be root."""
        subprocess.run(command, check=True, user=self.user, cwd=self.folder, stdout=subprocess.DEVNULL)

    @property
    def _server(self) -> tuple[str, ...]:
        return (self.control, "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log")

    @property
    def _options(self) -> tuple[str, ...]:
        return ("-o", f"-k {self.folder} -c listen_addresses=")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """The running server; the test is skipped where there is none to start."""
    initdb, control = (_program(name) for name in ("initdb", "pg_ctl"))
    if initdb is None or control is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not installed (apt-get install postgresql)")
    user = "nobody" if os.geteuid() == 0 else None
    with TemporaryDirectory(prefix="pg-") as folder:
        if user:
            shutil.chown(folder, user)
        server = PostgresServer(folder, control, user)
        server.run(initdb, "-D", f"{folder}/data", "-U", "runbook", "-A", "trust", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _program(name: str) -> str | None:
    """Debian keeps these programs outside of the path."""
    return shutil.which(name) or next((str(bin_ / name) for bin_ in _DEBIAN if (bin_ / name).exists()), None)
