"""The lists above a live table: words to filter by, and which of them a row falls under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbook_lib.text import Message, translate

Facets = tuple[tuple[str, ...], ...]
"""Per facet, the words that a row falls under."""


@dataclass(frozen=True)
class Facet:
    """One list to filter by. ``order``: words that stand first, in this order; the others follow by the
    alphabet."""

    head: Message
    order: tuple[Message, ...] = ()


def facet_state(
    facets: Mapping[str, Facet], rows: Sequence[Facets], language: str
) -> tuple[list[dict[str, Any]], list[list[list[int]]]]:
    """The lists as the browser holds them, and per row, per facet, the places of its words in them."""
    options = facet_words(facets, rows, language)
    places = [{word: place for place, word in enumerate(some)} for some in options]
    lists = [
        {"label": translate(facet.head, language), "options": some}
        for facet, some in zip(facets.values(), options, strict=True)
    ]
    return lists, [
        [[place[word] for word in words] for place, words in zip(places, row, strict=True)] for row in rows
    ]


def facet_words(facets: Mapping[str, Facet], rows: Sequence[Facets], language: str) -> list[list[str]]:
    """The words of each facet that occur in ``rows``, in their order."""
    return [
        _ordered({word for row in rows for word in row[place]}, facet, language)
        for place, facet in enumerate(facets.values())
    ]


def _ordered(used: set[str], facet: Facet, language: str) -> list[str]:
    first = [word for word in (translate(text, language) for text in facet.order) if word in used]
    return first + sorted(used - set(first), key=str.casefold)
