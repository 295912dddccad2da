"""What each warning is called that a person agrees to: one row per id of a consent.

A form, a refusal and a click sheet name a warning by it; the text that was agreed to stands in the approval.
"""

from __future__ import annotations

from collections.abc import Mapping

from runbook_lib.text import Message, say

CONSENT_NAMES: Mapping[str, Message] = {
    "fields-for-ever": say("Permanent fields"),
    "org-tied": say("One org only"),
    "stands-on": say("What it rests on"),
    "sandbox-into-production": say("Sandbox into production"),
    "production-into-sandbox": say("Production into a sandbox"),
    "shown-after-sync-fields": say("Fields shown later"),
    "whole-database": say("Everything is copied"),
    "unseen-records": say("Records that stay unseen"),
    "people-as-they-are": say("People as they are"),
    "opportunities-of-nobody": say("Opportunities without a contact"),
    "currencies": say("Currencies"),
    "ignored-fields": say("Values that never arrive"),
    "mappings-closed": say("Mappings are closed"),
    "duplicates": say("Duplicates"),
}
