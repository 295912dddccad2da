"""The field review: which fields Marketo would create for ever, and which of them are better hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class FieldSuggestion:
    """What we suggest for one field the sync user sees; ``decision`` is ``keep`` or ``hide``."""

    object: str
    field: str
    label: str
    type: str
    decision: str
    reason: Message
    can_hide: bool

    @property
    def full_name(self) -> str:
        """``Lead.Email``."""
        return f"{self.object}.{self.field}"


def suggestions(snapshot: Snapshot) -> tuple[FieldSuggestion, ...]:
    """One suggestion per field the sync user sees, in the order of object and name; empty if nobody could look."""
    raise NotImplementedError


def field_review(snapshot: Snapshot) -> pd.DataFrame:
    """The review table; its columns are declared once, in ``field_review_schema()``."""
    raise NotImplementedError
