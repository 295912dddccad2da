"""The runbook in Airflow: one connection is one task, which Airflow's own papermill operator runs.

Lay this file into Airflow's ``plugins/``. The notebooks run in the runbook's own environment, which Airflow
knows as a Jupyter kernel (``python -m ipykernel install --name runbook`` there); neither needs the packages
of the other. What a notebook's ``result.json`` says becomes the state of the task:

=========  =======================================  =========================================================
exit code  meaning                                  the task
=========  =======================================  =========================================================
0          done                                     goes on, and succeeds after the last notebook
2          waits for a person                       is deferred, and costs no worker; goes on once a decision,
                                                    an approval or a word that clicks were made is on file;
                                                    skipped after ``patience``
4, 6       a system refused, or was too slow        fails, and is tried again
none       the worker or the kernel was killed      fails, and is tried again: it goes on where evidence ends
3, 5, 7,   blocked by a check, canceled, not        fails at once, with the reasons in its log
64, 70     proven, wrong use, a defect
=========  =======================================  =========================================================
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from time import time
from typing import Any

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from airflow.triggers.base import BaseTrigger, TriggerEvent

DONE, WAITS = 0, 2
UNFINISHED = "unfinished"
MAY_HELP = (4, 6)
"""Exit codes after which another try may help."""
GATE = ("approvals", "decisions", "imports", "connection.toml", ".journal-head")
"""What a person touches in a workspace when they decide, agree or tell that they clicked."""


class RunbookOperator(PapermillOperator):
    """Runs the notebooks of one workspace from ``first`` to ``last``, and stops where they stop."""

    template_fields: Sequence[str] = ("workspace", "first", "last")

    def __init__(
        self,
        *,
        workspace: str,
        notebooks: str,
        first: str = "00",
        last: str = "10",
        patience: timedelta = timedelta(days=3),
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.workspace, self.notebooks = workspace, notebooks
        self.first, self.last = first, last
        self.patience = patience

    def execute(self, context: Any) -> dict[str, Any]:
        """Runs what is not proven yet; a notebook that is says so and does nothing."""
        output, supervisor = self._output(context), os.getppid()
        result: dict[str, Any] = {}
        for notebook in sorted(Path(self.notebooks).glob("[0-9][0-9]_*.ipynb")):
            if not self.first[:2] <= notebook.name[:2] <= self.last[:2]:
                continue
            if os.getppid() != supervisor:  # Airflow will try again: two must not go on with one workspace
                raise AirflowFailException(f"{self.workspace}: nobody supervises this task any more")
            result = self._run(notebook, output, context)
            self._go_on(result)
        return result

    def resume(self, context: Any, event: dict[str, Any]) -> dict[str, Any]:
        """Something was laid into the workspace, or nobody came."""
        if not event["touched"]:
            raise AirflowSkipException(f"{self.workspace}: nobody came within {self.patience}")
        return self.execute(context)

    def _run(self, notebook: Path, output: Path, context: Any) -> dict[str, Any]:
        (output / "result.json").unlink(missing_ok=True)
        self.input_nb, self.output_nb = str(notebook), str(output / notebook.name)
        self.parameters = {"workspace": self.workspace, "interactive": False, "result": str(output)}
        try:
            super().execute(context)
        except Exception as fault:  # papermill says the same of every stop; result.json says which it was
            self.log.info("%s stopped: %s", notebook.stem, type(fault).__name__)
        try:
            return json.loads((output / "result.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {
                "step": notebook.stem,
                "outcome": "unfinished",
                "exit_code": 70,
                "reasons": [],
                "next": "",
            }

    def _go_on(self, result: dict[str, Any]) -> None:
        """Does nothing where the notebook is done; else ends the task as the exit code says."""
        code, outcome = result["exit_code"], result["outcome"]
        if code == DONE:
            return
        told = "\n".join([f"{result['step']}: {outcome} ({code})", *result["reasons"], result["next"]])
        self.log.warning("%s", told)
        if code == WAITS:
            self.defer(
                trigger=WorkspaceTouched(self.workspace, self.patience.total_seconds()), method_name="resume"
            )
        if code in MAY_HELP or outcome == UNFINISHED:
            raise AirflowException(told)
        raise AirflowFailException(told)

    def _output(self, context: Any) -> Path:
        """Where the executed notebooks go, beside those of ``runbook run``; each try has its own folder."""
        run, attempt = context["run_id"], context["ti"].try_number
        safe = "".join(sign if sign.isalnum() else "-" for sign in run)
        output = Path(self.workspace) / "runs" / f"airflow-{safe}-{attempt}"
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir(parents=True)
        return output


class WorkspaceTouched(BaseTrigger):
    """Fires when a person left something in the workspace; or, untouched, after ``patience`` seconds."""

    def __init__(self, workspace: str, patience: float, seen: str | None = None, until: float = 0) -> None:
        super().__init__()
        self.workspace, self.patience = workspace, patience
        self.seen = _touched(workspace) if seen is None else seen
        self.until = until or time() + patience

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """As Airflow keeps it: with what was seen when the task stopped, so that nothing is missed."""
        kept = {name: getattr(self, name) for name in ("workspace", "patience", "seen", "until")}
        return f"{__name__}.{type(self).__name__}", kept

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Looks every few seconds; nothing but the file system is asked."""
        while time() < self.until:
            if _touched(self.workspace) != self.seen:
                yield TriggerEvent({"touched": True})
                return
            await asyncio.sleep(5)
        yield TriggerEvent({"touched": False})


def _touched(workspace: str) -> str:
    """Sizes and moments of everything that a person leaves there."""
    paths = [Path(workspace) / name for name in GATE]
    files = [file for path in paths for file in (sorted(path.glob("*")) if path.is_dir() else [path])]
    return " ".join(
        f"{file.name}:{file.stat().st_mtime_ns}:{file.stat().st_size}" for file in files if file.is_file()
    )
