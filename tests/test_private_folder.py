"""Temporary folders are their owner's alone, and gone although their process was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from runbook_lib.private_folder import PREFIX, private_folder, sweep_folders

KILLED = """
import os
from pathlib import Path
from runbook_lib.private_folder import PrivateFolder
folder = PrivateFolder()
(Path(folder.name) / "secret").write_text("x")
print(folder.name, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary folders that nobody else uses."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def grow_old(folder: Path) -> None:
    """Lets the folder be made an hour ago."""
    os.utime(folder, (1e9, 1e9))


def test_what_a_killed_process_left_is_swept() -> None:
    """The folder of a process that was killed goes, once it is not brand-new; that of a living one stays."""
    left = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    dead = Path(left.stdout.strip())
    assert (dead / "secret").exists()
    assert sweep_folders() == ()  # may be of a process that is about to lock it
    with private_folder() as living:
        assert living.stat().st_mode & 0o777 == 0o700
        grow_old(dead)
        grow_old(living)
        assert sweep_folders() == (dead,) and not dead.exists() and living.exists()
    assert not living.exists()


def test_what_is_not_ours_stays(temporary: Path) -> None:
    """A link, and a folder of that name which never was locked, are left alone."""
    target = temporary / "target"
    target.mkdir()
    (target / ".in-use").touch()
    (temporary / f"{PREFIX}link").symlink_to(target)
    (temporary / f"{PREFIX}other").mkdir()
    grow_old(target)
    grow_old(temporary / f"{PREFIX}other")
    assert sweep_folders() == () and target.exists() and (temporary / f"{PREFIX}other").exists()
