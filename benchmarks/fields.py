"""The field review of five objects with 800 fields each: calls in a rehearsal of such an org; its time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from benchmarks.figure import Figure, Point
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World, world_of
from runbook_lib.review.fields import field_review, field_review_schema
from runbook_lib.survey.collect import Systems, collect
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.snapshot import Expected, Part, Snapshot, to_json
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.salesforce.client import SalesforceReader
from runbook_lib.systems.salesforce.login import Account, log_in
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.systems.transport import Transport

OBJECTS = ("Lead", "Contact", "Account", "Opportunity", "Campaign")
FIELDS = 800
SIZES = (20, 200, 800, 2000)
"""Fields of an object for which growth is measured; more than an org may have, to see where it bends."""
TARGET_SECONDS = 1.0
TARGET_CALLS = 40
KINDS: tuple[dict[str, Any], ...] = (
    {"type": "Text", "length": 80},
    {"type": "Number", "precision": 18, "scale": 2},
    {"type": "Checkbox"},
    {"type": "Picklist", "values": ["A", "B", "C"]},
    {"type": "Text", "length": 255},
    {"type": "Date"},
    {"type": "Text", "length": 40},
    {"type": "MultiselectPicklist", "values": ["A", "B", "C"]},
    {"type": "LongTextArea", "length": 32768},
    {"type": "Email"},
)


def measure(runs: int = 5, sizes: Sequence[int] = SIZES) -> Iterator[Figure]:
    """Calls and fields of the survey; the median seconds of the table and of pandas alone, in turn; then how
    both grow with the fields of an object."""
    seen, calls, _ = survey()
    assert isinstance(seen.fill, dict)
    numbers = sum(isinstance(fill, Fill) for fill in seen.fill.values())
    yield Figure(
        f"field review, {len(seen.fill)} fields of {len(OBJECTS)} objects",
        f"{calls} Salesforce calls; {numbers} fields with a fill rate",
        f"≤ {TARGET_CALLS}",
        met=calls <= TARGET_CALLS,
    )
    field_review_schema()  # loading pandera is not the table's time
    with TemporaryDirectory() as folder:
        file = Path(folder) / "snapshot.json"
        file.write_text(json.dumps(to_json(seen)), encoding="utf-8")
        ours, theirs = [], []
        for _ in range(runs):
            ours.append(_seconds(lambda: field_review(seen)))
            theirs.append(_seconds(lambda: _read(file)))
    mine, baseline = median(ours), median(theirs)
    yield Figure(
        "field review, table",
        f"{mine:.2f} s; pandas reading the snapshot's JSON {baseline:.2f} s, ratio {mine / baseline:.2f}",
        f"≤ {TARGET_SECONDS} s",
        met=mine <= TARGET_SECONDS,
    )
    yield from (_grown(size) for size in sizes)


def _grown(per_object: int) -> Figure:
    seen, calls, seconds = survey(per_object)
    assert isinstance(seen.fill, dict)
    count, table = len(seen.fill), median(_seconds(lambda: field_review(seen)) for _ in range(3))
    points = Point("fields", "survey", count, seconds), Point("fields", "review table", count, table)
    text = f"survey {seconds:.1f} s with {calls} Salesforce calls, table {table:.2f} s"
    return Figure(f"field review, {count:,} fields", text, points=points)


def survey(per_object: int = FIELDS) -> tuple[Snapshot, int, float]:
    """What the review needs of that org, how many Salesforce calls it cost, logins included, and seconds."""
    world = _surveyed_world(per_object)
    with RehearsalServer(world, people=200) as server, _transport(server) as (transport, systems):
        before, begin = transport.calls["salesforce"], time.perf_counter()
        seen = collect(systems, (Part.ORGANIZATION, Part.VISIBLE, Part.PRESENT, Part.FILL), datetime.now(UTC))
        kept = {name: fields for name, fields in _known(seen.visible).items() if name in OBJECTS}
        calls = transport.calls["salesforce"] - before
        return replace(seen, visible=kept), calls, time.perf_counter() - begin


def large_world(per_object: int = FIELDS) -> World:
    """World "clean" with so many custom fields that each object has 800 in all, or as many as asked for, or
    a little more."""
    declared = [
        {
            "field": f"{name}.Measured_Field_{n:04}__c",
            "label": f"Measured Field {n}",
            "fill": 0.3,
            **KINDS[n % len(KINDS)],
        }
        for name in OBJECTS
        for n in range(max(0, per_object - 40))
    ]
    large = {"edition": "Unlimited Edition"}  # only there an object may have so many custom fields
    return world_of({"like": "clean", "name": "large", "organization": large, "custom_fields": declared})


def _surveyed_world(per_object: int) -> World:
    """That world, with a sync user who may read it without the road having given him anything."""
    world = large_world(per_object)
    admin = replace(world.sync_user, profile=world.admin.profile)
    return replace(world, users=tuple(admin if user is world.sync_user else user for user in world.users))


def _known(part: object) -> dict[str, Any]:
    if not isinstance(part, dict):
        raise RuntimeError(f"the sync user's fields are not known: {part}")
    return part


@contextmanager
def _transport(server: RehearsalServer) -> Iterator[tuple[Transport, Systems]]:
    world = server.world
    for name, value in world.secrets().items():
        os.environ[f"RUNBOOK_LARGE_{name.upper()}"] = value
    connection = Connection.model_validate(
        {
            "name": "large",
            "salesforce": {
                "environment": "production",
                "admin_username": world.admin.username,
                "sync_username": world.sync_user.username,
            },
            "marketo": {"munchkin_id": world.marketo.munchkin_id, "client_id": world.marketo.client_id},
            "rehearsal": {"world": world.name, "url": server.url, "ca_file": str(server.ca_file)},
        }
    )
    vault = Vault(connection)
    expected = Expected(
        "large",
        "production",
        world.admin.username,
        world.sync_user.username,
        world.marketo.munchkin_id,
        "basic",
    )
    with Transport(connection) as transport:

        def reader(account: Account) -> SalesforceReader:
            return SalesforceReader(transport, log_in(transport, connection, account, vault))

        def no_marketo() -> Any:
            raise RuntimeError("the field review asks nothing of Marketo")

        yield (
            transport,
            Systems(expected, lambda: reader(Account.ADMIN), lambda: reader(Account.SYNC), no_marketo),
        )


def _read(file: Path) -> pd.DataFrame:
    data = json.loads(file.read_text(encoding="utf-8"))
    fields = pd.json_normalize([field for fields in data["visible"].values() for field in fields])
    rates = pd.DataFrame.from_dict(data["fill"], orient="index")
    fields.index = pd.Index(fields["object"] + "." + fields["name"])
    return fields.join(rates, rsuffix="_fill")


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
