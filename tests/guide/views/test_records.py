"""Records of the org in tables: links, where there is a page to open."""

from __future__ import annotations

from runbook_lib.guide.views.blocks import Grid
from runbook_lib.guide.views.records import record_link, record_links
from runbook_lib.guide.views.view import View

ORG = "https://acme.my.salesforce.com"
LEAD, CONTACT, IN_MARKETO = "00Q5g000000aaaaAAA", "0035g000000bbbbAAA", "1042"


def test_records_lead_to_their_pages() -> None:
    """An Id is a link, alone and among others, under another name too; the number of a person of Marketo, who
    has no page in the org, is none, nor is an Id where there is no org to open."""
    cells = (
        record_link(CONTACT, ORG),
        record_links((LEAD, CONTACT, IN_MARKETO), ORG),
        record_link(LEAD, ORG, "Lead"),
    )
    page = View("en", "", (Grid("Groups", ("Keep", "Ids", "Records"), (cells,)),))
    assert page.html.count(f'href="{ORG}/{CONTACT}"') == 2
    assert f'<a href="{ORG}/{LEAD}" target="_blank" rel="noopener">Lead</a>' in page.html
    assert IN_MARKETO in page.html and f"/{IN_MARKETO}" not in page.html
    assert f"{LEAD}: {ORG}/{LEAD}, {CONTACT}: {ORG}/{CONTACT}, {IN_MARKETO}" in page.plain
    assert record_link(LEAD, "") == LEAD and record_link(IN_MARKETO, ORG) == IN_MARKETO
