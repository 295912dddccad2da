"""The report as data and as a page."""

from __future__ import annotations

import html
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.journal import Journal, Kind
from runbook_lib.outcomes import Outcome
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.report import FORMAT, Report, report_data, write_report
from runbook_lib.proof.report.identity import Identity
from runbook_lib.proof.report.step_report import Changed, StepStory
from runbook_lib.proof.report.words import STATES, STATUSES, WORDS, ChangeState, StepState
from runbook_lib.review.findings import Finding, Status
from runbook_lib.review.handover import HANDOVER
from runbook_lib.review.sources import told_source
from runbook_lib.survey.snapshot import Snapshot, to_json
from runbook_lib.systems.connection import write_connection
from runbook_lib.text import say, translate
from runbook_lib.workspace import Workspace
from tests.proof.conftest import connection
from tests.proof.report.conftest import look_at_fields
from tests.proof.report.paper import counted, letters_of, sizes_of

A4 = (687, 1016)
"""CSS pixels between the report's margins of 14 mm, upright and across."""
CUT_IN_PRINT = """() => [...document.querySelectorAll('tr, h2, h3, h4, .consent')]
  .filter(part => !['breakInside', 'breakAfter'].some(way => getComputedStyle(part)[way] === 'avoid'))
  .map(part => part.outerHTML.slice(0, 99))"""
"""Parts that a page break may cut in two, or leave alone at the foot of a page."""
TEXT = """() => { const body = document.body.cloneNode(true);
  body.querySelectorAll('style, script, svg title, svg desc, noscript').forEach(part => part.remove());
  return body.textContent; }"""
"""What has to stand on paper."""
TALLER_THAN_PAPER = """height => [...document.querySelectorAll('tr')]
  .filter(row => row.getBoundingClientRect().height > height).map(row => row.outerHTML.slice(0, 99))"""
"""Rows that a page break has to cut."""
LINES = "() => [...document.querySelectorAll('blockquote')].map(text => text.innerText.split('\\n'))"
FOLDED = """() => [...document.querySelectorAll('details > :not(summary)')]
  .filter(part => !part.checkVisibility() || !part.getBoundingClientRect().height)
  .map(part => part.outerHTML.slice(0, 99))"""
"""What paper would not show, because it is folded on the screen: nobody can open it there."""
TellRoad = Callable[[int], None]


def keep(workspace: Workspace, snapshot: Snapshot) -> None:
    """Puts a snapshot on file."""
    (workspace.snapshots / "20261122T120000Z-00000000.json").write_text(json.dumps(to_json(snapshot)))


@pytest.fixture
def page(workspace: Workspace, journal: Journal, snapshot: Snapshot, tell_road: TellRoad) -> str:
    """The page of a road that got stuck at step 07 of a production org."""
    keep(workspace, snapshot)
    tell_road(7)
    path = write_report(workspace, journal)
    assert path == workspace.report_html
    return path.read_text(encoding="utf-8")


def test_the_page_is_one_file(page: str) -> None:
    """The page loads nothing: no script, no link, no picture from elsewhere."""
    outside = ("<script", "<link", "<img", "<iframe", "url(", "@import", "http://", "https://", "javascript:")
    assert [word for word in outside if word in page] == []


def test_names_from_an_org_are_only_text(page: str) -> None:
    """An org may be called anything; its name is shown and never read as markup."""
    assert "<b>Corporation" not in page
    assert "Acme &lt;b&gt;Corporation&lt;/b&gt;" in page


def test_what_an_auditor_looks_for_is_there(page: str) -> None:
    """Who agreed to what, when, why and for which org; what changed from what to what; what was measured."""
    for told in (
        "Production",
        "7/11",
        "Blocked: something must be fixed first.",
        "84 fields will be created in the Marketo instance 123-ABC-456 permanently",
        "Ada Admin",
        "Agreed in CAB-1412",
        "Nov 22, 2026, 12:00 UTC",
        "abababababababab",
        "Create the field “Score” on Lead.",
        "type: Number",
        "Minimum Access - Marketo",
        "FIELD_INTEGRITY_EXCEPTION: no",
        "Made; found on a second look",
        "Not made",
        "Cannot tell",
        "Admin › CRM",
        "Last Synced: 12:05",
        "62",
        "146",
        "Wait until tomorrow or buy more calls.",
        "runbook 0.1.0",
        "none was altered",
    ):
        assert told in page, told


def test_the_json_has_the_documented_shape(
    workspace: Workspace, journal: Journal, tell_road: TellRoad
) -> None:
    """``report.json`` holds the documented names, and no others; a change of them must be meant."""
    tell_road(2)
    write_report(workspace, journal)
    data = json.loads(workspace.report_json.read_text(encoding="utf-8"))
    assert data["format"] == FORMAT == 1
    assert (
        list(data)
        == [field.name for field in fields(Report)]
        == [
            "format",
            "verdict",
            "journal_altered_at",
            "made_at",
            "language",
            "identity",
            "steps_proven",
            "steps_total",
            "totals",
            "seconds",
            "steps",
            "versions",
            "runs",
            "journal_entries",
            "handover",
            "open_points",
            "accepted",
            "sync",
            "said",
            "pictures",
            "travels",
            "not_back_filled",
        ]
    )
    assert list(data["identity"]) == [field.name for field in fields(Identity)]
    assert list(data["steps"][1]) == [field.name for field in fields(StepStory)]
    assert list(data["steps"][1]["changed"][0]) == [field.name for field in fields(Changed)]
    assert data["totals"]["salesforce"] == 9 + 9 + 4


@pytest.mark.parametrize(
    ("proven", "verdict", "states"),
    [(11, "done", {"proven"}), (4, "blocked", {"proven", "blocked", "not-started"})],
)
def test_the_verdict(
    workspace: Workspace, journal: Journal, tell_road: TellRoad, proven: int, verdict: str, states: set[str]
) -> None:
    """Done means all eleven proven; else the page says what stopped it."""
    tell_road(proven)
    data = report_data(workspace, journal)
    assert (data["verdict"], data["steps_proven"], data["steps_total"]) == (verdict, proven, 11)
    assert {step["state"] for step in data["steps"]} == states


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_what_comes_after_is_handed_over(workspace: Workspace, journal: Journal, language: str) -> None:
    """The page has every row of the hand-over with its moment and source, in the connection's language."""
    write_connection(workspace.connection_file, connection(language))
    page = html.unescape(write_report(workspace, journal).read_text(encoding="utf-8"))
    for advice in HANDOVER:
        told = (advice.when.word, advice.what, advice.why, told_source(advice.source))
        assert [text for text in told if translate(text, language) not in page] == []


def test_nothing_done_yet(workspace: Workspace, journal: Journal) -> None:
    """A workspace in which nothing happened has a report that says so."""
    data = report_data(workspace, journal)
    assert (data["verdict"], data["steps_proven"], data["identity"]["org_name"]) == ("not-started", 0, "")
    assert "Nobody has agreed" in write_report(workspace, journal).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_a_rehearsal_says_so(
    workspace: Workspace, journal: Journal, tell_road: TellRoad, language: str
) -> None:
    """A rehearsal is called one at the top and in the JSON, and is not dressed as production."""
    write_connection(workspace.connection_file, connection(language, world="clean"))
    tell_road(11)
    page = write_report(workspace, journal).read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    assert '<body class="rehearsal">' in page
    assert "· clean" in page
    assert report_data(workspace, journal)["identity"]["rehearsal"] == "clean"


def test_a_sandbox_is_what_salesforce_says(
    workspace: Workspace, journal: Journal, snapshot: Snapshot
) -> None:
    """The org's own record counts, not what connection.toml hopes."""
    write_connection(workspace.connection_file, connection(environment="sandbox"))
    keep(workspace, snapshot)
    assert report_data(workspace, journal)["identity"]["environment"] == "production"


def test_a_snapshot_that_cannot_be_read_is_passed_over(
    workspace: Workspace, journal: Journal, snapshot: Snapshot
) -> None:
    """A damaged file does not keep the report from being made."""
    keep(workspace, snapshot)
    (workspace.snapshots / "99999999T000000Z-00000000.json").write_text("{")
    assert report_data(workspace, journal)["identity"]["org_id"] == "00D5g000000AcmeEAC"


def test_an_altered_journal_is_called_out(
    workspace: Workspace, journal: Journal, tell_road: TellRoad
) -> None:
    """Who changes the record of a proven road afterward finds the report led by it; nothing says proven."""
    tell_road(11)
    with sqlite3.connect(workspace.journal_file) as database:
        (first,) = database.execute(
            "SELECT min(sequence) FROM journal WHERE payload LIKE '%Score%'"
        ).fetchone()
        database.execute("UPDATE journal SET payload = replace(payload, 'Score', 'Other')")
    database.close()
    data = report_data(workspace, journal)
    assert (data["journal_altered_at"], data["verdict"], data["steps_proven"]) == (first, "altered", 0)
    assert list(data)[1] == "verdict"
    page = write_report(workspace, journal).read_text(encoding="utf-8")
    assert "Everything is proven" not in page
    assert page.index("ALTERED") < page.index('class="road"')


def test_the_newest_answer_of_a_check_counts(
    workspace: Workspace, journal: Journal, tell_road: TellRoad
) -> None:
    """A fault that a later step found repaired is no fault in the sum."""
    tell_road(3)
    data = report_data(workspace, journal)
    assert data["totals"]["checks"] == 2
    assert (data["totals"]["ok"], data["totals"]["error"]) == (1, 1)


def test_a_step_that_was_taken_back_is_no_failure(
    workspace: Workspace, journal: Journal, snapshot: Snapshot, tell_road: TellRoad
) -> None:
    """After ``runbook undo`` the report is written, and says so."""
    keep(workspace, snapshot)
    tell_road(2)
    journal.append("02_sync_user", "do", Kind.ended, journal_payloads.ended(Outcome.UNDONE, {}, 1.0))
    page = write_report(workspace, journal).read_text(encoding="utf-8")
    assert "Taken back" in page and "In progress." in page


def test_every_word_that_can_be_needed_is_there() -> None:
    """Every state, status and verdict that the data can hold has its word."""
    from runbook_lib.review.findings import Status

    assert {*Outcome, *StepState} == set(STATES)
    assert {*Status, *ChangeState} == set(STATUSES)
    assert all(str(word) for word in WORDS.values())


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_page_can_be_read_by_everybody(
    workspace: Workspace, journal: Journal, tell_road: TellRoad, language: str
) -> None:
    """axe finds nothing (contrast, headings, tables) in both themes, and nothing is wider than a phone, page
    or screen; printed to A4 nothing stays folded, no row is cut, and every letter is there."""
    playwright = pytest.importorskip("playwright.sync_api")
    axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")
    write_connection(workspace.connection_file, connection(language))
    tell_road(8)
    look_at_fields(workspace, journal)
    path = write_report(workspace, journal)
    own = Path("/usr/bin/chromium")
    with playwright.sync_playwright() as engine:
        if not own.exists() and not Path(engine.chromium.executable_path).exists():
            pytest.skip("no Chromium on this machine")
        browser = engine.chromium.launch(executable_path=own if own.exists() else None, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.goto(path.as_uri())
        lines = tab.evaluate(LINES)
        found = [
            violation
            for theme in ("dark", "light")
            for violation in _violations(tab, axe_playwright.Axe(), theme)
        ]
        too_wide = {width: _too_wide(tab, width) for width in (390, 720, 1200)}
        tab.emulate_media(media="print")
        on_paper = [_too_wide(tab, width) for width in A4]
        cut, folded = tab.evaluate(CUT_IN_PRINT), tab.evaluate(FOLDED)
        tab.set_viewport_size({"width": A4[0], "height": A4[1]})
        too_tall, text = tab.evaluate(TALLER_THAN_PAPER, A4[1]), tab.evaluate(TEXT)
        paper = tab.pdf(format="A4", print_background=True)
        browser.close()
    assert [
        (violation["id"], [node["target"] for node in violation["nodes"][:3]]) for violation in found
    ] == []
    assert too_wide == {390: [], 720: [], 1200: []}
    assert ["Contact: 30", "Lead: 54"] in [text[1:3] for text in lines], "each number on its line"
    assert on_paper == [[], []] and cut == [] and folded == [] and too_tall == []
    assert sizes_of(paper) == {(210, 297)} and counted(text) - letters_of(paper) == Counter()


def _violations(tab: Any, axe: Any, theme: str) -> list[Any]:
    """What axe finds in a theme."""
    tab.emulate_media(color_scheme=theme)
    return list(axe.run(tab).response["violations"])


def _too_wide(tab: Any, width: int) -> list[str]:
    """The parts that stick out of what they stand in, on a screen this wide."""
    tab.set_viewport_size({"width": width, "height": 800})
    return list(
        tab.evaluate(
            "() => [document.documentElement, ...document.querySelectorAll('.card, .road, .road a, td')]"
            ".filter(part => part.scrollWidth > part.clientWidth + 1)"
            ".map(part => part.outerHTML.slice(0, 99))"
        )
    )


def test_what_is_open_comes_first(workspace: Workspace, journal: Journal, tell_road: TellRoad) -> None:
    """Open warnings are those of the newest answers, the worst first; what was mended since is not told."""
    tell_road(3)
    told = report_data(workspace, journal)
    statuses = [point["status"] for point in told["open_points"]]
    assert statuses and statuses == sorted(statuses, key=("error", "unknown", "warn").index)
    name = told["steps"][3]["name"]
    mended = Finding(told["open_points"][0]["id"], name, Status.OK, say("In order."))
    journal.append(name, "check", Kind.finding, journal_payloads.finding(mended))
    left = [point["id"] for point in report_data(workspace, journal)["open_points"]]
    assert left == [point["id"] for point in told["open_points"][1:]]
    earlier = replace(mended, step=told["steps"][0]["name"], status=Status.WARN)
    journal.append(earlier.step, "check", Kind.finding, journal_payloads.finding(earlier))
    newest = report_data(workspace, journal)["open_points"]
    assert earlier.check in [point["id"] for point in newest], "said last, though by an earlier step"


def test_who_decided_is_told_in_the_order_of_time(
    workspace: Workspace, journal: Journal, tell_road: TellRoad
) -> None:
    """Decisions, consents and clicks of people, each with name and moment; many of one step are counted, so
    that a road with thousands of hidden fields stays a page that can be sent."""
    tell_road(8)
    rows = [f"Lead,F{n:04}__c,hide,nobody uses it,Ada,2026-11-22T12:00:00+00:00" for n in range(4_000)]
    head = "object,field,decision,reason,decided_by,decided_at"
    (workspace.decisions / "fields.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    path = write_report(workspace, journal)
    said = json.loads(workspace.report_json.read_text("utf-8"))["said"]
    assert {statement["kind"] for statement in said} == {"decided", "agreed", "clicked"}
    assert [statement["at"] for statement in said] == sorted(statement["at"] for statement in said) and len(
        said
    ) < 100
    assert any("4,000" in statement["what"] and statement["by"] == "Ada" for statement in said)
    assert path.stat().st_size < 2_000_000
