"""What reaches Salesforce, and that nobody else writes."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, cast

import pytest

from runbook_lib.change.kinds import writes
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.errors import SalesforceRefused
from runbook_lib.text import say

OLD = {"inputField": "Old__c", "outputField": "Old__c"}
SETTINGS: dict[str, Any] = {
    "fullName": "LeadConvertSettings",
    "allowOwnerChange": True,
    "objectMapping": [
        {"inputObject": "Lead", "mappingFields": [OLD], "outputObject": "Contact"},
        {"inputObject": "Lead", "mappingFields": [OLD], "outputObject": "Account"},
    ],
    "opportunityCreationOptions": "VisibleOptional",
}


def to(target_object: str, lead_field: str, target_field: str) -> Change:
    """A mapping to be added."""
    after = {"target_object": target_object, "target_field": target_field}
    return Change(ChangeKind.MAP_CONVERSION, f"Lead.{lead_field}", {}, after, say("x"))


class PaperOrg:
    """LeadConvertSettings on paper: keeps what is written, or, like an org that replaces, only what
    ``keeps`` says."""

    def __init__(self, *, forgets: str = "") -> None:
        self.settings = copy.deepcopy(SETTINGS)
        self.forgets = forgets
        self.written: list[dict[str, Any]] = []
        self.reader = self

    def lead_convert_settings(self) -> dict[str, Any]:
        """What is there."""
        return copy.deepcopy(self.settings)

    def update_lead_convert_settings(self, settings: dict[str, Any]) -> None:
        """Takes the whole, but for the object it forgets."""
        self.written.append(settings)
        blocks = [mapping for mapping in settings["objectMapping"] if mapping["outputObject"] != self.forgets]
        self.settings = {**settings, "objectMapping": blocks}


def write(org: PaperOrg, *changes: Change) -> list[writes.ChangeResult]:
    """Adds the mappings."""
    return writes.map_conversion(cast(writes.Door, org), changes, writes.Ids())


def test_mappings_are_added_to_what_is_there() -> None:
    """The whole is written: old mappings, other settings and the new lines; a new block where there was
    none."""
    org = PaperOrg()
    answers = write(org, to("Contact", "A__c", "A__c"), to("Opportunity", "B__c", "B__c"))
    assert [answer.code for answer in answers] == ["", ""]
    (written,) = org.written
    assert (written["allowOwnerChange"], written["opportunityCreationOptions"]) == (True, "VisibleOptional")
    assert writes.mapped(written) == {
        ("Old__c", "Contact", "Old__c"),
        ("Old__c", "Account", "Old__c"),
        ("A__c", "Contact", "A__c"),
        ("B__c", "Opportunity", "B__c"),
    }


@pytest.mark.parametrize("change", [to("Contact", "Old__c", "New__c"), to("Contact", "New__c", "Old__c")])
def test_an_existing_mapping_is_never_overwritten(change: Change) -> None:
    """Neither its Lead field nor its target gets another partner; where nothing is left, nothing is
    written."""
    org = PaperOrg()
    (answer,) = write(org, change)
    assert (answer.code, answer.message) == ("ALREADY_MAPPED", "Old__c → Old__c")
    assert org.written == []


def test_a_mapping_that_went_missing_is_an_alarm() -> None:
    """Where the write took a mapping away that was there before, it is named at once."""
    with pytest.raises(SalesforceRefused, match="Old__c → Account.Old__c") as raised:
        write(PaperOrg(forgets="Account"), to("Contact", "A__c", "A__c"))
    assert raised.value.code == "MAPPINGS_LOST"


def test_a_mapping_that_was_not_saved_is_told() -> None:
    """An org that took the write and did not keep the new line made no change."""
    org = PaperOrg(forgets="Opportunity")
    (answer,) = write(org, to("Opportunity", "A__c", "A__c"))
    assert answer.code == "NOT_SAVED"


def test_nobody_else_writes() -> None:
    """Only ``apply`` makes a writer, and only ``apply`` uses these functions."""
    package = Path(__file__).parents[3] / "runbook_lib"
    texts = {
        str(path.relative_to(package)): path.read_text(encoding="utf-8")
        for path in package.rglob("*.py")
        if "rehearsal" not in path.parts
    }
    assert {name for name, text in texts.items() if "SalesforceWriter" in text} == {
        "change/apply.py",
        "systems/salesforce/writer.py",
    }
    assert {name for name, text in texts.items() if "].write(" in text} == {"change/apply.py"}
    assert {name for name, text in texts.items() if "\n    writes,\n" in text} == {"change/kinds/table.py"}
