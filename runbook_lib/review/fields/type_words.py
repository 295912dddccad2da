"""The types of fields in the words of Salesforce's own Setup; tables and files keep the API's."""

from __future__ import annotations

from functools import cache

from runbook_lib.text import Label, keys_of


def type_word(code: str) -> Label | str:
    """The words for the type ``code`` of a describe or of metadata; the code, where Setup has no word."""
    key = f"field_type.{code.lower()}"
    return Label(key) if key in _keys() else code


@cache
def _keys() -> frozenset[str]:
    return frozenset(keys_of("field_type"))
