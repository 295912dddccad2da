"""The page on which somebody agrees: each warning by itself, by name; once agreed, by whom and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from runbook_lib.change.gate import Approval
from runbook_lib.change.plan import Consent, Plan
from runbook_lib.guide.views.gate.consent_page import consent_page
from runbook_lib.guide.views.view import View
from runbook_lib.text import joined, say
from tests.org_by_hand import NOW

PLAN = Plan(
    "08_start_sync", "00D", "Acme", "123-ABC-456", NOW,
    consents=(
        Consent("whole-database", say("All is copied.")),
        Consent("duplicates", joined((say("Twice or more."), say("Leads only: {count}", count=5)), "\n")),
    ),
)  # fmt: skip
APPROVAL = Approval(
    "08_start_sync", PLAN.digest, "Ada", "go-live", "Acme", {}, NOW, NOW + timedelta(hours=24)
)


def page(approval: Approval | None, language: str = "en") -> str:
    """The page as a terminal shows it."""
    return View(language, "", tuple(consent_page(PLAN, approval))).plain


def test_each_warning_has_its_line_and_its_box() -> None:
    """As text: a number, an empty box, a name, the warning, and below it what it is about."""
    lines = page(None).splitlines()
    assert "1. [ ] Everything is copied: All is copied." in lines
    assert lines[lines.index("2. [ ] Duplicates: Twice or more.") + 1] == "    Leads only: 5"
    assert "  Valid: for 24 hours, and for exactly this plan" in lines


def test_once_agreed_it_says_by_whom_and_until_when() -> None:
    """The same texts stand behind one line, and are not asked for again, in any language."""
    told = page(APPROVAL)
    assert "Agreed by: Ada" in told and "Valid until: Nov 23, 2026" in told
    assert "2 warnings" in told and "Leads only: 5" in told and "[ ]" not in told
    assert "Zuzustimmen" in page(None, "de") and "Zuzustimmen" not in page(APPROVAL, "de")


def test_what_was_rejected_or_is_of_another_plan_is_asked_for_again() -> None:
    """An approval counts for exactly its plan, and not after somebody said no."""
    for worthless in (
        replace(APPROVAL, plan_digest="0"),
        replace(APPROVAL, rejection=say("No.")),
    ):
        assert "[ ] Duplicates" in page(worthless)
