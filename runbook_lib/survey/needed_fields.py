"""The fields that must stay visible to the sync user, from ``never_hide.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

MARKETO_PREFIX = "mkto71_"

Names = Mapping[str, frozenset[str]]


def is_needed(object_name: str, field_name: str) -> bool:
    """Whether this field must never be hidden: Marketo requires or wants it, or it is Marketo's own."""
    if field_name.lower().startswith(MARKETO_PREFIX):
        return True
    return any(field_name in table.get(object_name, ()) for table in (required(), wanted()))


def required() -> Names:
    """Object → the fields without which the sync stops."""
    return _tables()["required"]


def wanted() -> Names:
    """Object → fields the sync works without, at a price: ``HasOptedOutOfEmail`` is Unsubscribed."""
    return _tables()["wanted"]


def not_in_every_org() -> Names:
    """Object → required fields that some orgs do not have at all."""
    return _tables()["not_in_every_org"]


def required_full_names() -> Iterator[str]:
    """``Lead.Email`` and so on, sorted by object and name."""
    for object_name, names in sorted(required().items()):
        yield from (f"{object_name}.{name}" for name in sorted(names))


@cache
def _tables() -> dict[str, Names]:
    text = (files(__package__) / "never_hide.toml").read_text(encoding="utf-8")
    return {
        title: {object_name: frozenset(names) for object_name, names in table.items()}
        for title, table in tomllib.loads(text).items()
    }
