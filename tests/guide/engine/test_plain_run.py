"""A notebook that papermill runs by itself tells how it ended, and lets no secret out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from runbook_lib.errors import EvidenceMissing, RunbookError, SecretLeaked, WorkspaceInUse
from runbook_lib.guide.engine.plain_run import PlainRun
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.views.view import Line
from runbook_lib.journal import Kind
from runbook_lib.systems.secrets.vault import Secret

SECRET = "Xk29-never-in-a-text"
START, GATE = "00_start_here", "05_sync_fields"


def _step(session: Session, name: str, folder: Path, output: Path | None = None) -> Step:
    step = STEPS[name](session, interactive=False)
    step.run_plainly(PlainRun(session, name, folder, output))
    return step


def _walk(step: Step) -> None:
    for beat in BEATS:
        getattr(step, beat)()


def _result(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return told


@pytest.fixture
def secret(rehearsed: Session) -> str:
    """A session id that is in use, as a login would leave it."""
    rehearsed.vault.watch("salesforce_session", Secret(SECRET))
    return SECRET


def test_a_workspace_in_use_is_told(rehearsed: Session, tmp_path: Path) -> None:
    """Another run holds it: unfinished, with who holds it among the reasons, so that it is tried again."""
    step = _step(rehearsed, START, tmp_path)
    with FileLock(rehearsed.workspace.path / ".lock"), pytest.raises(WorkspaceInUse):
        step.look()
    told = _result(tmp_path)
    assert (told["outcome"], told["exit_code"]) == ("unfinished", 70) and told["reasons"]


def test_the_result_is_written_when_it_begins_and_when_it_ends(rehearsed: Session, tmp_path: Path) -> None:
    """Unfinished with 70 until it ended, so that a killed one leaves no older answer; then done."""
    step = _step(rehearsed, START, tmp_path / "out")
    assert (_result(tmp_path / "out")["outcome"], _result(tmp_path / "out")["exit_code"]) == (
        "unfinished",
        70,
    )
    _walk(step)
    told = _result(tmp_path / "out")
    assert (told["step"], told["outcome"], told["exit_code"], told["next"]) == (START, "done", 0, "")
    again = _step(rehearsed, START, tmp_path / "again")
    _walk(again)
    assert _result(tmp_path / "again")["outcome"] == "done"


def test_a_stop_is_told_with_reasons_and_the_next_command(rehearsed: Session, tmp_path: Path) -> None:
    """A gate before its predecessors: the outcome of what stopped it, why, and the command that goes on."""
    step = _step(rehearsed, GATE, tmp_path)
    with pytest.raises(RunbookError) as stop:
        _walk(step)
    told = _result(tmp_path)
    assert (told["outcome"], told["exit_code"]) == (stop.value.outcome, stop.value.exit_code)
    assert told["reasons"] and told["next"] == f"runbook run {rehearsed.workspace.path}"


def test_a_cell_shows_no_secret(
    rehearsed: Session, secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would be shown is searched before it leaves the kernel; the step ends as leaked, 7."""
    step = _step(rehearsed, START, tmp_path)
    monkeypatch.setattr(type(step), "preview", lambda self, seen: [Line(f"id {secret}")])
    with pytest.raises(SecretLeaked, match="salesforce_session") as leak:
        step.look()
    assert secret not in str(leak.value)
    assert (_result(tmp_path)["outcome"], _result(tmp_path)["exit_code"]) == ("evidence-missing", 7)
    assert rehearsed.journal.entries(kind=Kind.ended)[-1].payload["exit_code"] == 7


def test_an_error_tells_no_secret(
    rehearsed: Session, secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text of a stop is searched as well."""
    step = _step(rehearsed, START, tmp_path)

    def stop(*_: object) -> None:
        raise EvidenceMissing(f"a reply held {secret}")

    monkeypatch.setattr(type(step), "preview", stop)
    with pytest.raises(SecretLeaked) as leak:
        step.look()
    assert secret not in str(leak.value)
    assert secret not in (tmp_path / "result.json").read_text(encoding="utf-8")


def test_what_papermill_has_written_is_searched(rehearsed: Session, secret: str, tmp_path: Path) -> None:
    """A secret in the executed notebook, such as one given as a parameter, is named; papermill would write it
    again, so that it is left."""
    output = tmp_path / "out.ipynb"
    output.write_text(f"-p workspace {secret}", encoding="utf-8")
    with pytest.raises(SecretLeaked, match="out.ipynb"):
        _walk(_step(rehearsed, START, tmp_path, output))
    assert _result(tmp_path)["exit_code"] == 7
