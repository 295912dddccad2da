"""The click sheet: one page to print or to mail to the Marketo administrator who makes the clicks.

Self-contained and without scripts, in our three languages, with boxes to tick and a code to send back. It
holds no secret: where one is typed in, it says whom to ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.change.gate import Approval
from runbook_lib.change.gate.click_code import code_of
from runbook_lib.change.plan import Plan
from runbook_lib.disk import write_whole
from runbook_lib.guide.views.blocks import Fold, Grid
from runbook_lib.guide.views.fields.field_list import new_fields
from runbook_lib.guide.views.plan import click_block
from runbook_lib.pictures.model import Picture, spoken
from runbook_lib.pictures.svg import drawing
from runbook_lib.pictures.theme import SAME_NUMBERS, style
from runbook_lib.road import step_named
from runbook_lib.text import LANGUAGES, Message, Moment, printable, say, translate
from runbook_lib.workspace import Workspace

if TYPE_CHECKING:
    from jinja2 import Template

_WORDS: Mapping[str, Message] = {
    "what": say("What you click in Marketo"),
    "for_ever": say("This cannot be undone. Click only what stands here, in this order."),
    "instance": say("Marketo instance"),
    "org": say("Salesforce org"),
    "agreed": say("Agreed by"),
    "warnings": say("What was agreed to"),
    "same_numbers": SAME_NUMBERS,
    "until": say("valid until"),
    "secret": say("Ask whoever sent you this page for passwords and tokens; they stand on no paper."),
    "shown": say("Status that Marketo then shows at the top right"),
    "name": say("Your name"),
    "back": say("When every box is ticked, send this code and what you noted back:"),
    "tick_all": say("The code appears once every box is ticked."),
    "told": say("Whoever gets it types:"),
}

_ASKED_FOR = say("ask whoever sent you this page")
"""Where the reader, who has neither notebook nor vault, finds a secret."""


@dataclass(frozen=True)
class ClickSheet:
    """What the sheet of one plan says. ``approval``: who agreed to it; ``None`` where nobody has to.
    ``pictures``: what the clicks change."""

    plan: Plan
    approval: Approval | None
    language: str
    pictures: tuple[Picture, ...] = ()

    @property
    def code(self) -> str:
        """The code to send back."""
        return code_of(self.plan.step, self.plan.digest)

    @property
    def asks_secrets(self) -> bool:
        """Whether a click types one in."""
        return any(click.secrets for click in self.plan.clicks)

    @property
    def html(self) -> str:
        """The page; the reader's own language comes first."""
        first = [self.language, *(other for other in LANGUAGES if other != self.language)]
        spoken_in = [_Spoken(self, language) for language in first]
        return _template().render(sheet=self, languages=spoken_in, picture_style=style())


@dataclass(frozen=True)
class _Table:
    """A table in one language."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_folded: bool


@dataclass(frozen=True)
class _Spoken:
    """The sheet in one language."""

    sheet: ClickSheet
    code: str

    @property
    def name(self) -> str:
        return LANGUAGES[self.code]

    def word(self, name: str) -> str:
        return self.say(_WORDS[name])

    def say(self, text: object) -> str:
        return printable(translate(text, self.code))

    @property
    def title(self) -> str:
        return self.say(step_named(self.sheet.plan.step).title)

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """What each warning is called, and its text."""
        return [(self.say(consent.name), self.say(consent.text)) for consent in self.sheet.plan.consents]

    @property
    def tables(self) -> list[_Table]:
        """How many fields are made of which object, and their names, which are folded."""
        blocks = new_fields(self.sheet.plan.makes) if self.sheet.plan.makes else ()
        return [self._table(block) for block in blocks]

    @property
    def pictures(self) -> list[tuple[Picture, str]]:
        """What the clicks change, each with its drawing; an empty one where it cannot be drawn here."""
        pictures = (spoken(picture, self.say) for picture in self.sheet.pictures)
        return [(picture, drawing(picture, self.code)) for picture in pictures]

    def _table(self, block: Grid | Fold) -> _Table:
        grid = block.inside if isinstance(block, Fold) else block
        if not isinstance(grid, Grid):
            raise TypeError("a list of fields is a table")
        rows = [[self.say(cell) for cell in row] for row in (grid.columns, *grid.rows)]
        return _Table(self.say(grid.caption), rows[0], rows[1:], isinstance(block, Fold))

    @property
    def until(self) -> str:
        """When the approval ends; empty where there is none."""
        approval = self.sheet.approval
        return self.say(Moment(approval.expires)) if approval else ""

    @property
    def clicks(self) -> list[dict[str, object]]:
        rows = click_block(self.sheet.plan.clicks, (), _ASKED_FOR).rows
        return [
            {
                "where": self.say(where),
                "do": self.say(do),
                "typed": [(self.say(name), self.say(value)) for name, value in typed],
            }
            for _, where, do, typed in rows
        ]


def write_sheet(workspace: Workspace, sheet: ClickSheet) -> Path:
    """``plans/<step>-<digest8>.html``, beside the plan that it is of."""
    path = workspace.plans / f"{sheet.plan.step}-{sheet.plan.digest[:8]}.html"
    return write_whole(path, sheet.html)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # lazy: only a plan with clicks has a sheet

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = (Path(__file__).parent / "click_sheet.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
