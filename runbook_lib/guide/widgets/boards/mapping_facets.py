"""The facets of the mapping board: what kind of pair it is, how well it fits, and where its fields are."""

from __future__ import annotations

from collections.abc import Mapping

from runbook_lib.guide.widgets.boards.facets import Facet, Facets
from runbook_lib.review.fields.type_words import type_word
from runbook_lib.review.mappings import MappingVerdict
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import Message, say, translate

KINDS = {
    "combined": say("those that Marketo combines"),
    "offered": say("those with the same meaning under different names"),
    "named": say("pairs of your own"),
    "fixed": say("those that Marketo fixes"),
}
UNKNOWN = say("cannot tell")
_BOTH, _LEAD, _CONTACT = say("on Lead and Contact"), say("only on Lead"), say("only on Contact")
_FIXED = say("fixed")
_DIFFER, _SAME = say("some differ"), say("none differ")
_VERDICTS = (MappingVerdict.CLASHES.word, MappingVerdict.LOSES.word, MappingVerdict.FITS.word)

FACETS: Mapping[str, Facet] = {
    "kind": Facet(say("Kind"), tuple(KINDS.values())),
    "verdict": Facet(say("Verdict"), (*_VERDICTS, UNKNOWN, _FIXED)),
    "object": Facet(say("Object"), (_BOTH, _LEAD, _CONTACT)),
    "type": Facet(say("Type")),
    "values": Facet(say("Values"), (_DIFFER, _SAME)),
}


def facets_of(
    kind: str, verdict: Message | None, lead: Field | None, contact: Field | None, differ: bool, language: str
) -> Facets:
    """The words that a pair falls under; ``verdict``: ``None`` where Marketo fixes the mapping."""
    sides = [field for field in (lead, contact) if field is not None]
    where = _BOTH if len(sides) == 2 else _LEAD if lead is not None else _CONTACT
    types = tuple(dict.fromkeys(translate(type_word(field.type), language) for field in sides)) or (
        translate(UNKNOWN, language),
    )
    messages = (KINDS[kind], verdict or _FIXED, where)
    words = [(translate(text, language),) for text in messages]
    return (*words, types, (translate(_DIFFER if differ else _SAME, language),))
