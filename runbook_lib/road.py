"""The road: eleven steps in their order, each one notebook.

Their names are used on every floor, so they stand on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.errors import UsageFault
from runbook_lib.text import Message, say


@dataclass(frozen=True)
class Stop:
    """One step of the road.

    ``name`` is the notebook's (``05_sync_fields``); ``for_ever``: cannot be undone.
    """

    name: str
    title: Message
    of_documentation: Message
    for_ever: bool = False

    @property
    def short(self) -> str:
        """The name without its number: ``sync_fields``."""
        return self.name.split("_", 1)[1]


ROAD: tuple[Stop, ...] = (
    Stop("00_start_here", say("Start here"), say("Before the first page")),
    Stop("01_marketo_fields", say("Add the Marketo fields to Salesforce"), say("Step 1 of 3")),
    Stop("02_sync_user", say("Prepare the sync user"), say("Step 2 of 3")),
    Stop("03_security_token", say("Try the sync user's login"), say("Retrieve Sync User Security Token")),
    Stop("04_field_visibility", say("Choose what Marketo may see"), say("Hide the fields you do not need")),
    Stop("05_sync_fields", say("Sync Fields"), say("Step 3 of 3: Set Sync User Credentials"), for_ever=True),
    Stop("06_field_mappings", say("Look at the field mappings"), say("Edit Initial Field Mappings")),
    Stop("07_duplicates", say("Find duplicates first"), say("“Marketo will not de-dupe”")),
    Stop("08_start_sync", say("Start Sync"), say("Step 3 of 3: Start Salesforce Sync"), for_ever=True),
    Stop("09_verify_sync", say("Prove that the sync runs"), say("Step 3 of 3: Verify Sync")),
    Stop("10_watch", say("Keep watch"), say("After go-live")),
)
GATES: tuple[str, ...] = tuple(stop.name for stop in ROAD if stop.for_ever)


def stop_named(name: str) -> Stop:
    """The step called ``name``, with or without its number.

    Raises ``UsageFault``, naming all steps, for a name that is none.
    """
    for stop in ROAD:
        if name in (stop.name, stop.short, stop.name[:2]):
            return stop
    raise UsageFault(
        say("There is no step “{name}”.", name=name),
        fix=say("The steps are: {steps}.", steps=", ".join(stop.name for stop in ROAD)),
    )
