"""The report: one HTML page and one JSON file of what was found, decided, agreed to, changed and proven.

``report.json`` holds the fields of :class:`Report`, by their names, sentences in the connection's language
(schema: ``docs/schemas/report.json``): ``format`` is 1; a field may be added, none is renamed or taken away
without raising it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from runbook_lib.disk import write_whole
from runbook_lib.journal import Entry, Journal, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.pictures.theme import style as picture_style
from runbook_lib.proof.acceptance import accepted_now
from runbook_lib.proof.board import Board, lasted, notes_of
from runbook_lib.proof.concluded import Concluded, sync_status
from runbook_lib.proof.report.agreed_fields import with_fields
from runbook_lib.proof.report.decisions import decided_on_file
from runbook_lib.proof.report.handover import (
    HandedOver,
    Late,
    Travels,
    handed_over,
    late_fields,
    live_since,
    travelling,
)
from runbook_lib.proof.report.identity import Identity, identity_of
from runbook_lib.proof.report.overview import (
    Accepted,
    OpenPoint,
    Said,
    accepted_points,
    newest_findings,
    open_points,
    said_by_people,
)
from runbook_lib.proof.report.pictures import Pictured, drawings, pictured
from runbook_lib.proof.report.step_report import Decided, StepStory, Teller
from runbook_lib.proof.report.words import StepState, Whole, about_journal, spoken
from runbook_lib.proof.sync_status import CANNOT_TELL, SyncStatus
from runbook_lib.published import Published
from runbook_lib.road import ROAD
from runbook_lib.systems.connection import read_connection
from runbook_lib.text import Moment, translate

if TYPE_CHECKING:
    from pathlib import Path

    from runbook_lib.workspace import Workspace

FORMAT = 1


@dataclass(frozen=True)
class Report(Published):
    """Everything the report says. Moments are ISO 8601 in UTC."""

    format: int
    verdict: str
    """``altered`` (the journal is not as it was written: nothing here counts), ``done``, ``adopted`` (all
    stands, some of it found done), ``waits``, ``blocked``, ``failed``, ``under-way`` or ``not-started``."""
    journal_altered_at: int | None
    """Number of the first journal entry that does not fit to the one before; ``null``: none."""
    made_at: str
    language: str
    identity: Identity
    steps_proven: int
    steps_total: int
    totals: Mapping[str, int]
    """changes, clicks, consents; checks, and ok, warn, error, unknown of their newest answers; salesforce,
    marketo (calls)."""
    seconds: float
    steps: tuple[StepStory, ...]
    versions: Mapping[str, str]
    runs: tuple[str, ...]
    journal_entries: int
    handover: tuple[HandedOver, ...]
    """What to do and to know once the sync runs."""
    open_points: tuple[OpenPoint, ...]
    """What checks and proofs say now that is not in order, and nobody accepted, the worst first."""
    accepted: tuple[Accepted, ...]
    """What is not in order and somebody acknowledged at 10, with who, why and when."""
    sync: Concluded
    """The state of Marketo's sync, by the last look and what was reported since."""
    said: tuple[Said, ...]
    """What people decided, agreed to and clicked, in the order of time."""
    pictures: tuple[Pictured, ...]
    """The numbers of the pictures, by step."""
    travels: tuple[Travels, ...]
    """Which way the objects of this connection travel, and who wins."""
    not_back_filled: tuple[Late, ...]
    """Fields that appeared after the start and that somebody accepted: their older values do not arrive."""


def write_report(workspace: Workspace, journal: Journal, board: Board | None = None) -> Path:
    """Write ``report.json`` and ``report.html`` from the journal and the files; the path of the page.

    ``board``: where each step stands now, which the page shows on top. Secrets are masked: somebody may have
    typed one into a file of decisions, as a reason.
    """
    report = tell(workspace, journal, datetime.now(UTC))
    data = json.dumps(journal.masked(asdict(report)), indent=2, ensure_ascii=False)
    write_whole(workspace.report_json, data + "\n")
    return write_whole(workspace.report_html, journal.masked(render(report, board)))


def report_data(workspace: Workspace, journal: Journal) -> dict[str, Any]:
    """What ``report.json`` holds."""
    return asdict(tell(workspace, journal, datetime.now(UTC)))


def tell(workspace: Workspace, journal: Journal, now: datetime) -> Report:
    """The report as data. ``ConnectionFileFault`` where the workspace has no readable connection."""
    connection = read_connection(workspace.connection_file)
    entries = journal.entries()
    teller = Teller(connection.language)
    on_file = decided_on_file(workspace, teller.speak)
    steps = tuple(
        _with_files(
            teller.story(stop, number, [entry for entry in entries if entry.step == stop.name]),
            on_file.get(stop.name, ()),
            partial(with_fields, workspace=workspace, speak=teller.speak),
        )
        for number, stop in enumerate(ROAD)
    )
    altered_at, known = journal.verify(), accepted_now(journal)
    if altered_at is not None:
        steps = tuple(replace(step, state=StepState.SAID) if step.is_proven else step for step in steps)
    return Report(
        format=FORMAT,
        verdict=_verdict(steps) if altered_at is None else Whole.ALTERED,
        journal_altered_at=altered_at,
        made_at=now.isoformat(timespec="seconds"),
        language=connection.language,
        identity=identity_of(connection, workspace),
        steps_proven=sum(step.is_proven for step in steps),
        steps_total=len(steps),
        totals=_totals(steps),
        seconds=round(sum(step.seconds for step in steps), 1),
        steps=steps,
        versions=_versions(entries),
        runs=tuple(dict.fromkeys(entry.run for entry in entries)),
        journal_entries=len(entries),
        handover=handed_over(teller.speak, live_since(steps)),
        open_points=open_points(steps, known),
        accepted=accepted_points(steps, known),
        sync=_sync(journal, altered_at, now, connection.language),
        said=said_by_people(steps, teller.speak),
        pictures=tuple(pictured(workspace, journal, connection.language)),
        travels=travelling(workspace, teller.speak),
        not_back_filled=late_fields(entries),
    )


def render(report: Report, board: Board | None = None) -> str:
    """The page: self-contained, without scripts, every text escaped.

    A board rests on the record: where that was altered, it is left out.
    """
    from jinja2 import Environment, StrictUndefined  # lazy: who reads no report need not wait

    folder = files(__package__)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["moment"] = lambda text: translate(Moment.of(text), report.language)
    environment.filters["lasted"] = lambda seconds: translate(lasted(seconds), report.language)
    environment.filters["number"] = partial(translate, language=report.language)
    template = environment.from_string((folder / "report.html.j2").read_text(encoding="utf-8"))
    journal = translate(about_journal(report.journal_entries, report.journal_altered_at), report.language)
    style = (folder / "report.css").read_text(encoding="utf-8") + picture_style()
    road = _notes(board, report) if board is not None and report.journal_altered_at is None else {}
    here = board.here.spec.name if road and board is not None and board.here else ""
    pictures = drawings(report.pictures, report.language)
    context = {"journal": journal, "road": road, "here": here, "pictures": pictures}
    return template.render(report=report, style=style, **context, **spoken(report.language))


def _notes(board: Board, report: Report) -> dict[str, str]:
    """Step → what the board tells of it, in the reader's language."""
    return {
        step.spec.name: " · ".join(translate(note, report.language) for note in notes_of(step))
        for step in board.steps
    }


def _with_files(
    step: StepStory, on_file: tuple[Decided, ...], agreed: Callable[[StepStory], StepStory]
) -> StepStory:
    return agreed(replace(step, decided=(*step.decided, *on_file)))


def _sync(journal: Journal, altered_at: int | None, now: datetime, language: str) -> Concluded:
    """What the record says of the sync; nothing where it was altered."""
    if altered_at is None:
        return Concluded.of(sync_status(journal, now), now, language)
    return Concluded.of(SyncStatus(CANNOT_TELL, about_journal(0, altered_at)), now, language)


def _verdict(steps: Iterable[StepStory]) -> Whole:
    states = [step.state for step in steps]
    if set(states) <= {StepState.PROVEN, StepState.ADOPTED}:
        return Whole.ADOPTED if StepState.ADOPTED in states else Whole.DONE
    stopped = [state for state in states if not isinstance(state, StepState) and state != Outcome.UNDONE]
    if stopped:
        return next((whole for whole in (Whole.BLOCKED, Whole.WAITS) if whole == stopped[-1]), Whole.FAILED)
    return Whole.NOT_STARTED if set(states) == {StepState.NOT_STARTED} else Whole.UNDER_WAY


_COUNTED = (
    "changes", "clicks", "consents", "checks", "ok", "warn", "error", "unknown", "salesforce", "marketo",
)  # fmt: skip


def _totals(steps: Sequence[StepStory]) -> dict[str, int]:
    totals: Counter[str] = Counter(dict.fromkeys(_COUNTED, 0))
    for step in steps:
        totals["changes"] += sum(change.state in ("made", "found") for change in step.changed)
        totals["clicks"] += len(step.clicked)
        totals["consents"] += sum(len(consent.texts) for consent in step.agreed)
        totals.update(step.calls)
    answers = [finding.status for _, finding in newest_findings(steps).values()]
    totals["checks"] = len(answers)
    totals.update(answers)
    return dict(totals)


def _versions(entries: Iterable[Entry]) -> dict[str, str]:
    started = [
        entry.payload for entry in entries if entry.kind is Kind.started and "versions" in entry.payload
    ]
    return dict(started[-1]["versions"]) if started else {}
