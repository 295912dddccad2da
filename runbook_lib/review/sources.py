"""Where a vendor's statement stands written, in words; the page keeps the vendor's name for it."""

from __future__ import annotations

from runbook_lib.text import Message, joined, say


def told_source(source: str) -> Message:
    """``Marketo documentation, Notification Types`` in the reader's language."""
    publisher, _, page = source.partition(", ")
    if publisher == "Marketo documentation":
        return say("Marketo documentation: “{page}”", page=page)
    if publisher == "Salesforce Help":
        return say("Salesforce Help: “{page}”", page=page)
    return joined((source,))
