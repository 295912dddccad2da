"""Secrets come from where the design says and go nowhere else."""

from __future__ import annotations

import base64
import copy
import html
import json
import os
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import keyring
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import null

from runbook_lib.errors import Defect, SecretMissing
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.secrets import leaks, maskable, sources
from runbook_lib.systems.secrets.vault import MASK, Secret, Vault

NAME = "salesforce_sync_password"
# As long as real ones, of any printable characters.
Connect = Callable[..., Connection]
SECRETS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=8, max_size=40)
ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "quote": lambda text: quote(text, safe=""),
    "quote_path": quote,
    "quote_plus": quote_plus,
    "quote_lower": lambda text: "".join(
        c if c.isalnum() and c.isascii() else "".join(f"%{b:02x}" for b in c.encode()) for c in text
    ),
    "xml": escape,
    "xml_attribute": quoteattr,
    "html": html.escape,
    "json": json.dumps,
    "json_unicode": lambda text: json.dumps(text, ensure_ascii=False),
    "json_twice": lambda text: json.dumps(json.dumps(text)),
    "html_in_json": lambda text: json.dumps(html.escape(text)),
}


class MemoryKeyring(KeyringBackend):
    """A keyring that keeps what it is given in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """What was kept."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keeps it."""
        self.kept[service, username] = password


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No secret of this machine, and none of another test."""
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())
    for name in [name for name in os.environ if name.startswith("RUNBOOK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(sources, "_given", {})
    yield
    keyring.set_keyring(before)


def test_a_secret_shows_only_dots() -> None:
    """No way of printing, formatting, pickling or copying a secret gives it away."""
    secret = Secret("hunter22")
    assert {str(secret), repr(secret), f"{secret}", f"{secret:>9}"} == {MASK}
    assert "hunter22" not in repr([secret])
    for take in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            take(secret)
    assert secret == Secret("hunter22") != Secret("hunter23")
    assert secret.reveal() == "hunter22"


def test_the_places_are_asked_in_their_order(
    a_connection: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment comes before a file, a file before the keyring, the keyring before a form."""
    ring = MemoryKeyring()
    secrets = Vault(a_connection(name="acme-eu"))
    secrets.put(NAME, "from the form")
    assert secrets.get(NAME).reveal() == "from the form"
    keyring.set_keyring(ring)
    ring.kept["marketo-salesforce-runbook:acme-eu", NAME] = "from the keyring"
    assert secrets.get(NAME).reveal() == "from the keyring"
    (tmp_path / NAME).write_text("from the file\r\n", encoding="utf-8-sig", newline="")
    monkeypatch.setenv("RUNBOOK_SECRETS_DIR", str(tmp_path))
    assert secrets.get(NAME).reveal() == "from the file"
    monkeypatch.setenv("RUNBOOK_ACME_EU_SALESFORCE_SYNC_PASSWORD", "from the environment")
    assert secrets.get(NAME).reveal() == "from the environment"


def test_a_missing_secret_says_where_it_was_looked_for(a_connection: Connect) -> None:
    """The message names every place that was looked in, and how to give the secret."""
    with pytest.raises(SecretMissing) as fault:
        Vault(a_connection()).get("salesforce_sync_token")
    told = str(fault.value)
    for place in (
        "RUNBOOK_ACME_SALESFORCE_SYNC_TOKEN",
        "RUNBOOK_SECRETS_DIR",
        "keyring",
        "03_security_token",
    ):
        assert place in told


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\x89PNG\0\0\0\x01\x02", "UTF-16"), (None, "cannot be opened")],
)
def test_a_file_that_cannot_be_read_is_not_missing(
    a_connection: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, told: str
) -> None:
    """A file that is no text, or a folder in its place, is told as that, and never as not given."""
    path = tmp_path / "salesforce_admin_password"
    path.mkdir() if content is None else path.write_bytes(content)
    monkeypatch.setenv("RUNBOOK_SECRETS_DIR", str(tmp_path))
    with pytest.raises(SecretMissing) as raised:
        Vault(a_connection()).get("salesforce_admin_password")
    assert told in str(raised.value) and "has not been entered" not in str(raised.value)


def test_a_folder_of_secrets_that_is_none_is_named(
    a_connection: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelled RUNBOOK_SECRETS_DIR is told, for every secret would be missing."""
    monkeypatch.setenv("RUNBOOK_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(SecretMissing, match="nowhere, which is not a folder"):
        Vault(a_connection()).get("salesforce_admin_password")


def test_a_token_may_be_given_empty(a_connection: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty token is a token that was given; an empty password is not."""
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_SYNC_TOKEN", "")
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_SYNC_PASSWORD", "")
    secrets = Vault(a_connection())
    assert secrets.get("salesforce_sync_token").reveal() == ""
    assert not secrets.has("salesforce_sync_password")


def test_an_unknown_name_is_a_defect(a_connection: Connect) -> None:
    """Only the secrets of the list exist."""
    with pytest.raises(Defect):
        Vault(a_connection()).get("salesforce_password")


def test_what_a_form_was_given_goes_to_the_keyring(a_connection: Connect) -> None:
    """Where there is a keyring, a secret given once is there for the next notebook."""
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    assert "keyring" in str(Vault(a_connection()).put(NAME, "hunter22"))
    assert ring.kept == {("marketo-salesforce-runbook:acme", NAME): "hunter22"}


def test_a_rehearsal_leaves_the_keyring_alone(a_connection: Connect) -> None:
    """The secrets of a rehearsal are neither written to a keyring nor read from it."""
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    secrets = Vault(a_connection(rehearsal={"world": "clean"}))
    assert "memory" in str(secrets.put(NAME, "hunter22"))
    assert ring.kept == {}


def test_without_a_keyring_a_file_of_its_owner_is_written(
    a_connection: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file in RUNBOOK_SECRETS_DIR can be read by its owner only, and an older one is replaced."""
    monkeypatch.setenv("RUNBOOK_SECRETS_DIR", str(tmp_path))
    (tmp_path / NAME).write_text("old")
    assert NAME in str(Vault(a_connection()).put(NAME, "hunter22"))
    assert (tmp_path / NAME).read_text() == "hunter22"
    assert (tmp_path / NAME).stat().st_mode & 0o077 == 0


def test_a_form_cannot_be_overruled_in_silence(
    a_connection: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another place comes before the form and holds something else, putting says so."""
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_SYNC_PASSWORD", "another")
    with pytest.raises(SecretMissing, match="RUNBOOK_ACME_SALESFORCE_SYNC_PASSWORD"):
        Vault(a_connection()).put(NAME, "hunter22")


@given(SECRETS, st.sampled_from([name for name in ENCODINGS if name not in ("html_in_json", "quote_lower")]))
def test_masking_takes_a_secret_out_in_every_encoding(
    a_connection: Connect, secret: str, encoding: str
) -> None:
    """Wherever a secret stands in a text or in JSON, as key or value, it is replaced."""
    assume(not maskable.is_ordinary(secret))
    secrets = Vault(a_connection())
    secrets.watch("session", Secret(secret))
    spelled = ENCODINGS[encoding](secret)
    masked = secrets.mask({"a": [f"x {spelled} y"], f"k {spelled}": 1})
    assert MASK in masked["a"][0]
    assert not list(leaks.find(json.dumps(masked).encode(), {"session": secret}))


@given(SECRETS, st.binary(max_size=5), st.binary(max_size=5))
def test_masking_and_finding_see_base64_at_every_place(
    a_connection: Connect, secret: str, before: bytes, after: bytes
) -> None:
    """Base64 of a text with the secret somewhere in it is seen, whatever stands before and after it."""
    coded = base64.b64encode(before + secret.encode() + after).decode()
    assert list(leaks.find(coded.encode(), {"session": secret}))
    assert list(leaks.find(base64.urlsafe_b64encode(before + secret.encode() + after), {"session": secret}))
    assert list(leaks.find(base64.encodebytes(b"x" * 70 + before + secret.encode()), {"session": secret}))
    assume(not maskable.is_ordinary(secret))
    secrets = Vault(a_connection())
    secrets.watch("session", Secret(secret))
    assert MASK in secrets.mask(coded)


@given(SECRETS, st.sampled_from(list(ENCODINGS)), st.binary(max_size=40), st.binary(max_size=40))
def test_a_secret_is_found_in_every_encoding(secret: str, encoding: str, before: bytes, after: bytes) -> None:
    """A secret in any bytes is found, in whichever encoding it was written."""
    # Bytes that would run into an escape of the secret make another text of it.
    before, after = before.strip(b"\\%&") + b" ", b" " + after
    content = before + ENCODINGS[encoding](secret).encode() + after
    assert [name for name, _ in leaks.find(content, {"session": secret})] == ["session"]


@given(SECRETS, st.text(max_size=200))
def test_nothing_is_found_where_nothing_is(a_connection: Connect, secret: str, text: str) -> None:
    """A text without the secret is not reported, and masking leaves it alone."""
    spelled = [item for texts in leaks.spellings(secret).values() for item in texts]
    assume(not any(item in text for item in spelled))
    secrets = Vault(a_connection())
    secrets.watch("session", Secret(secret))
    assert secrets.mask(text) == text


def test_a_secret_is_found_inside_a_database(a_connection: Connect, tmp_path: Path) -> None:
    """A value of a SQLite file is found even where the file keeps it in pieces."""
    secret = "S3cret-that-is-split"
    with sqlite3.connect(tmp_path / "journal.db") as database:
        database.execute("CREATE TABLE journal (payload TEXT)")
        for length in range(0, 12000, 7):
            database.execute("INSERT INTO journal VALUES (?)", ("x" * length + secret + "x" * 5000,))
    database.close()
    secrets = Vault(a_connection())
    secrets.watch("session", Secret(secret))
    assert secrets.find_leaks([tmp_path]) == [(tmp_path / "journal.db", "session", "plain")]


def test_finding_changes_nothing(
    a_connection: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with a secret is named, and stays as it is: what becomes of it is not the vault's to decide."""
    monkeypatch.setenv("RUNBOOK_ACME_MARKETO_CLIENT_SECRET", "hunter22-hunter22")
    (tmp_path / "runs").mkdir()
    content = json.dumps({"url": "?client_secret=hunter22-hunter22"})
    (tmp_path / "runs" / "03.ipynb").write_text(content)
    found = Vault(a_connection()).find_leaks([tmp_path])
    assert [(leak.secret, leak.path.name) for leak in found] == [("marketo_client_secret", "03.ipynb")]
    assert (tmp_path / "runs" / "03.ipynb").read_text() == content


@pytest.mark.parametrize(
    "word",
    ["Marketo", "marketo", "Sync Fields", "papermill", "Industry", "20261122", "abc12", "m@acme.example"],
)
def test_an_ordinary_word_is_neither_masked_nor_searched_for(
    a_connection: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """A password that is a word of our own texts or of connection.toml, or too short, is told as such."""
    monkeypatch.setenv("RUNBOOK_ACME_SALESFORCE_ADMIN_PASSWORD", word)
    (tmp_path / "a.json").write_text(word)
    connection = a_connection()
    side = connection.salesforce.model_copy(update={"sync_username": "m@acme.example"})
    secrets = Vault(connection.model_copy(update={"salesforce": side}))
    assert secrets.find_leaks([tmp_path]) == []
    assert secrets.unsearchable() == ("salesforce_admin_password",)
    assert secrets.mask({word: word}) == {word: word}


def test_the_secrets_of_the_rehearsal_are_searched_for(a_connection: Connect) -> None:
    """The package's own worlds hold secrets in the clear; those are not taken for ordinary words."""
    secrets = Vault(a_connection())
    secrets.watch("marketo_client_secret", Secret("Rehearsal<Client&Secret+/=7d1"))
    assert secrets.unsearchable() == ()
    assert secrets.mask("Rehearsal<Client&Secret+/=7d1") == MASK


@pytest.mark.parametrize(
    ("name", "meant"),
    [("salesforce_sync_token", "tok-1"), ("marketo_client_secret", "tok-1"), (NAME, " tok-1\n")],
)
def test_spaces_that_a_copy_brought_along(
    a_connection: Connect, monkeypatch: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    """Around a token or a client secret they are left out; a password is taken as it is."""
    monkeypatch.setenv(f"RUNBOOK_ACME_{name.upper()}", " tok-1\n")
    assert Vault(a_connection()).get(name).reveal() == meant
