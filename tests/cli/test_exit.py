"""What the command line prints drives no terminal, whoever wrote it."""

from __future__ import annotations

import json
import sys

import pytest

from runbook_lib.cli.exit import exit_code_of, print_json
from runbook_lib.errors import WorkspaceFault
from runbook_lib.guide.views.moving_line import MovingLine
from runbook_lib.text import say

HOSTILE = "a\x1b[2J\x1b]0;title\x07\x9b31m\u202eb\u2066\r\x08c\U000e0001"
DRIVES = set("\x1b\x07\x9b\u202e\u2066\r\x08\U000e0001")


def test_an_error_with_escape_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences, bells, carriage returns and turned directions in an error are shown as nothing."""

    def command() -> None:
        raise WorkspaceFault(say("It says {told}.", told=HOSTILE), where=HOSTILE)

    assert exit_code_of(command, []) == 64
    told = capsys.readouterr().err
    assert not DRIVES & set(told) and "a\ufffd[2J" in told


def test_json_with_escape_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    """A program reads what was said, to the character; a terminal is not driven by it."""
    print_json({"label": HOSTILE, "name": "Jürgen 😀"})
    told = capsys.readouterr().out
    assert not DRIVES & set(told) and "Jürgen 😀" in told
    assert json.loads(told) == {"label": HOSTILE, "name": "Jürgen 😀"}


def test_the_moving_line_with_escape_sequences(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line that tells what is read names an object as it may be shown."""
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    MovingLine("en").show(say("Reading {object}", object=HOSTILE))
    assert not DRIVES & set(capsys.readouterr().err)
