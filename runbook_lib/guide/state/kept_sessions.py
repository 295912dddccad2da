"""Sessions of both systems, kept from one notebook of a run to the next: in memory alone.

A run holds what its kernels opened, and hands it to the next kernel over a socket that only these two have:
never a file, a command line or a variable, which would show them to others. A kernel without such a socket
(plain papermill, JupyterLab, Windows) logs in as ever. A session is handed out only for the very secrets it
was opened with, and a login that is to be proven is made anew; see ``session.py``.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from runbook_lib.systems.marketo.access_token import AccessToken
from runbook_lib.systems.salesforce.session import Account, SalesforceSession
from runbook_lib.systems.secrets.vault import Secret

VARIABLE = "RUNBOOK_KEPT_SESSIONS"
"""Names the descriptor of the kernel's end of the socket; the number of it tells nobody anything."""
MARKETO = "marketo"
_PATIENCE = 5.0
"""Seconds until a run has handed over what it keeps: it does so before the notebook begins."""


class SessionStore:
    """The run's side: what its kernels opened so far."""

    def __init__(self) -> None:
        self._kept: dict[str, Secret] = {}

    def hand_over(self, ours: socket.socket | None) -> None:
        """Sends the kernel at the other end what is kept now."""
        if ours is None:
            return
        kept = {name: text.reveal() for name, text in self._kept.items()}
        with suppress(OSError):  # a kernel that did not start logs in nowhere
            ours.sendall(json.dumps(kept).encode() + b"\n")

    def take_back(self, ours: socket.socket | None) -> None:
        """Reads what a kernel that has ended opened; what it could not finish to tell is left out."""
        if ours is None:
            return
        ours.settimeout(_PATIENCE)
        with ours, suppress(OSError), ours.makefile("rb") as lines:
            for line in lines:
                with suppress(ValueError):
                    self._kept |= {name: Secret(text) for name, text in json.loads(line).items()}

    def secrets(self) -> Iterable[Secret]:
        """The session ids and tokens that are kept, so that what a run leaves can be searched for them."""
        for text in self._kept.values():
            yield Secret(json.loads(text.reveal())["secret"])


@dataclass(frozen=True)
class Marked:
    """A session as it is kept: for whose secrets, the secret of the session itself, and all else of it."""

    mark: str
    secret: str
    rest: Mapping[str, Any]


class KeptSessions:
    """A kernel's side: what the run keeps, read when first asked for; ``channel``: ``None`` keeps nothing."""

    def __init__(self, channel: socket.socket | None) -> None:
        self._channel = channel
        self._kept: dict[str, str] | None = None

    def salesforce(self, account: Account, mark: str) -> SalesforceSession | None:
        """The session of that account, where one is kept that was opened with the secrets of ``mark``."""
        marked = self._find(account.value, mark)
        if marked is None:
            return None
        return SalesforceSession(account=account, session_id=Secret(marked.secret), **marked.rest)

    def keep_salesforce(self, mark: str, session: SalesforceSession) -> None:
        """Keeps a session that was opened with the secrets of ``mark``."""
        rest = {key: value for key, value in vars(session).items() if key not in ("account", "session_id")}
        self._keep(session.account.value, Marked(mark, session.session_id.reveal(), rest))

    def marketo(self, mark: str) -> AccessToken | None:
        """Marketo's access token for the client of ``mark``, where it still holds."""
        marked = self._find(MARKETO, mark)
        token = AccessToken(Secret(marked.secret), **marked.rest) if marked else None
        return token if token and token.expires > time.time() else None

    def keep_marketo(self, mark: str) -> Callable[[AccessToken], None]:
        """What keeps a new token of that client."""
        return lambda token: self._keep(
            MARKETO,
            Marked(mark, token.secret.reveal(), {"expires": token.expires, "api_user": token.api_user}),
        )

    def forget(self, account: Account) -> None:
        """The kept session of that account counts no more."""
        self._all().pop(account.value, None)

    def _find(self, name: str, mark: str) -> Marked | None:
        try:
            marked = Marked(**json.loads(self._all()[name]))
        except (KeyError, TypeError, ValueError):
            return None
        return marked if marked.mark == mark else None

    def _keep(self, name: str, kept: Marked) -> None:
        if self._channel is None:
            return
        text = json.dumps(asdict(kept))
        self._all()[name] = text
        with suppress(OSError):  # the run is gone: nobody needs it any more
            self._channel.sendall(json.dumps({name: text}).encode() + b"\n")

    def _all(self) -> dict[str, str]:
        if self._kept is None:
            self._kept = _read(self._channel) if self._channel else {}
        return self._kept


@cache
def kept_sessions() -> KeptSessions:
    """What this process was handed; empty, and keeping nothing, where no run started it."""
    try:
        channel = socket.socket(fileno=int(os.environ[VARIABLE]))
        channel.set_inheritable(False)
    except (KeyError, ValueError, OSError):
        return KeptSessions(None)
    return KeptSessions(channel)


def mark_of(place: str, secrets: Iterable[str]) -> str:
    """By what a session is known as one that these secrets opened; the secrets cannot be read from it."""
    return sha256(json.dumps([place, *secrets]).encode()).hexdigest()


def _read(channel: socket.socket) -> dict[str, str]:
    channel.settimeout(_PATIENCE)
    with suppress(OSError, ValueError), channel.makefile("rb") as stream:
        kept = json.loads(stream.readline())
        return kept if isinstance(kept, dict) else {}
    return {}
