"""Headless runs: each step's notebook through papermill, and the truth about it from the journal.

papermill alone cannot be believed: after a time-out or a dead kernel it calls every cell completed. So a
step's outcome is what the journal holds for this run; where it holds nothing, the run says that it does not
know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from runbook_lib.disk import write_whole
from runbook_lib.errors import Cancelled, Defect, RunbookError, SecretLeaked, TimedOut, UsageFault
from runbook_lib.guide.engine.result import begun, result_of, stopped_by, write_result
from runbook_lib.guide.engine.watched import leave_watched
from runbook_lib.guide.notebooks.forked_kernel import ForkServer, fork_server
from runbook_lib.guide.notebooks.kernels import Kernels
from runbook_lib.guide.notebooks.loading import load_papermill
from runbook_lib.guide.notebooks.pattern import FOLDER, in_language
from runbook_lib.guide.state.board import board_of
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.state.standing import stands
from runbook_lib.guide.state.traces import leak_scan
from runbook_lib.guide.steps import STEPS
from runbook_lib.journal import RUN, Entry, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.pictures.svg import load_ahead as load_what_draws
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.report import write_report
from runbook_lib.road import ROAD, WATCH, StepSpec
from runbook_lib.text import Message, say


class RunProgress:
    """Hears how a run goes on; this one says nothing."""

    def warned(self, warning: Message) -> None:
        """Something a person should know before the run begins."""

    def step_began(self, stop: StepSpec) -> None:
        """A step's notebook is about to run."""

    def beat_began(self, stop: StepSpec, beat: str) -> None:
        """One of its five beats begins."""

    def step_ended(self, stop: StepSpec, outcome: str, seconds: float) -> None:
        """It ended."""


@dataclass(frozen=True)
class Ran:
    """How a run ended. ``outcome`` and ``exit_code`` are those of its last step; ``proven``: steps proven so
    far.

    ``ended``: the journal's entry with which the run stopped, ``None`` where nothing had to run.
    """

    run: str
    outcome: str
    exit_code: int
    proven: int
    step: str
    ended: Entry | None
    report: Path


@dataclass(frozen=True)
class RunConditions:
    """How a run is carried out: who hears of it, how long a step may take, where the notebooks are."""

    progress: RunProgress = field(default_factory=RunProgress)
    minutes_per_step: float = 60
    notebooks: Path = FOLDER
    server: ForkServer | None = None
    """What kernels are forked from, where somebody started it already."""


def run_road(workspace: Path, stops: Iterable[StepSpec], conditions: RunConditions | None = None) -> Ran:
    """Runs the notebooks of ``stops`` in order until one stops; what is proven already is not run again.

    Afterward writes the report and searches what was produced for secrets. Raises ``SecretLeaked`` where
    one was found, ``WorkspaceFault`` where another run holds the workspace; every other outcome is in what it
    returns.
    """
    how = conditions or RunConditions()
    with open_session(workspace) as session, session.workspace.lock("runbook run"), _as_run(session):
        before = leak_scan.stamps(session.workspace)
        if (warning := leak_scan.unsearched(session)) is not None:
            how.progress.warned(warning)
        ended = _run_steps(session, tuple(stops), how)
        session.vault.know_all()
        report = write_report(session.workspace, session.journal, board_of(session))
        if ended is not None:
            write_result(_folder(session), result_of(session, ended))
        try:
            leak_scan.search_run(session, before)
        except SecretLeaked as leak:
            write_result(_folder(session), stopped_by(ended.step if ended else "", session.journal.run, leak))
            raise
        return _ran(session, ended, report)


def count_proven(session: Session) -> int:
    """How many steps of the road are proven."""
    return sum(stands(session, stop) for stop in ROAD)


def is_proven(session: Session, stop: StepSpec) -> bool:
    """Whether the step need not run: it is proven, what its proof rests on still stands, and it does not
    repeat."""
    return STEPS[stop.name](session, interactive=False).proof_on_file() is not None


def _run_steps(session: Session, stops: tuple[StepSpec, ...], how: RunConditions) -> Entry | None:
    """Runs the steps until one stops; the entry with which the last one that ran ended."""
    ended = None
    most = sum(not is_proven(session, stop) for stop in stops)
    with _server_for(most, how) as server, closing(Kernels(most, server)) as kernels:
        for stop in stops:
            ended = _run_step(session, stop, how, kernels) or ended
            if ended is not None:
                if ended.payload["outcome"] != Outcome.DONE:
                    break
                load_what_draws()  # for the report, while the next notebook is at work
    return ended


def _server_for(most: int, how: RunConditions) -> AbstractContextManager[ForkServer | None]:
    """What kernels are forked from; a single one is started as a program at the same price."""
    return nullcontext(how.server) if how.server is not None or most < 2 else fork_server()


def _run_step(session: Session, stop: StepSpec, how: RunConditions, kernels: Kernels) -> Entry | None:
    """Runs one notebook; the entry with which it ended, ``None`` where it was proven before."""
    begin = monotonic()
    if is_proven(session, stop):
        how.progress.step_ended(stop, Outcome.ALREADY_DONE, 0.0)
        return None
    how.progress.step_began(stop)
    write_result(_folder(session), begun(stop.name, session.journal.run))
    before = len(session.journal.entries(step=stop.name, kind=Kind.ended))
    try:
        fault = _execute(session, stop, how, kernels)
    except KeyboardInterrupt:  # also before the notebook has a kernel
        fault = Cancelled(say("Stopped manually during {step}.", step=stop.title),
                          fix=say("Run again: it continues where the evidence ends."))  # fmt: skip
    entries = session.journal.entries(step=stop.name, kind=Kind.ended)[before:]
    ended = entries[-1] if entries else _write_fault(session, stop, fault, monotonic() - begin)
    if isinstance(fault, Cancelled | TimedOut) and ended.payload["outcome"] != fault.outcome:
        ended = _write_fault(session, stop, fault, monotonic() - begin)
    how.progress.step_ended(stop, ended.payload["outcome"], monotonic() - begin)
    return ended


def _execute(session: Session, stop: StepSpec, how: RunConditions, kernels: Kernels) -> RunbookError | None:
    """Runs the notebook; the reason why it did not come to its end, if one can be told from outside."""
    kernels.prepare()
    papermill = load_papermill()
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # lazy: as above
    from papermill.exceptions import PapermillExecutionError  # lazy: as above

    output = _folder(session) / f"{stop.name}.ipynb"
    source = _source(session, stop, how, output)
    deadline = monotonic() + how.minutes_per_step * 60
    try:
        with kernels.one() as kernel:
            kernels.prepare()
            papermill.execute_notebook(
                _unbraced(source), _unbraced(output),
                parameters={"workspace": str(session.workspace.path), "interactive": False},
                progress_bar=False, store_widget_state=False, km=kernel,
                on_cell_start=_listener(stop, how.progress),
                timeout_func=lambda cell: max(1, int(deadline - monotonic())),
            )  # fmt: skip
    except PapermillExecutionError as stopped:
        return Defect(say("The notebook stopped without an entry in the journal: {kind}: {text}",
                          kind=stopped.ename, text=str(session.vault.mask(stopped.evalue))))  # fmt: skip
    except CellTimeoutError:
        return TimedOut(
            say(
                "{step} did not end within {minutes} minutes.", step=stop.title, minutes=how.minutes_per_step
            ),
            fix=say("What was begun is in the journal. Run again: it looks before it acts."),
        )
    except DeadKernelError:
        return Defect(
            say(
                "The notebook's process died during {step}; its last change may have been made.",
                step=stop.title,
            ),
            fix=say("Run again: it looks before it acts."),
        )
    return Defect(say("The notebook reached its end, but the journal says nothing about it."))


def _source(session: Session, stop: StepSpec, how: RunConditions, output: Path) -> Path:
    """The notebook that runs: where its reader has another language than English, first written to ``output``
    with its prose in that."""
    source = how.notebooks / output.name
    if not source.is_file():
        raise UsageFault(say("The notebook {name} is missing.", name=source.name), where=str(source.parent))
    if session.language == "en":
        return source
    return write_whole(output, in_language(source, stop, session.language))


def _write_fault(session: Session, stop: StepSpec, fault: RunbookError | None, seconds: float) -> Entry:
    """The run's own word where the notebook could not give one."""
    error = fault or Defect(say("The step ended without an outcome."))
    payload = journal_payloads.ended(error.outcome, session.calls(), seconds, error)
    entry = session.journal.append(stop.name, "run", Kind.ended, payload)
    if stop is WATCH:
        leave_watched(session, entry)
    return entry


def _folder(session: Session) -> Path:
    """Where this run leaves its executed notebooks and its result.json."""
    return session.workspace.runs / session.journal.run


def _ran(session: Session, ended: Entry | None, report: Path) -> Ran:
    proven = count_proven(session)
    if ended is None:
        return Ran(session.journal.run, Outcome.DONE, 0, proven, "", None, report)
    outcome, exit_code = ended.payload["outcome"], ended.payload["exit_code"]
    return Ran(session.journal.run, outcome, exit_code, proven, ended.step, ended, report)


def _as_run(session: Session) -> AbstractContextManager[None]:
    """Kernels that start meanwhile write into the journal as this run, without a debugger's warnings."""
    return environment({RUN: session.journal.run, "PYDEVD_DISABLE_FILE_VALIDATION": "1"})


def _listener(stop: StepSpec, progress: RunProgress) -> Callable[..., None]:
    def listen(cell: Any, cell_index: int) -> None:
        beat = cell.source.removeprefix("step.").removesuffix("()")
        if beat in BEATS:
            progress.beat_began(stop, beat)

    return listen


def _unbraced(path: Path) -> str:
    """papermill fills ``{names}`` in a path; a brace of the path itself must not be taken for one."""
    return str(path).replace("{", "{{").replace("}", "}}")
