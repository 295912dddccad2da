"""JupyterLab on the notebooks: the workspace and a place for secrets are set by environment, never in a
notebook.

The notebooks are copied beside the workspace's runs, so that what a person's session leaves in them is never
in the project's own files.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from runbook_lib.errors import WorkspaceFault
from runbook_lib.guide.notebooks.pattern import text_of
from runbook_lib.guide.state.session import WORKSPACE
from runbook_lib.private_folder import private_folder
from runbook_lib.road import ROAD
from runbook_lib.systems.connection import read_connection
from runbook_lib.systems.secrets.sources import SECRETS_DIR
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

_CONFIG_PATH, _DATA_PATH = "JUPYTER_CONFIG_PATH", "JUPYTER_PATH"
_CALM = "runbook-calm-lab"
"""The name of our extension of JupyterLab."""
_DEFAULTS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}


def bring_notebooks(workspace: Workspace, language: str = "en") -> Path:
    """The eleven notebooks in ``<workspace>/notebooks``, in that language; the folder.

    One that is there and says the same stays as it is, with its outputs and whatever cells a person added.
    One whose text has changed since is kept beside the new one, under the moment of its last change.
    """
    folder = workspace.notebooks
    folder.mkdir(exist_ok=True)
    for step in ROAD:
        path, text = folder / f"{step.name}.ipynb", text_of(step, language)
        if path.exists():
            if _says(path, text):
                continue
            moment = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            path.replace(path.with_name(f"{step.name}-{moment:%Y%m%dT%H%M%S}.ipynb"))
        path.write_text(text, encoding="utf-8")
    return folder


def _says(path: Path, text: str) -> bool:
    """Whether the notebook at ``path`` holds every cell of ``text``; parameters may have values of their
    own."""
    try:
        there = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = {"".join(cell["source"]) for cell in there}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
    wanted = json.loads(text)["cells"]
    return all(
        "".join(cell["source"]) in sources
        for cell in wanted
        if "parameters" not in cell["metadata"].get("tags", ())
    )


@contextmanager
def only_lab(workspace: Workspace) -> Iterator[None]:
    """One JupyterLab per workspace: ``WorkspaceFault`` where another is open on it."""
    from filelock import FileLock, Timeout  # lazy: it brings asyncio

    lock = FileLock(workspace.path / ".lab", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise WorkspaceFault(
            say("JupyterLab is already open on this workspace."),
            where=str(workspace.path),
            why=say("Both would write to the same notebooks."),
            fix=say("Continue in the one that is open, or close it first (Ctrl-C in its terminal)."),
        ) from None
    try:
        yield
    finally:
        lock.release()


def layout_name(workspace: Workspace) -> str:
    """The name of JupyterLab's own layout for this workspace, so that each opens with its own tabs only."""
    place = sha256(str(workspace.path).encode()).hexdigest()[:8]
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', workspace.path.name).strip('-') or 'runbook'}-{place}"


@contextmanager
def place_for_secrets() -> Iterator[Mapping[str, str]]:
    """Environment by which the forms' secrets reach every notebook of this session, not only the one they are
    in.

    A folder only its owner can read, gone with the session. The vault prefers the operating system's keyring
    on a live connection, and a folder that the caller named is left as it is.
    """
    if os.environ.get(SECRETS_DIR):
        yield {}
        return
    with private_folder() as folder:
        yield {SECRETS_DIR: str(folder)}


def open_lab(workspace: Workspace, variables: Mapping[str, str], options: tuple[str, ...] = ()) -> int:
    """Runs JupyterLab on ``workspace`` until it is stopped; its exit code. Its root is the workspace, so that
    the report and the decisions can be opened beside the notebooks.

    ``options`` go to JupyterLab as they are, such as ``--no-browser`` or ``--port=8899``.
    """
    with only_lab(workspace):
        return _run_lab(workspace, variables, options)


def _run_lab(workspace: Workspace, variables: Mapping[str, str], options: tuple[str, ...]) -> int:
    folder = bring_notebooks(workspace, read_connection(workspace.connection_file).language)
    first = f"/lab/workspaces/{layout_name(workspace)}/tree/{folder.name}/{ROAD[0].name}.ipynb"
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={workspace.path}",
        f"--LabApp.default_url={first}", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", *_as_root(), *options,
    ]  # fmt: skip
    with _calm_defaults() as defaults:
        return serve_until_stopped(command, workspace, {**defaults, **variables})


def serve_until_stopped(command: Sequence[str], workspace: Workspace, variables: Mapping[str, str]) -> int:
    """Runs a server on ``workspace`` until it ends or somebody presses Ctrl-C; its exit code."""
    process = subprocess.Popen(  # noqa: S603 - our own command and the options a person gave it
        command, env={**os.environ, WORKSPACE: str(workspace.path), **variables}
    )
    try:
        return process.wait()
    except KeyboardInterrupt:  # Ctrl-C reaches the server, too, which then asks or ends by itself
        process.terminate()
        process.wait()
        return 0


@contextmanager
def _calm_defaults() -> Iterator[Mapping[str, str]]:
    """Environment by which JupyterLab takes our defaults; what a person set in its settings still holds.

    Its question whether it may fetch news would lie on the forms, ``news_url`` or not. Source: JupyterLab's
    schema apputils-extension/notification.json, and ``labconfig/default_setting_overrides.json`` in
    jupyterlab_server/settings_utils.py.
    """
    with private_folder() as folder:
        file = folder / "labconfig" / "default_setting_overrides.json"
        file.parent.mkdir()
        file.write_text(json.dumps(_DEFAULTS), encoding="utf-8")
        _write_extension(folder / "labextensions" / _CALM)
        yield {name: _first(folder, os.environ.get(name)) for name in (_CONFIG_PATH, _DATA_PATH)}


def _first(folder: Path, before: str | None) -> str:
    return os.pathsep.join([str(folder), *([before] if before else [])])


def _write_extension(folder: Path) -> None:
    """An extension of JupyterLab that brings our style; without it gray stubs of code are the first sight.

    Source: JupyterLab documentation, "Extension Developer Guide", prebuilt extensions.
    """
    script = folder / "static" / "calm_lab.js"
    script.parent.mkdir(parents=True)
    script.write_bytes(Path(__file__).with_name(script.name).read_bytes())
    build = {"load": f"static/{script.name}", "extension": "./extension"}
    about = {"name": _CALM, "version": "1.0.0", "jupyterlab": {"extension": True, "_build": build}}
    (folder / "package.json").write_text(json.dumps(about), encoding="utf-8")


def _as_root() -> tuple[str, ...]:
    """In a container one often is root, which JupyterLab refuses unless it is told that this is meant."""
    return ("--allow-root",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
