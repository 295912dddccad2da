"""What comparing people left behind, and whether their names may be shown."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.review.duplicates.exact import ExactSummary
from runbook_lib.review.duplicates.probable.search import ProbableSummary
from runbook_lib.review.duplicates.summary import Picture
from runbook_lib.survey.people.marketo import InMarketo
from runbook_lib.survey.snapshot import Unknown

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session


SHOW_PEOPLE = "RUNBOOK_SHOW_PEOPLE"
"""Environment variable: names and e-mails are shown, and written beside the ids. An explicit choice."""


@dataclass(frozen=True)
class Compared:
    """What a comparison gave. ``calls``: Salesforce calls it cost, of at most ``foretold``.

    ``probable``: people without a common e-mail who are probably the same; ``None``: not looked for.
    """

    summary: ExactSummary
    probable: ProbableSummary | None
    picture: Picture
    in_marketo: InMarketo | Unknown
    csv: tuple[Path, ...]
    calls: int
    foretold: int


def groups_file(session: Session) -> Path:
    """Where the groups of one e-mail stand; without anything personal."""
    return session.workspace.duplicates / "groups.parquet"


def probable_file(session: Session) -> Path:
    """Where the groups of people stand who are probably the same; without anything personal."""
    return session.workspace.duplicates / "probable.parquet"


def shows_people() -> bool:
    """Whether somebody asked to see names and e-mails."""
    return bool(os.environ.get(SHOW_PEOPLE))
