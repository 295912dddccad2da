"""Names in a picture: cut to the room there is, for the table beside it has them whole."""

from __future__ import annotations

import unicodedata

from runbook_lib.text import printable

LONGEST = 48
"""Columns that a name takes at most."""


def fitting(text: str) -> str:
    """``text`` in one line, without what would break a drawing, and no longer than :data:`LONGEST`.

    Cut here, for Vega's own cutting takes signs such as emoji apart, and then fails.
    """
    line, room = "", LONGEST
    for sign in printable(text).replace("\n", " ").replace("\t", " "):
        room -= 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if room < 0:
            return f"{line.rstrip()}…"
        line += sign
    return line
