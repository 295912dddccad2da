"""Which passwords Salesforce takes: the policy that every new org has.

Source: Salesforce Help, "Set Password Policies" (8 characters, letters and numbers, 3 passwords remembered);
the texts as clients quote them.
"""

from __future__ import annotations

from runbook_lib.rehearsal.org.faults import OrgFault

SHORTEST = 8
EASY = ("password", "12345678", "qwerty", "salesforce")


def check_new_password(password: str, present: str) -> None:
    """OrgFault for a password that is weak, or the one that the user has."""
    if len(password) < SHORTEST:
        raise _invalid(f"Your password must be at least {SHORTEST} characters long.")
    if not (any(map(str.isalpha, password)) and any(map(str.isdigit, password))):
        raise _invalid("Your password must have a mix of letters and numbers.")
    if {password.lower(), password.lower().rstrip("0123456789")} & set(EASY):
        raise _invalid("Your password cannot be easy to guess. Please choose a different one.")
    if password == present:
        raise OrgFault(500, "UNKNOWN_EXCEPTION", "invalid repeated password")


def _invalid(message: str) -> OrgFault:
    return OrgFault(400, "INVALID_NEW_PASSWORD", message)
