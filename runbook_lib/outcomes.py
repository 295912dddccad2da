"""How a step or a command ends: one row per outcome, with its exit code and its words."""

from __future__ import annotations

from runbook_lib.text import Coded, Message, say


class Outcome(Coded):
    """How a step or a command ends; the journal and ``--json`` keep the value.

    ``exit_code``: of the process. ``tone``: how it is shown, a value of the views' ``Tone``. ``word``: how
    the command line and the overview call it; ``heading``: how the report does.
    """

    exit_code: int
    tone: str
    word: Message
    heading: Message

    DONE = "done", 0, "ok", say("proven"), say("Proven")
    ALREADY_DONE = "already done", 0, "ok", say("proven before"), say("Proven")
    UNDONE = "undone", 0, "info", say("undone"), say("Taken back")
    WAITS = "waits", 2, "wait", say("waits for a person"), say("Waits for a person")
    BLOCKED = "blocked", 3, "stop", say("blocked by a check"), say("Blocked by a check")
    REFUSED = "refused", 4, "stop", say("a system refused"), say("A system refused")
    CANCELLED = "cancelled", 5, "stop", say("canceled"), say("Stopped manually")
    TIMED_OUT = "timed-out", 6, "stop", say("not done in time"), say("Timed out")
    EVIDENCE_MISSING = "evidence-missing", 7, "stop", say("done, but not proven"), say("Not proven yet")
    USAGE = "usage", 64, "stop", say("a file or a parameter is wrong"), say("Needs a correction")
    DEFECT = "defect", 70, "stop", say("the runbook itself failed"), say("The runbook failed")


def exit_words() -> dict[int, Message]:
    """Exit code → how the command line calls it; 0 is done, whichever way."""
    return {outcome.exit_code: outcome.word for outcome in Outcome} | {0: say("done")}


def outcome_named(name: str) -> Outcome | None:
    """The outcome of that name; ``None`` for one that a later edition may have written."""
    return next((outcome for outcome in Outcome if outcome == name), None)
