"""The five beats of every notebook, and their words."""

from __future__ import annotations

from collections.abc import Mapping

from runbook_lib.text import Message, say

BEATS = ("look", "check", "decide", "do", "prove")


BEAT_WORDS: Mapping[str, Message] = {
    "look": say("Look"), "check": say("Check"), "decide": say("Decide"), "do": say("Do"),
    "prove": say("Prove"),
}  # fmt: skip
"""How the five headings read."""
