"""Files that are written whole or not at all; and what the operating system refuses (a disk that is full, a
folder that cannot be written) as the house's error."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from runbook_lib.errors import WorkspaceFault
from runbook_lib.text import Message, say

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REASONS = {
    errno.EACCES: say("Permission denied"),
    errno.EADDRINUSE: say("Address already in use"),
    errno.EDQUOT: say("Disk quota exceeded"),
    errno.EEXIST: say("File exists"),
    errno.EISDIR: say("Is a directory"),
    errno.ENAMETOOLONG: say("File name too long"),
    errno.ENOENT: say("No such file or directory"),
    errno.ENOSPC: say("No space left on device"),
    errno.ENOTDIR: say("Not a directory"),
    errno.EPERM: say("Operation not permitted"),
    errno.EROFS: say("Read-only file system"),
}
"""In the words of POSIX; what else a system refuses is told in its own."""


def write_whole(path: Path, content: str | bytes, mode: int = 0o666) -> Path:
    """Puts ``content`` (a text as UTF-8) in the place of the file ``path`` in one go.

    A reader sees the old file or the new one; where it cannot be written, the old one stays and nothing is
    left beside it. ``mode``: who may read a new file. ``OSError`` names the file that was meant.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(3)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content.encode() if isinstance(content, str) else content)
        draft.replace(path)
    except OSError as fault:
        with suppress(OSError):
            draft.unlink()
        raise OSError(fault.errno, fault.strerror, str(path)) from None
    return path


def cannot_write(fault: OSError, folder: Path | None = None) -> WorkspaceFault:
    """The stop for ``fault``: which file, how much room there is, and what to do.

    ``folder``: where to look for room when the system does not name a file.
    """
    path = str(fault.filename or folder or "")
    what = say("A file cannot be read or written: {reason}.", reason=reason_of_system(fault))
    fix: Message = say("Give yourself read and write access there, or choose another folder; then run again.")
    if fault.errno in _FULL:
        fix = say("Make room on the disk, then run again.")
        if path:
            fix = say("Free up disk space ({free} MB are free there), then run again.", free=_free(path))
    why = say("What was done before is in the journal; none of it is lost.")
    return WorkspaceFault(what, where=path, why=why, fix=fix)


def reason_of_system(fault: OSError | ValueError) -> object:
    """Why the operating system refuses: a sentence of the catalogue, or its own words where there is none."""
    number, said = getattr(fault, "errno", None), getattr(fault, "strerror", None)
    return _REASONS.get(number or 0) or said or str(fault) or type(fault).__name__


def _free(path: str) -> str:
    """Megabytes that are free where ``path`` is; a question mark where nobody can tell."""
    try:
        folder = next(parent for parent in (Path(path), *Path(path).parents) if parent.exists())
        return str(shutil.disk_usage(folder).free // 1_000_000)
    except (OSError, StopIteration, ValueError):
        return "?"
