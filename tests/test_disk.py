"""A file is written whole or not at all, and what the system refuses names the file that was meant."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runbook_lib.disk import cannot_write, reason_of_system, write_whole
from runbook_lib.journal_store import HEAD, read_head, write_head
from runbook_lib.text import translate
from runbook_lib.workspace import Workspace

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of files")


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    """The old content stays, nothing lies beside it, and the fault names the file, not its draft."""
    file = write_whole(tmp_path / "plans" / "05.json", "old")
    with no_room_beyond(10), pytest.raises(OSError, match=r"05\.json") as fault:
        write_whole(file, "new" * 100)
    assert file.read_text() == "old" and list(file.parent.iterdir()) == [file]
    assert "05.json" in str(cannot_write(fault.value))


def test_only_the_owner_reads_what_is_private(tmp_path: Path) -> None:
    """The mode holds from the first byte on, whatever stood there before."""
    file = write_whole(tmp_path / "people.json", b"{}")
    assert write_whole(file, b"[]", 0o600).stat().st_mode & 0o777 == 0o600


def test_a_head_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """No draft of 0 bytes is left by a full disk, and the older head guards on."""
    place = Workspace.create(tmp_path)
    write_head(place, 1, "a")
    with no_room_beyond(0):
        write_head(place, 2, "b")
    assert read_head(place) == (1, "a")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [HEAD]


def test_without_a_file_no_room_is_told(tmp_path: Path) -> None:
    """How much is free is said of the disk that is full, and of none where nobody knows which."""
    full = OSError(28, "No space left on device")
    assert "MB" not in str(cannot_write(full)) and "MB" in str(cannot_write(full, tmp_path))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "der Zugriff wurde verweigert"),
        (OSError(errno.ENOSPC, "Kein Platz mehr"), "der Datenträger ist voll"),
        (OSError(errno.EXDEV, "Invalid cross-device link"), "Invalid cross-device link"),
        (OSError("no number"), "no number"),
        (ValueError(), "ValueError"),
    ],
)
def test_what_the_system_refuses_is_told_in_the_reader_s_language(fault: OSError, told: str) -> None:
    """By its number, in the catalogue's words; what has none there, in the system's own; never in nothing."""
    assert translate(reason_of_system(fault), "de") == told
