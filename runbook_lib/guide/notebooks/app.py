"""The notebooks as pages without a cell, for people who should see no code: Voilà on the same notebooks.

It listens on this machine alone and lets nobody in without the token that stands in its address. A page has a
kernel of its own, which runs all cells when it is opened: that is safe, as "Run All" is. Source of the
options: Voilà, "Customizing Voilà", and ``voila/app.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec

from runbook_lib.errors import UsageFault
from runbook_lib.guide.notebooks import app_server
from runbook_lib.guide.notebooks.lab import bring_notebooks, only_lab, serve_until_stopped
from runbook_lib.guide.notebooks.open_step import PERSON
from runbook_lib.systems.connection import read_connection
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

_ONLY_FROM_HERE = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' ws://127.0.0.1:* data: blob:"
)
"""Voilà's own page would fetch icons from another host; here nothing is fetched from anywhere else."""
MOST_SECONDS = 600
"""How long one cell may take; a survey of a large org takes minutes."""


def open_app(workspace: Workspace, variables: Mapping[str, str], options: tuple[str, ...] = ()) -> int:
    """Shows the notebooks of ``workspace`` as pages until it is stopped; its exit code.

    ``options`` go to Voilà as they are, such as ``--no-browser`` or ``--port=8899``. ``UsageFault`` where
    Voilà is not installed.
    """
    if find_spec("voila") is None:
        raise UsageFault(
            say("The app view is not installed."),
            why=say("It needs the package Voilà, which not everybody needs."),
            fix=say(
                'Install it:  pip install "marketo-salesforce-runbook[app]"   Or open JupyterLab: runbook lab'
            ),
        )
    with only_lab(workspace):
        folder = bring_notebooks(workspace, read_connection(workspace.connection_file).language)
        command = [
            sys.executable, "-m", app_server.__name__, str(folder), "--token", "--Voila.ip=127.0.0.1",
            "--VoilaConfiguration.strip_sources=True", "--VoilaConfiguration.show_tracebacks=False",
            "--VoilaConfiguration.allow_template_override=NO", "--VoilaConfiguration.allow_theme_override=NO",
            f"--VoilaExecutor.timeout={MOST_SECONDS}", f"--Voila.tornado_settings={_settings()}", *options,
        ]  # fmt: skip
        return serve_until_stopped(command, workspace, {PERSON: "1", **variables})


def _settings() -> dict[str, dict[str, str]]:
    return {"headers": {"Content-Security-Policy": _ONLY_FROM_HERE}}
