"""Reply rules: answers that a test or a person puts in place of the rehearsal's own, by rule.

Faults (`fault_injection`) are the failures whose words are known; a rule says any other answer word for word:
a proxy's page, a redirect, a refusal of one API alone, a body that is cut off. A rule is data, never code:

    {"path": "/services/Soap/m", "status": 500, "body": "<soapenv:Envelope …", "times": 2}
    {"path": ".*/query", "query": "FROM Lead", "patch": {"records": null}}

Requests are matched by regular expressions; `patch` lets the rehearsal answer first and changes single values
of its JSON, so that one of them can be of another shape.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

PATTERNS = ("path", "host", "query", "body_match")


@dataclass(frozen=True)
class Asked:
    """A request, as far as a rule can tell it from others."""

    method: str
    host: str
    path: str
    query: str
    """The query string, undone from its URL encoding."""
    body: str


@dataclass(frozen=True)
class ReplyRule:
    """One rule: which requests it answers, with what, and how often."""

    path: str = ""
    """Regular expression searched from the start of the path."""
    method: str = ""
    """HTTP method it is limited to, or empty for all."""
    host: str = ""
    """Regular expression searched in the Host header."""
    query: str = ""
    """Regular expression searched in the decoded query string: a SOQL text stands there."""
    body_match: str = ""
    """Regular expression searched in the request's body."""
    skip: int = 0
    """Matching requests that are let through first."""
    times: int | None = None
    """Requests it answers after these; None: every one."""
    status: int | None = None
    """HTTP status; None is 200, or with `patch` that of the rehearsal's own answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ""
    """A text is sent as it is, anything else as JSON."""
    patch: Any = None
    """Merged into the JSON that the rehearsal itself answers: objects by key; all else replaces, null too."""
    cut_after: int | None = None
    """Bytes of the body after which the connection is dropped, though more were promised."""
    after_write: bool = False
    """The rehearsal does what was asked first, and its own answer is thrown away."""

    def matches(self, asked: Asked) -> bool:
        """Whether the rule is about this request."""
        return (
            self.method in ("", asked.method)
            and re.match(self.path, asked.path) is not None
            and re.search(self.host, asked.host) is not None
            and re.search(self.query, asked.query) is not None
            and re.search(self.body_match, asked.body) is not None
        )

    @property
    def asks_the_world(self) -> bool:
        """Whether the rehearsal does what was asked, whatever the client then hears."""
        return self.after_write or self.patch is not None


class ReplyBook:
    """The rules in force, in the order they were given; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[tuple[ReplyRule, list[int]]] = []

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, *rules: ReplyRule) -> None:
        """Puts rules into force, after those that are."""
        with self._lock:
            self._rules += [(rule, [0]) for rule in rules]

    def take(self, asked: Asked) -> ReplyRule | None:
        """The first rule that answers this request, if any; each that matches counts it."""
        with self._lock:
            for rule, matched in self._rules:
                if rule.matches(asked):
                    matched[0] += 1
                    last = None if rule.times is None else rule.skip + rule.times
                    if matched[0] > rule.skip and (last is None or matched[0] <= last):
                        return rule
        return None

    def clear(self) -> None:
        """Takes all rules out of force."""
        with self._lock:
            self._rules.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """The rules in force, each with the requests it matched so far."""
        with self._lock:
            return [{**asdict(rule), "matched": matched[0]} for rule, matched in self._rules]


_WITHOUT_BODY = (204, 304)


@dataclass(frozen=True)
class Reply:
    """An answer as it goes over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


def reply_of(rule: ReplyRule, own: Reply | None = None) -> Reply:
    """What `rule` answers; `own` is what the rehearsal itself answered, for a patch.

    A status that HTTP gives no body has none, whatever the rule says. Source: RFC 9110, 15.3.5 and 15.4.5.
    """
    reply = _own_or_patched(rule, own)
    return replace(reply, body=b"") if reply.status in _WITHOUT_BODY else reply


def _own_or_patched(rule: ReplyRule, own: Reply | None) -> Reply:
    if rule.patch is not None and own is not None:
        body = json.dumps(_merged(json.loads(own.body or b"null"), rule.patch)).encode()
        kept = {name: value for name, value in own.headers.items() if name.lower() != "content-length"}
        return Reply(rule.status or own.status, {**kept, **rule.headers}, body)
    if isinstance(rule.body, str):
        body, kind = rule.body.encode(), "text/plain; charset=UTF-8"
    else:
        body, kind = json.dumps(rule.body).encode(), "application/json;charset=UTF-8"
    named = {name.lower() for name in rule.headers}
    headers = {} if "content-type" in named or not body else {"Content-Type": kind}
    return Reply(rule.status or 200, {**headers, **rule.headers}, body)


def rules_from_json(data: Any) -> list[ReplyRule]:
    """The rule or the list of rules as posted to the control. ValueError names what is wrong."""
    return [_rule(rule) for rule in (data if isinstance(data, list) else [data])]


def _rule(data: Any) -> ReplyRule:
    if not isinstance(data, dict):
        raise ValueError("a rule is a JSON object")
    known = set(ReplyRule.__dataclass_fields__)
    if unknown := set(data) - known:
        raise ValueError(f"unknown key: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    rule = ReplyRule(**{**data, "method": str(data.get("method") or "").upper()})
    _require_kinds(rule)
    for name in PATTERNS:
        try:
            re.compile(getattr(rule, name))
        except (re.error, TypeError) as broken:
            raise ValueError(f"{name} is not a regular expression: {broken}") from broken
    return rule


def _require_kinds(rule: ReplyRule) -> None:
    """ValueError for a value that no answer can be made of: a rule that never strikes proves nothing."""
    if not isinstance(rule.headers, dict) or not all(isinstance(v, str) for v in rule.headers.values()):
        raise ValueError("headers is an object of texts")
    if rule.status is not None and rule.status not in range(200, 600):
        raise ValueError("status is a number from 200 to 599")
    for name in ("skip", "times", "cut_after"):
        value = getattr(rule, name)
        if value is not None and (not isinstance(value, int) or value < 0):
            raise ValueError(f"{name} is a whole number from 0 up")


def _merged(value: Any, patch: Any) -> Any:
    """Like JSON Merge Patch (RFC 7396), but that null is written, as a shape of its own."""
    if not isinstance(patch, dict):
        return patch
    base: Mapping[str, Any] = value if isinstance(value, dict) else {}
    changed = {key: _merged(base.get(key), member) for key, member in patch.items()}
    return {**base, **changed}


def decoded(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """ASGI headers as texts."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
