"""API versions that are served, in the words of Salesforce's versions list.

Source: REST API Developer Guide, "Versions".
"""

from __future__ import annotations

import re

from runbook_lib.rehearsal.org.api_versions import NEWEST, OLDEST

FIRST_SEASON = ("Summer", 17)
"""API 40.0 is Summer '17; three releases a year from there."""


def is_version(text: str) -> bool:
    """Whether a URL names an API version at all: "59.0", or "59" as some SOAP clients write it."""
    return re.fullmatch(r"\d{1,3}(\.0)?", text) is not None


def soap_version(text: str) -> float:
    """The version of a SOAP URL as a number."""
    return float(text)


def versions_list() -> list[dict[str, str]]:
    """GET /services/data: every version with its label and URL."""
    return [
        {
            "label": _label(number),
            "url": f"/services/data/v{number}.0",
            "version": f"{number}.0",
        }
        for number in range(int(OLDEST), int(NEWEST) + 1)
    ]


def _label(number: int) -> str:
    """The season's name; Winter '18 is 41.0 and carries the number of the year that follows."""
    seasons = ("Summer", "Winter", "Spring")
    steps = number - int(OLDEST)
    year = FIRST_SEASON[1] + (steps + 2) // 3
    return f"{seasons[steps % 3]} '{year}"
