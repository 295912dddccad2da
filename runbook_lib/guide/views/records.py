"""Records of the org by their Ids: each a link, so that a person can open it in Salesforce."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from runbook_lib.guide.views.blocks import Link, Links

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
"""Source: Salesforce, Object Reference, "ID Field Type"; a person of Marketo has a short number."""


def org_url(session: Session) -> str:
    """Where the org's records are opened, such as ``https://acme.my.salesforce.com``; empty where nobody has
    logged in, and in a rehearsal, which has no such pages."""
    if session.connection.is_rehearsal or not session.admin.is_open:
        return ""
    return f"https://{session.admin().session.instance}"


def record_link(record_id: str, org: str, text: object = "") -> object:
    """A record, called ``text`` or else by its Id, as a link; no link where ``org`` has no page for it."""
    named = text if str(text) else record_id
    return Link(named, f"{org}/{record_id}") if org and _ID.fullmatch(record_id) else named


def record_links(record_ids: Iterable[str], org: str) -> Links:
    """Several records in one cell."""
    return Links(tuple(record_link(record_id, org) for record_id in record_ids))
