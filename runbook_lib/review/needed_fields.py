"""The fields that must stay visible to the sync user: declared beside the probes that look for them."""

from runbook_lib.survey.needed_fields import (
    MARKETO_PREFIX,
    Names,
    is_needed,
    not_in_every_org,
    required,
    required_full_names,
    wanted,
)

__all__ = [
    "MARKETO_PREFIX",
    "Names",
    "is_needed",
    "not_in_every_org",
    "required",
    "required_full_names",
    "wanted",
]
