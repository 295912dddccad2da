"""The examples for CI and cron hold: they parse, and each command line of theirs is one of ours."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from runbook_lib.cli.app import app, call
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.workspace import Workspace

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
GITHUB, GITLAB = EXAMPLES / "ci" / "github-actions.yml", EXAMPLES / "ci" / "gitlab-ci.yml"
CRON = EXAMPLES / "cron" / "runbook-watch"


def _lines(path: Path) -> list[str]:
    """The command lines of an example."""
    if path is CRON:
        lines = [line for line in path.read_text("utf-8").splitlines() if line[:1].isdigit()]
        return [line.split(None, 6)[6] for line in lines]
    found = yaml.safe_load(path.read_text("utf-8"))
    jobs = (
        found["jobs"].values()
        if "jobs" in found
        else (job for job in found.values() if isinstance(job, dict))
    )
    return [line for job in jobs for line in _of_job(job)]


def _of_job(job: dict[str, Any]) -> Iterator[str]:
    yield from (step["run"] for step in job.get("steps", ()) if "run" in step)
    yield from (*job.get("script", ()), *job.get("after_script", ()))


def _arguments(line: str, workspace: Path) -> list[str]:
    """What the runbook is given by a command line, on ``workspace`` in place of the example's."""
    words = shlex.split(line.partition(">>")[0].replace("${{ matrix.connection }}", "acme"))
    folders = {"/srv/runbook/connections/acme": str(workspace), "$WORKSPACE": str(workspace),
               "/srv/runbook/connections": str(workspace.parent), "$GATE": "05_sync_fields"}  # fmt: skip
    return [folders.get(word, word) for word in words[1:]]


@pytest.fixture
def acme(rehearsal_server: RehearsalServer, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace on a rehearsal, before its road."""
    with environment(secret_variables(rehearsal_server)):
        yield prepare_workspace(tmp_path / "acme", rehearsal_server, "robot")


@pytest.mark.parametrize("path", [GITHUB, GITLAB, CRON], ids=lambda path: path.name)
def test_every_command_line_is_one_of_ours(path: Path, acme: Workspace) -> None:
    """Command, arguments and options of each line are taken by our own command."""
    lines = [line for line in _lines(path) if line.startswith("runbook ")]
    assert lines
    for line in lines:
        words, command = _arguments(line, acme.path), get_command(app)
        context = command.make_context("runbook", list(words), resilient_parsing=False)
        while (commands := getattr(command, "commands", None)) is not None:
            command = commands[words.pop(0)]
        command.make_context(command.name, words, parent=context)


@pytest.mark.parametrize("path", [GITHUB, GITLAB, CRON], ids=lambda path: path.name)
def test_lines_that_call_no_kernel_work(
    path: Path, acme: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """``check`` and ``fleet`` are called in the rehearsal as they stand there; ``approve`` waits for the road
    before the gate."""
    for line in _lines(path):
        if line.startswith(("runbook check", "runbook fleet", "runbook approve")):
            code = call(_arguments(line, acme.path))
            assert code == (2 if "approve" in line else code) and code in (0, 2, 3), capsys.readouterr().err


def test_the_jobs_say_what_an_exit_code_means() -> None:
    """Waiting for a person is no failure of the pipeline; each secret is given under its own name."""
    gitlab = yaml.safe_load(GITLAB.read_text("utf-8"))
    assert gitlab["road"]["allow_failure"] == gitlab["watch"]["allow_failure"] == {"exit_codes": [2]}
    given = yaml.safe_load(GITHUB.read_text("utf-8"))["jobs"]["watch"]["env"]
    assert all(value == f"${{{{ secrets.{name} }}}}" for name, value in given.items()) and len(given) == 6


def test_cron_tells_of_those_that_need_somebody(tmp_path: Path) -> None:
    """``watch-all`` prints nothing of a quiet connection, the summary of one that is not, and ends with the
    worst code; each connection has its own secrets."""
    for name in ("quiet", "changed", "blocked", "no-workspace"):
        (tmp_path / "connections" / name).mkdir(parents=True)
        if name != "no-workspace":
            (tmp_path / "connections" / name / "connection.toml").touch()
    program = tmp_path / "bin" / "runbook"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        'case "$2" in *quiet/) echo silent; exit 0;; esac\n'
        'case "$2" in *blocked/) echo "stop $RUNBOOK_SECRETS_DIR"; exit 3;; esac\n'
        'echo "### changed"; exit 2\n'
    )
    program.chmod(0o755)
    said = subprocess.run(
        [EXAMPLES / "cron" / "watch-all", tmp_path / "connections", "/etc/secrets"],
        env={"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 3
    assert said.stdout == "stop /etc/secrets/blocked\n\n### changed\n\n" and said.stderr == ""


def test_what_each_form_asks_stands_in_the_page() -> None:
    """docs/automation.md has a row per form; a new form needs one."""
    forms = {path.stem for path in (ROOT / "runbook_lib/guide/widgets/forms").glob("*.py")} - {"__init__"}
    page = (ROOT / "docs/automation.md").read_text("utf-8")
    assert {form for form in forms if f"\n| {form} |" not in page} == set()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_scripts_are_shell() -> None:
    """The script parses in a plain shell."""
    subprocess.run(["/bin/sh", "-n", EXAMPLES / "cron" / "watch-all"], check=True)
