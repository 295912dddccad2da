"""Why a file of ``--org-schema`` is no describe, in the reader's language.

The rehearsal, which reads these files, knows nothing of languages: it gives an English sentence with gaps.
Each stands here once more, so that the catalogues have it.
"""

from __future__ import annotations

from collections.abc import Mapping

from runbook_lib.text import Message, say

KNOWN = (
    say("there is no such folder"),
    say("there is no describe file in it"),
    say("this is nested too deeply to be a describe"),
    say("this is not JSON; the fault is in line {line}, column {column}"),
    say("this is not JSON"),
    say("this cannot be read ({reason})"),
    say("the command that saved this file failed: {message}"),
    say("a describe is a JSON object, this is not one"),
    say("a describe names its object here"),
    say("{name} is not the API name of an object"),
    say("a label is a text"),
    say("a describe lists the fields of its object here"),
    say("a field is a JSON object, this is not one"),
    say("every field has a name and a type as text"),
    say("{name} is not the API name of a field"),
    say("{type} is not a type of Salesforce's fields"),
    say("{field}: {wanted} expected, found {found}"),
    say("{field}: less than nothing, {number}"),
    say("{field}: a label is a text"),
    say("{field}: a JSON object with a value is expected"),
    say("{field}: the name of an object is expected"),
)
_TEMPLATES = frozenset(message.template for message in KNOWN)


def reason_of(template: str, values: Mapping[str, object]) -> object:
    """The reason as a sentence of the catalogues; one that they lack stays as it is."""
    if template in _TEMPLATES:
        return Message(template, values)
    return template.format(**values) if values else template
