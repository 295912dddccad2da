"""The click sheet stands by itself: three languages, a box per click, the code, and no secret."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from runbook_lib.change.gate import Approval
from runbook_lib.change.plan import Click, Consent, Plan
from runbook_lib.guide.views.gate.click_sheet import ClickSheet
from runbook_lib.pictures.model import Bar, Bars, Segment, Shade
from runbook_lib.road import SYNC_FIELDS
from runbook_lib.text import Label, say

AT = datetime(2026, 11, 22, tzinfo=UTC)
CLICKS = (
    Click("open", (Label("marketo.admin"), Label("marketo.crm")), say("Open it."), for_ever=False),
    Click(
        "fields",
        (Label("marketo.admin"),),
        say("Click {button}.", button=Label("marketo.sync_fields")),
        "marketo.sync_fields",
        {"marketo.username": "sync@acme.example"},
        {"marketo.password": "salesforce_sync_password"},
        for_ever=True,
    ),
)
PLAN = Plan(
    SYNC_FIELDS.name, "00D", "Acme <b>&", "123-ABC-456", AT, clicks=CLICKS, needs_approval=True,
    consents=(Consent("org-tied", say("Tied to {org}.", org="Acme <i>")),), makes={"Lead.Tier__c": "new"},
)  # fmt: skip
APPROVAL = Approval(PLAN.step, PLAN.digest, "Ada", "go", PLAN.org_name, {}, AT, AT + timedelta(hours=24))


def test_all_three_languages_and_the_readers_own_first() -> None:
    """Each has its own section with every click as a box, who agreed and until when."""
    page = ClickSheet(PLAN, APPROVAL, "de").html
    assert re.findall(r'<section id="(\w+)"', page) == ["de", "en", "es"]
    assert page.count('type="checkbox"') == 3 * len(CLICKS)
    assert "Felder synchronisieren" in page and "Sincronizar campos" in page and "Sync Fields" in page
    assert page.count("Ada") == 3 and all(
        f"{day}, 00:00 UTC" in page for day in ("Nov 23, 2026", "23.11.2026", "23 nov 2026")
    )
    assert page.count('class="warn"') == 3


def test_it_says_what_was_agreed_to() -> None:
    """Whoever clicks reads each warning by its name, how many fields there will be, and which, in a fold."""
    page = ClickSheet(PLAN, APPROVAL, "en").html
    assert page.count("Tied to Acme &lt;i&gt;.") == 3 and "<b>Nur eine Organisation</b>" in page
    assert page.count("<caption>") == 3 and page.count("<details>") == 3 and page.count("Tier__c") == 3


def test_it_shows_what_the_clicks_change() -> None:
    """Before and after as a picture in each language, with the same numbers beside it; names of the org are
    text, and on paper nothing stays folded."""
    hostile = Bar("<script>alert(1)</script>", (5, 1))
    parts = (Segment(say("there today"), Shade.STAYS), Segment(say("perhaps new"), Shade.OPEN))
    picture = Bars(say("Fields in Marketo"), say("About."), say("When"), parts, (hostile,))
    page = ClickSheet(PLAN, APPROVAL, "de", (picture,)).html
    assert page.count('role="img"') == 3 == page.count('<figure class="picture">')
    assert "<script" not in page and page.count('<th scope="row">&lt;script&gt;') == 3
    for word in ("heute vorhanden", "there today", "vielleicht neu", "perhaps new"):
        assert page.count(word) >= 2, word  # in the drawing and in the table
    assert "http" not in page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "details-content" in page.partition("@media print")[2]


def test_it_stands_by_itself_and_holds_no_secret() -> None:
    """Nothing is loaded, no script runs, an org's name is text; of a password, whom to ask."""
    page = ClickSheet(PLAN, APPROVAL, "en").html
    assert not re.search(r"<script|src=|url\(|https?://", page)
    assert "Acme &lt;b&gt;&amp;" in page and "<b>&" not in page
    assert "salesforce_sync_password" not in page and "sync@acme.example" in page
    assert "ask whoever sent you this page" in page and "vault" not in page, "its reader has no notebook 03"
    free = replace(PLAN, clicks=CLICKS[:1])
    assert (
        "passwords and tokens" in page and "passwords and tokens" not in ClickSheet(free, APPROVAL, "en").html
    )


def test_the_code_is_that_of_the_plan() -> None:
    """It changes with the plan, and is there in each language, to be typed as it stands."""
    sheet = ClickSheet(PLAN, APPROVAL, "en")
    assert sheet.html.count(f"--code {sheet.code} --by") == 3
    other = Plan(PLAN.step, "00D", "Other", PLAN.munchkin_id, AT, clicks=CLICKS, needs_approval=True)
    assert ClickSheet(other, None, "en").code != sheet.code
