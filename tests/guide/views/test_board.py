"""One board, seen in a notebook, in a terminal and in the report."""

from __future__ import annotations

import io

from rich.console import Console

from runbook_lib.guide.commands.terminal.in_color import print_in_color
from runbook_lib.guide.views.board import board_block
from runbook_lib.guide.views.view import View
from runbook_lib.proof.board import Board, BoardState, BoardStep
from runbook_lib.review.findings import Who
from runbook_lib.road import ROAD, START_HERE, SYNC_FIELDS
from runbook_lib.text import say

AT = "2026-11-22T00:00:00+00:00"
HOSTILE = "<b>[red]bold[/red]</b>\x1b[31m"


def view(language: str = "en") -> View:
    """Five steps proven; the sixth waits for a Marketo administrator, with hostile words of an org."""
    waits = BoardStep(SYNC_FIELDS, "waits", AT, (say("{what}", what=HOSTILE),), Who.MARKETO_ADMIN, 300)
    steps = [BoardStep(spec, BoardState.PROVEN, AT, seconds=90) for spec in ROAD[:5]]
    board = Board((*steps, waits, *(BoardStep(spec, BoardState.OPEN) for spec in ROAD[6:])))
    return View(language, "", (board_block(board),))


def test_in_a_notebook() -> None:
    """Each step is a link with its state in a word; the one to go on with is marked for those who hear it."""
    html = view().html
    assert html.count("<li ") == len(ROAD) and html.count('aria-current="step"') == 1
    assert f'<a href="{START_HERE.name}.ipynb">00 Start here</a>' in html
    current = html[html.index('aria-current="step"') :].split("</li>")[0]
    assert "05 Sync Fields" in current and "waits for: a Marketo administrator" in current
    assert "took: 5 minutes" in current and "<b>[red]" not in html
    assert "to do: " in current and "why: " not in current  # a request is no reason
    assert 'role="status">5 of 11 steps are proven' in html


def test_in_german() -> None:
    """No English word is left on it."""
    plain = view("de").plain
    assert "wartet auf: ein Marketo-Admin" in plain and "minutes" not in plain


def test_on_a_terminal() -> None:
    """Color by the sign of each line, none in a pipe; what an org says is neither markup nor a command."""
    colored, piped = io.StringIO(), io.StringIO()
    print_in_color(view(), Console(file=colored, force_terminal=True, color_system="standard", width=80))
    print_in_color(view(), Console(file=piped, width=80))
    assert "\x1b[32m✔ 00_start_here: proven" in colored.getvalue()
    assert "\x1b[31m" not in colored.getvalue() and "[red]bold[/red]" in colored.getvalue()
    assert "\x1b" not in piped.getvalue() and "‖ 05_sync_fields: waits for a person ◀" in piped.getvalue()
