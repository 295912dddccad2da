"""Describes with anything in them become the org's schema, or are refused as what they are."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.faults import SchemaFault
from runbook_lib.rehearsal.org.schema.recorded import overlay
from runbook_lib.rehearsal.org.schema.standard_objects import standard_catalog
from runbook_lib.rehearsal.world import load_world

SOAKS = bool(os.environ.get("RUNBOOK_SOAK_MINUTES"))
VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(
        ["Id", "Lead", "reference", "picklist", "a" * 10_000, "\ud7ff\u202e", "x'; DROP", 10**400, -1, [], {},
         [[]], [{}], {"name": "Id"}, {"result": {}}, ["Account", None, 3]]
    )
)  # fmt: skip
DESCRIBE: dict[str, Any] = {
    "name": "Lead",
    "label": "Lead",
    "keyPrefix": "00Q",
    "createable": True,
    "childRelationships": [{"childSObject": "Task", "field": "WhoId", "relationshipName": "Tasks"}],
    "recordTypeInfos": [{"name": "Master", "recordTypeId": "012000000000000AAA", "active": True}],
    "urls": {"sobject": "/services/data/v67.0/sobjects/Lead"},
    "fields": [
        {"name": "Id", "type": "id", "length": 18},
        {"name": "LastName", "type": "string", "length": 80, "nillable": False},
        {"name": "Size__c", "type": "double", "precision": 3, "scale": 1, "custom": True, "label": "Size"},
        {"name": "Account__c", "type": "reference", "referenceTo": ["Account"], "relationshipName": "A__r"},
        {"name": "Tier__c", "type": "picklist", "picklistValues": [{"value": "A", "active": True}]},
        {"name": "Address", "type": "address"},
        {"name": "Street", "type": "textarea", "compoundFieldName": "Address"},
    ],
}  # fmt: skip


def test_wrappings_without_end_are_no_describe(tmp_path: Path) -> None:
    """However deep the caller stands already: a describe wrapped a thousand times is refused."""
    for times in (980, 5_000):
        (tmp_path / "Lead.json").write_text('{"result":' * times + "{}" + "}" * times, encoding="utf-8")
        with pytest.raises(SchemaFault, match=r"Lead\.json.*nested"):
            overlay(standard_catalog(), tmp_path)


def places(content: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in it, its own included."""
    inside = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    return [way, *(place for key, value in inside for place in places(value, (*way, key)))]  # fmt: skip


@st.composite
def spoiled_describe(draw: st.DrawFn) -> Any:
    """The describe with up to four values replaced, left out or said twice, sometimes wrapped."""
    content: Any = copy.deepcopy(DESCRIBE)
    for _ in range(draw(st.integers(1, 4))):
        ways = [way for way in places(content) if way]
        if not ways:
            break
        *to, last = draw(st.sampled_from(ways))
        inner = content
        for key in to:
            inner = inner[key]
        act = draw(st.sampled_from(["replace", "leave out", "twice"]))
        if act == "replace":
            inner[last] = copy.deepcopy(draw(VALUES))  # else one list might come to hold itself
        elif act == "leave out":
            del inner[last]
        elif isinstance(inner, list):
            inner.append(copy.deepcopy(inner[last]))
    return draw(st.sampled_from([content, {"status": 0, "result": content}, [content, DESCRIBE]]))


@given(spoiled_describe())
@settings(derandomize=not SOAKS, max_examples=2_000 if SOAKS else 150, deadline=None)
def test_a_spoiled_describe_is_its_own_fault(content: Any) -> None:
    """It is taken, with what is missing added, or refused with its file; no other error leaves the reader."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "Lead.json").write_text(json.dumps(content), encoding="utf-8")
        try:
            overlay(standard_catalog(), Path(folder))
        except SchemaFault as fault:
            assert "Lead.json" in str(fault) or str(folder) in str(fault)


@given(spoiled_describe())
@settings(derandomize=not SOAKS, max_examples=200 if SOAKS else 10, deadline=None)
def test_an_org_opens_on_what_was_taken(content: Any) -> None:
    """What the reader takes, the org can be built of: tables, people and all."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "Lead.json").write_text(json.dumps(content), encoding="utf-8")
        try:
            org = Org(load_world("clean"), Clock(), people=20, schema_folder=Path(folder))
        except SchemaFault:
            return
        org.database.close()
