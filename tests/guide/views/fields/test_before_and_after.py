"""The picture above the consent: what is there, and what comes; nothing where one of them is not known."""

from __future__ import annotations

from dataclasses import replace

from runbook_lib.guide.views.blocks import Bars
from runbook_lib.guide.views.fields.before_and_after import before_and_after
from runbook_lib.review.fields.forecast import forecast_fields
from runbook_lib.survey.snapshot import MarketoState, Unknown
from tests.org_by_hand import a_field, small_org


def test_today_and_after() -> None:
    """Today's fields and the new ones are parts that add up, those of opportunities among them; what is
    doubtful is a part of its own."""
    visible = {
        "Lead": (a_field("Lead.Tier__c"),),
        "Opportunity": (a_field("Opportunity.Tier__c"),),
    }
    seen = small_org(visible=visible, present=visible)
    assert isinstance(seen.marketo, MarketoState)
    today, ahead = len(seen.marketo.fields), forecast_fields(seen)
    (bars,) = before_and_after(seen)
    assert isinstance(bars, Bars)
    counts = [count for _, count in bars.rows]
    assert counts == [today, ahead.least] and counts[1] == 2


def test_what_is_not_known_has_no_picture() -> None:
    """Neither an unseen Marketo nor an unseen org is drawn as nought."""
    seen = small_org()
    assert list(before_and_after(replace(seen, marketo=Unknown("Refused.")))) == []
    assert list(before_and_after(replace(seen, visible=Unknown("Refused.")))) == []
