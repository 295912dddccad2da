"""The clean road walked by hand in the made-up German of ``tests/pseudo_locale.py``, with all it shows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from runbook_lib.guide.commands.fleet import survey_fleet
from runbook_lib.guide.commands.fleet.table import fleet_page
from runbook_lib.guide.commands.overview import road_view, status_view
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.engine.watched import leave_watched
from runbook_lib.guide.state.board import board_of
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.views.view import View
from runbook_lib.guide.widgets.screen import Screen as BeatScreen
from runbook_lib.journal import Kind
from runbook_lib.proof.report import write_report
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.directions import DIRECTIONS
from runbook_lib.review.handover import HANDOVER
from runbook_lib.road import WATCH
from tests.guide import screens
from tests.guide.screens import Screen, descriptions, walk_by_hand
from tests.pseudo_locale import lines_of, names_of, speak_wide, wide

NAMES = {"Ada", "Go-live", "acme", "clean", "runbook", "python", "reset", "Web form fill-out"}
"""What was typed, and what the world calls things."""


@dataclass
class Walked:
    """The eleven screens at the end of the road; every line that was shown on the way, by where it stood, and
    what may stand there in common letters."""

    screens: list[Screen] = field(default_factory=list)
    lines: dict[str, set[str]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    views: list[View] = field(default_factory=list)
    """Each view that a screen showed."""
    sheets: list[str] = field(default_factory=list)
    """The click sheets as pages."""

    def note(self, place: str, shown: str) -> None:
        """Remembers what was shown somewhere."""
        self.lines.setdefault(place, set()).update(filter(None, map(str.strip, shown.splitlines())))


def walk_and_listen(patch: pytest.MonkeyPatch, server: RehearsalServer, folder: Path) -> Walked:
    """Walks the road as a person does, and reads what is left at its end."""
    walked = Walked()
    speak_wide(patch)
    patch.setattr(screens, "TYPED", {wide(word): text for word, text in screens.TYPED.items()})
    _listen(patch, walked)
    workspace = prepare_workspace(folder, server, "person", "de")
    with environment(secret_variables(server)), open_session(workspace.path) as session:
        walked.screens += walk_by_hand(session, server)
        _read_all(walked, session)
    walked.note("fleet", "\n".join(lines_of(fleet_page(survey_fleet(folder, "de")))))
    sources = [*(row.source for row in HANDOVER), *(row.source for row in DIRECTIONS)]
    walked.names = names_of(workspace) | NAMES | {source.partition(", ")[2] for source in sources}
    return walked


def _listen(patch: pytest.MonkeyPatch, walked: Walked) -> None:
    """Whatever a screen shows or says is remembered."""
    show, tell = BeatScreen.show, BeatScreen.tell

    def shown(screen: BeatScreen, view: View) -> None:
        show(screen, view)
        walked.views.append(replace(view, form=None))
        walked.note("notebook", "\n".join((*lines_of(view.html), view.plain, *descriptions(screen.box))))

    def told(screen: BeatScreen, text: object) -> None:
        tell(screen, text)
        walked.note("notebook", screen.line.text)

    patch.setattr(BeatScreen, "show", shown)
    patch.setattr(BeatScreen, "tell", told)


def _read_all(walked: Walked, session: Session) -> None:
    """What the files say that people are given, and what the command line says of the road."""
    workspace = session.workspace
    for screen in walked.screens:
        walked.note("prose", screen.prose)
    report = write_report(workspace, session.journal, board_of(session))
    walked.note("report", "\n".join(lines_of(_read(report))))
    for sheet in workspace.plans.glob("*.html"):
        walked.sheets.append(_read(sheet))
        walked.note("click sheet", "\n".join(lines_of(_own_part(walked.sheets[-1]))))
    walked.note("status", status_view(session).plain)
    walked.note("plan", road_view(session).plain)
    ended = session.journal.last(WATCH.name, Kind.ended)
    assert ended is not None
    leave_watched(session, ended)
    walked.note("watch.md", _read(workspace.path / "watch.md"))


def _own_part(sheet: str) -> str:
    """The part of a click sheet in the reader's own language."""
    return sheet.partition('<section id="en"')[0]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
