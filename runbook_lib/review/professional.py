"""Professional Edition: where the road is another one than in Enterprise and Unlimited Edition.

Source: Marketo documentation, Step 1, 2 and 3 of 3 (Professional): "Salesforce Professional sets field level
accessibility with Page Layouts, as opposed to Salesforce Enterprise/Unlimited's Profiles"; the fields need to
be on the layout "so that Marketo can read/write to them"; the sync user has the license Salesforce, the
profile System Administrator and Marketing User; the org must have access to the API (an add-on there,
Salesforce Help 000385436).
"""

from __future__ import annotations

from runbook_lib.survey.snapshot import Organization, Snapshot

PROFESSIONAL = "Professional Edition"
STEP_PROFESSIONAL = "Marketo documentation, Step 1 to 3 of 3 (Salesforce Professional Edition)"
ON_EVERY_LAYOUT = ("Email Opt Out",)
"""Standard fields that Marketo's page asks for on the layouts of Lead and Contact, as Setup calls them."""
ON_EVENT_LAYOUT = "All-Day Event"


def is_professional(snapshot: Snapshot) -> bool:
    """Whether this org is known to be a Professional Edition."""
    organization = snapshot.organization
    return isinstance(organization, Organization) and organization.edition == PROFESSIONAL
