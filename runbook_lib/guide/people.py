"""Reading everybody and comparing them: what notebook 07 looks at, and what it leaves behind.

The people themselves are deleted as soon as they were compared, unless :data:`KEEP_EXTRACT` is set; what
stays are ids, counts and reasons. After a fault they stay too, so that the next try goes on where it was.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.guide.session import now
from runbook_lib.guide.show import Line, View
from runbook_lib.review.duplicate_picture import Picture, Shown, draw_picture, write_csv
from runbook_lib.review.email_rules import EmailRules
from runbook_lib.review.exact_duplicates import ExactSummary, find_exact
from runbook_lib.survey.asking import CANNOT_TELL, unknown
from runbook_lib.survey.people.extract import Listener, Progress, extract_people
from runbook_lib.survey.people.marketo import InMarketo, extract_marketo
from runbook_lib.survey.people.pages import remove_folder
from runbook_lib.survey.snapshot import Unknown
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.session import Session

SHOW_PEOPLE = "RUNBOOK_SHOW_PEOPLE"
"""Environment variable: names and e-mails are shown, and written beside the ids. An explicit choice."""
KEEP_EXTRACT = "RUNBOOK_KEEP_EXTRACT"
"""Environment variable: the people that were read stay in the workspace's folder ``extract/``."""
MARKETO_CALLS = "RUNBOOK_MARKETO_CALLS"
"""Environment variable: how many Marketo calls may be spent on people who are there already."""
FEW_CALLS = 20
"""Without it: enough for 5,000 e-mails, and little beside the 50,000 calls of a day."""


@dataclass(frozen=True)
class Compared:
    """What a comparison gave. ``calls``: Salesforce calls it cost, of at most ``foretold``."""

    summary: ExactSummary
    picture: Picture
    in_marketo: InMarketo | Unknown
    csv: Path
    calls: int
    foretold: int


def groups_file(session: Session) -> Path:
    """Where the groups stand; without anything personal."""
    return session.workspace.duplicates / "groups.parquet"


def variables(show: bool, keep: bool) -> dict[str, str]:
    """The environment in which notebook 07 shows people, and keeps what was read, where it was asked to."""
    return {name: "1" for name, asked in ((SHOW_PEOPLE, show), (KEEP_EXTRACT, keep)) if asked}


def shows_people() -> bool:
    """Whether somebody asked to see names and e-mails."""
    return bool(os.environ.get(SHOW_PEOPLE))


def compare_people(session: Session) -> Compared:
    """Reads everybody, compares them, and deletes what was read. Raises what the systems refuse."""
    workspace, reader = session.workspace, session.admin()
    before = session.calls()["salesforce"]
    told = Teller(session.language)
    extract_people(reader, workspace.extract, now(), listener=Listener(told.foretell, told.go_on))
    calls = session.calls()["salesforce"] - before
    in_marketo = _in_marketo(session)
    groups = groups_file(session)
    groups.parent.mkdir(mode=0o700, exist_ok=True)
    groups.touch(mode=0o600)
    groups.chmod(0o600)
    summary = find_exact(workspace.extract, EmailRules(), groups)
    picture = draw_picture(workspace.extract, groups)
    shown = Shown.PEOPLE if shows_people() else Shown.IDS
    csv = write_csv(workspace.extract, groups, groups.with_name("groups.csv"), shown)
    if not os.environ.get(KEEP_EXTRACT):
        remove_folder(workspace.extract)
    return Compared(summary, picture, in_marketo, csv, calls, told.calls)


def _in_marketo(session: Session) -> InMarketo | Unknown:
    given = os.environ.get(MARKETO_CALLS, "")
    most = int(given) if given.isdigit() else FEW_CALLS
    try:
        return extract_marketo(session.marketo(), session.workspace.extract, now(), most)
    except CANNOT_TELL as fault:  # then people of Salesforce are compared among themselves
        remove_folder(session.workspace.extract / "Marketo")
        return unknown(fault)


@dataclass
class Teller:
    """Tells while people are read: what it will cost, then how fast it goes and how long it takes."""

    language: str
    calls: int = 0
    shown: list[object] = field(default_factory=list)

    def foretell(self, people: Mapping[str, int], calls: int) -> None:
        """Before the first job."""
        self.calls = calls
        self._show(
            say(
                "{people} people are read, with at most {calls} Salesforce calls.",
                people=f"{sum(people.values()):,}",
                calls=calls,
            )
        )

    def go_on(self, progress: Progress) -> None:
        """After each page."""
        if progress.rows < progress.expected:
            self._show(
                say(
                    "{object}: {rows} of {expected} read, {speed} a second, about {seconds} seconds left.",
                    object=progress.object,
                    rows=f"{progress.rows:,}",
                    expected=f"{progress.expected:,}",
                    speed=f"{progress.rows_per_second:,}",
                    seconds=progress.seconds_left,
                )
            )

    def _show(self, text: Message) -> None:
        """One line, which the next one replaces; nothing outside a notebook."""
        if "IPython" not in sys.modules:
            return
        from IPython.display import display  # lazy: only inside a notebook

        view = View(self.language, "", (Line(text),))
        if self.shown:
            self.shown[0].update(view)  # type: ignore[attr-defined]
        elif (handle := display(view, display_id=True)) is not None:  # type: ignore[no-untyped-call]
            self.shown.append(handle)
