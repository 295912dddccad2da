"""Which way the records of an object travel, and whose value stays where both systems changed one.

Nobody can set this: it is how Marketo's sync works. Rows, read by the report.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.text import Message, Worded, say

_DOCS = "Marketo documentation, "


class Way(Worded):
    """Which way records travel. ``NONE``: somebody decided that they do not."""

    BOTH = "both", say("both ways")
    TO_MARKETO = "to-marketo", say("from Salesforce to Marketo only")
    NONE = "none", say("not synced here")


class Winner(Worded):
    """Whose value stays. ``NONE``: nothing meets, or the documentation does not say."""

    MARKETO = "marketo", say("Marketo")
    SALESFORCE = "salesforce", say("Salesforce")
    NONE = "none", say("not documented")


@dataclass(frozen=True)
class Direction:
    """One row. ``object``: its API name; ``*`` for custom objects, whatever they are called."""

    object: str
    way: Way
    winner: Winner
    what: Message
    source: str


CUSTOM = "*"
DIRECTIONS: tuple[Direction, ...] = (
    Direction(
        "Lead", Way.BOTH, Winner.MARKETO,
        say("If both change the same lead at the same time, Marketo's value stays."),
        _DOCS + "SFDC Sync: Lead Sync",
    ),
    Direction(
        "Contact", Way.BOTH, Winner.SALESFORCE,
        say("If both change the same contact at the same time, Salesforce's value stays."),
        _DOCS + "SFDC Sync: Contact Sync",
    ),
    Direction(
        "Account", Way.TO_MARKETO, Winner.SALESFORCE,
        say("What is changed in Marketo is overwritten with the next change in Salesforce."),
        _DOCS + "SFDC Sync: Account Sync",
    ),
    Direction(
        "Opportunity", Way.TO_MARKETO, Winner.SALESFORCE,
        say("Opportunities and their contact roles are read; Marketo never writes them."),
        _DOCS + "Understanding the Salesforce Sync",
    ),
    Direction(
        "User", Way.TO_MARKETO, Winner.SALESFORCE,
        say("Users are read as owners of leads; Marketo never writes them."),
        _DOCS + "Understanding the Salesforce Sync",
    ),
    Direction(
        "Campaign", Way.BOTH, Winner.NONE,
        say("A Salesforce campaign and the program linked to it exchange members and their statuses."),
        _DOCS + "Understanding the Salesforce Sync; SFDC Sync: Campaign Sync",
    ),
    Direction(
        CUSTOM, Way.TO_MARKETO, Winner.SALESFORCE,
        say("Custom objects are read; Marketo never writes them."),
        _DOCS + "SFDC Sync: Custom Object Sync",
    ),
)  # fmt: skip
