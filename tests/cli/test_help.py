"""Who does not speak English reads the help, and what is wrong with a line, in their own language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import pytest
from typer.main import get_command

from runbook_lib.cli.app import app, call
from runbook_lib.cli.fleet import report, status
from runbook_lib.cli.language import language_of
from runbook_lib.cli.rehearsal import app as open_app
from runbook_lib.cli.rehearsal import lab, rehearse
from runbook_lib.systems.connection import read_connection
from tests.pseudo_locale import leaks, speak_wide

WRITTEN_AS_IT_IS = {"runbook", "WORKSPACE", "DIR", "x", "en", "basic", "clean", "fields"}
"""The command, what stands for an argument, what was typed, and the defaults."""
OWN_WORDS = {
    "en": ("Usage: ", "Options", "Your name.", "Show this message", "[required]", "waits for a person"),
    "de": ("Aufruf: ", "Optionen", "Ihr Name.", "Diese Hilfe", "[erforderlich]", "wartet auf einen Menschen"),
    "es": ("Uso: ", "Opciones", "Su nombre.", "Mostrar esta ayuda", "[obligatorio]", "espera a una persona"),
}
ANSWERS = (
    "--name", "acme", "--environment", "production", "--admin-username", "a@acme.example",
    "--sync-username", "m@acme.example", "--munchkin-id", "123-ABC-456", "--client-id", "abc",
)  # fmt: skip
MISUSED = (
    ["approve", "x"],
    ["approve", "x", "x", "--by"],
    ["fleet", "status", "x", "x"],
    ["merge", "x", "x.csv"],
    ["rehearse", "--people", "x"],
    ["rehearse", "--peopl", "x"],
    ["rehearse", "--x"],
    ["x"],
)
"""Missing, without its value, too much, no such file, no number, misspelled, unknown; and no such command."""


def _commands() -> dict[tuple[str, ...], set[str]]:
    """Each command with the names of its arguments and options; the command itself has no name."""
    root = get_command(app)
    groups = [((), root), *(((name,), group) for name, group in root.commands.items())]  # type: ignore[attr-defined]
    below = (
        ((*path, name), command)
        for path, group in groups
        for name, command in getattr(group, "commands", {}).items()
    )
    return {path: {param.name or "" for param in command.params} for path, command in (groups[0], *below)}


COMMANDS = _commands()


@pytest.fixture
def wide_german(monkeypatch: pytest.MonkeyPatch) -> Iterator[frozenset[str]]:
    """A terminal in the made-up German of ``tests/pseudo_locale.py``, with all that no catalogue says."""
    speak_wide(monkeypatch)
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("COLUMNS", "300")
    names = {name.replace("_", "-") for params in COMMANDS.values() for name in params}
    words = {word for path in COMMANDS for word in path} | names | WRITTEN_AS_IT_IS
    yield frozenset(part for word in words for part in (word, *word.split("-")))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_word_of_the_help_comes_through_the_catalogue(
    path: tuple[str, ...], wide_german: frozenset[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """On the page of each command every word is the reader's, but for names and values."""
    assert call([*path, "--help"]) == 0
    assert _leaks(capsys.readouterr().out, wide_german) == []


@pytest.mark.parametrize("arguments", MISUSED, ids=" ".join)
def test_what_is_wrong_with_a_line_is_said_in_the_reader_s_language(
    arguments: list[str], wide_german: frozenset[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A line that typer cannot read is refused with 64 and in no word of typer's; nothing is on stdout."""
    assert call(arguments) == 64
    told = capsys.readouterr()
    assert (bool(told.err.strip()), told.out, _leaks(told.err, wide_german)) == (True, "", [])


@pytest.mark.parametrize("language", OWN_WORDS)
def test_the_help_in_each_language(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Usage, headings, texts, marks and exit codes, one language after another in one process."""
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setenv("COLUMNS", "200")
    call(["approve", "--help"])
    call(["--help"])
    shown = capsys.readouterr().out
    assert [word for word in OWN_WORDS[language] if word not in shown] == []


def test_the_language_that_is_named_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--language``, else the connection's, else the terminal's (the first that is set), else English."""
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LC_MESSAGES", "es_ES.UTF-8")
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    (tmp_path / "connection.toml").write_text('language = "de"', encoding="utf-8")
    workspace = str(tmp_path)
    assert call(["init", str(tmp_path / "acme"), *ANSWERS, "--language", "de"]) == 0
    german = str(tmp_path / "acme")
    assert language_of(["run", german, "--language", "es"]) == language_of(["run", "--language=es"]) == "es"
    assert language_of(["run", german, "--language", "xx"]) == language_of(["run", german]) == "de"
    assert language_of(["run", workspace]) == "en"  # a file that cannot be read: the command says why
    assert language_of(["run", "\0"]) == language_of([]) == "es"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language_of([]) == "en"


@pytest.mark.parametrize(("terminal", "language"), [("de_AT.UTF-8", "de"), ("C", "en"), ("fr_FR", "en")])
def test_what_is_made_is_in_the_terminal_s_language(
    terminal: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no language is named; a headless run without a locale makes English files."""
    monkeypatch.setenv("LC_ALL", terminal)
    assert call(["init", str(tmp_path / "acme"), *ANSWERS]) == 0
    assert read_connection(tmp_path / "acme" / "connection.toml").language == language
    for command in (rehearse, lab, open_app, status, report):
        assert signature(command).parameters["language"].default == ""


def _leaks(shown: str, names: frozenset[str]) -> list[str]:
    """Not looked at are the frame, options, whose names no language translates, and the kinds of values."""
    return leaks(re.sub(r"[─│╭╮╰╯]|(?<!\w)--[a-z-]+|<\w[^<>]*>", " ", shown).splitlines(), names)
