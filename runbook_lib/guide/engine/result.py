"""``result.json``: how a notebook ended, for the program that started it.

Plain papermill ends with 1 whatever stopped a notebook, and a scheduler needs to know which it was: waiting
for a person is no failure, and a check that blocks is not mended by another try. The file is written when a
notebook begins, as ``unfinished``, and again when it ends; so a killed one leaves no older answer behind.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from runbook_lib.disk import write_whole
from runbook_lib.errors import RunbookError
from runbook_lib.guide.engine.next_command import next_command
from runbook_lib.guide.engine.reasons import reasons
from runbook_lib.guide.state.session import Session
from runbook_lib.journal import Entry
from runbook_lib.outcomes import Outcome
from runbook_lib.published import Published

NAME = "result.json"
UNFINISHED = "unfinished"
FORMAT = 1


@dataclass(frozen=True)
class Result(Published):
    """How a notebook ended."""

    format: int
    """1; a field may be added, none is renamed or taken away without raising it."""
    step: str
    """The notebook's name, such as ``05_sync_fields``."""
    run: str
    """Id of the run, as the journal has it; empty where no journal could be opened."""
    at: str
    """When this was written: ISO 8601, UTC."""
    outcome: str
    """done, waits, blocked, refused, cancelled, timed-out, evidence-missing, usage or defect; unfinished
    while it runs, after its process was killed, and where another run holds the workspace."""
    exit_code: int
    """0 done, 2 waits for a person, 3 blocked by a check, 4 a system refused, 5 cancelled, 6 time-out,
    7 evidence missing, 64 usage, 70 defect or unfinished."""
    reasons: tuple[str, ...]
    """Why it stopped and how to mend it, in the language of the connection; empty where it is done."""
    next: str
    """The command with which to go on; empty where nothing is left to do or nobody can tell."""


def write_result(folder: Path, result: Result) -> None:
    """Writes ``result.json`` into ``folder``, which is made where it is missing; whole or not at all."""
    write_whole(folder / NAME, json.dumps(asdict(result), ensure_ascii=False, indent=1) + "\n")


def begun(step: str, run: str) -> Result:
    """What stands there until the notebook has ended."""
    return Result(FORMAT, step, run, _now(), UNFINISHED, Outcome.DEFECT.exit_code, (), "")


def proven_before(step: str, run: str) -> Result:
    """A notebook that had nothing to do."""
    return Result(FORMAT, step, run, _now(), Outcome.DONE, 0, (), "")


def stopped_by(step: str, run: str, error: RunbookError) -> Result:
    """A notebook that could not even be opened, or whose run failed after it."""
    return Result(
        FORMAT, step, run, _now(), error.outcome, error.exit_code, tuple(map(str, error.parts())), ""
    )


def result_of(session: Session, ended: Entry) -> Result:
    """How the step ended, by what the journal says."""
    outcome, code = str(ended.payload["outcome"]), int(ended.payload["exit_code"])
    why = () if code == 0 else tuple(reasons(session, ended))
    return Result(FORMAT, ended.step, ended.run, _now(), outcome, code, why, next_command(session, ended))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
