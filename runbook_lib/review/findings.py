"""What a check answers: one of five statuses, said so that a person can act on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from runbook_lib.text import Coded, Message, Worded, from_json, joined, say


class Status(Coded):
    """``unknown`` is "cannot tell": it shuts a gate like ``error`` and is never turned into "no".

    ``tone``: how it is shown, a value of the views' ``Tone``. ``word``: how a view calls it; ``heading``: how
    the report does.
    """

    tone: str
    word: Message
    heading: Message

    OK = "ok", "ok", say("in order"), say("OK")
    WARN = "warn", "warn", say("warning"), say("Warning")
    ERROR = "error", "stop", say("error"), say("Error")
    SKIP = "skip", "info", say("not looked at yet"), say("Reported")
    UNKNOWN = "unknown", "stop", say("cannot tell"), say("Cannot tell")


class Who(Worded):
    """Who can make the fix."""

    YOU = "you", say("you")
    SALESFORCE_ADMIN = "salesforce-admin", say("a Salesforce administrator")
    MARKETO_ADMIN = "marketo-admin", say("a Marketo administrator")
    SUPPORT = "support", say("the vendor's support")


class Verdict(Coded):
    """All findings in one word, and in one sentence."""

    tone: str
    sentence: Message

    BLOCKED = "Blocked", "stop", say("Blocked: no further until the errors are fixed.")
    WARNING = "Warning", "warn", say("Warning: you may continue, but read the warnings.")
    CLEAR = "Clear", "ok", say("Clear: nothing is in the way.")


@dataclass(frozen=True)
class Finding:
    """The answer of one check.

    ``check``: its id. ``step``: the notebook that repairs it. ``what`` was found, ``why`` it matters,
    ``fix``: exactly what to do, ``who`` can do it, ``source``: where the rule stands written.
    """

    check: str
    step: str
    status: Status
    what: Message
    why: Message | None = None
    fix: Message | None = None
    who: Who = Who.YOU
    source: str = ""

    @property
    def cause(self) -> tuple[str, str, str, str]:
        """What one cause has in common in whatever check it is met: the status and all that is said."""
        return self.status.value, str(self.what), str(self.why or ""), str(self.fix or "")

    @property
    def blocks(self) -> bool:
        """Whether this shuts a gate: an error, or cannot tell."""
        return self.status in (Status.ERROR, Status.UNKNOWN)

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON; messages keep their template and values."""
        return {
            "check": self.check,
            "step": self.step,
            "status": self.status.value,
            "what": self.what.to_json(),
            "why": self.why.to_json() if self.why else None,
            "fix": self.fix.to_json() if self.fix else None,
            "who": self.who.value,
            "source": self.source,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Finding:
        """The inverse of :meth:`to_json`."""
        words: dict[str, Any] = {key: from_json(data[key]) for key in ("what", "why", "fix")}
        return cls(
            check=data["check"],
            step=data["step"],
            status=Status(data["status"]),
            who=Who(data["who"]),
            source=data["source"],
            **words,
        )


def not_told(reason: object, fix: object = "") -> Message:
    """That something cannot be told, and why; what to do about it, where that is known."""
    if fix:
        return say("Cannot tell: {reason} {fix}", reason=reason, fix=fix)
    return say("Cannot tell: {reason}", reason=reason)


_NOT_TOLD = frozenset(not_told("", fix).template for fix in ("", "fix"))


def beside_status(status: Status, what: Message) -> Message:
    """What was found, where the word of its status stands in front: "cannot tell" is not said twice."""
    if status is not Status.UNKNOWN or what.template not in _NOT_TOLD:
        return what
    return joined([what.values[name] for name in ("reason", "fix") if name in what.values], " ")


def by_cause(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], ...]:
    """Findings that say the same, word for word, together, in the order in which each is met first.

    What keeps many checks from being made, such as a system that is down, is one thing to a person.
    """
    causes: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        causes.setdefault(finding.cause, []).append(finding)
    return tuple(map(tuple, causes.values()))


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Blocked as soon as one finding blocks, Warning as soon as one warns, else Clear."""
    answered = list(findings)
    if any(finding.blocks for finding in answered):
        return Verdict.BLOCKED
    if any(finding.status is Status.WARN for finding in answered):
        return Verdict.WARNING
    return Verdict.CLEAR
