"""The field grid: a plain model in Python, and a native table in a browser, at 4,000 rows, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from runbook_lib.change.decisions import FieldDecision, Visibility, write_fields
from runbook_lib.change.plans.field_visibility import undecided_fields
from runbook_lib.errors import UsageFault
from runbook_lib.guide.state.session import Session, now
from runbook_lib.guide.steps.field_visibility import FieldVisibility
from runbook_lib.guide.views.view import Block, Instead, View
from runbook_lib.guide.widgets.boards import field_columns, field_grid, field_rows
from runbook_lib.guide.widgets.boards.field_columns import COLUMNS, GridColumn, GridRow
from runbook_lib.guide.widgets.boards.field_facets import FACETS, KINDS
from runbook_lib.guide.widgets.boards.field_grid import FieldsHidden, GridForm, grid_state
from runbook_lib.guide.widgets.form import Person
from runbook_lib.review.fields import HIDE, suggestions
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.snapshot import Unknown
from runbook_lib.text import say
from tests.guide.in_a_browser import DARK, table_page
from tests.org_by_hand import small_org, visible

TYPES = ("Text", "Picklist")
WATCHED = (("nothing to watch",), ("formula",), ("formula", "lookup"), ("lookup",))


def a_row(number: int, kind: str = "custom") -> GridRow:
    """A row whose share grows with its number; every third is not measured."""
    share = None if number % 3 == 0 else number / 100
    name = f"Lead.F{number:04}__c"
    texts = (
        name,
        f"<b>Field {number}</b>",
        "string",
        "",
        "" if share is None else str(share),
        "yes",
        "new",
        "",
        "x",
        "custom",
    )
    measured = "not measured" if share is None else "below 1%" if share < 0.01 else "10 to 50%"
    facets = (
        ("Lead",),
        (str(KINDS[kind]),),
        (TYPES[number % 2],),
        ("keep",),
        WATCHED[number % 4],
        (measured,),
    )
    return GridRow(name, (*texts[:4], share, *texts[5:]), texts, kind, facets)


def page_with(browser: Any, count: int, locked: int = 0, standard: int = 0) -> Page:
    """The grid with so many rows, its second one ticked; the last ones locked, those before them standard."""
    kinds = ["custom"] * (count - locked - standard) + ["standard"] * standard + ["locked"] * locked
    rows = [a_row(number, kind) for number, kind in enumerate(kinds)]
    return table_page(browser, "field_grid", grid_state(rows, [rows[1].name], "en"))


def took(page: Page, selector: str, change: str) -> float:
    """The shortest of five times, in milliseconds, that ``change`` of the element needs, layout included: a
    busy machine holds up some."""
    measure = (
        "([selector, change]) => { const began = performance.now();"
        "const box = [...document.querySelectorAll(selector)].at(-1); new Function('box', change)(box);"
        "document.body.getBoundingClientRect(); return performance.now() - began; }"
    )
    return min(float(page.evaluate(measure, [selector, change])) for _ in range(5))


def test_four_thousand_rows_within_two_seconds(browser: Any) -> None:
    """4,000 rows are there, laid out and filtered within two seconds: at one of five tries, for
    a busy machine holds up some."""
    tries = (page_with(browser, 4000) for _ in range(5))
    page = next((page for page in tries if page.evaluate("window.took") < 2000), None)
    assert page is not None
    typing = "box.value = box.value ? '' : 'F00'; box.dispatchEvent(new Event('input'))"
    choosing = "box.value = box.value === '0' ? '-1' : '0'; box.dispatchEvent(new Event('change'))"
    hiding = "box.click(); box.parentElement.lastElementChild.click()"
    buttons = ".runbook-grid-tools:not([role], .runbook-grid-sheet) > button:first-of-type"
    times = {
        "filter": took(page, "input[type=search]", typing),
        "facet": took(page, "select", choosing),
    }
    page.get_by_role("button", name="Clear all filters").click()
    times["hide all 4,000, and undo"] = took(page, buttons, hiding)
    expect(page.get_by_role("status")).to_contain_text("Undone: 3999 as before.")
    assert all(time < 100 for time in times.values()), times
    page.get_by_label("Filter by words").fill("")
    page.get_by_role("button", name="Show more").click()
    assert page.locator("tbody tr").count() == 400
    page.get_by_label("Filter by words").fill("F0042")
    expect(page.get_by_role("status")).to_have_text("1 of 4000 fields found, 0 of them locked; 1 to hide.")


def test_tick_filter_and_sort(browser: Any) -> None:
    """A tick changes the model; a filter and a button tick many; a head sorts, with the unknown last."""
    page = page_with(browser, 30)
    page.get_by_label("Hide Lead.F0005__c").check()
    assert page.evaluate("window.model.get('hidden')") == ["Lead.F0001__c", "Lead.F0005__c"]
    page.get_by_role("button", name="Filled, %").click()
    page.get_by_role("button", name="Filled, %").click()
    shares = page.locator("tbody tr td:nth-of-type(5)").all_inner_texts()
    assert shares[0] == "0.29" and shares[-10:] == [""] * 10
    page.get_by_label("Filter by words").fill("field 1")
    page.get_by_role("button", name="Hide the").click()
    assert len(page.evaluate("window.model.get('hidden')")) == 13
    assert page.locator("tbody b").count() == 0  # what an org calls a field is text, not HTML


def test_what_is_locked_cannot_be_ticked(browser: Any) -> None:
    """Neither by itself nor with all that were found; kinds are filtered apart; it can be taken back."""
    page = page_with(browser, 30, locked=10, standard=5)
    expect(page.get_by_label("Hide Lead.F0029__c")).to_be_disabled()
    page.get_by_role("button", name="Hide the").click()
    assert len(page.evaluate("window.model.get('hidden')")) == 20
    for kind, count in (("fields that cannot be hidden", 10), ("standard fields that can be hidden", 5)):
        page.get_by_label("Kind", exact=True).select_option(label=f"{kind} ({count})")
        assert page.locator("tbody tr").count() == count
    page.get_by_role("button", name="Back to the original ticks").click()
    assert page.evaluate("window.model.get('hidden')") == ["Lead.F0001__c"]


def test_facets_narrow_and_count(browser: Any) -> None:
    """Facets and words narrow together; beside each word stands how many it would leave, and one button shows
    everything again."""
    page = page_with(browser, 30)
    page.get_by_label("Watch", exact=True).select_option(label="lookup (14)")
    assert page.locator("tbody tr").count() == 14
    options = page.get_by_label("Type", exact=True).locator("option").all_inner_texts()
    assert options == ["all (14)", "Picklist (7)", "Text (7)"]
    page.get_by_label("Type", exact=True).select_option(label="Text (7)")
    page.get_by_label("Filter by words").fill("field 2")
    options = page.get_by_label("Watch", exact=True).locator("option").all_inner_texts()
    assert options == ["all (7)", "nothing to watch (4)", "formula (3)", "lookup (3)"]
    expect(page.get_by_role("status")).to_have_text("3 of 30 fields found, 0 of them locked; 1 to hide.")
    page.get_by_role("button", name="Clear all filters").click()
    assert page.locator("tbody tr").count() == 30


def test_bulk_steps_say_their_number_and_are_undone(browser: Any) -> None:
    """A button says how many fields it reaches, the status how many it changed; steps are undone one by one,
    and what was ticked by hand since stays."""
    page = page_with(browser, 30, locked=10)
    status, undo = page.get_by_role("status"), page.get_by_role("button", name="Undo")

    def hidden() -> list[str]:
        names: list[str] = page.evaluate("window.model.get('hidden')")
        return [name[6:10] for name in names]

    page.get_by_label("Filter by words").fill("field 1")
    page.get_by_role("button", name="Hide the 11 found").click()
    expect(status).to_have_text(
        "Newly ticked to hide: 10. 12 of 30 fields found, 1 of them locked; 11 to hide."
    )
    page.get_by_label("Type", exact=True).select_option(label="Picklist (7)")
    page.get_by_role("button", name="Keep the 6 found").click()
    expect(status).to_contain_text("Newly unticked, to keep: 6.")
    page.get_by_label("Hide Lead.F0011__c").check()
    assert hidden() == ["0010", "0011", "0012", "0014", "0016", "0018"]
    undo.click()
    expect(status).to_contain_text("Undone: 5 as before.")
    assert len(hidden()) == 11
    undo.click()
    assert hidden() == ["0001", "0011"]
    undo.press("Enter")
    expect(status).to_contain_text("There is nothing to undo.")
    expect(undo).to_be_focused()
    expect(undo).to_have_attribute("aria-disabled", "true")


def test_no_facet_calls_empty_what_may_be_filled() -> None:
    """Empty is only what was counted and is empty: not a sample without a value, not four in ten
    thousand, not what nobody measured; a field with two risks stands under both."""
    fill = {
        "Lead.A__c": Fill(0, 400),
        "Lead.B__c": Fill(0, 400, sampled=True),
        "Lead.C__c": Fill(4, 10_000),
        "Lead.D__c": Unknown("refused"),
        "Lead.E__c": Fill(0, 0),
        "Lead.F__c": Fill(400, 400),
    }
    fields = visible(*fill, "Lead.Email")
    formula = replace(fields["Lead"][0], calculated=True, type="reference")
    seen = small_org(visible={"Lead": (formula, *fields["Lead"][1:])}, fill=fill)
    found = {
        row.name: dict(zip(FACETS, row.facets, strict=True)) for row in field_rows.grid_rows(seen, (), "en")
    }
    assert {name[5:6]: facets["filled"][0] for name, facets in found.items() if name != "Lead.Email"} == {
        "A": "empty", "B": "none in the sample", "C": "below 1%", "D": "not measured", "E": "no records",
        "F": "50% and more",
    }  # fmt: skip
    assert found["Lead.A__c"]["watch_out"] == ("formula", "lookup")
    assert found["Lead.Email"]["kind"] == ("fields that cannot be hidden",)
    german = {row.name: row for row in field_rows.grid_rows(seen, (), "de")}
    watched = dict(zip(FACETS, german["Lead.A__c"].facets, strict=True))["watch_out"]
    assert watched == ("Formel", "Nachschlagebeziehung")
    assert german["Lead.C__c"].text("filled") == "< 0,1"


def test_nothing_inaccessible(browser: Any) -> None:
    """axe finds nothing."""
    page = page_with(browser, 30, locked=5, standard=5)
    found = Axe().run(page)
    assert [violation["id"] for violation in found.response["violations"]] == []


def test_readable_in_a_dark_theme(browser: Any) -> None:
    """In JupyterLab Dark axe finds nothing either, caption, locked rows and faults included."""
    rows = [a_row(number, kind) for number, kind in enumerate(("custom", "standard", "locked"))]
    page = table_page(browser, "field_grid", grid_state(rows, [], "en"), DARK)
    page.evaluate("window.hear({faults: ['Line 3: no']})")
    behind = "getComputedStyle(document.querySelector('caption')).backgroundColor"
    assert page.evaluate(behind) == "rgb(33, 33, 33)"  # axe takes it for the table's
    found = Axe().run(page)
    assert [
        (violation["id"], violation["nodes"][0]["html"]) for violation in found.response["violations"]
    ] == []


def test_the_form_keeps_what_is_ticked() -> None:
    """The model alone decides: what is ticked is kept, with the name under it; a name is demanded."""
    kept: list[FieldsHidden] = []

    def take(values: Mapping[str, object]) -> list[Block]:
        kept.append(form.submit(values))
        return []

    form = GridForm([a_row(1), a_row(2)], {"Lead.F0001__c"})
    grid, below = form.build(Person(), take).children
    assert list(grid.hidden) == ["Lead.F0001__c"]
    grid.hidden = ["Lead.F0002__c", "Lead.NotThere__c"]
    with pytest.raises(UsageFault):
        form.submit({"hidden": grid.hidden, "by": ""})
    below.children[0].value = "Ada"
    below.children[1].children[0].click()
    assert kept == [FieldsHidden(("Lead.F0002__c",), "Ada")]


def test_what_was_decided_is_folded() -> None:
    """A grid that is there to change one's mind is not in the way of the button that comes next."""
    form = GridForm([a_row(1)], (), say("Change the decision"))
    head, board = form.build(Person(), lambda _: []).children
    assert (head.description, board.layout.display) == ("Change the decision", "none")


def test_rows_say_what_was_not_measured() -> None:
    """A field without a measurement has a word and no number to sort by; a sample says "about"."""
    seen = small_org(
        visible=visible("Lead.A__c", "Lead.B__c", "Lead.C__c"),
        fill={
            "Lead.A__c": Fill(1, 4),
            "Lead.B__c": Fill(1, 8, sampled=True),
            "Lead.C__c": Unknown("refused"),
        },
    )
    rows = field_rows.grid_rows(seen, (), "en")
    assert [(row.cells[4], row.texts[4]) for row in rows] == [
        (25.0, "25"), (12.5, "about 12.5"), (None, "not measured"),
    ]  # fmt: skip


def test_notebook_04_offers_every_field(rehearsed: Session) -> None:
    """The grid holds all that the sync user sees, locked with the reason where it is no choice; a standard
    field that is hidden gets a row in the file, and one that is kept does not."""
    step = FieldVisibility(rehearsed, interactive=True)
    fields = (
        "Lead.Email",
        "Account.Fax",
        "Account.Rating",
        "Task.Subject",
        "Lead.Region__c",
        "Contact.Z_Old__c",
    )
    step.seen = small_org(visible=visible(*fields))
    (rehearsed.workspace.decisions / "fields.csv").unlink(missing_ok=True)
    left = undecided_fields(step.snapshot, step.decisions)
    shown = step.decide()
    assert left and shown.form is not None
    grid, _ = shown.form().children
    assert {row["name"]: row["kind"] for row in grid.rows} == {
        "Contact.Z_Old__c": "custom", "Lead.Region__c": "custom", "Account.Fax": "standard",
        "Account.Rating": "standard", "Lead.Email": "locked", "Task.Subject": "locked",
    }  # fmt: skip
    assert "Marketo needs this field." in shown.plain and "events can be read and edited" in shown.plain
    advised = {
        suggestion.full_name for suggestion in suggestions(step.snapshot) if suggestion.decision == HIDE
    }
    assert set(grid.hidden) == advised & set(left) == {"Contact.Z_Old__c"}
    step.keep_ticked(FieldsHidden((left[0], "Account.Fax", "Task.Subject"), "Ada"))
    decided = {name: row.decision for name, row in step.decisions.fields.items()}
    assert decided == {left[0]: Visibility.HIDE, left[1]: Visibility.KEEP, "Account.Fax": Visibility.HIDE}
    step.revise(FieldsHidden((left[0],), "Bob"))
    assert step.decisions.fields["Account.Fax"].decision is Visibility.KEEP
    assert "Account.Rating" not in step.decisions.fields


def test_four_thousand_fields_fit_into_the_notebook() -> None:
    """What stands in the file of the notebook, HTML and plain text together, is below 3 MB; what is locked
    stands there by its reason."""
    rows = [a_row(number, "locked" if number >= 4000 else "custom") for number in range(4400)]
    rows = [replace(row, texts=tuple(text.ljust(25, "x") for text in row.texts)) for row in rows]
    blocks = (Instead(field_rows.state_of(rows, set())), field_rows.locked_of(rows))
    view = View("en", "", blocks)
    assert len(view.html) + len(view.plain) < 3_000_000
    assert view.plain.count("Lead.F4321__c") == 1 and "400 fields that cannot be hidden" in view.plain


def test_notebook_04_shows_what_is_on_file(rehearsed: Session) -> None:
    """Decided, it shows the decisions, also about what is hidden by now, to be changed; what another leaves
    as it is keeps its reason and name."""
    step = FieldVisibility(rehearsed, interactive=True)
    fields = visible("Lead.Email", "Lead.Region__c", "Contact.Z_Old__c", "Lead.Gone__c")
    seen = {name: tuple(field for field in some if field.name != "Gone__c") for name, some in fields.items()}
    step.seen = replace(small_org(visible=seen, present=fields), taken_at=now())
    decided = [
        FieldDecision("Lead", "Region__c", Visibility.KEEP, reason="territories", decided_by="Ada"),
        FieldDecision("Contact", "Z_Old__c", Visibility.KEEP, reason="", decided_by="Ada"),
        FieldDecision("Lead", "Gone__c", Visibility.HIDE, reason="formula", decided_by="Ada"),
    ]
    write_fields(rehearsed.workspace, decided)
    shown = step.decide()
    assert shown.form is not None and "Lead.Gone__c" in shown.plain
    _, board = step.asks[0].form.build(Person(), lambda _: ()).children
    grid = board.children[0]
    assert list(grid.hidden) == ["Lead.Gone__c"]
    assert [row["name"] for row in grid.rows][-1] == "Lead.Gone__c"
    step.revise(FieldsHidden(("Contact.Z_Old__c", "Lead.Gone__c"), "Bob"))
    found = step.decisions.fields
    assert (found["Lead.Gone__c"].reason, found["Lead.Region__c"].decided_by) == ("formula", "Ada")
    assert (found["Contact.Z_Old__c"].decision, found["Contact.Z_Old__c"].decided_by) == (
        Visibility.HIDE,
        "Bob",
    )


def test_columns_are_read_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """In another order, and with one more in front, every cell still stands under its head."""
    seen = small_org(visible=visible("Lead.A__c", "Lead.Email"), fill={"Lead.A__c": Fill(1, 4)})

    def told() -> dict[str, dict[str, str]]:
        return {row.name: {n: row.text(n) for n in COLUMNS} for row in field_rows.grid_rows(seen, (), "en")}

    def locked() -> object:
        return field_rows.locked_of(field_rows.grid_rows(seen, (), "en"))

    usual, reasons = told(), locked()
    more = GridColumn(say("Length"), lambda row: row["length"], lambda field: field.length)
    turned = {"length": more, **dict(reversed(list(COLUMNS.items())))}
    for module in (field_columns, field_grid, field_rows):
        monkeypatch.setattr(module, "COLUMNS", turned)
    assert (told(), locked()) == (usual, reasons)
    row = next(row for row in field_rows.grid_rows(seen, (), "en") if row.name == "Lead.A__c")
    assert row.cells[list(turned).index("filled")] == 25.0
