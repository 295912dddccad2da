"""Record ids as Salesforce makes them: 15 characters that know upper from lower case, and three more that
carry the case for those who do not. Source: "ID Field Type", Object Reference."""

from __future__ import annotations

from collections import Counter

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
POD = "5g"
DIGITS = 10
SYSTEM_USER = "0055g0000000001AAA"
"""Who made what an org makes by itself: the first user."""


def case_suffix(id15: str) -> str:
    """The last three characters of the 18-character form."""
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << place for place, letter in enumerate(id15[start : start + 5]) if letter.isupper())
        suffix += ALPHABET[bits]
    return suffix


def id18(record_id: str) -> str:
    """The 18-character form of an id given in either form; other text comes back as it is."""
    return record_id + case_suffix(record_id) if len(record_id) == 15 else record_id


def record_id(prefix: str, number: int) -> str:
    """The id of record `number` of the object with that key prefix."""
    return id18(f"{prefix}{POD}{number:0{DIGITS}d}")


def suffix_of_numbers(prefix: str) -> str:
    """The case suffix that all ids made by `record_id` for that prefix share."""
    return case_suffix(f"{prefix}{POD}{0:0{DIGITS}d}")


class IdCounter:
    """Hands out the next id of an object."""

    def __init__(self) -> None:
        self._last: Counter[str] = Counter()

    def next(self, prefix: str) -> str:
        """A new id."""
        self._last[prefix] += 1
        return record_id(prefix, self._last[prefix])

    def skip(self, prefix: str, count: int) -> int:
        """Set `count` numbers aside for generated rows; gives the first of them."""
        first = self._last[prefix] + 1
        self._last[prefix] += count
        return first
