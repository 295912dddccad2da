"""Custom objects that setup.toml names are reviewed like the others; a name that is not there is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from runbook_lib.change.decisions import Visibility, write_fields
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.field_visibility import FieldVisibility
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.model.fill import Fill
from tests.guide.walking import stopped, walk

STEP = "04_field_visibility"
KEPT = ("Id", "Name", "CreatedDate", "SystemModstamp", "IsDeleted")


@dataclass
class WithDeals:
    """A road walked to 03 in an org that has an object Deal__c with a field Tier__c."""

    session: Session
    server: RehearsalServer

    def choose(self, *names: str) -> None:
        """Names the custom objects in setup.toml."""
        file = self.session.workspace.decisions / "setup.toml"
        file.write_text(f"custom_objects = {json.dumps(names)}\n", encoding="utf-8")

    def grant(self) -> None:
        """An administrator lets the sync user read deals, and their tier."""
        org = self.server.org
        admin = org.user_id(self.server.world.admin_username)
        sets = org.query(admin, "SELECT Id FROM PermissionSet WHERE Name = 'Marketo_Sync'").rows
        parent = {"ParentId": sets[0]["Id"], "SobjectType": "Deal__c"}
        org.create(admin, "ObjectPermissions", {**parent, "PermissionsRead": True})
        rights = {"PermissionsRead": True, "PermissionsEdit": False}
        org.create(admin, "FieldPermissions", {**parent, "Field": "Deal__c.Tier__c", **rights})


def deal_of(account: dict[str, object]) -> dict[str, object]:
    """The describe of an object Deal__c, from what an Account's says of its fields."""
    fields = {field["name"]: field for field in account["fields"]}  # type: ignore[attr-defined]
    tier = {**fields["Site"], "name": "Tier__c", "label": "Tier", "custom": True, "permissionable": True}
    return {"name": "Deal__c", "label": "Deal", "custom": True, "fields": [*map(fields.get, KEPT), tier]}


@pytest.fixture
def deals(
    rehearsal_server: RehearsalServer, start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path
) -> Iterator[WithDeals]:
    """The org with deals."""
    org = rehearsal_server.org
    (tmp_path / "schema").mkdir()
    deal = deal_of(org.describe(org.user_id(rehearsal_server.world.admin_username), "Account"))
    (tmp_path / "schema" / "Deal__c.json").write_text(json.dumps(deal), encoding="utf-8")
    server = start_rehearsal("clean", schema_folder=tmp_path / "schema")
    workspace = prepare_workspace(tmp_path / "acme", server, "person")
    with environment(secret_variables(server)), open_session(workspace.path) as session:
        for name in ("00_start_here", "01_marketo_fields", "02_sync_user", "03_security_token"):
            walk(session, name)
        yield WithDeals(session, server)


def test_a_custom_object_is_reviewed(deals: WithDeals) -> None:
    """A name that is not there and an object he may not read are refused; then its fields are measured,
    decided about and hidden like any other."""
    deals.choose("Deal__c", "Deel__c")
    told = str(stopped(deals.session, STEP))
    assert "the administrator sees no object Deel__c" in told
    assert "the sync user may not read Deal__c" in told
    deals.choose("Deal__c")
    deals.grant()
    step = FieldVisibility(deals.session, interactive=False)
    assert isinstance(step.snapshot.fill, dict) and isinstance(step.snapshot.fill["Deal__c.Tier__c"], Fill)
    step.decide()
    decided = step.decisions.fields
    assert "Deal__c.Tier__c" in decided
    hidden = replace(decided["Deal__c.Tier__c"], decision=Visibility.HIDE)
    write_fields(deals.session.workspace, {**decided, hidden.full_name: hidden}.values())
    walk(deals.session, STEP)
    org = deals.server.org
    seen = org.describe(org.user_id(deals.server.world.sync_username), "Deal__c")["fields"]
    assert "Tier__c" not in {field["name"] for field in seen}


def test_only_custom_objects_can_be_chosen(deals: WithDeals) -> None:
    """A standard object is none of them; the file is refused as a whole."""
    deals.choose("Case")
    assert "not the API name of a custom object: Case" in str(stopped(deals.session, STEP))
