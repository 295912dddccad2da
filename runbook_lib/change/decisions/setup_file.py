"""``decisions/setup.toml``: read strictly, every fault at once, and written whole with its comments."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from runbook_lib import text_files
from runbook_lib.change.decisions.files import reader, reasons, unreadable
from runbook_lib.change.decisions.setup import SetupDecision
from runbook_lib.disk import write_whole
from runbook_lib.text import Message, say
from runbook_lib.text_files import UnreadableText


def read_setup(path: Path, faults: list[Message]) -> SetupDecision | None:
    """The file ``path``; ``None`` where there is none. Faults, with their keys, are added to ``faults``."""
    try:
        return reader(SetupDecision).validate_python(tomllib.loads(text_files.read_text(path)))
    except FileNotFoundError:
        return None
    except ValidationError as wrong:
        faults.extend(
            say("{file}: {column}: {reason}.", file=path.name, column=column, reason=reason)
            for column, reason in reasons(wrong)
        )
    except UnreadableText as fault:
        faults.append(unreadable(path.name, fault))
    except (ValueError, RecursionError) as fault:  # or a number of more digits than Python reads
        faults.append(say("{file}: cannot be read ({reason}).", file=path.name, reason=fault))
    return None


def write_setup(path: Path, setup: SetupDecision) -> Path:
    """Write ``setup`` to the file ``path``: whole, or not at all; comments in the file are kept."""
    import tomlkit  # lazy: only writing needs it

    document = tomlkit.parse(text_files.read_text(path)) if path.exists() else tomlkit.document()
    _put(document, reader(SetupDecision).dump_python(setup, exclude_none=True))
    return write_whole(path, tomlkit.dumps(document))


def _put(table: Any, values: Mapping[str, Any]) -> None:
    """Sets ``values`` in a table of TOML, and in the tables in it; what else stands there stays."""
    import tomlkit  # lazy: only writing needs it

    for key, value in values.items():
        if isinstance(value, dict):
            _put(table.setdefault(key, tomlkit.table()), value)
        else:
            table[key] = list(value) if isinstance(value, tuple) else value
