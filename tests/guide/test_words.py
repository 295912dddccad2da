"""Few words on the way: the German screens of the clean road are short, and say nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import ipywidgets
import pytest

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD
from tests.guide.screens import Screen, visible_text, walk_by_hand

LONG = 6
"""From how many words on a sentence is worth saying once only."""
MOST_WORDS = 4500
"""Of design.md, "Numbers to hold"; a first-time admin met 8,700, and this count was 11,174 before."""


@pytest.fixture(scope="module")
def screens(
    shared_rehearsal: RehearsalServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Screen]]:
    """The eleven screens at the end of the road, walked once in German."""
    folder = tmp_path_factory.mktemp("words") / "acme"
    workspace = prepare_workspace(folder, shared_rehearsal, "person", "de")
    with environment(secret_variables(shared_rehearsal)), open_session(workspace.path) as session:
        yield list(walk_by_hand(session, shared_rehearsal))
    ipywidgets.Widget.close_all()


def test_few_words_on_the_screens(screens: list[Screen]) -> None:
    """All eleven steps are proven by hand, and what a person could read meanwhile is short."""
    told = {screen.spec.name: screen.words for screen in screens}
    assert [screen.spec.name for screen in screens if not screen.is_proven] == []
    assert len(screens) == len(ROAD) and sum(told.values()) <= MOST_WORDS, told


def test_one_run_all_for_each_notebook(screens: list[Screen]) -> None:
    """Every notebook is run once: each form that is sent carries the road on by itself, to the end."""
    assert all(screen.is_proven for screen in screens) and len(screens) == 11
    assert sum(len(screen.took) for screen in screens) >= 9


def test_what_is_in_order_is_one_line(screens: list[Screen]) -> None:
    """The checks of a gate that are in order stand behind one line that says how many they are."""
    (gate,) = [screen for screen in screens if screen.spec.irreversible and screen.spec.number == 5]
    assert gate.texts["check"] == "✔ 18 Prüfungen sind in Ordnung"


def test_a_fold_hides_all_but_its_title() -> None:
    """The counter reads what a browser shows: no style, and of a closed fold the summary alone."""
    html = "<style>p {}</style><p>one <b>two</b></p><details><summary>three</summary><p>four</p></details>"
    assert visible_text(html) == "one two three"


def test_a_proven_gate_asks_nothing_more(screens: list[Screen]) -> None:
    """Where a click was proven no button takes it back, and a login that works is not asked for again."""
    texts = {screen.spec.number: screen.texts for screen in screens}
    assert [number for number in (5, 8) if "Ihr Name" in texts[number]["do"]] == []
    assert "Kennwort" not in texts[3]["look"].split("anmelden.")[-1]


def test_nothing_is_said_twice_on_a_screen(screens: list[Screen]) -> None:
    """No sentence of six words or more stands twice in one notebook."""
    twice = {}
    for screen in screens:
        parts = re.split(r"(?<=[.!?:])\s", " ".join([screen.prose, *screen.texts.values()]))
        counts = Counter(part for part in parts if part[-1:] in ".!?" and len(part.split()) >= LONG)
        twice[screen.spec.name] = [part for part, count in counts.items() if count > 1]
    assert {name: parts for name, parts in twice.items() if parts} == {}


def test_rights_and_changes_add_up(screens: list[Screen]) -> None:
    """Notebook 02 says how the missing rights become the changes that are made."""
    (screen,) = [screen for screen in screens if screen.spec.number == 2]
    said = " ".join(screen.texts.values())
    matched = re.search(
        r"Von den (\d+) fehlenden .*? brauchen (\d+) .*? übrigen (\d+) .*? Mit (\d+) .*? es (\d+) Änd", said
    )
    assert matched is not None, said
    missing, alone, along, others, count = map(int, matched.groups())
    assert missing == alone + along and count == alone + others and along > 0
    assert f"{count} Änderungen wurden gemacht" in said
