"""The road: eleven steps in their order, each one notebook, each one value.

Their names are used on every floor, so they stand on the ground. Whoever needs to know something about a step
asks its :class:`StepSpec`; no step name stands as a text elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.errors import UsageFault
from runbook_lib.text import Message, joined, say


@dataclass(frozen=True)
class Briefing:
    """What a person should know before they begin a step: what it is for, what they need at hand, about how
    many minutes it takes by hand, and what can go wrong."""

    purpose: Message
    at_hand: Message
    minutes: int
    may_fail: Message


@dataclass(frozen=True, eq=False)
class StepSpec:
    """All that is particular to one step of the road, and no logic of it. There is one value per step.

    ``name`` is the notebook's (``05_sync_fields``). ``stands_on``: the steps whose proof must stand before
    this one does or proves anything. ``briefing``: what a person should know first. ``irreversible``: cannot
    be undone. ``undoable``: changes the Salesforce org, and can be taken back. ``is_sync_user``: looks with
    the sync user's own login. ``repeats``: runs again though it was proven.
    """

    name: str
    title: Message
    of_documentation: Message
    briefing: Briefing
    stands_on: tuple[StepSpec, ...] = ()
    irreversible: bool = False
    undoable: bool = False
    is_sync_user: bool = True
    repeats: bool = False

    @property
    def number(self) -> int:
        """Its place on the road, from 0."""
        return int(self.name[:2])

    @property
    def short(self) -> str:
        """The name without its number: ``sync_fields``."""
        return self.name.split("_", 1)[1]

    @property
    def numbered(self) -> Message:
        """Its number and title, as people call it: ``05 Sync Fields``."""
        return joined((self.name[:2], self.title), " ")

    def is_before(self, other: StepSpec) -> bool:
        """Whether it comes before ``other`` on the road."""
        return self.number < other.number


START_HERE = StepSpec(
    "00_start_here",
    say("Start here"),
    say("Before the first page"),
    Briefing(
        say("State which Salesforce org and which Marketo instance belong together, and take a first look."),
        say("your password and security token, and the secret of Marketo's API client"),
        3,
        say("a wrong secret; the form then asks for it again"),
    ),
    is_sync_user=False,
)
MARKETO_FIELDS = StepSpec(
    "01_marketo_fields",
    say("Add the Marketo fields to Salesforce"),
    say("Step 1 of 3"),
    Briefing(
        say("Create the fields that Marketo fills in Salesforce, on Lead and on Contact."),
        say("nothing more"),
        2,
        say("you may not create fields; the check names the permission"),
    ),
    undoable=True,
    is_sync_user=False,
)
SYNC_USER = StepSpec(
    "02_sync_user",
    say("Prepare the sync user"),
    say("Step 2 of 3"),
    Briefing(
        say("Give the Salesforce user that Marketo logs in as exactly the rights it needs."),
        say("the user name of the sync user"),
        2,
        say("rules of the org that would stop Marketo; each is named with its fix"),
    ),
    undoable=True,
    is_sync_user=False,
)
SECURITY_TOKEN = StepSpec(
    "03_security_token",
    say("Try the sync user's login"),
    say("Retrieve Sync User Security Token"),
    Briefing(
        say("Enter the sync user's password and security token, and try the login once."),
        say("the sync user's password and security token"),
        2,
        say("a wrong password counts toward locking the user, so it is tried once only"),
    ),
)
FIELD_VISIBILITY = StepSpec(
    "04_field_visibility",
    say("Choose what Marketo may see"),
    say("Hide the fields you do not need"),
    Briefing(
        say("Keep or hide each field before Marketo creates it permanently."),
        say("somebody who knows which fields marketing needs"),
        5,
        say("a field kept by mistake; after 05 it is in Marketo permanently"),
    ),
    undoable=True,
)
SYNC_FIELDS = StepSpec(
    "05_sync_fields",
    say("Sync Fields"),
    say("Step 3 of 3: Set Sync User Credentials"),
    Briefing(
        say("Give Marketo the credentials and let it create its fields, which cannot be undone."),
        say("a Marketo administrator, and the consent of whoever answers for both systems"),
        5,
        say("something changes after the consent; it has to be given again"),
    ),
    stands_on=(START_HERE, MARKETO_FIELDS, SYNC_USER, SECURITY_TOKEN, FIELD_VISIBILITY),
    irreversible=True,
)
FIELD_MAPPINGS = StepSpec(
    "06_field_mappings",
    say("Look at the field mappings"),
    say("Edit Initial Field Mappings"),
    Briefing(
        say("Look at the fields that Marketo combines: this is the only time they can be changed."),
        say("somebody who knows the fields of leads and contacts"),
        2,
        say("a pair is missed; after 08 none can be changed"),
    ),
    stands_on=(SYNC_FIELDS,),
)
DUPLICATES = StepSpec(
    "07_duplicates",
    say("Find duplicates first"),
    say("“Marketo will not de-dupe”"),
    Briefing(
        say("Count the people who would be in Marketo twice, and merge or accept them."),
        say("somebody who may merge people in Salesforce"),
        5,
        say("merging takes longer than all the rest"),
    ),
)
START_SYNC = StepSpec(
    "08_start_sync",
    say("Start Sync"),
    say("Step 3 of 3: Start Salesforce Sync"),
    Briefing(
        say("Start the sync, which copies the whole database and cannot be undone."),
        say("a Marketo administrator, and the consent of whoever answers for both systems"),
        3,
        say("something changes after the consent; it has to be given again"),
    ),
    stands_on=(SYNC_FIELDS, FIELD_MAPPINGS, DUPLICATES),
    irreversible=True,
)
VERIFY_SYNC = StepSpec(
    "09_verify_sync",
    say("Prove that the sync runs"),
    say("Step 3 of 3: Verify Sync"),
    Briefing(
        say("Sampled records show whether what is in Salesforce arrives in Marketo."),
        say("nothing more"),
        2,
        say("the first sync takes hours or days; run this again later"),
    ),
    stands_on=(START_SYNC,),
)
WATCH = StepSpec(
    "10_watch",
    say("Keep watch"),
    say("After go-live"),
    Briefing(
        say("Compare today with the day the sync was proven."),
        say("nothing more"),
        2,
        say("something was changed since go-live; it is mended or acknowledged"),
    ),
    stands_on=(START_SYNC,),
    repeats=True,
)

ROAD: tuple[StepSpec, ...] = (
    START_HERE, MARKETO_FIELDS, SYNC_USER, SECURITY_TOKEN, FIELD_VISIBILITY, SYNC_FIELDS, FIELD_MAPPINGS,
    DUPLICATES, START_SYNC, VERIFY_SYNC, WATCH,
)  # fmt: skip
GATES: tuple[str, ...] = tuple(step.name for step in ROAD if step.irreversible)
"""The steps that cannot be undone."""
UNDOABLE: tuple[str, ...] = tuple(step.name for step in ROAD if step.undoable)
"""The steps that change the Salesforce org and can be taken back, in the order of the road."""


def step_named(name: str) -> StepSpec:
    """The step called ``name``, with or without its number.

    Raises ``UsageFault``, naming all steps, for a name that is none.
    """
    for step in ROAD:
        if name in (step.name, step.short, step.name[:2]):
            return step
    raise UsageFault(
        say("There is no step “{name}”.", name=name),
        fix=say("The steps are: {steps}.", steps=", ".join(step.name for step in ROAD)),
    )
