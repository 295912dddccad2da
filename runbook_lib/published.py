"""What all records have in common that programs may rely on: their schema says what each field means."""

from __future__ import annotations

from pydantic import ConfigDict


class Published:
    """A record of result.json, watch.json, report.json or fleet.json, or a part of one; its subclasses are
    frozen dataclasses. The texts below their fields stand in docs/schemas."""

    __pydantic_config__ = ConfigDict(use_attribute_docstrings=True)
