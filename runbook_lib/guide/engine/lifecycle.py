"""The frame in which every beat runs: lock, journal, and what happens when it stops.

Headless, a stop is raised after it was written down, so that papermill ends and no later cell runs. With a
person there it is shown as a card, and the later beats ask to finish that first: "Run All" is always safe.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from importlib.metadata import version
from time import monotonic
from typing import Any, ClassVar

from runbook_lib.errors import Defect, RunbookError, SecretLeaked, WaitsForPerson, WorkspaceInUse
from runbook_lib.guide.engine.asking import Answer, Ask, Body, Said, first_finish, first_title, what_is_next
from runbook_lib.guide.engine.plain_run import PlainRun
from runbook_lib.guide.engine.screens import Screens
from runbook_lib.guide.engine.stops import stop_of
from runbook_lib.guide.state import history
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.standing import standing_of
from runbook_lib.guide.state.standing.logins import lapsed_with_secret
from runbook_lib.guide.state.standing.scope import footing_of
from runbook_lib.guide.views.identity import identity_strip
from runbook_lib.guide.views.moving_line import MovingLine
from runbook_lib.guide.views.next_steps import on_file
from runbook_lib.guide.views.plan import age, evidence_blocks
from runbook_lib.guide.views.view import Block, Card, Clicks, Line, Tone, View, error_card
from runbook_lib.guide.widgets.board import LiveBoard
from runbook_lib.guide.widgets.drawing import drawn
from runbook_lib.guide.widgets.form import Form, Person, Take, Values, below_each_other
from runbook_lib.journal import Entry, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.road import StepSpec
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message, joined, say


class Beats:
    """One step's beats, one after the other, for one open session."""

    spec: ClassVar[StepSpec]

    def __init__(self, session: Session, interactive: bool) -> None:
        self.session = session
        self.interactive = interactive
        self._at = BEATS[0]
        self._asked: dict[str, tuple[Ask, ...]] = {}
        self.waits_for: Message | None = None
        self.seen: Snapshot | None = None
        self._stopped: tuple[str, RunbookError] | None = None
        self._goes_on = False
        self._plain: PlainRun | None = None
        self._began = monotonic()
        self.screens = Screens(session.language)
        self._bodies: dict[str, Body] = {}
        session.transport.tell = self.screens.tell if interactive else MovingLine(session.language).show
        session.transport.answered = self.screens.answered

    @property
    def name(self) -> str:
        """The notebook's name: ``05_sync_fields``."""
        return self.spec.name

    @property
    def waits_at(self) -> str | None:
        """The beat that waits for a person, or that was stopped; ``None``: nothing is unfinished."""
        return self._stopped[0] if self._stopped else None

    def run_plainly(self, plain: PlainRun) -> None:
        """No run looks after this notebook: ``plain`` does."""
        self._plain = plain

    def board(self) -> View | LiveBoard:
        """The whole road, and where one is; with a person there it shows by itself what is proven next."""
        board = LiveBoard(self.session)
        return board if self.interactive else board.view()

    @property
    def asks(self) -> tuple[Ask, ...]:
        """All forms that stand under the beats now."""
        return tuple(ask for beat in BEATS for ask in self._asked.get(beat, ()))

    @property
    def asks_here(self) -> tuple[Ask, ...]:
        """The forms under the beat that runs, or ran last."""
        return self._asked.get(self._at, ())

    def offer(
        self, form: Form[Answer], keep: Callable[[Answer], Said], waits_for: Message | None = None
    ) -> None:
        """Puts a form under the beat; the later beats ask for ``waits_for``, if anything, until
        :meth:`go_on`."""
        self._asked[self._at] = (*self.asks_here, Ask(form, keep))
        self.waits_for = waits_for or self.waits_for

    def take(self, ask: Ask, values: Values) -> list[Block]:
        """The answer to a form: the form says what it is, the step keeps it. Raises what is wrong."""
        answer = ask.form.submit(values)
        with self.session.workspace.lock("decision"):
            said = ask.keep(answer)
        return [Card(Tone.OK, said)] if isinstance(said, Message) else list(said)

    def press(self, beat: str, ask: Ask, values: Values) -> list[Block]:
        """A button under ``beat`` was pressed: the answer is kept, and what depends on it shows its new
        state."""
        self._goes_on = False
        said = self.take(ask, values)
        if self._goes_on:
            self._run_on(beat, first_title(said))
        return said

    def go_on(self) -> None:
        """What the later beats waited for is there."""
        self.waits_for = self._stopped = None
        self._goes_on = True

    def _run_on(self, asked: str, said: object) -> None:
        """Runs the beat that asked and those behind it, until one needs a person, who is led there."""
        beats = self.screens.from_beat(asked)
        for beat in beats:
            self._perform(beat)
        if not beats:
            return
        here, stop = self._stopped or (beats[-1], None)
        below = say("Next: run the cells below, with Run ▸ Run All Cells.") if beats[-1] != BEATS[-1] else ""
        following = what_is_next(stop) if stop else below
        parts = [part for part in (said if here == asked else "", following) if str(part)]
        self.screens.lead(asked, said, here, joined(parts or [what_is_next(None)], " "))

    def note(self, beat: str, kind: Kind, payload: dict[str, Any]) -> None:
        """Writes an entry of this step into the journal."""
        entry = self.session.journal.append(self.name, beat, kind, payload)
        if kind is Kind.ended:
            self.has_ended(entry)
            if self._plain is not None:
                self._plain.ended(entry)

    def has_ended(self, entry: Entry) -> None:
        """What a step does once its end is on record."""

    def end(self, outcome: Outcome, what: object = "") -> None:
        """Writes down how the step ended."""
        seconds = monotonic() - self._began
        payload = journal_payloads.ended(outcome, self.session.calls(), seconds, what)
        if outcome is Outcome.DONE:
            payload |= footing_of(self.session, self.spec, self.seen)
        self.note("prove" if outcome is Outcome.DONE else "stop", Kind.ended, payload)

    def show_now(self, blocks: Iterable[Block]) -> None:
        """Shows something before a stop is raised, so that an executed notebook tells why it stopped."""
        if "IPython" in sys.modules and not self.interactive:
            from IPython.display import display  # lazy: only inside a notebook

            view = View(self.session.language, "", tuple(blocks))
            if self._plain is not None:
                self._plain.search_view(view)
            display(view)  # type: ignore[no-untyped-call]

    def beat(self, beat: str, body: Body) -> View:
        """Runs one beat and shows it; headless, what stops it is raised again."""
        self._bodies[beat] = body
        if self.interactive:
            self.screens.stand_here(beat)
        view = self._perform(beat)
        if beat == BEATS[-1]:  # JupyterLab stands at the last cell now
            here, stop = self._stopped or (beat, None)
            self.screens.lead_to(here, what_is_next(stop))
        return view

    def _perform(self, beat: str) -> View:
        self._at = beat
        self.screens.begin(beat)
        view = self._locked(beat)
        return replace(view, is_on_screen=self.screens.show(beat, view))

    def _locked(self, beat: str) -> View:
        try:
            with self.session.workspace.lock(f"notebook {self.name}"):
                view = self._beat(beat)
                self._search(view.html + view.plain if self._plain else "", beat == BEATS[-1])
                return view
        except SecretLeaked:
            raise
        except RunbookError as error:
            if not self.interactive:
                self._search(str(error), is_last=True)
                if self._plain is not None and isinstance(error, WorkspaceInUse):
                    self._plain.kept_out(error)
                raise
            self._stopped = (beat, error)
            return self._view(beat, [error_card(error)])
        finally:  # a kernel ends without closing its session
            self.session.keep_calls()

    def _beat(self, beat: str) -> View:
        if done := self.proof_on_file():
            if self._plain is not None:
                self._plain.passed_over()
            return self._view(beat, self._told_again(beat, done), self.asks_when_proven(beat))
        if waiting := self._unfinished_before(beat):
            return self._view(beat, [waiting])
        return self._view(beat, self._run(beat, self._bodies[beat]), self.asks_here)

    def _search(self, text: str, is_last: bool) -> None:
        """Where no run searches after the notebook: ``text`` that is about to leave it, and at the end what
        it has written. Raises ``SecretLeaked``, which is written down."""
        if self._plain is None:
            return
        try:
            self._plain.search_text(text)
            if is_last:
                self._plain.search_files()
        except SecretLeaked as leak:
            self.end(leak.outcome, leak)
            raise

    def _run(self, beat: str, body: Body) -> list[Block]:
        self.waits_for = None
        self._asked.pop(beat, None)
        world = self.session.connection.rehearsal
        versions = {"runbook": version("marketo-salesforce-runbook"), "python": sys.version.split()[0]}
        self.note(
            beat,
            Kind.started,
            journal_payloads.started(self.session.expected, versions, world.world if world else None),
        )
        try:
            blocks = list(body())
        except RunbookError as error:
            self.end(error.outcome, error)
            raise
        except (Exception, KeyboardInterrupt) as fault:
            stop = stop_of(fault, self._masked, f"{self.name}, {beat}", self.session.workspace.path)
            self.end(stop.outcome, self._masked(traceback.format_exc()) if isinstance(stop, Defect) else stop)
            raise stop from (fault if isinstance(stop, Defect) else None)
        self._stopped = None
        if self.waits_for is not None:
            waits = WaitsForPerson(self.waits_for)
            self._stopped = (beat, waits)
            self.end(waits.outcome, waits)
        return blocks

    def proof_on_file(self) -> Card | None:
        """The card of a step that need not run: proven, what its proof rests on unchanged, not repeating."""
        where = standing_of(self.session, self.spec)
        if self.spec.repeats or where.proven_at is None or not where.stands:
            return None
        if lapsed_with_secret(self.session, self.spec) is not None:
            return None  # it has to be given again, and only this notebook asks for it
        proven = age(where.proven_at.isoformat())
        return Card(Tone.OK, say("This step is already proven, {age}; there is nothing to do.", age=proven))

    def _told_again(self, beat: str, done: Card) -> Iterable[Block]:
        """What a cell of a proven step shows when it is run again: at Prove what it showed before."""
        if beat == "look":
            return [done, *self.told_when_proven(), *on_file(self.spec)]
        if beat != "prove":
            return [Line(say("Proven before; nothing to do."))]
        evidence = history.last_evidence(self.session.journal, self.name)
        return [done, *(evidence_blocks(evidence) if evidence else []), *on_file(self.spec)]

    def told_when_proven(self) -> Iterable[Block]:
        """What Look shows of a proven step beyond that it is."""
        return ()

    def asks_when_proven(self, beat: str) -> tuple[Ask, ...]:
        """What a proven step still asks under that beat; nothing as a rule."""
        return ()

    def _unfinished_before(self, beat: str) -> Card | None:
        if self._stopped is None or BEATS.index(beat) <= BEATS.index(self._stopped[0]):
            return None
        return first_finish(*self._stopped)

    def _view(self, beat: str, blocks: Iterable[Block], asks: Sequence[Ask] = ()) -> View:
        """The blocks, with where this happens above the first beat and above whatever a person acts on."""
        content = tuple(drawn(blocks, self.session.language) if self.interactive else blocks)
        strip = identity_strip(self.session, self.seen, self.spec)
        if beat == BEATS[0]:
            content = (strip, *content)
        elif asks or any(isinstance(block, Clicks) for block in content):
            content = (replace(strip, text="", step=""), *content)  # what it means stands under Look
        form = (lambda: self._build(beat, asks)) if asks and self.interactive else None
        return View(self.session.language, "", content, form)

    def _build(self, beat: str, asks: Sequence[Ask]) -> Any:
        person = Person(self.session.language, history.last_name(self.session.journal))
        return below_each_other([ask.form.build(person, self._taking(beat, ask)) for ask in asks])

    def _taking(self, beat: str, ask: Ask) -> Take:
        return lambda values: self.press(beat, ask, values)

    def _masked(self, text: str) -> str:
        return str(self.session.vault.mask(text))
