"""The files of ../shared/cases, which people really had: each is read as its README calls right."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from runbook_lib.change.decisions import Visibility, read_decisions
from runbook_lib.guide.notebooks.parameters import given_parameters
from runbook_lib.guide.notebooks.pattern import parameters_of
from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.world import load_world
from runbook_lib.systems.connection import Connection, read_connection
from runbook_lib.systems.secrets.sources import SECRETS_DIR
from runbook_lib.systems.secrets.vault import Vault
from runbook_lib.workspace import Workspace

CASES = Path(__file__).parents[3] / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not beside the project")


@pytest.fixture
def connection() -> Connection:
    """The connection of the case with the address of a browser's bar."""
    return read_connection(CASES / "my-domain-lightning" / "connection.toml")


def test_the_address_in_the_browser_is_recognized(connection: Connection) -> None:
    """What everybody sees above a page becomes the host at which the org logs people in."""
    assert connection.login_host == "acme.my.salesforce.com"


def test_a_secret_that_a_windows_shell_wrote(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in UTF-16 holds the secret, without the line end."""
    monkeypatch.setenv(SECRETS_DIR, str(CASES / "secret-file-utf16"))
    assert Vault(connection).get("salesforce_admin_password").reveal() == "Made-up-Password-1"


def test_decisions_outlive_a_spreadsheet(tmp_path: Path) -> None:
    """Keep and hide are taken from a file whose moments were rewritten."""
    workspace = Workspace.create(tmp_path / "acme")
    shutil.copy(CASES / "decided-at-reformatted" / "fields.csv", workspace.decisions / "fields.csv")
    decisions = read_decisions(workspace)
    assert {name: field.decision for name, field in decisions.fields.items()} == {
        "Lead.Region__c": Visibility.KEEP,
        "Contact.Region__c": Visibility.HIDE,
    }
    assert len(decisions.notices) == 1


@pytest.mark.parametrize(
    "case",
    ["describe-sf-cli-json", "describe-powershell-utf16", "describe-address-without-compoundFieldName"],
)
def test_describes_as_clients_save_them(case: str) -> None:
    """Each is a schema on which every field can be counted."""
    org = Org(load_world("clean"), Clock(), people=10, schema_folder=CASES / case)
    admin = org.user_id(org.world.admin_username)
    for field in org.visible_fields(admin, "Lead"):
        if field["filterable"]:
            assert org.query(admin, f"SELECT COUNT() FROM Lead WHERE {field['name']} != null").total >= 0
    org.database.close()


def test_a_notebook_with_cells_of_ones_own() -> None:
    """Names that somebody else brought into the kernel are no parameters."""
    notebook = nbformat.read(CASES / "notebook-own-names" / "03_with_an_own_cell.ipynb", as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert set(given_parameters(cells)) <= set(parameters_of("03_security_token"))
