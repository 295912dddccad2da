"""World files: TOML that may build on another world, with the many custom fields of one in a table beside it.

A table of custom fields is CSV with the columns of `COLUMNS`; an empty cell says nothing.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

WORLDS = files(__package__) / "worlds"
COLUMNS = (
    "object", "name", "type", "label", "length", "precision", "scale", "values", "restricted", "formula",
    "reference", "external_id", "required", "fill",
)  # fmt: skip
_FLAGS = {"externalId": "external_id", "required": "required"}
_NUMBERS = ("length", "precision", "scale")


def world_names() -> tuple[str, ...]:
    """The worlds that come with the rehearsal."""
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in WORLDS.iterdir() if entry.name.endswith(".toml"))
    )


def read_world(name: str) -> dict[str, Any]:
    """What the file of that world declares; ValueError naming the known worlds when there is none."""
    if name not in world_names():
        raise ValueError(f"no world named {name!r}; there are: {', '.join(world_names())}")
    return completed(tomllib.loads((WORLDS / f"{name}.toml").read_text(encoding="utf-8")))


def completed(declared: Mapping[str, Any]) -> dict[str, Any]:
    """`declared` on top of the world it is `like`, and with the fields of its `custom_fields_file`."""
    whole = dict(declared)
    if "like" in whole:
        whole = _overlaid(read_world(whole.pop("like")), whole)
    if "custom_fields_file" in whole:
        table = list(_fields(whole.pop("custom_fields_file")))
        whole["custom_fields"] = [*whole.get("custom_fields", ()), *table]
    return whole


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`below` with the entries of `above` put on top, table by table."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both_tables = isinstance(value, Mapping) and isinstance(old, Mapping)
        merged[key] = _overlaid(old, value) if both_tables and isinstance(old, Mapping) else value
    return merged


def _fields(file: str) -> Iterator[dict[str, Any]]:
    """Each row in the words of `[[custom_fields]]`."""
    for row in csv.DictReader((WORLDS / file).read_text(encoding="utf-8").splitlines()):
        yield _field(row)


def _field(row: Mapping[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"field": f"{row['object']}.{row['name']}", "fill": float(row["fill"])}
    entry |= {key: row[key] for key in ("type", "label", "formula") if row[key]}
    entry |= {key: int(row[key]) for key in _NUMBERS if row[key]}
    if row["values"]:
        entry["values"] = row["values"].split("|")
        entry["restricted"] = row["restricted"] == "true"
    if row["reference"]:
        entry["referenceTo"] = row["reference"]
    entry |= {name: True for name, column in _FLAGS.items() if row[column] == "true"}
    return entry
