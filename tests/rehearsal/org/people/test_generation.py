"""The generated people."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.org.people.generation import GENERATED
from runbook_lib.rehearsal.world import load_world

DUPLICATES = """
    SELECT count(*) FROM (SELECT "Email" FROM {} WHERE "Email" IS NOT NULL {} GROUP BY 1 HAVING count(*) > 1)
"""


@pytest.fixture(scope="module")
def org() -> Iterator[Org]:
    """World clean in its usual size."""
    org = Org(load_world("clean"), Clock())
    yield org
    org.database.close()


def count(org: Org, text: str) -> int:
    """The number a query gives."""
    return int(org.database.sql(text)[0][0])


def test_there_are_as_many_people_as_asked_for(org: Org) -> None:
    """Leads and contacts together are the people; about a tenth of the leads were converted."""
    leads, contacts = (count(org, f'SELECT count(*) FROM org."{name}"') for name in ("Lead", "Contact"))
    assert leads + contacts == 1_000
    assert 0.05 * leads <= count(org, 'SELECT count(*) FROM org."Lead" WHERE "IsConverted"') <= 0.12 * leads


@pytest.mark.parametrize("object_name", GENERATED)
def test_ids_are_unique_and_lookups_lead_somewhere(org: Org, object_name: str) -> None:
    """No id is used twice, no lookup points at a record that is not there, nothing required is empty."""
    sobject = org.catalog[object_name]
    table = f'org."{object_name}"'
    assert count(org, f'SELECT count(*) - count(DISTINCT "Id") FROM {table}') == 0
    assert count(org, f"SELECT count(*) FROM {table}") > 0
    for field in sobject.stored_fields:
        column = f'"{field["name"]}"'
        if not field["nillable"]:
            assert count(org, f"SELECT count(*) FROM {table} WHERE {column} IS NULL") == 0, column
        targets = [name for name in field["referenceTo"] if org.catalog.find(name)]
        if targets:
            known = " UNION ALL ".join(f'SELECT "Id" FROM org."{name}"' for name in targets)
            astray = f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN ({known})"
            assert count(org, astray) == 0, column


def test_some_people_are_there_twice(org: Org) -> None:
    """There are duplicates by e-mail within leads, within contacts, and across."""
    assert count(org, DUPLICATES.format('org."Lead"', 'AND NOT "IsConverted"')) == 5
    assert count(org, DUPLICATES.format('org."Contact"', "")) == 4
    across = (
        'SELECT count(*) FROM org."Lead" l JOIN org."Contact" c USING ("Email") WHERE NOT l."IsConverted"'
    )
    assert count(org, across) == 4


def test_the_same_seed_gives_the_same_rows(org: Org) -> None:
    """Two orgs of one world hold the same people, cell by cell."""
    other = Org(load_world("clean"), Clock())
    for name in GENERATED:
        text = f'SELECT * FROM org."{name}" ORDER BY "Id"'
        assert org.database.sql(text) == other.database.sql(text), name
    other.database.close()


def test_every_value_fits_its_field(org: Org) -> None:
    """Texts are no longer than their field, and restricted picklists hold only their values."""
    for name in GENERATED:
        for field in org.catalog[name].stored_fields:
            if field["length"] and field["type"] not in ("id", "reference", "multipicklist"):
                longest = org.database.sql(f'SELECT max(length("{field["name"]}")) FROM org."{name}"')[0][0]
                assert (longest or 0) <= field["length"], (name, field["name"])


def test_many_people_load_quickly() -> None:
    """A hundred thousand people are made with seconds of work (a million within half a minute)."""
    began = time.process_time()  # this process's own work, whatever else the machine does
    org = Org(load_world("clean"), Clock(), people=100_000)
    assert time.process_time() - began < 15
    assert count(org, 'SELECT count(*) FROM org."Lead"') == 60_000
    org.database.close()
