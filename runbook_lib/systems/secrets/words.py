"""What people call the secrets that files and variables know by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbook_lib.text import Message, joined, say

SECRET_WORDS: Mapping[str, Message] = {
    "salesforce_admin_password": say("Your Salesforce password"),
    "salesforce_admin_token": say("Your Salesforce security token"),
    "salesforce_admin_client_secret": say("Client secret of your OAuth client in Salesforce"),
    "salesforce_sync_password": say("The sync user's password"),
    "salesforce_sync_token": say("The sync user's security token"),
    "salesforce_sync_client_secret": say("Client secret of the sync user's app in Salesforce"),
    "marketo_client_secret": say("Client secret of the Marketo API client"),
    "webhook_url": say("Address of the webhook"),
}


def told_secrets(names: Iterable[str]) -> Message:
    """The secrets of these names, as a list in a sentence."""
    return joined((SECRET_WORDS[name] for name in names), ", ")
