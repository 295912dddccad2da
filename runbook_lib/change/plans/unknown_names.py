"""Decisions that name what is not there: a row with a misspelled object or field is refused, with its line,
and the names that come near it.

Nobody would see otherwise that such a row decides nothing. A field counts as there when the administrator or
the sync user sees it; where neither could look, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from runbook_lib.change.decisions import Decisions
from runbook_lib.survey.snapshot import Snapshot, Unknown
from runbook_lib.text import Message, say

NEAR = 0.7
"""How alike a name must be to be offered: difflib's ratio, 1 is equal."""


@dataclass(frozen=True)
class NamedField:
    """A field that a row names, and where it stands."""

    object: str
    field: str
    file: str
    line: int

    def is_among(self, names: frozenset[str]) -> bool:
        """Whether it is one of ``names``. Pairs are compared in any case; a decision about a field counts
        only where it is spelled as in the org."""
        if self.file == "mappings.csv":
            return self.field.lower() in {name.lower() for name in names}
        return self.field in names

    @property
    def place(self) -> Message:
        """``fields.csv, line 12``; the file alone where the line is not known."""
        if self.line:
            return say("{file}, line {line}", file=self.file, line=str(self.line))
        return Message("{file}", {"file": self.file})


def misspelled(snapshot: Snapshot, decisions: Decisions) -> Iterator[Message]:
    """What is wrong with the names in the files; nothing where nobody looked at the org's fields."""
    there = _there(snapshot)
    yield from _unknown_objects(snapshot, decisions)
    for named in _named(decisions):
        if named.is_among(there.get(named.object, frozenset())):
            continue
        if isinstance(snapshot.present, Unknown):
            yield say(
                "{place}: cannot tell whether there is a field {field}; the org's fields could not be read.",
                place=named.place, field=f"{named.object}.{named.field}",
            )  # fmt: skip
        elif isinstance(snapshot.present, Mapping):
            yield _refused(named, there)


def _unknown_objects(snapshot: Snapshot, decisions: Decisions) -> Iterator[Message]:
    """Custom objects of setup.toml that are not there, or that the sync user may not read."""
    if not isinstance(snapshot.present, Mapping) or not isinstance(snapshot.visible, Mapping):
        return
    for name in decisions.setup.custom_objects if decisions.setup else ():
        if name not in snapshot.present:
            yield say(
                "setup.toml, custom_objects: the administrator sees no object {object}. Correct the "
                "name, or remove it.",
                object=name,
            )
        elif name not in snapshot.visible:
            yield say(
                "setup.toml, custom_objects: the sync user may not read {object}. Grant Read in their "
                "permission set, or take it out.",
                object=name,
            )


def with_near(what: Message, name: str, names: Iterable[str]) -> Message:
    """``what``, and after it those of ``names`` that come near ``name``, upper and lower case aside."""
    by_lower = {name.lower(): name for name in names}
    near = [by_lower[match] for match in get_close_matches(name.lower(), by_lower, 3, NEAR)]
    if not near:
        return what
    return Message("{what} {near}", {"what": what, "near": say("Near it: {names}.", names=", ".join(near))})


def _refused(named: NamedField, there: Mapping[str, frozenset[str]]) -> Message:
    if named.object not in there:
        what = say(
            "{place}: {object} is not one of the objects that the sync covers.",
            place=named.place,
            object=named.object,
        )
        return with_near(what, named.object, there)
    what = say(
        "{place}: {object} has no field {field} that the administrator or the sync user sees.",
        place=named.place, object=named.object, field=named.field,
    )  # fmt: skip
    return with_near(what, named.field, there[named.object])


def _named(decisions: Decisions) -> Iterator[NamedField]:
    for row in decisions.fields.values():
        yield NamedField(row.object, row.field, "fields.csv", row.line)
    for pair in decisions.mappings:
        for object_name, field in (("Lead", pair.lead_field), ("Contact", pair.contact_field)):
            if field:
                yield NamedField(object_name, field, "mappings.csv", pair.line)


def _there(snapshot: Snapshot) -> dict[str, frozenset[str]]:
    """Object → the names of its fields, as either user sees them."""
    names: dict[str, set[str]] = {}
    for part in (snapshot.present, snapshot.visible):
        for object_name, fields in part.items() if isinstance(part, Mapping) else ():
            names.setdefault(object_name, set()).update(field.name for field in fields)
    return {name: frozenset(fields) for name, fields in names.items()}
