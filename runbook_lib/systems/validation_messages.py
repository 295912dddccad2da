"""Why a value of a file a person may edit is refused, as a sentence in the reader's language.

pydantic words its faults in English only; those that our files can meet are worded here.
"""

from __future__ import annotations

from typing import Any

from runbook_lib.text import Message, say

_WORDS = {
    "missing": say("is missing"),
    "extra_forbidden": say("is not a key of this file"),
    "unexpected_keyword_argument": say("is not a key of this file"),
    "string_type": say("must be text"),
    "string_too_short": say("is empty"),
    "bool_type": say("must be true or false"),
    "bool_parsing": say("must be true or false"),
    "tuple_type": say("must be a list"),
    "model_type": say("must be a table with keys of its own"),
    "model_attributes_type": say("must be a table with keys of its own"),
    "dict_type": say("must be a table with keys of its own"),
}
_EXAMPLES = {
    "munchkin_id": "123-ABC-456",
    "admin_username": "ada@acme.example",
    "sync_username": "marketo@acme.example",
    "my_domain": "acme",
    "name": "acme",
}
"""Key of connection.toml → how it is written."""


def reason_of(fault: Any) -> object:
    """The reason of one entry of ``ValidationError.errors()``.

    A ``ValueError(say(...))`` of our own is told in its own words.
    """
    context = fault.get("ctx") or {}
    error = context.get("error")
    if isinstance(error, ValueError) and error.args and isinstance(error.args[0], Message):
        return error.args[0]
    if fault["type"] in ("literal_error", "enum"):
        words = str(context.get("expected", "")).replace(" or ", ", ")
        return say("must be one of: {words}", words=words)
    if fault["type"] == "string_pattern_mismatch":
        example = _EXAMPLES.get(str(fault["loc"][-1]) if fault.get("loc") else "")
        unlike = say("is not written correctly")
        return say("is not written correctly, for example {example}", example=example) if example else unlike
    return _WORDS.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
