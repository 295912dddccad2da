"""How the values of changes and claims read: files and the journal keep codes, people read words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from runbook_lib.review.fields.type_words import type_word
from runbook_lib.text import Message, Moment, joined, say

RIGHTS: Mapping[str, Message] = {
    "read": say("read"), "create": say("create"), "edit": say("edit"), "delete": say("delete"),
}  # fmt: skip
"""What somebody may do, as the verb of a sentence."""
NAMES: Mapping[str, Message] = {
    "label": say("label"), "name": say("name"), "type": say("type"), "length": say("length"),
    "precision": say("digits"), "scale": say("decimals"), **RIGHTS, "granted": say("granted"),
    "assigned": say("assigned"), "username": say("user name"), "field": say("field"),
    "marketing_user": say("may sync campaigns"), "profile": say("profile"), "license": say("license"),
    "email": say("e-mail"), "last_name": say("last name"), "alias": say("alias"), "used": say("used"),
    "limit": say("limit"), "days": say("days left"), "on": say("on"),
}  # fmt: skip
"""Part of a value → its name, in the order in which parts are told; others follow by the name they have."""
CODES: Mapping[str, Message] = {
    "free": say("tied to no CRM"), "tied": say("tied to a CRM"),
}  # fmt: skip
"""Values that are codes."""
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")
MOST = 12
"""Parts of a list that are told one by one."""


def in_words(value: object) -> object:
    """A JSON value in short words: ``read, edit``, ``type: Text, length: 255``; empty for nothing."""
    match value:
        case bool():
            return say("yes") if value else say("no")
        case None | "":
            return ""
        case int() | float():
            return value
        case {"grants": grants}:
            return in_words([grant["parent"] for grant in grants])
        case {"parent": parent}:
            return in_words(parent)
        case {"target_object": target_object, "target_field": target_field}:
            return f"{target_object}.{target_field}"
        case dict():
            places = {name: place for place, name in enumerate(NAMES)}
            names = sorted(value, key=lambda name: places.get(name, len(places)))
            return joined(filter(None, (_named(name, value[name]) for name in names)), ", ")
        case list() | tuple():
            more = [f"(+{len(value) - MOST})"] if len(value) > MOST else []
            return joined((joined(map(in_words, value[:MOST]), ", "), *more), " ")
        case _:
            return CODES.get(str(value)) or _moment(str(value))


def _moment(text: str) -> object:
    """A moment as files write it; any other text as it is."""
    return Moment.of(text) if _ISO.fullmatch(text) else text


def _named(name: str, part: object) -> Message | None:
    """A flag by its name where it is set, anything else with its name; Ids say nothing to people."""
    word = NAMES.get(name, name)
    if isinstance(part, bool):
        return joined((word,)) if part else None
    text = type_word(str(part)) if name == "type" else in_words(part)
    if name.endswith("_id") or not str(text):
        return None
    return say("{name}: {value}", name=word, value=text)
