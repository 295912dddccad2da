"""Several calls in one: `/composite` (one API call, references between parts) and `/composite/batch`.

Source: REST API Developer Guide, "Composite" and "Batch".
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.salesforce.rest.declared import Reads, refuse_unread_keys
from runbook_lib.rehearsal.salesforce.rest.resource import (
    EMPTY,
    Resource,
    RestAnswer,
    RestCall,
    dispatch,
    not_imitated,
    refusal,
)

MOST_PARTS = 25
MOST_QUERIES = 5
TOO_LONG = (
    f"The request can't contain more than {MOST_PARTS} operations. (The rehearsal's words: not recorded.)"
)
"""Salesforce refuses a composite call of more within `compositeResponse`; its text was never recorded."""
REFERENCE = re.compile(r"@\{(\w+)((?:\.\w+|\[\d+\])*)\}")
COMPOSITE = Reads(keys=("allOrNone", "compositeRequest"), lacks=("collateSubrequests", "graphs"))
BATCH = Reads(keys=("haltOnError", "batchRequests"))
PART_KEYS = {
    "compositeRequest": ("method", "url", "referenceId", "body", "httpHeaders"),
    "batchRequests": ("method", "url", "richInput"),
}
"""List of parts → what is read of each."""
NOT_READ = ("binaryPartName", "binaryPartNameAlias")
HALTED = [
    {
        "errorCode": "PROCESSING_HALTED",
        "message": "The transaction was rolled back since another operation in the same transaction failed.",
    }
]


def composite_resources(inner: tuple[Resource, ...], prefix: str) -> tuple[Resource, ...]:
    """The composite endpoints below `prefix` ("" or "tooling/"), which run the `inner` ones."""

    def composite(call: RestCall) -> RestAnswer:
        return _composite(call, lambda part: dispatch(inner, part))

    def batch(call: RestCall) -> RestAnswer:
        return _batch(call, lambda part: dispatch(inner, part))

    return (
        Resource("POST", f"{prefix}composite", composite, COMPOSITE),
        Resource("POST", f"{prefix}composite/batch", batch, BATCH),
    )


def _composite(call: RestCall, run: Callable[[RestCall], RestAnswer]) -> RestAnswer:
    body = call.json_object()
    if _is_too_long(body.get("compositeRequest")):
        return _composite_answer({None: refusal(OrgFault(400, "LIMIT_EXCEEDED", TOO_LONG))})
    parts = _parts(body, "compositeRequest")
    _refuse_too_many_queries(parts)
    if not body.get("allOrNone"):
        return _composite_answer(_run_all(call, parts, run))
    if call.path.startswith("tooling"):
        return not_imitated("allOrNone of", f"{call.root}/{call.path}")
    with call.org.database.transaction() as transaction:
        answers = _run_all(call, parts, run)
        if any(answer.status >= 400 for answer in answers.values()):
            transaction.give_up()
            answers = {name: _halted(answer) for name, answer in answers.items()}
    return _composite_answer(answers)


def _run_all(
    call: RestCall, parts: list[dict[str, Any]], run: Callable[[RestCall], RestAnswer]
) -> dict[str, RestAnswer]:
    """The answer to every part by its referenceId; a part may name what an earlier one answered."""
    answers: dict[str, RestAnswer] = {}
    for part in parts:
        try:
            answers[part["referenceId"]] = run(_part(call, _resolved(part, answers), "body"))
        except OrgFault as fault:
            answers[part["referenceId"]] = refusal(fault)
    return answers


def _composite_answer(answers: Mapping[str, RestAnswer] | Mapping[None, RestAnswer]) -> RestAnswer:
    return RestAnswer(
        200,
        {
            "compositeResponse": [
                {
                    "body": answer.body,
                    "httpHeaders": dict(answer.headers),
                    "httpStatusCode": answer.status,
                    "referenceId": name,
                }
                for name, answer in answers.items()
            ]
        },
    )


def _batch(call: RestCall, run: Callable[[RestCall], RestAnswer]) -> RestAnswer:
    """Every part counts as an API call of its own; the request itself was counted once already."""
    body = call.json_object()
    answers: list[RestAnswer] = []
    for position, part in enumerate(_parts(body, "batchRequests")):
        if position:
            call.org.count_call()
        if body.get("haltOnError") and any(answer.status >= 400 for answer in answers):
            answers.append(RestAnswer(412, HALTED))
        else:
            answers.append(run(_part(call, part, "richInput")))
    results = [{"statusCode": answer.status, "result": answer.body} for answer in answers]
    return RestAnswer(200, {"hasErrors": any(answer.status >= 400 for answer in answers), "results": results})


def _parts(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    parts = body.get(key)
    if not isinstance(parts, list) or not parts:
        raise OrgFault(400, "JSON_PARSER_ERROR", f"The property '{key}' must be a list of requests.")
    if _is_too_long(parts):
        raise OrgFault(400, "LIMIT_EXCEEDED", TOO_LONG)
    for part in parts:
        if not isinstance(part, dict) or not part.get("url") or not part.get("method"):
            raise OrgFault(400, "JSON_PARSER_ERROR", "Every request needs a method and a url.")
        refuse_unread_keys(part, PART_KEYS[key], NOT_READ, f"{key} in a composite call")
        if key == "compositeRequest" and not part.get("referenceId"):
            raise OrgFault(400, "INVALID_INPUT", "Provided referenceId must not be blank.")
    _check_references([part["referenceId"] for part in parts if key == "compositeRequest"])
    return parts


def _check_references(names: list[str]) -> None:
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9]\w*", name):
            raise OrgFault(
                400,
                "INVALID_INPUT",
                f"Provided referenceId ('{name}') must start with a letter or a number, and it can contain "
                "only letters, numbers and underscores ('_').",
            )
        if names.count(name) > 1:
            raise OrgFault(400, "INVALID_INPUT", f"Duplicate referenceId provided: {name}.")


def _is_too_long(parts: Any) -> bool:
    return isinstance(parts, list) and len(parts) > MOST_PARTS


def _refuse_too_many_queries(parts: list[dict[str, Any]]) -> None:
    pattern = re.compile(r"/v\d+\.0/+(query|queryAll|composite/sobjects)\b", re.IGNORECASE)
    if sum(1 for part in parts if pattern.search(part["url"])) > MOST_QUERIES:
        message = f"The request can't contain more than {MOST_QUERIES} query or collection operations."
        raise OrgFault(400, "LIMIT_EXCEEDED", message)


def _part(call: RestCall, part: dict[str, Any], body_key: str) -> RestCall:
    """One subrequest as a call of the same user; its URL may be unencoded, with or without the version."""
    path, _, query = str(part["url"]).partition("?")
    tidied = re.sub(r"/+", "/", path).strip("/")
    below = re.sub(r"^(services/data/)?v\d+\.0/", "", tidied)
    headers = {name.lower(): value for name, value in (part.get("httpHeaders") or {}).items()}
    return replace(
        call,
        method=str(part["method"]).upper(),
        path=below,
        query=dict(urllib.parse.parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        body=part.get(body_key),
    )


def _resolved(part: dict[str, Any], answers: dict[str, RestAnswer]) -> dict[str, Any]:
    """The subrequest with every `@{reference.path}` replaced by what the earlier part answered."""

    def look_up(match: re.Match[str]) -> str:
        value: Any = answers[match[1]].body if match[1] in answers else None
        for name, place in re.findall(r"\.(\w+)|\[(\d+)\]", match[2]):
            try:
                value = value[name] if name else value[int(place)]
            except (KeyError, IndexError, TypeError):
                value = None
        if value is None:
            message = f"Invalid reference specified. No value for {match[1]}{match[2]} found."
            raise OrgFault(400, "PROCESSING_HALTED", message)
        return str(value)

    def replaced(value: Any) -> Any:
        if isinstance(value, str):
            return REFERENCE.sub(look_up, value)
        if isinstance(value, list):
            return [replaced(item) for item in value]
        if isinstance(value, dict):
            return {key: replaced(item) for key, item in value.items()}
        return value

    return {**part, "url": replaced(part["url"]), "body": replaced(part.get("body"))}


def _halted(answer: RestAnswer) -> RestAnswer:
    return answer if answer.status >= 400 else replace(EMPTY, status=400, body=HALTED)
