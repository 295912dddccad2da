"""A notebook that no run looks after: papermill runs it by itself, from a shell or out of a scheduler.

What ``runbook run`` does after a notebook is done from inside of it: its ``result.json``, and the search for
secrets. What a cell shows is searched before it leaves the kernel, because papermill writes its output once
more after the kernel has ended.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from runbook_lib.errors import SecretLeaked, WorkspaceInUse
from runbook_lib.guide.engine.result import begun, proven_before, result_of, write_result
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.traces.leak_scan import search_run, stamps
from runbook_lib.guide.views.view import View
from runbook_lib.journal import Entry
from runbook_lib.text import say, translate


class PlainRun:
    """Looks after one headless notebook. ``folder``: where result.json goes; ``output``: the executed
    notebook, where papermill tells it."""

    def __init__(self, session: Session, step: str, folder: Path, output: Path | None) -> None:
        self._session = session
        self._step = step
        self._folder = folder
        self._output = output
        self._before = stamps(session.workspace)
        write_result(folder, begun(step, session.journal.run))

    def ended(self, entry: Entry) -> None:
        """Writes down how the notebook ended."""
        write_result(self._folder, result_of(self._session, entry))

    def passed_over(self) -> None:
        """Writes down that there was nothing to do."""
        write_result(self._folder, proven_before(self._step, self._session.journal.run))

    def kept_out(self, fault: WorkspaceInUse) -> None:
        """Writes down that another run holds the workspace: this one has not finished, and may be tried
        again."""
        reasons = tuple(translate(part, self._session.language) for part in fault.parts())
        write_result(self._folder, replace(begun(self._step, self._session.journal.run), reasons=reasons))

    def search_view(self, view: View) -> None:
        """Raises ``SecretLeaked`` in place of what a cell would show, where a secret is in it."""
        self.search_text(view.html + view.plain)

    def search_text(self, text: str) -> None:
        """Raises ``SecretLeaked`` where a secret is in ``text``, which is about to leave the kernel."""
        names = {name for name, _ in self._session.vault.find_in_text(text)}
        if names:
            raise SecretLeaked(
                say("What a cell was about to show held a secret: {names}.", names=", ".join(sorted(names))),
                why=say("Whoever can read the notebook could have read the secret."),
                fix=say("It was not shown. Please report this as a defect."),
            )

    def search_files(self) -> None:
        """Raises ``SecretLeaked`` for a secret in what the notebook has produced, and in the record."""
        outputs = [self._output] if self._output else []
        search_run(self._session, self._before, outputs)
