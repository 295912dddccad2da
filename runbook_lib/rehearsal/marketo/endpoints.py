"""Every endpoint of the REST API that is imitated, with what it reads; and those that only Marketo has.

Source: Marketo REST API, "Endpoint Reference" (swagger-mapi.json, swagger-asset.json).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.rehearsal.declared import NotImitated
from runbook_lib.rehearsal.instance import READ_PERMISSIONS, Instance
from runbook_lib.rehearsal.marketo import activities, people
from runbook_lib.rehearsal.marketo.crm_records import COMPANIES, OPPORTUNITIES, ROLES, SALES_PERSONS
from runbook_lib.rehearsal.marketo.envelope import RestError

Handler = Callable[[Instance, Mapping[str, str]], dict[str, Any]]

PEOPLE, ACTIVITIES, OPPORTUNITY, COMPANY, SALES_PERSON = READ_PERMISSIONS
NONE_NEEDED = ""
BY_FILTER = ("filterType", "filterValues", "fields", "batchSize", "nextPageToken")
EVERYWHERE = ("_method",)
"""Parameters that the door reads, whatever the endpoint."""


@dataclass(frozen=True)
class MarketoEndpoint:
    """One path, read with GET."""

    path: str
    """After /rest/v1 and before .json, as a regular expression."""
    permission: str
    """What the API user's role needs."""
    answer: Handler
    parameters: tuple[str, ...] = ()
    """What it reads of the query; anything else is refused."""
    written: tuple[str, ...] = ()
    """Methods that Marketo has there too."""


def _stats(what: str, days: int) -> Handler:
    return lambda instance, params: {"result": getattr(instance.usage, what)(days=days)}


WRITTEN = ("POST",)
ENDPOINTS = (
    MarketoEndpoint("leads/describe", PEOPLE, people.describe),
    MarketoEndpoint("leads/describe2", PEOPLE, people.describe2),
    MarketoEndpoint("leads", PEOPLE, people.by_filter, BY_FILTER, WRITTEN),
    MarketoEndpoint(r"lead/(?P<id>\d+)", PEOPLE, people.by_id, ("fields",)),
    MarketoEndpoint("leads/partitions", PEOPLE, people.partitions),
    MarketoEndpoint("companies/describe", COMPANY, COMPANIES.describe),
    MarketoEndpoint("companies", COMPANY, COMPANIES.by_filter, BY_FILTER, WRITTEN),
    MarketoEndpoint("opportunities/describe", OPPORTUNITY, OPPORTUNITIES.describe),
    MarketoEndpoint("opportunities", OPPORTUNITY, OPPORTUNITIES.by_filter, BY_FILTER, WRITTEN),
    MarketoEndpoint("opportunities/roles/describe", OPPORTUNITY, ROLES.describe),
    MarketoEndpoint("opportunities/roles", OPPORTUNITY, ROLES.by_filter, BY_FILTER, WRITTEN),
    MarketoEndpoint("salespersons/describe", SALES_PERSON, SALES_PERSONS.describe),
    MarketoEndpoint("salespersons", SALES_PERSON, SALES_PERSONS.by_filter, BY_FILTER, WRITTEN),
    MarketoEndpoint("activities/types", ACTIVITIES, activities.types),
    MarketoEndpoint("activities/pagingtoken", ACTIVITIES, activities.paging_token, ("sinceDatetime",)),
    MarketoEndpoint(
        "activities",
        ACTIVITIES,
        activities.since_token,
        ("nextPageToken", "activityTypeIds", "leadIds", "batchSize"),
    ),
    MarketoEndpoint("stats/usage", NONE_NEEDED, _stats("usage", 1)),
    MarketoEndpoint("stats/usage/last7days", NONE_NEEDED, _stats("usage", 7)),
    MarketoEndpoint("stats/errors", NONE_NEEDED, _stats("errors", 1)),
    MarketoEndpoint("stats/errors/last7days", NONE_NEEDED, _stats("errors", 7)),
)
_ID = r"[\w.-]+"
ONLY_IN_MARKETO = tuple(
    re.compile(path)
    for path in (
        rf"v1/leads/(delete|push|submitForm|programs/{_ID}|schema/fields(/{_ID})?)",
        rf"v1/leads/{_ID}/(associate|merge|listMembership|programMembership|smartCampaignMembership)",
        rf"v1/lists?(/{_ID}(/leads(/ismember)?)?)?",
        r"v1/activities/(deletedleads|leadchanges|external)",
        rf"v1/activities/external/types?(/{_ID}.*)?",
        rf"v1/campaigns(/{_ID}(/trigger|/schedule)?)?",
        rf"v1/(companies|opportunities|opportunities/roles|salespersons)/(delete|schema/fields(/{_ID})?)",
        rf"v1/customobjects(/schema)?(/{_ID}(/describe|/delete|/approve|/addField|/updateField)?)?",
        r"v1/namedaccounts(/delete|/describe)?",
        rf"v1/namedAccountLists?(/{_ID}.*)?",
        rf"v1/programs?/(members/(describe|schema/fields(/{_ID})?)|{_ID}/members(/status|/delete)?)",
        r"asset/v1/.+",
    )
)
"""Paths that Marketo documents and the rehearsal does not play."""
ONLY_IN_MARKETO_BULK = tuple(
    re.compile(path)
    for path in (
        rf"v1/(activities|customobjects/{_ID}|program/members)/export(/.+)?",
        rf"v1/(leads|customobjects/{_ID}/import|program/{_ID}/members/import)",
        rf"v1/leads/batch/{_ID}(/failures|/warnings)?",
    )
)


def find_endpoint(method: str, path: str) -> tuple[MarketoEndpoint, dict[str, str]]:
    """Who answers a path below /rest, and what stands in the path.

    NotImitated for what only Marketo does; RestError 610: a path that nobody knows, 605: a method.
    """
    plain = re.sub(r"/+", "/", path).strip("/")
    for endpoint in ENDPOINTS:
        if match := re.fullmatch(rf"v1/{endpoint.path}\.json", plain):
            if method in endpoint.written:
                raise NotImitated(f"{method} /rest/{plain}")
            if method != "GET":
                raise RestError("605", f"Request method '{method}' not supported")
            return endpoint, match.groupdict()
    refuse_documented(ONLY_IN_MARKETO, method, "/rest/", plain)
    raise RestError("610", "Requested resource not found")


def refuse_documented(known: tuple[re.Pattern[str], ...], method: str, root: str, path: str) -> None:
    """NotImitated for a path that Marketo documents."""
    bare = path.removesuffix(".json")
    if bare != path and any(pattern.fullmatch(bare) for pattern in known):
        raise NotImitated(f"{method} {root}{path}")
