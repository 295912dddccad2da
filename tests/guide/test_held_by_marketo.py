"""After 05, 06 and 08 in world messy: Marketo holds exactly the fields and mappings that were decided,
compared field by field through its REST API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from runbook_lib.change.decisions import Pairing, read_decisions
from runbook_lib.errors import Blocked
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.commands.undo import undo_step
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.history import last_evidence
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.findings import Status
from runbook_lib.review.mappings.defaults import is_mapped_by_default
from runbook_lib.road import FIELD_MAPPINGS, step_named
from tests.guide.messy_mappings import BROKEN, DECIDED, PAIRED
from tests.guide.walking import walk_on

PEOPLE = 120
SUFFIX = {"Lead": "_lead", "Contact": "_contact", "Account": "_account"}
TEXTS = ("string", "picklist", "url", "phone", "email")


@dataclass
class Held:
    """Both systems after the road, and what stood in Marketo before it."""

    server: RehearsalServer
    session: Session
    before: frozenset[str]

    @cached_property
    def fields(self) -> dict[str, Mapping[str, Any]]:
        """Marketo's fields of people and companies, by REST name, as describe2 tells them."""
        return {field["name"]: field for field in self.session.marketo().describe2()["fields"]}

    @cached_property
    def approved(self) -> list[str]:
        """The fields that were agreed to, from the plan on file: those that Marketo has no field of its own
        for, and does not ignore, of the objects that describe2 shows."""
        (path,) = self.session.workspace.plans.glob("05_sync_fields-*.json")
        plan = json.loads(path.read_text(encoding="utf-8"))
        named = [name.split(".") for name in plan["fields"]]
        ignored = {name for name, made in plan["makes"].items() if made == "ignored"}
        return [
            f"{object_name}.{name}"
            for object_name, name in named
            if object_name in SUFFIX
            and not is_mapped_by_default(object_name, name)
            and not name.startswith("mkto71_")
            and ignored.isdisjoint({f"{object_name}.{name}", f"Lead.{name}"})
        ]

    @cached_property
    def broken(self) -> set[str]:
        """The like-named fields that were taken apart."""
        decided = read_decisions(self.session.workspace).mappings
        return {row.lead_field for row in decided if row.decision is Pairing.BREAK}

    def salesforce(self, soql: str) -> list[Mapping[str, Any]]:
        """Records as the sync user sees them."""
        org = self.server.org
        return list(org.query(org.user_id(self.server.world.sync_username), soql).rows)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """World messy, walked once: the recommendations stand, one more mapping is broken and one is made."""
    with RehearsalServer("messy", people=PEOPLE) as server:
        workspace = prepare_workspace(tmp_path_factory.mktemp("held") / "acme", server, "robot")
        variables = secret_variables(server)
        server.org.database.sql(
            """UPDATE org."Organization" SET "DefaultLeadAccess" = 'Edit'"""
        )  # by a person
        with environment(variables), open_session(workspace.path) as session:
            before = frozenset(field["name"] for field in session.marketo().describe2()["fields"])
        (workspace.decisions / "mappings.csv").write_text(DECIDED, encoding="utf-8")
        with environment(variables), open_session(workspace.path) as session:
            walk_on(session, "00_start_here", "09_verify_sync")
            yield Held(server, session, before)


def test_exactly_the_approved_fields(held: Held) -> None:
    """Every new field of Marketo comes from one approved field, and every approved field has its own:
    like-named ones of Lead and Contact share one unless they were taken apart."""
    left = set(held.fields) - held.before
    for full_name in held.approved:
        object_name, name = full_name.split(".")
        is_shared = object_name == "Contact" and f"Lead.{name}" in held.approved
        if is_shared and name not in held.broken:
            continue
        base = name
        found = [name for name in (base + SUFFIX[object_name], base) if name in left]
        assert found, f"Marketo has no field for {full_name}"
        left.remove(found[0])
    assert left == set()


def test_nothing_that_was_hidden(held: Held) -> None:
    """No field that was decided to be hidden, and is not shared with one that was kept, is there."""
    hidden = [row for row in read_decisions(held.session.workspace).fields.values() if row.decision == "hide"]
    kept = {name.split(".")[1] for name in held.approved}
    gone = {row.field for row in hidden if row.field not in kept}
    assert len(gone) > 10 and not gone & set(held.fields)


def test_both_descriptions_agree(held: Held) -> None:
    """describe tells of the same fields as describe2, with the same types and labels."""
    old = {field["rest"]["name"]: field for field in held.session.marketo().describe() if "rest" in field}
    assert set(old) == set(held.fields)
    for name, field in held.fields.items():
        assert (old[name]["dataType"], old[name]["displayName"]) == (field["dataType"], field["displayName"])


def test_values_arrive_where_they_are_mapped(held: Held) -> None:
    """Field by field: a contact's value stands in the shared field, in the field of its own where the mapping
    was broken, and in the Lead field's where the two were paired."""
    for object_name in ("Lead", "Contact"):
        names = _text_fields(held, object_name)
        records = held.salesforce(
            f"SELECT Id, {', '.join(names)} FROM {object_name} WHERE Email != null LIMIT 60"
        )
        mapped = {name: _marketo_name(held, object_name, name) for name in names}
        ids = [record["Id"] for record in records]
        people = held.session.marketo().leads(
            f"sfdc{object_name}Id", ids, [f"sfdc{object_name}Id", *mapped.values()]
        )
        by_id = {person[f"sfdc{object_name}Id"]: person for person in people}
        assert len(by_id) > 20
        compared = 0
        for record in records:
            person = by_id.get(record["Id"])
            for name, marketo in mapped.items() if person else ():
                assert (person or {}).get(marketo) == (record[name] or None), (object_name, name, marketo)
                compared += record[name] is not None
        assert compared > 100
    assert _marketo_name(held, "Contact", PAIRED[1]) == "LinkedIn__c"
    assert _marketo_name(held, "Contact", BROKEN) == "GDPR_Basis__c_contact"


def _text_fields(held: Held, object_name: str) -> list[str]:
    """Custom text fields that were approved: their values go over as they are."""
    org = held.server.org
    described = org.describe(org.user_id(held.server.world.sync_username), object_name)["fields"]
    texts = {field["name"] for field in described if field["type"] in TEXTS and field["length"] <= 255}
    custom = [name.split(".")[1] for name in held.approved if name.startswith(f"{object_name}.")]
    return [name for name in custom if name in texts and name.endswith("__c")]


def _marketo_name(held: Held, object_name: str, name: str) -> str:
    """Where a value should go, from the decisions alone."""
    if (object_name, name) == ("Contact", PAIRED[1]):
        return PAIRED[0]
    base = name
    is_apart = object_name == "Contact" and name in held.broken
    own = base + SUFFIX[object_name]
    return own if own in held.fields and (is_apart or f"Lead.{name}" not in held.approved) else base


def test_hiding_cannot_be_taken_back_any_more(held: Held) -> None:
    """Undoing 04 is refused after 05: Marketo has the fields permanently."""
    with pytest.raises(Blocked, match="05 Sync Fields was begun"):
        undo_step(held.session.workspace.path, step_named("04"))


def test_a_mapping_taken_apart_shows_a_field_more(held: Held) -> None:
    """06 asks Marketo only where there is a click to make, and compares its fields before and after."""
    evidence = last_evidence(held.session.journal, FIELD_MAPPINGS.name)
    claims = {claim.id: claim for claim in evidence.claims} if evidence else {}
    assert claims["parted"].status is Status.OK and claims["parted"].now == len(held.broken)
