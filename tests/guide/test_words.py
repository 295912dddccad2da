"""Few words on the way: the German screens of the clean road are short, and say nothing twice."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets
import pytest

from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.road import ROAD
from tests.guide.screens import Screen, visible_text, walk_by_hand

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
