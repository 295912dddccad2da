"""The mapping board: a plain model in Python, a native table in a browser, and the files between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from runbook_lib.change.decisions import Decisions, MappingDecision, Pairing, write_mappings
from runbook_lib.errors import UsageFault
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import now, open_session
from runbook_lib.guide.steps.field_mappings import FieldMappings
from runbook_lib.guide.views.view import Block, View
from runbook_lib.guide.widgets.boards.mapping_board import BoardForm, PairsChosen
from runbook_lib.guide.widgets.boards.mapping_columns import BoardRow, Choice, Folded
from runbook_lib.guide.widgets.boards.mapping_rows import BoardRows, state_of
from runbook_lib.guide.widgets.form import Person
from runbook_lib.rehearsal.server import RehearsalServer
from tests.guide.in_a_browser import DARK, table_page
from tests.guide.mapped_org import FIELDS, org_with
from tests.guide.walking import count_as_proven
from tests.org_by_hand import a_field


def rows_of(*mappings: MappingDecision, language: str = "en") -> list[BoardRow]:
    """The board of the org above, with these decisions on file."""
    return BoardRows(org_with(*FIELDS), Decisions(mappings=mappings), language).all()


def page_of(browser: Any, board: BoardForm, theme: str = "") -> Page:
    """The board in a browser, in the style of the page around it."""
    live, _ = board.build(Person(), lambda _: ()).children
    names = ("rows", "heads", "words", "facets", "options", "choices", "leads", "contacts", "wanted", "notes")
    return table_page(browser, "mapping_board", {name: getattr(live, name) for name in names}, theme)


@pytest.fixture
def page(browser: Any, board: BoardForm) -> Page:
    """The board in a browser."""
    return page_of(browser, board)


def test_every_pair_is_there_the_worst_first() -> None:
    """Combined pairs by their verdict, then what means the same, then what Marketo fixes, to be read."""
    rows = rows_of()
    assert [(row.lead, row.contact, row.groups[0]) for row in rows] == [
        ("Budget__c", "Budget__c", "combined"),
        ("Segment__c", "Segment__c", "combined"),
        ("Region__c", "Region__c", "combined"),
        ("LinkedIn__c", "LinkedIn_URL__c", "offered"),
        ("City", "MailingCity", "fixed"),
    ]
    assert [row.choice.decision for row in rows[:4]] == [Pairing.BREAK, *[Pairing.LEAVE] * 3]
    assert rows[3].options == (Pairing.LEAVE, Pairing.PAIR) and rows[4].options == ()


def test_what_speaks_for_or_against_a_pair() -> None:
    """Type, length, restricted picklists, every value that differs, and who wins on conflict, with words."""
    budget, segment, *_, city = rows_of()
    assert "Number, 18 digits, 2 of them decimals" in str(budget.texts[0])
    assert budget.texts[5] == "lead: Marketo; contact: Salesforce, because it is a formula"
    assert "Picklist, restricted, 255 characters" in str(segment.texts[0])
    assert segment.texts[4] == Folded(
        "2 values",
        ("SMB: only on Lead; refused on the other", "Other: only on Contact; refused on the other"),
    )
    assert segment.texts[5] == "lead: Marketo; contact: Salesforce"
    assert city.texts[3] == "City"


def test_what_is_on_file_is_shown() -> None:
    """A decision stands in its row, with reason and name; a pair that only the file names has a row, too."""
    rows = rows_of(
        MappingDecision("region__C", "Region__c", Pairing.BREAK, reason="other meaning", decided_by="Ada"),
        MappingDecision("Alone__c", "Shoe__c", Pairing.PAIR, reason="", decided_by="Bob"),
        MappingDecision("Gone__c", "Shoe__c", Pairing.LEAVE),
    )
    found = {row.name: row for row in rows}
    region = found["region__c|region__c"]
    assert (region.choice, region.texts[-1]) == (Choice(Pairing.BREAK, "other meaning"), "Ada")
    assert found["alone__c|shoe__c"].choice.decision is Pairing.PAIR
    assert "no custom field that the sync user sees" in str(found["gone__c|shoe__c"].texts[0])
    assert found["gone__c|shoe__c"].texts[2] == "cannot tell"


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_html_and_text_hold_the_same_state(language: str) -> None:
    """Without a kernel the board is a table to read, with every value, in the reader's language."""
    view = View(language, "", (state_of_board(language),))
    for told in (view.html, view.plain):
        assert "Region__c" in told and "other meaning" in told and "SMB" in told and "MailingCity" in told


def state_of_board(language: str) -> Any:
    """The board as a table."""
    decided = MappingDecision(
        "Region__c", "Region__c", Pairing.BREAK, reason="other meaning", decided_by="Ada"
    )
    return state_of(rows_of(decided, language=language))


def test_decide_filter_and_unfold(page: Page) -> None:
    """A choice and a reason change the model; words and a list narrow the table; values unfold."""
    page.get_by_label("Decision for Lead Region__c and Contact Region__c").select_option("break")
    page.get_by_label("Reason for Lead Region__c and Contact Region__c").fill("other meaning")
    page.get_by_label("Reason for Lead Region__c and Contact Region__c").blur()
    chosen = page.evaluate("window.model.get('choices')")
    assert chosen["region__c|region__c"] == {"decision": "break", "reason": "other meaning"}
    expect(page.get_by_role("status")).to_have_text(
        "5 of 5 pairs found, 1 of them fixed; 2 to be changed in Marketo."
    )
    page.get_by_label("Only those to be changed").check()
    assert page.locator("tbody tr").count() == 2
    page.get_by_label("Only those to be changed").uncheck()
    page.get_by_label("Kind", exact=True).select_option(label="those that Marketo fixes (1)")
    assert page.locator("tbody select").count() == 0 and page.locator("tbody tr").count() == 1
    page.get_by_role("button", name="Clear all filters").click()
    page.get_by_label("Filter by words").fill("smb")  # also what is folded is found
    assert page.locator("tbody tr").count() == 1
    page.get_by_text("2 values").click()
    expect(page.get_by_text("Other: only on Contact; refused on the other")).to_be_visible()


def test_facets_count_and_buttons_decide_for_all_that_were_found(page: Page) -> None:
    """Kind, verdict, object, type and values narrow together and count; a button says how many pairs it
    reaches and decides them, the status how many changed; a step is undone, and a reason stays."""
    verdicts = page.get_by_label("Verdict", exact=True)
    assert verdicts.locator("option").all_inner_texts() == [
        "all (5)", "does not fit (1)", "may lose values (1)", "fits (2)", "fixed (1)",
    ]  # fmt: skip
    page.get_by_label("Values", exact=True).select_option(label="none differ (4)")
    verdicts.select_option(label="fits (2)")
    kinds = page.get_by_label("Kind", exact=True).locator("option").all_inner_texts()
    assert kinds[:2] == ["all (2)", "those that Marketo combines (1)"]
    page.get_by_label("Reason for Lead Region__c and Contact Region__c").fill("other meaning")
    page.get_by_role("button", name="Separate the 1 found").click()
    status = page.get_by_role("status")
    expect(status).to_have_text(
        "Separated now: 1. 2 of 5 pairs found, 0 of them fixed; 2 to be changed in Marketo."
    )
    chosen = "window.model.get('choices')['region__c|region__c']"
    assert page.evaluate(chosen) == {"decision": "break", "reason": "other meaning"}
    page.get_by_role("button", name="Undo").press("Enter")
    expect(status).to_contain_text("Undone: 1 as before.")
    assert page.evaluate(chosen) == {"decision": "leave", "reason": "other meaning"}
    page.get_by_role("button", name="Clear all filters").click()
    page.get_by_label("Kind", exact=True).select_option(label="those that Marketo fixes (1)")
    expect(page.get_by_role("button", name="Leave the 0 found as they are")).to_have_attribute(
        "aria-disabled", "true"
    )


def test_by_keyboard_alone(page: Page) -> None:
    """Every decision can be reached and made with the keyboard."""
    page.get_by_label("Decision for Lead Budget__c and Contact Budget__c").focus()
    page.keyboard.press("ArrowUp")
    chosen = page.evaluate("window.model.get('choices')")
    assert chosen["budget__c|budget__c"]["decision"] == "leave"
    page.keyboard.press("Tab")
    page.keyboard.type("kept")
    page.keyboard.press("Tab")
    assert page.evaluate("window.model.get('choices')")["budget__c|budget__c"]["reason"] == "kept"


def test_nobody_tabs_through_every_row(page: Page) -> None:
    """Two presses lead past all rows, and two back to the filters; each is in sight while it has the keyboard
    and out of sight else."""
    past, back = (page.get_by_role("button", name=name) for name in ("Past the table", "Back to the filters"))
    page.get_by_role("region").focus()
    page.keyboard.press("Shift+Tab")
    expect(past).to_be_focused()
    assert past.evaluate("button => button.offsetHeight") > 10
    page.keyboard.press("Enter")
    expect(back).to_be_focused()
    assert back.evaluate("button => button.offsetHeight") > 10
    assert past.evaluate("button => button.offsetHeight") <= 2
    page.keyboard.press("Enter")
    expect(page.get_by_label("Filter by words")).to_be_focused()


def test_no_row_is_without_a_head() -> None:
    """A mapping that Marketo fixes for a field of Contact alone has a row whose head says that there is no
    field of Lead: an empty head tells nothing to whoever hears it."""
    alone = a_field("Contact.Department", custom=False, length=80)
    rows = BoardRows(org_with(*FIELDS, alone), Decisions(), "en").all()
    assert {row.contact: row.texts[0] for row in rows if not row.lead} == {"Department": "–"}
    assert all(str(row.texts[0]).strip() for row in rows)


def test_nothing_inaccessible(page: Page) -> None:
    """axe finds nothing, also with values unfolded."""
    page.get_by_text("2 values").click()
    found = Axe().run(page)
    assert [violation["id"] for violation in found.response["violations"]] == []


def test_readable_in_a_dark_theme(browser: Any, board: BoardForm) -> None:
    """In JupyterLab Dark axe finds nothing either."""
    found = Axe().run(page_of(browser, board, DARK))
    assert [
        (violation["id"], violation["nodes"][0]["html"]) for violation in found.response["violations"]
    ] == []


def test_a_pair_of_ones_own(board: BoardForm, page: Page) -> None:
    """The browser asks for a pair of any two custom fields; Python judges it and puts it on top, once."""
    page.get_by_label("Lead field", exact=True).select_option("Alone__c")
    page.get_by_label("Contact field", exact=True).select_option("Shoe__c")
    page.get_by_role("button", name="Add this pair").click()
    wanted = page.evaluate("window.model.get('wanted')")
    assert wanted[:2] == ["Alone__c", "Shoe__c"]
    live, _ = board.build(Person(), lambda _: ()).children
    before = len(live.rows)
    for moment in ("1", "2"):
        live.wanted = [*wanted[:2], moment]
    live.wanted = ["Alone__c", "Nowhere__c", "3"]
    assert len(live.rows) == before + 1 and live.rows[0]["name"] == "alone__c|shoe__c"
    assert live.choices["alone__c|shoe__c"] == {"decision": "pair", "reason": ""}


def test_the_model_alone_decides(board: BoardForm) -> None:
    """What may not be decided about a pair is refused; what is not in the table is left out; a name is
    demanded."""
    kept: list[PairsChosen] = []

    def take(values: Mapping[str, object]) -> list[Block]:
        kept.append(board.submit(values))
        return []

    live, below = board.build(Person(), take).children
    with pytest.raises(UsageFault):
        board.submit({"choices": live.choices, "by": " "})
    wrong = {"region__c|region__c": {"decision": "pair", "reason": ""}}
    with pytest.raises(UsageFault):
        board.submit({"choices": {**live.choices, **wrong}, "by": "Ada"})
    live.choices = {
        **live.choices,
        "region__c|region__c": {"decision": "break", "reason": " other\n meaning "},
        "x|y": {"decision": "pair", "reason": ""},
    }
    below.children[0].value = "Ada"
    below.children[1].children[0].click()
    (chosen,) = kept
    assert chosen.by == "Ada" and len(chosen.choices) == 4
    assert chosen.choices["region__c|region__c"][1] == Choice(Pairing.BREAK, "other meaning")


@pytest.fixture
def step(rehearsal_server: RehearsalServer, tmp_path: Path) -> Iterator[FieldMappings]:
    """Notebook 06 with a person in front of it."""
    workspace = prepare_workspace(tmp_path / "person", rehearsal_server, "person")
    with environment(secret_variables(rehearsal_server)), open_session(workspace.path) as session:
        count_as_proven(session, "05")
        made = FieldMappings(session, interactive=True)
        made.seen = replace(org_with(*FIELDS), taken_at=now())
        yield made


def test_notebook_06_waits_and_shows_what_is_on_file(step: FieldMappings) -> None:
    """Undecided, the board waits; decided, it shows what is on file, and nothing waits for it. Who decided
    keeps their name under what another leaves as it is."""
    shown = step.decide()
    assert shown.form is not None and "First finish" in step.do().plain
    assert "separate" in shown.plain and "SMB" in shown.html
    write_mappings(
        step.session.workspace,
        [MappingDecision("Region__c", "Region__c", Pairing.BREAK, reason="other meaning", decided_by="Ada"),
         MappingDecision("Budget__c", "Budget__c", Pairing.LEAVE, reason="same", decided_by="Ada")],
    )  # fmt: skip
    shown = step.decide()
    assert shown.form is not None and "other meaning" in shown.plain
    assert step.waits_for is None and "Leave the button Reset Schema alone" in step.do().plain
    live, _ = shown.form().children
    assert live.choices["budget__c|budget__c"] == {"decision": "leave", "reason": "same"}
    rows = {row.name: (row, row.choice) for row in BoardRows(step.snapshot, step.decisions, "en").all()
            if row.options}  # fmt: skip
    segment = rows["segment__c|segment__c"][0], Choice(Pairing.BREAK)
    step.keep(PairsChosen(rows | {"segment__c|segment__c": segment}, "Bob"))
    decided = {mapping.lead_field: mapping for mapping in step.decisions.mappings}
    assert (decided["Region__c"].decided_by, decided["Segment__c"].decided_by) == ("Ada", "Bob")


def test_what_marketo_cannot_do_is_refused_at_once(step: FieldMappings) -> None:
    """A field that stays combined with one field cannot be paired with another."""
    made = BoardRows(step.snapshot, Decisions(), "en")
    chosen = {
        row.name: (row, replace(row.choice, decision=Pairing.LEAVE)) for row in made.all() if row.options
    }
    own = made.named("Region__c", "Shoe__c")
    with pytest.raises(UsageFault, match="Marketo combines it with Contact.Region__c"):
        step.keep(PairsChosen(chosen | {own.name: (own, own.choice)}, "Ada"))
    assert not (step.session.workspace.decisions / "mappings.csv").exists()
