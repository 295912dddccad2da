"""What a person at a terminal sees: progress while a run goes on, and why it stopped. All of it on stderr.

On a terminal one line per step shows its beat and its time; elsewhere, in a log, plain lines do.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook_lib.guide.engine.next_command import next_command
from runbook_lib.guide.engine.reasons import reasons
from runbook_lib.guide.notebooks.runner import Ran, RunProgress
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.views.view import Tone
from runbook_lib.outcomes import outcome_named
from runbook_lib.road import StepSpec
from runbook_lib.text import Message, on_terminal, printable, tenths, translate

if TYPE_CHECKING:
    from rich.console import Console


class PlainProgress(RunProgress):
    """A line when a step begins, and a line when it ends."""

    def __init__(self, language: str) -> None:
        self.language = language

    def warned(self, warning: Message) -> None:
        """Says it."""
        print(f"! {on_terminal(warning, self.language)}", file=sys.stderr, flush=True)

    def step_began(self, stop: StepSpec) -> None:
        """Says which step begins."""
        print(f"… {stop.name}", file=sys.stderr, flush=True)

    def step_ended(self, stop: StepSpec, outcome: str, seconds: float) -> None:
        """Says how it ended and how long it took."""
        print(outcome_line(stop, outcome, seconds, self.language), file=sys.stderr, flush=True)


class LiveProgress(RunProgress):
    """One line that moves while a step runs, and stays when it has ended."""

    def __init__(self, language: str, console: Console) -> None:
        self.language = language
        self.console = console
        self._spinner: Any = None

    def warned(self, warning: Message) -> None:
        """Says it."""
        self.console.print(f"! {on_terminal(warning, self.language)}", markup=False, highlight=False)

    def step_began(self, stop: StepSpec) -> None:
        """Starts the moving line."""
        self._spinner = self.console.status(f"{stop.name}")
        self._spinner.start()

    def beat_began(self, stop: StepSpec, beat: str) -> None:
        """Shows the beat."""
        if self._spinner is not None:
            self._spinner.update(f"{stop.name} · {translate(stop.title, self.language)} · {beat}")

    def step_ended(self, stop: StepSpec, outcome: str, seconds: float) -> None:
        """Replaces the moving line by how it ended."""
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None
        self.console.print(outcome_line(stop, outcome, seconds, self.language), markup=False, highlight=False)


def progress(language: str) -> RunProgress:
    """The progress that fits where stderr goes."""
    if not sys.stderr.isatty():
        return PlainProgress(language)
    from rich.console import Console  # lazy: only a terminal needs it

    return LiveProgress(language, Console(stderr=True))


def outcome_line(stop: StepSpec, outcome: str, seconds: float, language: str) -> str:
    """``✔ 05_sync_fields  Sync Fields: proven (3.1 s)``."""
    named = outcome_named(outcome)
    tone, word = (Tone(named.tone), named.word) if named else (Tone.STOP, outcome)
    took = f" ({tenths(seconds, language)} s)" if seconds else ""
    text = f"{translate(stop.title, language)}: {on_terminal(word, language)}"
    return f"{tone.sign} {stop.name:<20} {text}{took}"


@dataclass(frozen=True)
class AfterRun:
    """Why a run stopped, in the connection's language, and the command to go on with; both empty where it did
    not stop."""

    reasons: tuple[str, ...] = ()
    next_command: str = ""


def tell_stop(workspace: Path, ran: Ran) -> AfterRun:
    """Tells on stderr why a run stopped, each reason with its fix; the same for programs."""
    if ran.ended is None or ran.exit_code == 0:
        return AfterRun()
    with open_session(workspace) as session:
        after = AfterRun(tuple(reasons(session, ran.ended)), next_command(session, ran.ended))
    print(file=sys.stderr)
    for line in after.reasons:
        print(printable(line), file=sys.stderr)
    return after
