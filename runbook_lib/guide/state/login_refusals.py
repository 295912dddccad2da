"""Which secrets a login was refused with, so that no wrong password is ever sent twice.

Salesforce locks a user after a few wrong logins, and a notebook is easily run again, also by a new kernel.
So the journal keeps a mark of what was refused: salted and slow to guess (scrypt), never the secret itself.
Where the same secret would be sent again, the refusal is told again instead, until another one is typed, or
until a person says that the cause was mended in Salesforce.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from runbook_lib.errors import LoginRefused, RunbookError
from runbook_lib.journal import Journal, Kind
from runbook_lib.road import SECURITY_TOKEN, START_HERE
from runbook_lib.systems.salesforce.login import Account
from runbook_lib.systems.salesforce.login_errors import speaks_of_user
from runbook_lib.text import Label, Message, from_json, say

NOTEBOOKS: Mapping[Account, str] = {Account.ADMIN: START_HERE.name, Account.SYNC: SECURITY_TOKEN.name}
"""Where the secrets of a login are typed in; there the mark is kept, too."""
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
"""scrypt: 16 MB and some 50 ms for each guess. Source: RFC 7914, section 2."""


@dataclass(frozen=True)
class Refusals:
    """What the journal knows about refused logins of one account."""

    journal: Journal
    account: Account
    place: str = ""
    """User and host to which the secrets go; a refusal that another user or host met is none of these
    secrets."""

    def of(self, given: Iterable[str]) -> LoginRefused | None:
        """The refusal that was met with exactly these secrets last time; ``None``: try them."""
        record = self._last()
        if record is None or not speaks_of_user(record["code"]) or not _matches(record["mark"], given):
            return None  # journals of before may hold an outage, which says nothing about a secret
        if self.place and str(from_json(record["where"])) != self.place:
            return None
        what, where = from_json(record["reason"]), from_json(record["where"])
        return LoginRefused(
            say("Salesforce refused this before: {reason}", reason=what),
            where=where,
            why=say("It is not asked again with the same secret: a few wrong logins lock the user."),
            fix=say(
                "Open notebook {notebook}, run “1 Look” and enter the secrets again.",
                notebook=NOTEBOOKS[self.account],
            ),
            code=record["code"],
        )

    def remember(self, given: Iterable[str], refusal: LoginRefused, calls: Mapping[str, int]) -> None:
        """Keeps a mark of the secrets that were refused just now."""
        record: dict[str, Any] = {"mark": _mark(given, secrets.token_hex(16)), "code": refusal.code}
        record |= {"reason": _words(refusal.what), "where": _words(refusal.where)}
        self._write(say("Salesforce refused this login."), record, calls)

    def forgive(self, given: Iterable[str], calls: Mapping[str, int]) -> None:
        """These secrets were accepted just now: they count as refused no longer."""
        record = self._last()
        if record is not None and _matches(record["mark"], given):
            self._write(say("Salesforce accepted this login."), None, calls)

    def _last(self) -> dict[str, Any] | None:
        entries = self.journal.entries(step=NOTEBOOKS[self.account], kind=Kind.read)
        marks = [entry.payload["refused_login"] for entry in entries if "refused_login" in entry.payload]
        return marks[-1] if marks else None

    def _write(self, what: Message, record: dict[str, Any] | None, calls: Mapping[str, int]) -> None:
        payload = {"what": what.to_json(), "calls": dict(calls), "refused_login": record}
        self.journal.append(NOTEBOOKS[self.account], "look", Kind.read, payload)


def _mark(given: Iterable[str], salt: str) -> str:
    text = "\0".join(given).encode()
    return f"{salt}:{hashlib.scrypt(text, salt=bytes.fromhex(salt), **_COST).hex()}"


def _matches(mark: str, given: Iterable[str]) -> bool:
    return compare_digest(mark, _mark(given, mark.partition(":")[0]))


def _words(part: object) -> object:
    return part.to_json() if isinstance(part, Message | Label) else str(part)


def is_about_user(refusal: RunbookError) -> bool:
    """Whether another try with the same secrets would be refused, too; an outage says nothing of them."""
    return isinstance(refusal, LoginRefused) and speaks_of_user(refusal.code)
