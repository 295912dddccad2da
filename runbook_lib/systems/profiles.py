"""A profile's metadata: the only place that tells login hours and login IP ranges.

Source: Metadata API guide, Profile (loginHours, loginIpRanges); the standard profiles have names of their own
there, "Admin" for System Administrator and "Standard" for Standard User.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runbook_lib.systems.lead_conversion import as_plain_data
from runbook_lib.systems.salesforce_faults import translated

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce import SalesforceReader

STANDARD_NAMES = {"System Administrator": "Admin", "Standard User": "Standard"}


def read(reader: SalesforceReader, name: str) -> dict[str, Any]:
    """The profile called ``name`` in Setup, in the names of the Metadata API; empty where there is none."""
    full_name = STANDARD_NAMES.get(name, name)
    return as_plain_data(translated(lambda: reader.metadata_api.Profile.read([full_name])))
