"""``runbook init`` checks each answer as it is given and takes the words of the reader's language."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from runbook_lib.cli import call
from runbook_lib.guide.commands.init import ASKED, as_meant, fault_of_answer
from runbook_lib.systems.connection import read_connection
from runbook_lib.text import translate


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Produktion", "production"), ("Producción", "production"), (" PRODUCTION ", "production"),
     ("Sandbox", "sandbox"), ("Zona protegida", "sandbox"), ("moon", "moon")],
)  # fmt: skip
def test_kinds_of_orgs_in_three_languages(typed: str, meant: str) -> None:
    """The words that the question itself uses are answers to it."""
    assert as_meant("environment", typed) == meant


RIGHT = {
    "name": "acme",
    "environment": "sandbox",
    "admin_username": "a@b.c",
    "munchkin_id": "123-abc-456",
    "client_id": "x",
}


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("name", "acme gmbh", "name"),
        ("environment", "moon", "production"),
        ("admin_username", "ada", "must"),
        ("munchkin_id", "12", "Munchkin id"),
        ("client_id", "", "empty"),
    ],
)
def test_a_wrong_answer_is_told_at_once(name: str, answer: str, told: str) -> None:
    """Each answer is judged by itself, whatever was not asked yet."""
    fault = fault_of_answer({}, name, answer)
    assert fault is not None
    assert fault_of_answer({}, name, RIGHT[name]) is None


def test_the_same_user_twice_is_told_when_it_is_typed() -> None:
    """The sync user cannot be the admin: said at that question, not after the last one."""
    assert "the same user" in str(fault_of_answer({"admin_username": "a@b.c"}, "sync_username", "A@b.c"))


def test_the_other_answers_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong answer is asked again in the reader's language, and the answers before it stand."""
    typed = ("acme", "Mond", "Produktion", "a@acme.example", "m@acme.example", "12", "123-abc-456", "client")
    answers = StringIO("\n".join(typed) + "\n")
    monkeypatch.setattr(answers, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", answers)
    assert call(["init", str(tmp_path / "acme"), "--language", "de"]) == 0
    connection = read_connection(tmp_path / "acme" / "connection.toml")
    assert (connection.name, connection.salesforce.environment) == ("acme", "production")
    assert connection.marketo.munchkin_id == "123-ABC-456"
    said = capsys.readouterr().err
    asked = {name: said.count(translate(question, "de")) for name, question in ASKED.items()}
    assert asked == dict.fromkeys(ASKED, 1) | {"environment": 2, "munchkin_id": 2}
