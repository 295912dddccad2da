"""What a beat shows."""

from __future__ import annotations

import re

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.errors import Blocked, WaitsForPerson
from runbook_lib.guide.views.plan import evidence_blocks
from runbook_lib.guide.views.view import (
    Card,
    Clicks,
    Facts,
    Fold,
    Grid,
    Line,
    Link,
    Points,
    Tone,
    View,
    Waterfall,
    error_card,
    findings_blocks,
    grid_of,
)
from runbook_lib.proof.claims.claim import Claim, Evidence, cannot_tell
from runbook_lib.review.findings import Finding, Status, not_told
from runbook_lib.text import say, translate
from tests.org_by_hand import NOW

HOSTILE = '<img src=x onerror="alert(1)">\x1b[2J&amp;{{7*7}}'


def _everything(text: str) -> View:
    finding = Finding(
        "check", "05_sync_fields", Status.ERROR, say("{t}", t=text), say("why {t}", t=text), say("fix")
    )
    return View("en", text, (
        Line(text), Facts(((text, text),)), Grid(text, (text,), ((text,),), more=2),
        Card(Tone.WARN, text, (text,)),
        *findings_blocks([finding]), Clicks(((False, text, text, ((text, text),)),)),
    ))  # fmt: skip


def test_org_data_is_hostile_input() -> None:
    """Neither markup nor control characters of an org's data reach the page or the terminal."""
    view = _everything(HOSTILE)
    assert "<img" not in view.html and "{{7*7}}" in view.html and "49" not in view.html
    assert "\x1b" not in view.html and "\x1b" not in view.plain


def test_a_label_of_ten_thousand_hides_no_page() -> None:
    """A cell of a table is cut, the whole stands in its title; what is short has none."""
    html = View("en", "", (Grid("t", ("label",), (("<" * 10_000,), ("short",))),)).html
    assert f'<td title="{"&lt;" * 10_000}">{"&lt;" * 500}…</td>' in html and "<td>short</td>" in html


@given(st.text())
def test_html_and_plain_text_tell_the_same(text: str) -> None:
    """Any text can be shown, and both halves of the bundle exist."""
    bundle = _everything(text)._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert "<script" not in bundle["text/html"]


def test_findings_show_the_worst_first_with_their_fix() -> None:
    """An error stands above what is in order, and its fix is on the page."""
    bad = Finding("a", "05_sync_fields", Status.ERROR, say("bad thing"), fix=say("mend it"))
    good = Finding("b", "05_sync_fields", Status.OK, say("good thing"), fix=say("nothing to mend"))
    plain = View("en", "", findings_blocks([good, bad])).plain
    assert plain.index("bad thing") < plain.index("mend it") < plain.index("good thing")
    assert "nothing to mend" not in plain


def test_the_word_of_a_status_is_said_once() -> None:
    """No line says "cannot tell: Cannot tell: …", in any language, for a check or for a measurement."""
    nobody = say("nobody looked")
    what = say("Cannot tell: {reason} {fix}", reason=nobody, fix=say("Look again."))
    claims = Evidence("a", (cannot_tell("a", None), Claim("b", Status.UNKNOWN, what)), NOW)
    finding = Finding("a", "05_sync_fields", Status.UNKNOWN, say("Cannot tell: {reason}", reason=nobody))
    for language in ("en", "de", "es"):
        blocks = (*findings_blocks([finding]), *evidence_blocks(claims))
        plain = View(language, "", blocks).plain.lower()
        assert plain.count(str(translate(Status.UNKNOWN.word, language))) == 3, plain
        assert plain.count(translate(nobody, language)) == 3, plain


def test_who_warns_that_it_cannot_tell_says_so() -> None:
    """Beside another status than "cannot tell" these words stay: a warning does not sound measured."""
    evidence = Evidence("a", (Claim("a", Status.WARN, not_told(say("nobody looked"))),), NOW)
    assert "Cannot tell: nobody looked" in View("en", "", tuple(evidence_blocks(evidence))).plain


def test_what_is_in_order_or_repaired_stands_behind_one_line() -> None:
    """What needs somebody is open; what Do repairs, what is in order and what waits take one line each."""
    step = "02_sync_user"
    findings = [
        Finding("a", step, Status.OK, say("in order 1")),
        Finding("b", step, Status.OK, say("in order 2")),
        Finding("c", step, Status.ERROR, say("repaired"), say("why"), say("mend it")),
        Finding("d", step, Status.WARN, say("needs you"), say("why"), say("mend it")),
        Finding("e", step, Status.SKIP, say("later")),
    ]
    points, *folds = findings_blocks(findings, {"c"})
    assert isinstance(points, Points) and [str(row[2]) for row in points.rows] == ["needs you"]
    assert [str(fold.title) for fold in folds if isinstance(fold, Fold)] == [
        "One thing is fixed under “4 Do”", "2 checks are in order", "One check was not made yet",
    ]  # fmt: skip
    view = View("en", "", tuple(folds))
    assert "<summary>" in view.html and "in order 2" in view.html and "in order 2" in view.plain


def test_a_stop_is_a_card_that_says_what_why_and_fix() -> None:
    """A wait and a stop look different; every part of the error is there."""
    card = error_card(WaitsForPerson("what", why="why", fix="fix"))
    assert (card.tone, card.title, card.lines) == (Tone.WAIT, "what", ("why", "fix"))
    assert error_card(Blocked("what")).tone is Tone.STOP


def test_a_long_table_says_how_much_is_not_shown() -> None:
    """The preview names the rows it leaves out, and shows missing values as empty."""
    frame = pd.DataFrame({"name": ["a", None, "c"], "flag": [True, False, True], "other": [1, 2, 3]})
    grid = grid_of(frame, "caption", (("name", say("Name")), ("flag", say("Flag"))), most=2)
    assert grid.more == 1
    assert View("en", "", (grid,)).plain.splitlines()[-1].strip() == "… and 1 more"
    assert [str(cell) for row in grid.rows for cell in row] == ["a", "yes", "", ""]


def test_the_language_of_the_view_is_declared() -> None:
    """The page tells screen readers its language."""
    assert 'lang="de"' in View("de", "Titel").html


def test_one_cause_is_told_once() -> None:
    """Findings that say the same are one point, which names every question that nobody could answer."""
    alike = [
        Finding(check, "05_sync_fields", Status.UNKNOWN, say("Salesforce is silent."), fix=say("Wait."))
        for check in ("sync_login", "required_visible", "mappings")
    ]
    plain = View("en", "", findings_blocks(alike)).plain
    assert plain.count("Salesforce is silent.") == plain.count("Wait.") == 1
    assert "The sync user can log in" in plain and "Custom fields with the same name" in plain


def test_a_sum_is_shown_with_its_parts() -> None:
    """What adds up, open or folded: every part and the sum, as the language writes numbers."""
    sum_of_parts = Waterfall("Why", (("e-mail", "the same", 4.5), ("city", "another", -1.2)), "Together")
    for block in (sum_of_parts, Fold("Why", sum_of_parts)):
        page = View("de", "", (block,)).html
        assert all(f">{part}<" in page for part in ("+4,5", "-1,2", "+3,3"))


def test_a_link_looks_like_one_wherever_it_stands() -> None:
    """A sentence, a cell or a card: one rule colors and underlines the links of them all."""
    page = View("en", "", (Line(Link("Click sheet", "../plans/05.html")),)).html
    rule = re.search(r"^\.runbook a \{([^}]*)\}", page, re.MULTILINE)
    assert rule and "underline" in rule[1] and "link-color" in rule[1]
