"""Bulk API 2.0 query jobs. Source: Bulk API 2.0 Developer Guide, "Query".

A job's work takes no time here: it is UploadComplete when made and JobComplete when first asked for.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.schema.catalog import UNSTORED_TYPES
from runbook_lib.rehearsal.org.soql.parser import FunctionCall, parse
from runbook_lib.rehearsal.salesforce.rest.declared import Reads
from runbook_lib.rehearsal.salesforce.rest.jobs import QueryJob
from runbook_lib.rehearsal.salesforce.rest.resource import EMPTY, Resource, RestAnswer, RestCall

DELIMITERS = {
    "COMMA": ",", "TAB": "\t", "PIPE": "|", "SEMICOLON": ";", "CARET": "^", "BACKQUOTE": "`",
}  # fmt: skip
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
LARGEST_PAGE = 250_000
"""Rows per page of results when the client names no `maxRecords`."""

LITERAL = re.compile(r"'(?:\\.|[^'\\])*'")
REFUSED = re.compile(
    r"\bGROUP\s+BY\b|\bOFFSET\b|\bTYPEOF\b|\b(?:COUNT|COUNT_DISTINCT|SUM|AVG|MIN|MAX)\s*\("
    r"|(?:^\s*SELECT|,)\s*\(\s*SELECT\b",
    re.IGNORECASE,
)
"""What SOQL allows and Bulk API 2.0 does not: grouping, aggregates, OFFSET, TYPEOF, child subqueries."""


def create_job(call: RestCall) -> RestAnswer:
    """POST jobs/query. A query that cannot run is refused here, not later."""
    body = call.json_object()
    operation, soql = str(body.get("operation", "")), str(body.get("query", ""))
    delimiter = _choice(body, "columnDelimiter", DELIMITERS, "COMMA")
    line_ending = _choice(body, "lineEnding", LINE_ENDINGS, "LF")
    if body.get("contentType", "CSV") != "CSV":
        raise OrgFault(400, "INVALIDJOB", "contentType must be CSV")
    if operation not in ("query", "queryAll"):
        raise OrgFault(400, "INVALIDJOB", "Unable to parse Job: operation must be query or queryAll")
    if REFUSED.search(LITERAL.sub("''", soql)):
        raise OrgFault(
            400, "FEATURE_NOT_ENABLED", "Aggregates, GROUP BY, OFFSET, TYPEOF and nested queries "
            "are not supported in Bulk Query"
        )  # fmt: skip
    _refuse_compound(call, soql)
    run = call.org.query if operation == "query" else call.org.query_all
    result = run(call.user_id, soql)
    job = QueryJob(
        id=call.salesforce.jobs.next_id(),
        owner_id=call.user_id,
        operation=operation,
        object_name=result.object_name,
        created_at=call.org.clock.now(),
        version=call.version,
        delimiter=delimiter,
        line_ending=line_ending,
        result=result,
    )
    call.salesforce.jobs.put(job)
    return RestAnswer(200, _created(job))


def _refuse_compound(call: RestCall, soql: str) -> None:
    """Addresses and FIELDS() cannot be had in bulk. Recorded: the text, in clients that fall back on it."""
    query = parse(soql)
    sobject = call.org.catalog.find(query.source)
    for item in query.items:
        if isinstance(item.operand, FunctionCall) and item.operand.function == "FIELDS":
            raise OrgFault(
                400, "FEATURE_NOT_ENABLED", "The SOQL FIELDS function is not supported in Bulk Query"
            )
        field = sobject.find(str(item.operand)) if sobject else None
        if field is not None and field["type"] in UNSTORED_TYPES:
            raise OrgFault(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")


def read_job(call: RestCall, job_id: str) -> RestAnswer:
    """GET jobs/query/{id}: how far the job is."""
    job = call.salesforce.jobs.find(job_id)
    if job.state == "UploadComplete":
        job = call.salesforce.jobs.move(job_id, "JobComplete")
    return RestAnswer(200, _state(job))


def list_jobs(call: RestCall) -> RestAnswer:
    """GET jobs/query."""
    records = [{**_created(job), "jobType": "V2Query"} for job in call.salesforce.jobs.all()]
    return RestAnswer(200, {"done": True, "records": records, "nextRecordsUrl": None})


def change_job(call: RestCall, job_id: str) -> RestAnswer:
    """PATCH jobs/query/{id} {"state": "Aborted"}: the only change there is."""
    job = call.salesforce.jobs.find(job_id)
    if call.json_object().get("state") != "Aborted":
        raise OrgFault(400, "INVALIDJOBSTATE", "Only the state Aborted can be set.")
    if job.state != "UploadComplete":
        raise OrgFault(400, "INVALIDJOBSTATE", f"Aborting a job in state {job.state} is not allowed.")
    return RestAnswer(200, _created(call.salesforce.jobs.move(job_id, "Aborted")))


def delete_job(call: RestCall, job_id: str) -> RestAnswer:
    """DELETE jobs/query/{id}."""
    call.salesforce.jobs.move(job_id, "Deleted")
    return EMPTY


def results(call: RestCall, job_id: str) -> RestAnswer:
    """GET jobs/query/{id}/results[?maxRecords=N][&locator=L]: one page of CSV, each with its header line."""
    job = call.salesforce.jobs.find(job_id)
    if job.state != "JobComplete":
        raise OrgFault(400, "INVALIDJOBSTATE", "Invalid job state: results are there when it is JobComplete.")
    start = _offset(call.query.get("locator", ""))
    asked = call.query.get("maxRecords", str(LARGEST_PAGE))
    if not asked.isdigit() or int(asked) < 1:
        raise OrgFault(400, "INVALID_QUERY_VALUE", f"maxRecords must be a whole number above 0: {asked}")
    stop = min(start + int(asked), job.result.total)
    headers = {
        "Sforce-Locator": _locator(stop) if stop < job.result.total else "null",
        "Sforce-NumberOfRecords": str(max(stop - start, 0)),
    }
    return RestAnswer(200, _csv(job, start, stop), headers, media_type="text/csv")


def _csv(job: QueryJob, start: int, stop: int) -> str:
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=DELIMITERS[job.delimiter],
        lineterminator=LINE_ENDINGS[job.line_ending],
        quoting=csv.QUOTE_ALL,
    )
    writer.writerow(job.result.columns)
    lines = job.result.csv_lines(start, stop, DELIMITERS[job.delimiter])
    if lines is not None:
        ending = LINE_ENDINGS[job.line_ending]
        return text.getvalue() + "".join(f"{line}{ending}" for line in lines)
    writer.writerows([_cell(value) for value in row] for row in job.result.cells(start, stop))
    return text.getvalue()


def _cell(value: Any) -> Any:
    """A JSON value as Bulk API 2.0 writes it: null is empty, datetimes end in Z."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and len(value) == 28 and value.endswith("+0000"):
        return value.removesuffix("+0000") + "Z"
    return value


def _created(job: QueryJob) -> dict[str, Any]:
    stamp = job.created_at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return {
        "id": job.id,
        "operation": job.operation,
        "object": job.object_name,
        "createdById": job.owner_id,
        "createdDate": stamp,
        "systemModstamp": stamp,
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.version),
        "lineEnding": job.line_ending,
        "columnDelimiter": job.delimiter,
    }


def _state(job: QueryJob) -> dict[str, Any]:
    progress: dict[str, Any] = {"jobType": "V2Query", "retries": 0, "totalProcessingTime": 0}
    if job.state == "JobComplete":
        progress["numberRecordsProcessed"] = job.result.total
    return {**_created(job), **progress}


def _choice(body: dict[str, Any], key: str, known: dict[str, str], default: str) -> str:
    chosen = str(body.get(key) or default)
    if chosen not in known:
        raise OrgFault(400, "INVALIDJOB", f"{key} must be one of {', '.join(known)}")
    return chosen


def _locator(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode().rstrip("=")


def _offset(locator: str) -> int:
    if not locator:
        return 0
    try:
        return int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except (ValueError, binascii.Error) as broken:
        raise OrgFault(400, "INVALID_QUERY_LOCATOR", "invalid query locator") from broken


JOB = Reads(
    keys=("operation", "query", "contentType", "columnDelimiter", "lineEnding"),
    lacks=("externalIdFieldName", "concurrencyMode", "apiVersion", "object"),
)

RESOURCES = (
    Resource("POST", "jobs/query", create_job, JOB),
    Resource("GET", "jobs/query", list_jobs),
    Resource("GET", "jobs/query/{job_id}", read_job),
    Resource("PATCH", "jobs/query/{job_id}", change_job, Reads(keys=("state",))),
    Resource("DELETE", "jobs/query/{job_id}", delete_job),
    Resource("GET", "jobs/query/{job_id}/results", results, Reads(("maxRecords", "locator"))),
)
