"""Who installs the wheel needs no checkout: the command, the notebooks and the rehearsal come with it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from runbook_lib.road import ROAD

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0
"""Seconds; generous, for a machine that is busy with other work."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the built wheel.

    What the project requires is lent from this environment, so that nothing is downloaded; the project itself
    is not, for a path file that another one names is not read.
    """
    folder = tmp_path_factory.mktemp("wheel")
    _pip(
        "wheel",
        str(_copied(folder / "source")),
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
    )
    (wheel,) = folder.glob("*.whl")
    home = folder / "environment"
    venv.create(home, with_pip=False)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    _pip("--python", str(programs / "python"), "install", "--no-deps", "--no-index", str(wheel))
    (library,) = home.rglob("site-packages")
    (library / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return programs


def _copied(place: Path) -> Path:
    """What the wheel is built from, apart: a build leaves folders behind that the next would pack again."""
    for name in ("runbook_lib", "notebooks"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb*"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, place / name)
    return place


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    subprocess.run(command, check=True, capture_output=True, text=True)


def _outside(place: Path) -> dict[str, str]:
    """An environment in which nothing points at the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RUNBOOK_"))}
    # JupyterLab's own files are lent as its packages are.
    return kept | {"JUPYTERLAB_DIR": str(Path(sys.prefix) / "share" / "jupyter" / "lab"), "HOME": str(place)}


def test_the_road_runs_without_a_checkout(installed: Path, tmp_path: Path) -> None:
    """``runbook rehearse`` from the wheel proves eleven of eleven, in a folder that holds nothing else."""
    command = [
        str(installed / "runbook"),
        "rehearse",
        "--people",
        "60",
        "--workspace",
        str(tmp_path / "acme"),
    ]
    ran = subprocess.run(command, cwd=tmp_path, env=_outside(tmp_path), capture_output=True, text=True)
    assert f"rehearsal clean: done, {len(ROAD)}/{len(ROAD)} steps proven" in ran.stdout, ran.stderr


@pytest.fixture
def lab(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The address, with its token, of a JupyterLab that the wheel's ``runbook lab`` runs."""
    log = tmp_path / "lab.log"
    command = [str(installed / "runbook"), "lab", str(tmp_path / "acme"), "--world", "clean", "--no-browser"]
    with log.open("w") as told:
        process = subprocess.Popen(
            [*command, "--port=0"], cwd=tmp_path, env=_outside(tmp_path), stdout=told, stderr=told
        )
    try:
        yield _address(log, process)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\S*token=\w+", log.read_text(encoding="utf-8")):
            return found.group()
        sleep(0.1)
    return pytest.fail(log.read_text(encoding="utf-8"))


def test_jupyterlab_opens_without_a_checkout(lab: str) -> None:
    """``runbook lab`` from the wheel serves the eleven notebooks."""
    base, token = lab.split("/lab", 1)[0], lab.rsplit("token=", 1)[1]
    with urllib.request.urlopen(f"{base}/api/contents/notebooks?token={token}") as answer:  # noqa: S310
        told = answer.read().decode("utf-8")
    assert set(re.findall(r'"name": "(\w+)\.ipynb"', told)) == {stop.name for stop in ROAD}
