"""The screens of a notebook: one under each beat that ran, kept in step while the beats go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.views.view import View
from runbook_lib.guide.widgets.screen import Screen
from runbook_lib.text import Message, joined, say

GOES_ON: Mapping[str, Message] = {
    "look": say("Both systems are being looked at …"),
    "check": say("What was seen is being checked …"),
    "decide": say("What there is to decide is being put together …"),
    "do": say("What was decided is being carried out …"),
    "prove": say("What happened is being measured …"),
}
"""What the line of a screen says while its beat runs."""


WORTH_TELLING, PAUSE = 2.0, 3.0
"""Seconds after which a person is told how far it is, and between two such sentences, which a screen reader
reads aloud."""


class Screens:
    """Beat → its screen, for the beats that stand in the notebook."""

    def __init__(self, language: str, clock: Callable[[], float] = monotonic) -> None:
        self._language = language
        self._clock = clock
        self._of: dict[str, Screen] = {}
        self._at = BEATS[0]
        self._began = self._last_told = clock()
        self._answers: int | None = 0

    def stand_here(self, beat: str) -> None:
        """Puts the screen of ``beat`` under the cell that runs now."""
        if beat not in self._of:
            self._of[beat] = Screen(self._language)
        self._of[beat].stand_here()

    def screen(self, beat: str) -> Screen:
        """The screen of ``beat``, which ran."""
        return self._of[beat]

    def begin(self, beat: str) -> None:
        """``beat`` runs from now on: its line says so."""
        self._at = beat
        self.tell(GOES_ON[beat])
        self._began = self._last_told = self._clock()
        self._answers = 0

    def show(self, beat: str, view: View) -> bool:
        """Shows what came of ``beat``; whether it has a screen."""
        if beat not in self._of:
            return False
        self._of[beat].show(view)
        self._of[beat].tell("")
        return True

    def close_form(self, beat: str) -> None:
        """Nothing is asked under ``beat`` any more."""
        if beat in self._of:
            self._of[beat].close_form()

    def tell(self, text: object) -> None:
        """Says on the screen of the beat that runs what goes on, or is waited for."""
        self._answers = None
        if self._at in self._of:
            self._of[self._at].tell(text)

    def answered(self) -> None:
        """A system has answered. Where the beat takes longer than a moment, and tells nothing better itself,
        its line says how many answers there are."""
        if self._answers is None:
            return
        self._answers += 1
        now = self._clock()
        if now - self._began < WORTH_TELLING or now - self._last_told < PAUSE or self._at not in self._of:
            return
        self._last_told = now
        far = say("{count} answers read in {seconds} seconds …",
                  count=self._answers, seconds=round(now - self._began))  # fmt: skip
        self._of[self._at].tell(joined((GOES_ON[self._at], far), " "))

    def from_beat(self, beat: str) -> Sequence[str]:
        """``beat`` and those behind it, as far as they stand in the notebook one after the other."""
        behind = BEATS[BEATS.index(beat) :]
        missing = next((place for place, name in enumerate(behind) if name not in self._of), len(behind))
        return behind[:missing]

    def lead(self, asked: str, said: object, here: str, following: object) -> None:
        """Says under ``asked`` what became of the answer, under ``here`` what is next, and leads the keyboard
        there."""
        self._of[asked].tell(said)
        self.lead_to(here, following)

    def lead_to(self, here: str, following: object) -> None:
        """Says under ``here``, if it has a screen, what is next, and leads the keyboard there."""
        if here in self._of:
            self._of[here].tell(following)
            self._of[here].lead_here()
