"""REST query, queryAll and the pages after the first.

Source: REST API Developer Guide, "Query"; `Sforce-Query-Options` header.
"""

from __future__ import annotations

import re
from typing import Any

from runbook_lib.rehearsal.org import QueryResult
from runbook_lib.rehearsal.org.faults import OrgFault, not_imitated
from runbook_lib.rehearsal.salesforce.rest.declared import Reads
from runbook_lib.rehearsal.salesforce.rest.resource import Resource, RestAnswer, RestCall

LARGEST_PAGE = 2000
SMALLEST_PAGE = 200
BATCH_SIZE = "sforce-query-options"
"""The header that asks for smaller pages."""


def query(call: RestCall) -> RestAnswer:
    """GET query?q=… as the caller sees the data."""
    return RestAnswer(200, first_page(call, call.org.query(call.user_id, call.parameter("q"))))


def query_all(call: RestCall) -> RestAnswer:
    """GET queryAll?q=…: deleted records too."""
    return RestAnswer(200, first_page(call, call.org.query_all(call.user_id, call.parameter("q"))))


def tooling_query(call: RestCall) -> RestAnswer:
    """GET tooling/query?q=…: the metadata objects."""
    result = call.org.tooling_query(call.user_id, call.parameter("q"))
    page = first_page(call, result)
    more = page.get("nextRecordsUrl", "").rpartition("/")[2] or None
    details = {"entityTypeName": result.object_name, "queryLocator": more, "size": len(page["records"])}
    return RestAnswer(200, page | details)  # recorded


def next_page(call: RestCall, locator: str) -> RestAnswer:
    """GET query/{locator}-{offset}: `nextRecordsUrl` of the page before."""
    match = re.fullmatch(r"(01g\w+)-(\d+)", locator)
    if match is None:
        raise OrgFault(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    result = call.salesforce.cursors.find(call.user_id, match[1])
    return RestAnswer(200, _page(call, result, match[1], int(match[2])))


def first_page(call: RestCall, result: QueryResult) -> dict[str, Any]:
    """The answer to a query; results that are longer than one page are kept for `next_page`."""
    if result.is_count:
        return {"totalSize": result.total, "done": True, "records": []}
    if result.total <= page_size(call):
        return _page(call, result, "", 0)
    return _page(call, result, call.salesforce.cursors.keep(call.user_id, result), 0)


def page_size(call: RestCall) -> int:
    """Rows per page: 2,000 unless `Sforce-Query-Options: batchSize=` asks for fewer (never below 200)."""
    options = call.headers.get(BATCH_SIZE, "")
    if re.search(r"(?i)(?<![\w])(?!batchSize)\w+\s*=", options):
        raise not_imitated(f"Sforce-Query-Options: {options}")
    match = re.search(r"(?i)batchSize\s*=\s*(\d+)", options)
    wanted = int(match[1]) if match else LARGEST_PAGE
    return min(max(wanted, SMALLEST_PAGE), LARGEST_PAGE)


def _page(call: RestCall, result: QueryResult, locator: str, start: int) -> dict[str, Any]:
    stop = start + page_size(call)
    page: dict[str, Any] = {"totalSize": result.total, "done": stop >= result.total}
    if stop < result.total:
        surface = "tooling/query" if call.path.startswith("tooling") else "query"
        page["nextRecordsUrl"] = f"{call.root}/{surface}/{locator}-{stop}"
    page["records"] = result.page(start, stop, call.version)
    return page


QUERY = Reads(("q",), headers=(BATCH_SIZE,))
NEXT_PAGE = Reads(headers=(BATCH_SIZE,))

RESOURCES = (
    Resource("GET", "query", query, QUERY),
    Resource("GET", "queryAll", query_all, QUERY),
    Resource("GET", "query/{locator}", next_page, NEXT_PAGE),
    Resource("GET", "queryAll/{locator}", next_page, NEXT_PAGE),
)
