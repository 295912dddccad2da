"""Fields that appeared, vanished, or became others, as the sync user sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbook_lib.proof.claims.claim import Claim
from runbook_lib.proof.claims.drift.named import drift
from runbook_lib.review.fields.type_words import type_word
from runbook_lib.survey.snapshot import Field
from runbook_lib.text import say

Visible = Mapping[str, tuple[Field, ...]]
"""Object → its fields, as the sync user sees them."""


def changed_fields(then: Visible, today: Visible) -> Iterator[Claim]:
    """Each field that is there or gone, bears another name, has another type or size, or is now required."""
    old, new = _by_name(then), _by_name(today)
    gone, come = old.keys() - new.keys(), new.keys() - old.keys()
    for name in sorted(come):
        twin = next((lost for lost in sorted(gone) if _is_renamed(old[lost], new[name])), None)
        if twin is not None:
            gone = gone - {twin}
            yield _renamed(old[twin], new[name])
        else:
            yield _appeared(name)
    for name in sorted(gone):
        yield _vanished(name)
    for name in sorted(old.keys() & new.keys()):
        yield from _changed_field(old[name], new[name])


def _by_name(fields: Mapping[str, tuple[Field, ...]]) -> dict[str, Field]:
    return {field.full_name: field for some in fields.values() for field in some}


def _is_renamed(old: Field, new: Field) -> bool:
    """Salesforce keeps label and type where somebody gives a field another API name."""
    same = (old.object, old.label, old.type) == (new.object, new.label, new.type)
    return same and old.custom and new.custom


def _renamed(old: Field, new: Field) -> Claim:
    what = say(
        "{old} is now called {new}: Marketo creates a new field for it permanently, and the old one "
        "gets no more values. Give it its old API name back, or use the new one in your programs.",
        old=old.full_name,
        new=new.full_name,
    )
    return drift("renamed", old.full_name, what, old.full_name, new.full_name)


def _appeared(name: str) -> Claim:
    what = say(
        "New: the sync user sees {field}. Marketo creates it permanently in its next cycle. Hide it in "
        "notebook 04 at once, or acknowledge it.",
        field=name,
    )
    return drift("field", name, what, None, name)


def _vanished(name: str) -> Claim:
    what = say(
        "Gone: the sync user no longer sees {field}. Marketo keeps its field, but it gets no more "
        "values. Restore the access, or acknowledge it.",
        field=name,
    )
    return drift("gone", name, what, name, None)


def _changed_field(old: Field, new: Field) -> Iterator[Claim]:
    name = new.full_name
    if old.type != new.type:
        what = say(
            "{field} was {before} and is {now}: Marketo's field keeps its type, and values may be lost.",
            field=name, before=type_word(old.type), now=type_word(new.type),
        )  # fmt: skip
        yield drift("type", name, what, old.type, new.type)
        return
    yield from _changed_size(old, new)
    if _demands(new) and not _demands(old):
        what = say(
            "{field} is now required: Salesforce refuses what Marketo creates without it. Give it a "
            "default value, or make it optional.",
            field=name,
        )
        yield drift("required", name, what)


def _changed_size(old: Field, new: Field) -> Iterator[Claim]:
    sizes = [(field.length, field.precision, field.scale) for field in (old, new)]
    if sizes[0] != sizes[1]:
        what = say(
            "The length of {field} was {before} and is {now}: values that do not fit are refused.",
            field=new.full_name, before=_size(old), now=_size(new),
        )  # fmt: skip
        yield drift("length", new.full_name, what, list(sizes[0]), list(sizes[1]))


def _size(field: Field) -> str:
    return str(field.length) if field.length else f"{field.precision}, {field.scale}"


def _demands(field: Field) -> bool:
    return field.createable and not field.nillable and not field.defaulted and field.type != "boolean"
