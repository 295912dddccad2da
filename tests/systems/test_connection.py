"""connection.toml is read with every fault at once, and written without losing a comment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from runbook_lib.errors import ConnectionFileFault
from runbook_lib.systems.connection import Connection, read_connection, write_connection

Connect = Callable[..., Connection]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,8}", fullmatch=True)
USERNAMES = st.builds("{}@{}".format, NAMES, NAMES)
CONNECTIONS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "language": st.sampled_from(["en", "de", "es"]),
        "salesforce": st.builds(
            lambda place, admin, sync: (
                dict(zip(("environment", "my_domain"), place, strict=True))
                | {"admin_username": admin, "sync_username": sync}
            ),
            st.sampled_from(
                [
                    ("production", ""),
                    ("production", "acme"),
                    ("sandbox", ""),
                    ("sandbox", "acme--uat"),
                    ("sandbox", "acme--uat.sandbox"),
                ]
            ),
            USERNAMES.map("admin.{}".format),
            USERNAMES.map("sync.{}".format),
        ),
        "marketo": st.fixed_dictionaries(
            {
                "munchkin_id": st.from_regex(r"[0-9]{3}-[A-Z]{3}-[0-9]{3}", fullmatch=True),
                "client_id": WORDS,
                "authentication": st.sampled_from(["basic", "oauth"]),
            }
        ),
    },
    optional={
        "journal_url": st.just("postgresql+psycopg://runbook@db/journal"),
        "rehearsal": st.fixed_dictionaries(
            {"world": NAMES},
            optional={
                "url": st.just("https://127.0.0.1:4711"),
                "hands": st.sampled_from(["robot", "person"]),
            },
        ),
    },
)
FILE = """\
# who connects to whom
name = "acme"   # our name for it
[marketo]
munchkin_id = "123-abc-456"
client_id = "client"
[salesforce]
environment = "sandbox"  # the full copy
my_domain = "https://acme--uat.sandbox.my.salesforce.com/"
admin_username = "admin@acme.example"
sync_username = "marketo@acme.example"
"""


@given(CONNECTIONS, CONNECTIONS)
def test_what_is_written_is_read(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Any connection comes back as it was, also when it is written over another one."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "connection.toml"
        for data in (first, second):
            connection = Connection.model_validate(data)
            write_connection(path, connection)
            assert read_connection(path) == connection


def test_a_file_holds_what_it_needs(tmp_path: Path, a_connection: Connect) -> None:
    """What only few orgs need is not written where it is not used."""
    write_connection(tmp_path / "connection.toml", a_connection())
    text = (tmp_path / "connection.toml").read_text()
    assert "admin_client_id" not in text
    assert "admin_flow" not in text
    assert "[rehearsal]" not in text


def test_comments_survive_a_change(tmp_path: Path) -> None:
    """What a person wrote around the values stays where it was."""
    path = tmp_path / "connection.toml"
    path.write_text(FILE, encoding="utf-8-sig")
    connection = read_connection(path)
    assert connection.marketo.munchkin_id == "123-ABC-456"
    assert connection.salesforce.my_domain == "acme--uat.sandbox"
    path.write_text(FILE)
    write_connection(path, connection.model_copy(update={"language": "de"}))
    text = path.read_text()
    for comment in ("# who connects to whom", "# our name for it", "# the full copy"):
        assert comment in text
    assert read_connection(path).language == "de"


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """Each fault has its key and its reason, and nothing is taken from the file."""
    path = tmp_path / "connection.toml"
    path.write_text(
        'name = "a b"\nlanguage = "xx"\npassword = "hunter22"\n'
        'journal_url = "postgresql://me:hunter22@db/x"\n'
        '[salesforce]\nenvironment = "live"\nadmin_username = "ada"\n'
        '[marketo]\nmunchkin_id = "123"\nclient_id = ""\n'
        '[rehearsal]\nworld = "clean"\nurl = "https://example.com"\n'
    )
    with pytest.raises(ConnectionFileFault) as fault:
        read_connection(path)
    told = str(fault.value)
    for key in (
        "name", "language", "password", "journal_url", "salesforce.environment", "salesforce.admin_username",
        "salesforce.sync_username", "marketo.munchkin_id", "marketo.client_id", "rehearsal.url",
    ):  # fmt: skip
        assert f"{key}: " in told
    assert "password: is not a key of this file" in told
    assert "salesforce.sync_username: is missing" in told
    assert str(path) in told
    assert "hunter22" not in told


@pytest.mark.parametrize("content", [None, b"name = ", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    """No file, no TOML and no text are faults of the file, with its path."""
    path = tmp_path / "connection.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConnectionFileFault, match=r"connection\.toml"):
        read_connection(path)


def test_one_user_cannot_be_both(a_connection: Connect) -> None:
    """The sync user has to be a user of its own."""
    same = {"environment": "production", "admin_username": "a@b.c", "sync_username": "A@b.c"}
    with pytest.raises(ValidationError, match="same user"):
        a_connection(salesforce=same)


@pytest.mark.parametrize(
    ("environment", "my_domain", "host"),
    [
        ("production", "", "login.salesforce.com"),
        ("sandbox", "", "test.salesforce.com"),
        ("production", "acme", "acme.my.salesforce.com"),
        ("production", "Acme.my.salesforce.com", "acme.my.salesforce.com"),
        ("sandbox", "acme--uat", "acme--uat.sandbox.my.salesforce.com"),
        ("sandbox", "acme--uat.sandbox", "acme--uat.sandbox.my.salesforce.com"),
    ],
)
def test_the_login_host_follows_from_the_environment(
    a_connection: Connect, environment: str, my_domain: str, host: str
) -> None:
    """Where users log in: at the org's own host, else at the one of its kind."""
    connection = a_connection(
        salesforce={
            "environment": environment,
            "my_domain": my_domain,
            "admin_username": "a@acme.example",
            "sync_username": "m@acme.example",
        }
    )
    assert connection.login_host == host
    assert connection.marketo_host == "123-abc-456.mktorest.com"
    assert not connection.is_rehearsal
    assert a_connection(rehearsal={"world": "clean"}).is_rehearsal


def test_a_connection_cannot_be_changed(a_connection: Connect) -> None:
    """A connection is frozen: what was checked stays what it is."""
    with pytest.raises(ValidationError):
        a_connection().name = "other"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://runbook:hunter22@db/journal",
        "postgresql://db/journal?password=hunter22",
        "postgresql://db/journal?sslmode=require&PASSWORD=hunter22",
        "oracle://hunter22/journal",
        "postgresql://[hunter22/journal",
    ],
)
def test_a_journal_url_holds_no_password(a_connection: Connect, url: str) -> None:
    """A password in whichever part, or another kind of database, is refused, and the value is not told."""
    with pytest.raises(ValidationError) as fault:
        a_connection(journal_url=url)
    assert "hunter22" not in "".join(error["msg"] for error in fault.value.errors())


def test_the_fix_of_a_broken_file_can_be_done(tmp_path: Path) -> None:
    """`runbook init` refuses a folder with a connection.toml, so the fix says to move it away first."""
    (tmp_path / "connection.toml").write_text("name =")
    with pytest.raises(ConnectionFileFault, match="move it away"):
        read_connection(tmp_path / "connection.toml")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"sandbox"', '"moon"', "must be one of"),
        ('"client"', "5", "must be text"),
        ('"client"', '""', "is empty"),
        ('"123-abc-456"', '"12"', "is not a Munchkin id such as 123-ABC-456"),
        ('"marketo@acme', '"admin@acme', "are the same user"),
    ],
)
def test_faults_are_told_in_our_own_words(tmp_path: Path, old: str, new: str, told: str) -> None:
    """No sentence of a library reaches a reader: those are in English only."""
    (tmp_path / "connection.toml").write_text(FILE.replace(old, new))
    with pytest.raises(ConnectionFileFault, match=told):
        read_connection(tmp_path / "connection.toml")


@pytest.mark.parametrize(
    ("environment", "my_domain", "told"),
    [("production", "acme--uat", "is a sandbox's"), ("sandbox", "acme", "not a sandbox's")],
)
def test_my_domain_and_environment_agree(
    a_connection: Connect, environment: str, my_domain: str, told: str
) -> None:
    """A sandbox's address is never taken for production, nor the other way round."""
    users = {"admin_username": "a@acme.example", "sync_username": "m@acme.example"}
    with pytest.raises(ValidationError, match=told):
        a_connection(salesforce={"environment": environment, "my_domain": my_domain, **users})
