"""What SOQL has and the rehearsal does not: told as that, never as a mistake of the query.

Source: SOQL and SOSL Reference, "SOQL SELECT Syntax", "Date Functions", "Date Formats and Date Literals".
"""

from __future__ import annotations

import re

from runbook_lib.rehearsal.org.faults import OrgFault, not_imitated

FUNCTIONS = (
    "CONVERTCURRENCY", "CONVERTTIMEZONE",
    "CUBE", "DAY_IN_WEEK", "DAY_IN_YEAR", "DISTANCE", "FISCAL_MONTH",
    "FISCAL_QUARTER", "FISCAL_YEAR", "FORMAT", "GEOLOCATION", "GROUPING", "ROLLUP", "TOLABEL",
    "WEEK_IN_MONTH",
    "WEEK_IN_YEAR",
)  # fmt: skip
CLAUSES = {
    clause: re.compile(words, re.IGNORECASE)
    for clause, words in {
        "TYPEOF": r"\bTYPEOF\b.+\bEND\b",
        "a sub-select in SELECT": r"(?:^\s*SELECT|,)\s*\(\s*SELECT\b",
        "USING SCOPE": r"\bUSING\s+SCOPE\b",
        "WITH": r"\bWITH\s+(?:DATA\s+CATEGORY|SECURITY_ENFORCED|(?:USER|SYSTEM)_MODE)\b",
        "FOR VIEW, REFERENCE and UPDATE": r"\bFOR\s+(?:VIEW|REFERENCE|UPDATE)\b",
        "UPDATE TRACKING and VIEWSTAT": r"\bUPDATE\s+(?:TRACKING|VIEWSTAT)\b",
        "ALL ROWS": r"\bALL\s+ROWS\b",
        "amounts with a currency": r"[<>=,(]\s*[A-Z]{3}\d+(?:\.\d+)?\b",
    }.items()
}
DATES = re.compile(r"(?:LAST|THIS|NEXT)_(?:N_)?FISCAL_\w+|N_\w+_AGO")
TEXT = re.compile(r"'(?:\\.|[^'\\])*'")


def refuse_function(name: str) -> None:
    """OrgFault 501 for a function that only the real SOQL has."""
    if name.upper() in FUNCTIONS:
        raise not_imitated(f"{name}() in SOQL")


def clause_of(text: str) -> OrgFault | None:
    """The refusal of a query that does not parse because of a clause that only the real SOQL has."""
    plain = TEXT.sub("''", text)
    for clause, words in CLAUSES.items():
        if words.search(plain):
            return not_imitated(f"{clause} in SOQL")
    called = re.search(rf"\b({'|'.join(FUNCTIONS)})\s*\(", plain, re.IGNORECASE)
    return not_imitated(f"{called[1]}() in SOQL") if called else None
