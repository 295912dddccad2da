"""A fleet as people read it: a table in a terminal, and a page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from runbook_lib.disk import write_whole
from runbook_lib.guide.commands.fleet import Fleet
from runbook_lib.guide.commands.fleet.connected import Connected, ConnectionState
from runbook_lib.guide.views.view import Block, Card, Grid, Line, Mark, Tone, View
from runbook_lib.review.findings import Who
from runbook_lib.text import Message, Moment, counted, say, translate

STATES: Mapping[str, tuple[Tone, Message]] = {
    ConnectionState.BROKEN: (Tone.STOP, say("cannot be read")),
    ConnectionState.ALTERED: (Tone.STOP, say("its journal was altered")),
    ConnectionState.BLOCKED: (Tone.STOP, say("blocked by a check")),
    ConnectionState.FAILED: (Tone.STOP, say("the run failed")),
    ConnectionState.DRIFTED: (Tone.WARN, say("something changed")),
    ConnectionState.WAITS: (Tone.WAIT, say("waits for a person")),
    ConnectionState.UNDER_WAY: (Tone.INFO, say("under way")),
    ConnectionState.NOT_BEGUN: (Tone.INFO, say("not begun")),
    ConnectionState.LIVE: (Tone.OK, say("live")),
}
"""State → how it reads, the worst first: in this order the table stands."""
WHOM: Mapping[str, Message] = {
    "": say("nobody"),
    "approver": say("whoever agrees to what cannot be undone"),
    **{who.value: who.word for who in Who},
}


def fleet_view(fleet: Fleet) -> View:
    """The table, the worst first, with the reasons of whatever needs somebody below it."""
    order = list(STATES)
    rows = sorted(fleet.connections, key=lambda row: (order.index(ConnectionState(row.state)), row.folder))
    columns = (say("Connection"), say("State"), say("Step"), say("Proven"), say("Waits for"), say("Changed"),
               say("Last entry"), say("Last watched"))  # fmt: skip
    many = say("{count} connections", count=len(rows))
    grid = Grid(counted(len(rows), say("One connection"), many), columns, tuple(map(_cells, rows)))
    return View(fleet.language, say("Where the connections stand"), (grid, *_cards(rows)))


def write_fleet(fleet: Fleet, folder: Path, data: str) -> Path:
    """Writes ``fleet.json``, which holds ``data``, and ``fleet.html`` into ``folder``; the page's path."""
    write_whole(folder / "fleet.json", data + "\n")
    return write_whole(folder / "fleet.html", fleet_page(fleet))


def fleet_page(fleet: Fleet) -> str:
    """The page: no script, nothing from elsewhere."""
    title = escape(translate(say("Where the connections stand"), fleet.language))
    made = escape(translate(Moment.of(fleet.made_at), fleet.language))
    view = fleet_view(fleet)
    body = View(fleet.language, "", view.blocks).html
    return (
        f'<!doctype html>\n<html lang="{fleet.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f'<body><main tabindex="0"><h1>{title}</h1><p>{made}</p>\n'
        f"{body}\n</main></body></html>\n"
    )


def _cells(row: Connected) -> tuple[object, ...]:
    tone, word = STATES[row.state]
    return (
        row.folder, Mark(tone, word), row.step, f"{row.proven}/{row.steps}", WHOM[row.whom],
        str(len(row.drifts) or ""), _day(row.last_at), _day(row.watched_at),
    )  # fmt: skip


def _cards(rows: Iterable[Connected]) -> Iterable[Block]:
    for row in rows:
        if row.state == ConnectionState.LIVE or not (row.reasons or row.drifts):
            continue
        tone, word = STATES[row.state]
        title = say("{connection}: {state}", connection=row.folder, state=word)
        step = (row.step,) if row.step else ()
        yield Card(tone, title, (*step, *(row.drifts or row.reasons), *((row.next,) if row.next else ())))
    if any(row.held_by for row in rows):
        for row in rows:
            if row.held_by:
                yield Line(say("{connection} is at work: {who}.", connection=row.folder, who=row.held_by))


def _day(moment: str) -> object:
    return Moment.of(moment)


_STYLE = (
    "body{margin:0;background:#fff;color:#1a1a1a;font:15px/1.5 system-ui,sans-serif}"
    "main{max-width:80rem;margin:0 auto;padding:1rem 1.5rem}.runbook{max-width:none!important}"
    "@media screen{main{overflow-x:auto}}"
    "@page{size:A4 landscape;margin:12mm}@media print{tr,.card{break-inside:avoid}}"
)
