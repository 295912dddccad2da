"""The mapping review: which Lead and Contact fields Marketo will combine, and which it leaves alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from runbook_lib.survey.snapshot import Field, Snapshot
from runbook_lib.text import Message

if TYPE_CHECKING:
    import pandas as pd


class MappingVerdict(StrEnum):
    """How well the two fields of a pair fit."""

    FITS = "fits"
    LOSES = "loses"
    CLASHES = "clashes"


@dataclass(frozen=True)
class MappingPair:
    """A custom Lead field and the like-named custom Contact field that Marketo combines into one field."""

    lead: Field
    contact: Field
    verdict: MappingVerdict
    reason: Message


@dataclass(frozen=True)
class MappingReview:
    """``pairs`` Marketo will combine; ``unpaired`` custom fields that stay separate, Lead and Contact."""

    pairs: tuple[MappingPair, ...]
    unpaired: tuple[Field, ...]


def mapping_review(snapshot: Snapshot) -> MappingReview:
    """Pairs and unpaired custom fields among those the sync user sees; both empty if nobody could look."""
    raise NotImplementedError


def mapping_table(review: MappingReview) -> pd.DataFrame:
    """The review as a table: lead_field, contact_field, verdict, reason, suggestion (leave | break)."""
    raise NotImplementedError
