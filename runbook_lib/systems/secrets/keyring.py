"""The keyring of the operating system, where it has one that keeps what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend


def read(service: str, name: str) -> str | None:
    """What the keyring holds under these names; ``None`` also where it is locked or there is none."""
    from keyring.errors import KeyringError  # lazy: keyring looks through all its backends at import

    backend = _backend()
    try:
        return backend.get_password(service, name) if backend else None
    except (KeyringError, OSError):
        return None


def write(service: str, name: str, value: str) -> bool:
    """Whether the keyring took ``value``."""
    from keyring.errors import KeyringError  # lazy: see read

    backend = _backend()
    if backend is None:
        return False
    try:
        backend.set_password(service, name, value)
    except (KeyringError, OSError):
        return False
    return True


def tell() -> Message:
    """What kind of keyring this machine has, for the list of places where a secret was looked for."""
    backend = _backend()
    return say("asked: {name}", name=backend.name) if backend else say("this machine has none")


def _backend() -> KeyringBackend | None:
    """The keyring in use; ``None`` for the ones that only stand in where there is none."""
    import keyring  # lazy: see read
    from keyring.backends import fail, null  # lazy: see read

    backend = keyring.get_keyring()
    return None if isinstance(backend, fail.Keyring | null.Keyring) else backend
