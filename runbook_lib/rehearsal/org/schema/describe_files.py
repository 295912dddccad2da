"""Describe files as people have them: what any client, command line or editor saved of a real org's schema.

Read are a describe by itself, one that a command-line client wrapped (``{"status": 0, "result": {…}}``), a
list of describes, and an Organization record, alone or as the answer of a query; in UTF-8, or in UTF-16 with
its mark, as a Windows shell's ``>`` writes. A list of all objects (describe global) names no fields and is
passed over, with a word.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook_lib.rehearsal.org.faults import SchemaFault


@dataclass(frozen=True)
class Described:
    """One JSON object of a file: a describe, or an Organization record."""

    file: str
    content: Mapping[str, Any]

    @property
    def is_organization(self) -> bool:
        """Whether it is the org's own record."""
        attributes = self.content.get("attributes")
        return isinstance(attributes, Mapping) and attributes.get("type") == "Organization"


def read_folder(folder: Path, notices: list[str]) -> Iterator[Described]:
    """What the JSON files in ``folder`` hold, by their names. SchemaFault for a file that is none.

    What is passed over is said in ``notices``.
    """
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() == ".json" and path.is_file():
            try:
                contents = list(_unwrapped(path.name, _json(path), notices))
            except RecursionError:
                raise SchemaFault(path.name, "file", "this is nested too deeply to be a describe") from None
            yield from (Described(path.name, content) for content in contents)


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path.read_bytes()))
    except json.JSONDecodeError as error:
        what = "this is not JSON; the fault is in line {line}, column {column}"
        raise SchemaFault(path.name, "file", what, line=error.lineno, column=error.colno) from None
    except ValueError:  # another encoding, or a number of more digits than Python reads
        raise SchemaFault(path.name, "file", "this is not JSON") from None
    except OSError as error:
        what = "this cannot be read ({reason})"
        raise SchemaFault(path.name, "file", what, reason=error.strerror) from None


def _text(content: bytes) -> str:
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf16 else "utf-8-sig")


def _unwrapped(file: str, content: Any, notices: list[str]) -> Iterator[Mapping[str, Any]]:
    """The describes in what a file holds, whatever stands around them."""
    match content:
        case {"status": int(status), "message": str(message), **more} if status and "fields" not in more:
            what = "the command that saved this file failed: {message}"
            raise SchemaFault(file, "status", what, message=message[:200])
        case {"result": inner, **more} if "fields" not in more:
            yield from _unwrapped(file, inner, notices)
        case {"records": [*records], **more} if "fields" not in more:
            for record in records:
                yield from _unwrapped(file, record, notices)
        case {"sobjects": [*entries]}:
            described = [entry for entry in entries if isinstance(entry, dict) and "fields" in entry]
            if not described:
                notices.append(f"{file}: a list of all objects names no fields; it is passed over.")
            yield from described
        case [*members] if members and all(isinstance(member, dict) for member in members):
            for member in members:
                yield from _unwrapped(file, member, notices)
        case dict():
            yield content
        case _:
            raise SchemaFault(file, "file", "a describe is a JSON object, this is not one")
