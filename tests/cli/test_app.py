"""The command line: exit codes, one JSON object on stdout, everything for people on stderr."""

from __future__ import annotations

import json
import os
import sqlite3
import tomllib
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from io import StringIO
from pathlib import Path

import pytest

from runbook_lib.cli.app import app, call
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer

COMMANDS = (
    "rehearse", "lab", "init", "plan", "run", "check", "watch", "approve", "reject", "attest", "status",
    "report", "serve", "snapshot", "support-bundle", "undo", "merge", "adopt", "audit", "acknowledge", "app",
)  # fmt: skip
ANSWERS = (
    "--name", "acme", "--environment", "production", "--admin-username", "a@acme.example",
    "--sync-username", "m@acme.example", "--munchkin-id", "123-ABC-456", "--client-id", "abc",
)  # fmt: skip


def test_every_command_of_the_design_is_there() -> None:
    """No command is missing, and none is there that nobody promised."""
    assert {command.name or command.callback.__name__ for command in app.registered_commands} == set(COMMANDS)  # type: ignore[union-attr]
    assert {group.name for group in app.registered_groups} == {"fleet", "journal"}


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """``--version`` prints what is installed, alone, and ends with 0."""
    assert call(["--version"]) == 0
    assert capsys.readouterr().out == f"runbook {version('marketo-salesforce-runbook')}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """``--help`` explains the command and ends with 0."""
    assert call([command, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--nonsense"],
        ["nonsense"],
        ["status"],
        ["status", "/nowhere/at/all"],
        ["rehearse", "--world", "nowhere"],
        ["rehearse", "--people", "many"],
        ["run", "/nowhere/at/all", "--from", "12"],
        ["lab"],
    ],
)
def test_wrong_use_is_64(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong option, command, folder, world, number or step: 64, told on stderr, nothing on stdout."""
    assert call(arguments) == 64
    told = capsys.readouterr()
    assert (bool(told.err.strip()), told.out) == (True, "")


def test_init_writes_a_connection(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With all answers given, init asks nothing, writes connection.toml and prints its path."""
    assert call(["init", str(tmp_path / "acme"), *ANSWERS]) == 0
    file = Path(capsys.readouterr().out.strip())
    assert tomllib.loads(file.read_text())["marketo"]["munchkin_id"] == "123-ABC-456"
    assert call(["init", str(tmp_path / "acme"), *ANSWERS]) == 64  # what is there is not overwritten


def test_init_names_every_wrong_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two wrong answers are told at once, and no folder is left behind."""
    wrong = [*ANSWERS, "--munchkin-id", "12", "--environment", "moon"]
    assert call(["init", str(tmp_path / "acme"), *wrong]) == 64
    told = capsys.readouterr().err
    assert "salesforce.environment" in told and "marketo.munchkin_id" in told
    assert list(tmp_path.iterdir()) == []


def test_a_new_workspace_has_no_step_begun(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``status --json`` is one object with a state per step, also before anything happened."""
    call(["init", str(tmp_path / "acme"), *ANSWERS])
    capsys.readouterr()
    assert call(["status", str(tmp_path / "acme"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["proven"], {step["state"] for step in told["steps"]}) == (0, {"open"})


def test_a_missing_secret_waits_for_a_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``check`` on a live workspace without any secret: 2, with every place where one may be put."""
    monkeypatch.delenv("RUNBOOK_SECRETS_DIR", raising=False)
    call(["init", str(tmp_path / "acme"), *ANSWERS])
    assert call(["check", str(tmp_path / "acme")]) == 2
    assert "RUNBOOK_ACME_" in capsys.readouterr().err


@pytest.fixture
def workspace(rehearsal_server: RehearsalServer, tmp_path: Path) -> Path:
    """A workspace on the rehearsal that waits for a person's hands."""
    return prepare_workspace(tmp_path / "acme", rehearsal_server, "person").path


@pytest.fixture
def told(
    rehearsal_server: RehearsalServer, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Runs a command with the rehearsal's secrets: its exit code and its stdout."""

    def tell(*arguments: object) -> tuple[int, str]:
        capsys.readouterr()
        with environment(secret_variables(rehearsal_server)):
            code = call([str(argument) for argument in arguments])
        return code, capsys.readouterr().out

    return tell


def test_plan_prints_the_road(workspace: Path, told: Callable[..., tuple[int, str]]) -> None:
    """Every step, its checks, the changes of the first and what cannot be undone, before anything is
    touched."""
    code, text = told("plan", workspace)
    assert code == 0
    assert "01_marketo_fields" in text and "10_watch" in text and "Cannot be undone" in text
    assert "Lead.mkto71_Lead_Score__c" in text or "mkto71_Lead_Score__c" in text
    assert [path.name for path in (workspace / "plans").iterdir()] == []


def test_check_is_one_object(workspace: Path, told: Callable[..., tuple[int, str]]) -> None:
    """``check --json`` prints the verdict and every finding, and its exit code is that of the verdict."""
    code, text = told("check", workspace, "--json")
    data = json.loads(text)
    assert data["verdict"] in ("Blocked", "Warning", "Clear")
    assert code == (3 if data["verdict"] == "Blocked" else 0)
    assert {"check", "status", "what", "fix", "text"} <= set(data["findings"][0])


def test_only_what_cannot_be_undone_is_approved(
    workspace: Path, told: Callable[..., tuple[int, str]]
) -> None:
    """Approving a step that can be taken back is a wrong use."""
    assert told("approve", workspace, "04", "--by", "A", "--reason", "B", "--org", "C")[0] == 64


def test_snapshot_saves_a_schema(
    workspace: Path, tmp_path: Path, told: Callable[..., tuple[int, str]]
) -> None:
    """``snapshot --describes`` saves a describe per object, as --org-schema takes them."""
    code, text = told("snapshot", workspace, "--describes", tmp_path / "schema")
    assert code == 0
    lead = json.loads((tmp_path / "schema" / "Lead.json").read_text(encoding="utf-8"))
    assert lead["name"] == "Lead" and str(tmp_path / "schema" / "Lead.json") in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "/nowhere/at/all", "--json"],
        ["run", "--nonsense", "--json"],
        ["rehearse", "--world", "nowhere", "--json"],
    ],
)
def test_an_error_is_one_object(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With ``--json`` a program reads the outcome on stdout, also where nothing could be done."""
    assert call(arguments) == 64
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["exit_code"]) == ("usage", 64)
    assert told["error"]["what"]


def test_a_missing_secret_is_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``check --json`` that waits for a person says so on stdout, too."""
    monkeypatch.delenv("RUNBOOK_SECRETS_DIR", raising=False)
    call(["init", str(tmp_path / "acme"), *ANSWERS])
    capsys.readouterr()
    assert call(["check", str(tmp_path / "acme"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["outcome"] == "waits"


@pytest.mark.parametrize("arguments", [["status", "x"], ["status", "x", "--json"]])
def test_ctrl_c_is_told(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a command is when Ctrl-C comes, it says so, and ends with 5."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("runbook_lib.guide.state.session.open_session", interrupt)
    assert call(arguments) == 5
    told = capsys.readouterr()
    assert "Stopped manually" in told.err
    assert ("--json" not in arguments) or json.loads(told.out)["outcome"] == "cancelled"


def test_init_without_a_terminal_names_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody can be asked, the missing options are named, and nothing is made."""
    assert call(["init", str(tmp_path / "acme"), "--name", "acme"]) == 64
    told = capsys.readouterr()
    assert "--munchkin-id" in told.err and "--name" not in told.err and told.out == ""
    assert list(tmp_path.iterdir()) == []


def test_init_asks_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a terminal the missing answer is asked for beside what a program reads."""
    answers = StringIO("acme\n")
    monkeypatch.setattr(answers, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", answers)
    assert call(["init", str(tmp_path / "acme"), *ANSWERS[2:]]) == 0
    told = capsys.readouterr()
    assert "Name of the connection" in told.err
    assert told.out.strip() == str(tmp_path / "acme" / "connection.toml")


@pytest.mark.parametrize("name", ["", "  ", "x" * 300, "a\0b"])
def test_a_folder_that_cannot_be_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty, endless or impossible name of a folder is a wrong use, told without a traceback."""
    assert call(["init", name, *ANSWERS]) == 64
    assert call(["status", name]) == 64
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    """A folder of somebody else is told in a sentence, also by the part that looks for a language."""
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "shut" / "acme").mkdir(parents=True)
    (tmp_path / "shut").chmod(0)
    try:
        assert call(["status", str(tmp_path / "shut" / "acme")]) == 64
    finally:
        (tmp_path / "shut").chmod(0o700)


@pytest.mark.parametrize(
    "command", [["rehearse"], ["serve"], ["lab", "--world", "clean"], ["init", "W", *ANSWERS]]
)
def test_an_unknown_language_is_wrong_use(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is started and no folder is made for a language that is not there."""
    monkeypatch.chdir(tmp_path)
    assert call([*command, "--language", "xx"]) == 64
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("empty", ["--by", "--reason"])
def test_an_approval_needs_a_name_and_a_reason(
    empty: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty name or reason is refused before any system is asked."""
    call(["init", str(tmp_path / "acme"), *ANSWERS])
    options = {"--by": "A", "--reason": "B", "--org": "C"} | {empty: " "}
    flat = [text for pair in options.items() for text in pair]
    assert call(["approve", str(tmp_path / "acme"), "05", *flat]) == 64
    assert empty in capsys.readouterr().err


def test_describes_go_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the place for describes is a file, that is told before anybody logs in."""
    call(["init", str(tmp_path / "acme"), *ANSWERS])
    (tmp_path / "file").write_text("")
    assert call(["snapshot", str(tmp_path / "acme"), "--describes", str(tmp_path / "file")]) == 64
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_an_altered_journal_is_told_by_status_and_the_report_is_still_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``status`` and ``run`` end with 7 and the entry's number; ``report`` shows what is there."""
    folder = tmp_path / "acme"
    call(["init", str(folder), *ANSWERS])
    with open_session(folder) as session:
        session.journal.append("00_start_here", "look", Kind.read, {"a": 1})
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as database:
        database.execute("UPDATE journal SET payload = '{}'")
    capsys.readouterr()
    assert (call(["status", str(folder)]), call(["run", str(folder)])) == (7, 7)
    assert "entry 1" in capsys.readouterr().err
    assert call(["report", str(folder)]) == 7
