"""The form "Passwords" of 00 and 03 when they are proven: what was stored can always be given again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runbook_lib.guide.state.standing.logins import told_of_secrets
from runbook_lib.guide.views.view import Block, Facts, Line
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.guide.engine.step import Step


def password_blocks(step: Step) -> Iterable[Block]:
    """What is known of the secrets of the step, and that they can be typed in anew."""
    yield Facts(tuple(told_of_secrets(step.session, step.spec)))
    if step.interactive:
        yield Line(say("Passwords: enter again what has changed; an empty box keeps what is stored."))
