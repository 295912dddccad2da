"""Errors of the sync that people know: recognized by Salesforce's code or by the words of a message.

What stands in no row of ``gallery.toml`` is unknown, and nobody guesses: a wrong cause sends people astray.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from runbook_lib.text import Wording


@dataclass(frozen=True)
class KnownError:
    """One kind of error: its code, or a name of ours, and what is known of it."""

    id: str
    pattern: re.Pattern[str]
    cause: Wording
    fix: Wording
    source: str
    samples: tuple[str, ...]


def recognize(text: str) -> KnownError | None:
    """The kind of error that the text tells of; of several the one named first; ``None``: unknown."""
    matches = ((match.start(), known) for known in gallery() if (match := known.pattern.search(text)))
    return min(matches, key=lambda place: place[0], default=(0, None))[1]


@cache
def gallery() -> tuple[KnownError, ...]:
    """Every kind of error that is known."""
    return tuple(
        KnownError(
            row.get("code") or row["id"],
            _pattern(row),
            Wording(row["cause"]),
            Wording(row["fix"]),
            row["source"],
            tuple(row["samples"]),
        )
        for row in _rows()["error"]
    )


def unlike() -> tuple[str, ...]:
    """Texts that look like a known error and are none."""
    return tuple(row["text"] for row in _rows()["unlike"])


def _pattern(row: Mapping[str, str]) -> re.Pattern[str]:
    if "code" in row:
        return re.compile(rf"(?<![A-Za-z_]){row['code']}(?![A-Za-z_])")
    return re.compile(row["text"], re.IGNORECASE)


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "gallery.toml").read_text(encoding="utf-8"))
