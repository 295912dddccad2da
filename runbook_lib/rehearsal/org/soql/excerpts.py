"""The piece of a query before the text of a refusal, with a caret under the word that is wrong.

Source: recorded answers of live orgs, for example CumulusCI's cassette of an unknown object.
"""

from __future__ import annotations

import re

from runbook_lib.rehearsal.org.faults import OrgFault

BEFORE, AFTER = 35, 45
"""Characters of the query that are shown before and after the place."""


def with_excerpt(text: str, place: int, sentence: str) -> str:
    """The sentence behind an excerpt of the query; `place` counts from 0."""
    start = 0 if place <= BEFORE else text.rfind(" ", place - BEFORE, place) + 1 or place - BEFORE
    stop = len(text) if len(text) - place <= AFTER else text.find(" ", place + AFTER)
    excerpt = " ".join(text[start : stop if stop > 0 else len(text)].splitlines())
    row = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    return f"\n{excerpt}\n{' ' * (place - start)}^\nERROR at Row:{row}:Column:{column}\n{sentence}"


def located(fault: OrgFault, soql: str) -> OrgFault:
    """The fault with an excerpt of the query before its text, where it names a word of the query."""
    if not fault.token:
        return fault
    match = re.search(rf"(?<![\w'])(?:\w+\.)*{re.escape(fault.token)}\b", soql, re.IGNORECASE)
    message = with_excerpt(soql, match.start() if match else 0, fault.message)
    return OrgFault(fault.status, fault.code, message, fault.fields)
