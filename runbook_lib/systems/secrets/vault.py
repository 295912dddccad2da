"""Where secrets come from, and that they go nowhere else.

Looked for in the order of :data:`~runbook_lib.systems.secrets.sources.SOURCES`. A secret travels as a
:class:`Secret`, which prints as ``•••``; :meth:`Vault.mask` takes it out of whatever is written,
:meth:`Vault.find_leaks` searches what was written. What becomes of a file with a secret in it is decided
where it is known what the file is: the runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from runbook_lib.errors import Defect, SecretMissing
from runbook_lib.road import SECURITY_TOKEN, START_HERE
from runbook_lib.systems.secrets import leaks, maskable
from runbook_lib.systems.secrets.sources import SECRETS_DIR, SOURCES, Owner, keep
from runbook_lib.text import Message, joined, say

if TYPE_CHECKING:
    from runbook_lib.systems.connection import Connection

SECRET_NAMES = (
    "salesforce_admin_password",
    "salesforce_admin_token",
    "salesforce_sync_password",
    "salesforce_sync_token",
    "marketo_client_secret",
)
WEBHOOK = "webhook_url"
"""Where 10 sends what it found; whoever knows the address can write there."""
OPTIONAL_SECRETS = ("salesforce_admin_client_secret", "salesforce_sync_client_secret", WEBHOOK)
"""Client secrets: only where connection.toml names an OAuth client for that account. Webhook: as wanted."""
MASK = "•••"


class Secret:
    """A text that prints as ``•••``, cannot be pickled, copied or put into JSON; :meth:`reveal` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself; for the one line that sends it."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(Secret)  # all alike: a hash must not tell one from another

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")


class Leak(NamedTuple):
    """A secret found in a file: where, which one, in which encoding."""

    path: Path
    secret: str
    encoding: str


class Vault:
    """The secrets of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._owner = Owner(connection.name, connection.is_rehearsal)
        self._in_use: dict[str, Secret] = {}
        self._spellings: list[str] | None = None
        self._texts = tuple(_texts(connection.model_dump()))
        self._searchable: dict[str, bool] = {}

    def __repr__(self) -> str:
        return f"Vault({self._owner.connection!r})"

    def get(self, name: str) -> Secret:
        """The secret ``name``, one of :data:`SECRET_NAMES` or :data:`OPTIONAL_SECRETS`.

        A security token may be given empty: an org that trusts the caller's network asks for none.
        Raises :class:`SecretMissing`, which says every place that was looked in and how to give the secret.
        """
        _require_known(name)
        for source in SOURCES:
            value = _as_meant(name, source.look(self._owner, name))
            if value or (value == "" and name.endswith("_token")):
                secret = Secret(value)
                self.watch(name, secret)
                return secret
        raise self._missing(name)

    def has(self, name: str) -> bool:
        """Whether :meth:`get` would give the secret ``name``."""
        try:
            self.get(name)
        except SecretMissing:
            return False
        return True

    def put(self, name: str, value: str) -> Message:
        """Keeps a secret that a form was given; returns the place it went to, to be shown."""
        _require_known(name)
        value = _as_meant(name, value) or ""
        self.watch(name, Secret(value))
        place = keep(self._owner, name, value)
        self._require_effect(name, value)
        return place

    def watch(self, name: str, secret: Secret) -> None:
        """Masks and searches for ``secret`` too: a session id, an access token."""
        if self._in_use.get(name) != secret:
            self._in_use[name] = secret
            self._spellings = None

    def know_all(self) -> None:
        """Reads every secret that was given, so that each of them is masked from now on."""
        self._given_values()

    def in_use(self) -> tuple[str, ...]:
        """The names of the secrets that were given, read or watched here."""
        return tuple(self._in_use)

    def unsearchable(self) -> tuple[str, ...]:
        """The names of the given secrets that are too short or too ordinary to be masked and searched for.

        How that is decided: :mod:`runbook_lib.systems.secrets.maskable`. An empty token is no secret.
        """
        given = self._given_values().items()
        return tuple(name for name, value in given if value and not self._is_searchable(value))

    def mask(self, value: Any) -> Any:
        """``value``, a text or JSON, with every secret in use replaced by ``•••``, in every known
        encoding; the secrets of :meth:`unsearchable` are left.
        """
        match value:
            case str():
                return self._mask_text(value)
            case Secret():
                return MASK
            case dict():
                return {self.mask(key): self.mask(member) for key, member in value.items()}
            case list() | tuple():
                return [self.mask(member) for member in value]
            case _:
                return value

    def find_leaks(self, paths: Iterable[Path]) -> list[Leak]:
        """Every secret of this connection that is in one of the files ``paths``, or in a folder among
        them; those of :meth:`unsearchable` are not looked for. Nothing is changed.
        """
        known = self._searched()
        hits: dict[Leak, None] = {}
        for path in leaks.files_of(paths):
            for content in leaks.read_contents(path):
                hits.update(dict.fromkeys(Leak(path, *hit) for hit in leaks.find(content, known)))
        return list(hits)

    def find_in_text(self, text: str) -> list[tuple[str, str]]:
        """(name, encoding) of every secret of this connection that is in ``text``."""
        return list(leaks.find(text.encode(), self._searched()))

    def _given_values(self) -> dict[str, str]:
        names = SECRET_NAMES + OPTIONAL_SECRETS
        known = {name: self.get(name).reveal() for name in names if self.has(name)}
        return known | {name: secret.reveal() for name, secret in self._in_use.items()}

    def _searched(self) -> dict[str, str]:
        return {name: value for name, value in self._given_values().items() if self._is_searchable(value)}

    def _is_searchable(self, value: str) -> bool:
        if value not in self._searchable:
            self._searchable[value] = not maskable.is_ordinary(value, self._texts)
        return self._searchable[value]

    def _missing(self, name: str) -> SecretMissing:
        places = [source.tell(self._owner, name) for source in SOURCES]
        return SecretMissing(
            say("The secret {name} has not been entered yet.", name=name),
            where=say("Looked in: {places}.", places=joined(places)),
            fix=say(
                "Set the environment variable, put a file named {name} into the folder set in "
                "{folder}, or enter it in the form of notebook {notebook}.",
                name=name,
                folder=SECRETS_DIR,
                notebook=_NOTEBOOKS.get(name, START_HERE.name),
            ),
        )

    def _require_effect(self, name: str, value: str) -> None:
        """An older value in a place that is looked in earlier would win over the one just given."""
        if self.get(name) == Secret(value):
            return
        first = next(source for source in SOURCES if source.look(self._owner, name) is not None)
        raise SecretMissing(
            say(
                "The secret {name} was saved, but another place comes first: {place}.",
                name=name,
                place=first.tell(self._owner, name),
            ),
            fix=say("Correct the secret there, or remove it there and enter it again."),
        )

    def _mask_text(self, text: str) -> str:
        if self._spellings is None:
            values = (secret.reveal() for secret in self._in_use.values())
            every = (leaks.spellings(value) for value in values if self._is_searchable(value))
            flat = {text for named in every for texts in named.values() for text in texts}
            self._spellings = sorted(flat, key=len, reverse=True)  # the longest first: none is cut into
        for spelling in self._spellings:
            text = text.replace(spelling, MASK)
        return text


_NOTEBOOKS = {name: SECURITY_TOKEN.name for name in SECRET_NAMES + OPTIONAL_SECRETS if "_sync_" in name}


def _require_known(name: str) -> None:
    if name not in SECRET_NAMES + OPTIONAL_SECRETS:
        raise Defect(say("There is no secret “{name}”.", name=name))


def _as_meant(name: str, value: str | None) -> str | None:
    """A token or a client secret has no spaces around it: those came along when it was copied. A password may
    have them."""
    return value if value is None or name.endswith("_password") else value.strip()


def _texts(value: object) -> Iterator[str]:
    """Every text in a value of dictionaries, lists and texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
