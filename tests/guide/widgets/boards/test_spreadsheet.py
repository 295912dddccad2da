"""A table's spreadsheet: out of the browser and in again, whole or not at all; and from ``imports/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from runbook_lib.change.decisions import FieldDecision, MappingDecision, Pairing, Visibility
from runbook_lib.change.decisions.files import rows_in
from runbook_lib.change.decisions.workbook import workbook
from runbook_lib.errors import DecisionFileFault
from runbook_lib.guide.state.session import Session, now
from runbook_lib.guide.steps.field_visibility import FieldVisibility
from runbook_lib.guide.widgets.boards.field_columns import GridRow
from runbook_lib.guide.widgets.boards.field_grid import GridForm, grid_state
from runbook_lib.guide.widgets.boards.field_rows import grid_rows
from runbook_lib.guide.widgets.form import Person
from runbook_lib.proof.imports import read_imports
from runbook_lib.spreadsheets import tables_in
from runbook_lib.survey.model.fill import Fill
from tests.guide.in_a_browser import table_page
from tests.org_by_hand import small_org, visible

SEEN = small_org(
    visible=visible("Lead.A__c", "Lead.B__c", "Lead.Fax", "Lead.Email"),
    fill={"Lead.A__c": Fill(1, 8), "Lead.B__c": Fill(1, 8, sampled=True)},
)
ROWS = grid_rows(SEEN, (), "en")


class Carrier:
    """The grid of notebook 04, and what it sends to the browser."""

    def __init__(self, rows: list[GridRow], known: Mapping[str, FieldDecision], language: str = "en") -> None:
        self.form = GridForm(rows, [], known=known)
        self.grid = self.form.build(Person(language), lambda _: ()).children[0]
        self.sent: list[tuple[Any, Any]] = []
        self.grid.send = lambda content, buffers=None: self.sent.append((content, buffers))

    def hears(self, content: Mapping[str, Any], *buffers: bytes) -> Any:
        """What the browser gets for its message."""
        self.grid._handle_custom_msg(content, list(buffers))
        return self.sent[-1]

    def brings(self, *rows: FieldDecision, name: str = "fields.xlsx") -> Any:
        """What the browser gets for a workbook of these rows."""
        return self.hears({"brought": name}, workbook(FieldDecision, rows, {}, Visibility, "de"))[0]


def hidden(name: str, reason: str = "", **more: Any) -> FieldDecision:
    """Lead's field is to be hidden."""
    return FieldDecision("Lead", name, Visibility.HIDE, reason=reason, **more)


def test_out_with_what_helps_to_decide() -> None:
    """The file holds every field that can be decided about, as it is ticked, with label, type, share, risk
    and suggestion; a share is a number, a guess is none."""
    carrier = Carrier(ROWS, {"Lead.A__c": hidden("A__c", "old")})
    carrier.grid.hidden = ["Lead.A__c", "Lead.Fax"]
    content, (file,) = carrier.hears({"save": True})
    assert content == {"file": "fields.xlsx", "faults": []}
    rows = rows_in("fields.xlsx", file, FieldDecision, [])
    assert {row.field: (row.decision.value, row.reason) for row in rows} == {
        "A__c": ("hide", "old"), "B__c": ("keep", ""), "Fax": ("hide", ""),
    }  # fmt: skip
    (table,) = tables_in(file)
    told = {line.cells[1]: line.cells[table.columns.index("filled")] for line in table.lines}
    assert (told["A__c"], told["B__c"]) == ("12.5", "about 12.5 %")


def test_in_with_reason_and_what_others_share() -> None:
    """What the file says is ticked, and kept with its reason until it is decided otherwise by hand."""
    carrier = Carrier(ROWS, {})
    answer = carrier.brings(hidden("a__C", "formula", shared=True), hidden("Fax"), hidden("B__c", "old"))
    assert answer == {"taken": {"Lead.A__c": True, "Lead.Fax": True, "Lead.B__c": True}, "faults": []}
    said = carrier.form.submit({"hidden": ["Lead.A__c"], "by": "Ada"}).said
    assert {name: (row.reason, row.shared) for name, row in said.items()} == {"Lead.A__c": ("formula", True)}


def test_what_has_no_place_is_told() -> None:
    """A locked field and one that is not there are named with their line; the rest is taken."""
    answer = Carrier(ROWS, {}).brings(hidden("Email"), hidden("Nowhere__c"), hidden("A__c"))
    assert answer["taken"] == {"Lead.A__c": True}
    assert answer["faults"] == [
        "Line 3: Lead.Email stays visible. Marketo needs this field.",
        "Line 4: Lead.Nowhere__c is not in this table.",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),),
            "fields.xlsx: it is a workbook of an older kind",
        ),
        ((b"object,field,decision\nLead,A__c,hid\nLead,B__c,hide",), "fields.xlsx, line 2, decision: “hid”"),
        ((), "fields.xlsx: it is larger than 8 megabytes"),
    ],
)
def test_nothing_is_taken_of_a_bad_file(content: tuple[bytes, ...], told: str) -> None:
    """Every fault is said, and the ticks stay as they are."""
    answer, _ = Carrier(ROWS, {}).hears({"brought": "fields.xlsx"}, *content)
    assert "taken" not in answer and answer["faults"][0].startswith(told)
    assert "Nothing was taken" in answer["faults"][-1]


def test_the_browser_carries_the_file(browser: Any, tmp_path: Path) -> None:
    """A button saves the file; a file that is chosen is sent once, and what Python answers is one step, which
    can be undone; faults are read aloud."""
    page: Page = table_page(browser, "field_grid", grid_state(ROWS, [], "en"))
    file = tmp_path / "mine.xlsx"
    file.write_bytes(b"content")
    page.get_by_role("button", name="Save as a spreadsheet (XLSX)").click()
    page.get_by_label("Take over a spreadsheet (XLSX or CSV)").set_input_files(file)
    page.wait_for_function("window.sent.length === 2")
    assert page.evaluate("window.sent") == [[{"save": True}, 0], [{"brought": "mine.xlsx"}, 7]]
    page.evaluate("window.hear({taken: {'Lead.A__c': true, 'Lead.Email': true}, faults: ['Line 3: no']})")
    assert page.evaluate("window.model.get('hidden')") == ["Lead.A__c"]
    expect(page.get_by_role("status")).to_contain_text("Taken over from the spreadsheet: 1 changed.")
    expect(page.get_by_role("alert")).to_have_text("Line 3: no")
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate("window.model.get('hidden')") == []
    with page.expect_download() as saved:
        page.evaluate("window.hear({file: 'fields.xlsx', faults: []}, [new Uint8Array([1, 2])])")
    assert saved.value.suggested_filename == "fields.xlsx"


def test_a_spreadsheet_in_imports(rehearsed: Session) -> None:
    """Laid into imports/, it is taken over once, headless too, and never again over what was decided since;
    no export of Marketo's is looked for in it. A bad one stops the step, and nothing of it is taken."""
    folder = rehearsed.workspace.imports
    folder.mkdir(exist_ok=True)
    file = folder / "fields back from Ben.xlsx"
    rows = [hidden("A__c", "formula", decided_by="Ben"), FieldDecision("Lead", "Fax", Visibility.KEEP)]
    file.write_bytes(workbook(FieldDecision, rows, {}, Visibility, "es"))
    (rehearsed.workspace.decisions / "fields.csv").unlink(missing_ok=True)
    step = FieldVisibility(rehearsed, interactive=False)
    step.seen = replace(SEEN, taken_at=now())
    shown = step.decide()
    assert "fields back from Ben.xlsx" in shown.plain and read_imports(folder).is_empty
    found = step.decisions.fields
    assert (found["Lead.A__c"].reason, found["Lead.A__c"].decided_by) == ("formula", "Ben")
    assert "Lead.Fax" not in found and found["Lead.B__c"].decided_by == "recommendation"
    step.keep_ticked(GridForm(ROWS, []).submit({"hidden": [], "by": "Ada"}))
    assert step.decisions.fields["Lead.A__c"].decision is Visibility.KEEP
    step.decide()
    assert step.decisions.fields["Lead.A__c"].decided_by == "Ada"
    (folder / "fields.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(DecisionFileFault, match="older kind"):
        FieldVisibility(rehearsed, interactive=False).take_imports()


def test_pairs_out_and_in(board: Any) -> None:
    """The mapping board does the same; a pair that only the file names is put on top, and what is not
    possible is told."""
    table = board.build(Person("de"), lambda _: ()).children[0]
    sent: list[tuple[Any, Any]] = []
    table.send = lambda content, buffers=None: sent.append((content, buffers))
    table._handle_custom_msg({"save": True}, [])
    content, (file,) = sent[-1]
    rows = rows_in("x", file, MappingDecision, [])
    assert content["file"] == "mappings.xlsx" and len(rows) == 4
    assert rows[0].decision is Pairing.BREAK
    (written,) = tables_in(file)
    verdict, in_marketo = (written.columns.index(name) for name in ("verdict", "in_marketo"))
    assert written.lines[1].cells[verdict].startswith("does not fit")
    assert written.lines[1].cells[in_marketo] == "one field"
    mine = [MappingDecision("Region__c", "Region__c", Pairing.BREAK, reason="other"),
            MappingDecision("Alone__c", "Shoe__c", Pairing.PAIR),
            MappingDecision("Segment__c", "Segment__c", Pairing.PAIR),
            MappingDecision("None__c", "Shoe__c", Pairing.PAIR)]  # fmt: skip
    table._handle_custom_msg({"brought": "m.xlsx"}, [workbook(MappingDecision, mine, {}, Pairing, "es")])
    answer, _ = sent[-1]
    assert answer["taken"] == {
        "region__c|region__c": {"decision": "break", "reason": "other"},
        "alone__c|shoe__c": {"decision": "pair", "reason": ""},
    }
    assert table.rows[0]["name"] == "alone__c|shoe__c" and len(answer["faults"]) == 2
