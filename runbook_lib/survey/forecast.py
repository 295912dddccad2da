"""How many calls a look will cost, told before it is taken; what each part costs stands with its probe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbook_lib.survey.people.columns import PEOPLE
from runbook_lib.survey.people.extract import forecast_extract
from runbook_lib.survey.probes.arrival.sample import forecast_draw
from runbook_lib.survey.probes.fill_rates import MOST_CALLS
from runbook_lib.survey.probes.org.field_grants import CALLS as CALLS_OF_PARENTS
from runbook_lib.survey.probes.org.inventory import CALLS as INVENTORY_CALLS
from runbook_lib.survey.probes.org.marketo_fields import CALLS as CALLS_OF_MARKETO_FIELDS
from runbook_lib.survey.probes.org.password_policy import MOST_CALLS as CALLS_OF_POLICY
from runbook_lib.survey.probes.org.queries import ASKED, YOUNG_COLUMNS
from runbook_lib.survey.probes.org.settings import ACCOUNT_CALLS, SURROUNDINGS_CALLS
from runbook_lib.survey.probes.people import FEW_PEOPLE
from runbook_lib.survey.probes.query import DESCRIBES_PER_CALL, calls_for
from runbook_lib.survey.probes.sync_user import LOGS_IN
from runbook_lib.survey.requirements import SYNCED_OBJECTS
from runbook_lib.survey.snapshot import Part

ADMIN_ALONE = frozenset(
    {
        *ASKED, Part.PARENTS, Part.CONVERSION, Part.BUDGET, Part.PRESENT, Part.SURROUNDINGS, Part.ACCOUNT,
        Part.INVENTORY,
    }
)  # fmt: skip
"""Parts that the admin's session tells by itself."""
_ADMIN_TOO = frozenset(
    {Part.ROWS, Part.DUPLICATES, Part.LOGINS, Part.APP_TOKENS, Part.FILL, Part.PASSWORD_POLICY}
)
"""Parts that it tells, too."""
_HAS_YOUNG_COLUMNS = {"set", "system", "objects", "profiles"}
"""Queries that are asked once more for each of their columns that an org lacks."""
_GRANT_PAGES = 10
"""Pages of FieldPermissions that a forecast allows for: 20,000 rows of the sync user's sets."""

_PROFILE_PAGES = 2
"""The same for Marketo's fields: 4,000 rows are 62 profiles that see all of its 32 fields twice over."""


def forecast_calls(parts: Iterable[Part], people: int = 0, objects: Sequence[str] = SYNCED_OBJECTS) -> int:
    """The most Salesforce calls that collecting ``parts`` costs, logins included; Marketo's calls apart.

    ``people``: leads and contacts of the org, which decide how e-mails are fetched. ``objects``: whose fields
    are looked at. Allows for a refused login, for columns an old org lacks, for 20,000 field permissions and
    for a million people.
    """
    wanted = frozenset(parts)
    logs_in, described = bool(wanted & LOGS_IN), -(-len(objects) // DESCRIBES_PER_CALL)
    asked = {name for part, names in ASKED.items() if part in wanted for name in names}
    calls = {
        "admin login": bool(wanted & ADMIN_ALONE or wanted & _ADMIN_TOO or logs_in),
        "sync login": logs_in,
        "why it was refused": 2 * logs_in,
        "queries": calls_for(len(asked)) + len(YOUNG_COLUMNS) * bool(asked & _HAS_YOUNG_COLUMNS),
        "pages": _GRANT_PAGES if Part.GRANTS in wanted else 0,
        "pages of profiles": _PROFILE_PAGES * (Part.PROFILE_FIELDS in wanted),
        "user's lock": Part.SYNC_USER in wanted,
        "own permissions": (1 + len(YOUNG_COLUMNS)) * (logs_in and Part.SYSTEM_PERMISSIONS in wanted),
        "Marketo's fields": CALLS_OF_MARKETO_FIELDS * (Part.CUSTOM_FIELDS in wanted),
        "conversion": Part.CONVERSION in wanted,
        "limits": Part.BUDGET in wanted,
        "inventory": INVENTORY_CALLS * (Part.INVENTORY in wanted),
        "describes": described * ((Part.VISIBLE in wanted) + (Part.PRESENT in wanted)),
        "counts": 2 * (1 + logs_in) * (Part.ROWS in wanted),
        "e-mails": _email_calls(people) if Part.DUPLICATES in wanted else 0,
        "samples": _sample_calls(wanted, people),
        "surroundings": SURROUNDINGS_CALLS * (Part.SURROUNDINGS in wanted),
        "account": ACCOUNT_CALLS * (Part.ACCOUNT in wanted),
        "password policy": CALLS_OF_POLICY * (Part.PASSWORD_POLICY in wanted),
        "logins": bool(wanted & {Part.LOGINS, Part.APP_TOKENS}) + (Part.LOGINS in wanted),
        "apps": Part.APP_TOKENS in wanted,
        "parents": CALLS_OF_PARENTS if Part.PARENTS in wanted else 0,
        "fill rates": MOST_CALLS if Part.FILL in wanted else 0,
    }
    return sum(calls.values())


def _sample_calls(wanted: frozenset[Part], people: int) -> int:
    """Drawing, and the values of the people who are there; leads may be as many as all people."""
    if not wanted & {Part.PEOPLE_SEEN, Part.RECORDS_SEEN}:
        return 0
    return forecast_draw(dict.fromkeys(("Lead", "Contact"), people)) + 1


def _email_calls(people: int) -> int:
    """A count, and two pages per object, or an answer that its opt-out is not visible and a page each."""
    return 1 + (6 if people <= FEW_PEOPLE else forecast_extract(dict.fromkeys(PEOPLE, people)))
