"""What `runbook lab` brings to JupyterLab: an extension that it finds, and that hides the stubs of code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jupyterlab_server.config import get_federated_extensions

from runbook_lib.guide.notebooks.lab import _calm_defaults


def test_jupyterlab_finds_the_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before whatever a person has in their own folders, which stay; gone with the session."""
    monkeypatch.setenv("JUPYTER_PATH", "/own")
    with _calm_defaults() as variables:
        folder, own = variables["JUPYTER_PATH"].split(os.pathsep)
        (extension,) = get_federated_extensions([f"{folder}/labextensions"]).values()
        build = extension["jupyterlab"]["_build"]
        script = Path(extension["ext_path"], build["load"]).read_text(encoding="utf-8")
        assert own == "/own" and f'["{extension["name"]}"]' in script and "jp-InputPlaceholder" in script
    assert not Path(folder).exists()
