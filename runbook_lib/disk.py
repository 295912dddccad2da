"""A disk that is full, a folder that cannot be written: what the operating system refuses, as the house's
error."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from runbook_lib.errors import WorkspaceFault
from runbook_lib.text import Message, say

_FULL = (errno.ENOSPC, errno.EDQUOT)


def cannot_write(fault: OSError) -> WorkspaceFault:
    """The stop for ``fault``: which file, how much room there is, and what to do."""
    path = str(fault.filename or "")
    what = say("A file cannot be read or written: {reason}.", reason=fault.strerror or type(fault).__name__)
    fix: Message = say("Let yourself read and write there, or name another folder; then run again.")
    if fault.errno in _FULL:
        fix = say("Make room on the disk ({free} MB are free there), then run again.", free=_free(path))
    why = say("What was done before is in the journal; nothing of it is lost.")
    return WorkspaceFault(what, where=path, why=why, fix=fix)


def _free(path: str) -> str:
    """Megabytes that are free where ``path`` is; a question mark where nobody can tell."""
    try:
        folder = next(parent for parent in (Path(path), *Path(path).parents) if parent.exists())
        return str(shutil.disk_usage(folder).free // 1_000_000)
    except (OSError, StopIteration, ValueError):
        return "?"
