"""The road: eleven steps in their order, each one notebook, each one value.

Their names are used on every floor, so they stand on the ground. Whoever needs to know something about a step
asks its :class:`StepSpec`; no step name stands as a text elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.errors import UsageFault
from runbook_lib.text import Message, say


@dataclass(frozen=True, eq=False)
class StepSpec:
    """All that is particular to one step of the road, and no logic of it. There is one value per step.

    ``name`` is the notebook's (``05_sync_fields``). ``stands_on``: the steps whose proof must stand before
    this one does or proves anything. ``irreversible``: cannot be undone. ``undoable``: changes the Salesforce
    org, and can be taken back. ``is_sync_user``: looks with the sync user's own login. ``repeats``: runs
    again though it was proven.
    """

    name: str
    title: Message
    of_documentation: Message
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

    def is_before(self, other: StepSpec) -> bool:
        """Whether it comes before ``other`` on the road."""
        return self.number < other.number


START_HERE = StepSpec(
    "00_start_here", say("Start here"), say("Before the first page"), is_sync_user=False
)  # fmt: skip
MARKETO_FIELDS = StepSpec(
    "01_marketo_fields",
    say("Add the Marketo fields to Salesforce"),
    say("Step 1 of 3"),
    undoable=True,
    is_sync_user=False,
)
SYNC_USER = StepSpec(
    "02_sync_user", say("Prepare the sync user"), say("Step 2 of 3"), undoable=True, is_sync_user=False
)
SECURITY_TOKEN = StepSpec(
    "03_security_token", say("Try the sync user's login"), say("Retrieve Sync User Security Token")
)
FIELD_VISIBILITY = StepSpec(
    "04_field_visibility",
    say("Choose what Marketo may see"),
    say("Hide the fields you do not need"),
    undoable=True,
)
SYNC_FIELDS = StepSpec(
    "05_sync_fields",
    say("Sync Fields"),
    say("Step 3 of 3: Set Sync User Credentials"),
    stands_on=(START_HERE, MARKETO_FIELDS, SYNC_USER, SECURITY_TOKEN, FIELD_VISIBILITY),
    irreversible=True,
)
FIELD_MAPPINGS = StepSpec(
    "06_field_mappings",
    say("Look at the field mappings"),
    say("Edit Initial Field Mappings"),
    stands_on=(SYNC_FIELDS,),
)
DUPLICATES = StepSpec("07_duplicates", say("Find duplicates first"), say("“Marketo will not de-dupe”"))
START_SYNC = StepSpec(
    "08_start_sync",
    say("Start Sync"),
    say("Step 3 of 3: Start Salesforce Sync"),
    stands_on=(SYNC_FIELDS, FIELD_MAPPINGS, DUPLICATES),
    irreversible=True,
)
VERIFY_SYNC = StepSpec(
    "09_verify_sync",
    say("Prove that the sync runs"),
    say("Step 3 of 3: Verify Sync"),
    stands_on=(START_SYNC,),
)
WATCH = StepSpec(
    "10_watch", say("Keep watch"), say("After go-live"), stands_on=(START_SYNC,), repeats=True
)  # fmt: skip

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
