"""Temporary folders for secrets and people: their owner's alone, and gone although the process was killed.

While a folder is in use its process holds a lock inside; the operating system lets the lock go when the
process ends, however it ends. So a folder whose lock is free belongs to nobody any more.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "runbook-"
_LOCK = ".in-use"
_YOUNG = 60.0
"""Seconds in which a folder may have been made and not yet been locked."""


class PrivateFolder:
    """A temporary folder, until :meth:`cleanup`."""

    def __init__(self) -> None:
        from filelock import FileLock  # lazy: it brings asyncio

        self.name = tempfile.mkdtemp(prefix=PREFIX)
        self._lock = FileLock(Path(self.name) / _LOCK)
        self._lock.acquire()

    def cleanup(self) -> None:
        """Deletes the folder with all that is in it."""
        self._lock.release()
        shutil.rmtree(self.name, ignore_errors=True)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that is gone with the ``with`` block."""
    folder = PrivateFolder()
    try:
        yield Path(folder.name)
    finally:
        folder.cleanup()


def sweep_folders() -> tuple[Path, ...]:
    """Deletes the folders of this user whose process is dead; which ones they were."""
    place, swept = Path(tempfile.gettempdir()), []
    with suppress(OSError):
        for folder in sorted(place.glob(f"{PREFIX}*")):
            if _is_ours(folder) and _is_free(folder / _LOCK):
                shutil.rmtree(folder, ignore_errors=True)
                swept.append(folder)
    return tuple(swept)


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder of ours that was not made just now: no link, and of this user."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    is_mine = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return stat.S_ISDIR(status.st_mode) and is_mine and time.time() - status.st_mtime > _YOUNG


def _is_free(lock_file: Path) -> bool:
    """Whether the lock was left behind; a folder that never had one is not known to be ours."""
    from filelock import FileLock, Timeout  # lazy: it brings asyncio

    if not lock_file.is_file() or lock_file.is_symlink():
        return False
    try:
        with FileLock(lock_file, timeout=0):
            return True
    except (Timeout, OSError):
        return False
