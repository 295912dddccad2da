"""The published schemas of what programs read: JSON Schema, made from the dataclasses that are written.

``python -m runbook_lib.guide.commands.schemas`` writes ``docs/schemas/``; a test keeps the files equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from runbook_lib.guide.commands.fleet import Fleet
from runbook_lib.guide.engine.result import Result
from runbook_lib.guide.engine.watched import Watched
from runbook_lib.proof.report import Report

FOLDER = Path(__file__).parents[3] / "docs" / "schemas"
PUBLISHED: Mapping[str, type] = {"fleet": Fleet, "report": Report, "result": Result, "watch": Watched}
"""File → what it holds."""


def schema_of(name: str) -> dict[str, Any]:
    """The schema of ``name``. What is not named in it may be there: a field may be added at any time."""
    schema = TypeAdapter(PUBLISHED[name]).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{name}.json", **schema}


def text_of(name: str) -> str:
    """The file of the schema."""
    return json.dumps(schema_of(name), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_schemas(folder: Path = FOLDER) -> None:
    """Writes all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PUBLISHED:
        (folder / f"{name}.json").write_text(text_of(name), encoding="utf-8")


if __name__ == "__main__":
    write_schemas()
