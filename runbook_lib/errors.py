"""Every way the runbook stops, as one tree. Exit codes and words stand in ``outcomes.py``.

::

    RunbookError                        70
    ├── UsageFault                      64  the command, a file or a parameter is wrong; the caller mends it
    │   ├── ConnectionFileFault             connection.toml, every fault at once
    │   ├── DecisionFileFault               a CSV or TOML of decisions, every bad row at once
    │   ├── DescribeFileFault               a file of --org-schema that is no describe
    │   ├── WorkspaceFault                  the folder is missing, or not a workspace
    │   │   └── WorkspaceInUse                  another run holds it: another try may help
    │   └── NotebookParameterFault          a parameter the notebook does not know
    ├── WaitsForPerson                   2  a decision, an approval or a click is still missing
    │   └── SecretMissing                   a password, token or client secret nobody has given yet
    ├── Blocked                          3  a check says no, or cannot tell
    ├── SystemRefused                    4  Salesforce or Marketo said no, or could not be reached
    │   ├── LoginRefused                    Salesforce refused the login, with the reason and its fix
    │   ├── SalesforceRefused               any other answer of Salesforce that is an error
    │   │   └── SalesforceBusy                  too many calls at once: another try may help
    │   ├── MarketoRefused                  an error of Marketo, also inside an HTTP 200
    │   ├── ConsoleRefused                  the rehearsal's Admin console did not accept a click
    │   └── Unreachable                     no answer: network, TLS, time-out of one call
    ├── Cancelled                        5  a person stopped the run
    ├── TimedOut                         6  waited until the deadline
    ├── EvidenceMissing                  7  the change was made but cannot be proven
    │   └── SecretLeaked                    a file held a secret; what the run had produced was emptied
    └── Defect                          70  the runbook itself is wrong

Families are cut by *who must act*. An error says what happened, where, why it matters
and what to do next; it never holds a secret or a whole response body.
The parts are texts or :class:`runbook_lib.text.Message` objects, so that the edge that shows
the error can say it in the reader's language.
"""

from __future__ import annotations

from typing import ClassVar

from runbook_lib.outcomes import Outcome
from runbook_lib.text import Spoken


class RunbookError(Exception, Spoken):
    """Something stopped the runbook, told so that a reader can act on it.

    ``what`` happened, ``where`` (file, line, object, URL without its query), ``why`` it matters,
    ``fix``: what to do next. Each is a text or a translatable message; empty when there is nothing to say.
    ``code`` is the vendor's own error code, ``None`` where there is none.
    """

    outcome: ClassVar[Outcome] = Outcome.DEFECT

    def __init__(
        self,
        what: object,
        *,
        where: object = "",
        why: object = "",
        fix: object = "",
        code: str | None = None,
    ) -> None:
        super().__init__(str(what))
        self.what = what
        self.where = where
        self.why = why
        self.fix = fix
        self.code = code

    @property
    def exit_code(self) -> int:
        """What the process ends with."""
        return self.outcome.exit_code

    def parts(self) -> tuple[object, ...]:
        """What, where, why and fix, without the empty ones, in the order they are read."""
        return tuple(part for part in (self.what, self.where, self.why, self.fix) if str(part))

    def __str__(self) -> str:
        return "\n".join(str(part) for part in self.parts())

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows instead of a traceback: the message, for a reader who is no programmer."""
        return [str(self)]


class UsageFault(RunbookError):
    """The command, a file or a parameter is wrong; whoever called mends it."""

    outcome = Outcome.USAGE


class ConnectionFileFault(UsageFault):
    """connection.toml is missing, unreadable or has faults."""


class DecisionFileFault(UsageFault):
    """A file of decisions has bad rows; nothing was taken from it."""


class DescribeFileFault(UsageFault):
    """A file given as a Salesforce describe is none."""


class WorkspaceFault(UsageFault):
    """The workspace folder is missing, or is no workspace."""


class WorkspaceInUse(WorkspaceFault):
    """Another run holds the workspace."""


class NotebookParameterFault(UsageFault):
    """A notebook was given a parameter it does not know, or one of the wrong kind."""


class WaitsForPerson(RunbookError):
    """A decision, an approval or a click of a person is still missing."""

    outcome = Outcome.WAITS


class SecretMissing(WaitsForPerson):
    """A secret is in none of the places the vault looks."""


class Blocked(RunbookError):
    """A check says no or cannot tell, and so the way on is shut."""

    outcome = Outcome.BLOCKED


class SystemRefused(RunbookError):
    """Salesforce or Marketo said no, or could not be reached."""

    outcome = Outcome.REFUSED


class LoginRefused(SystemRefused):
    """Salesforce refused a login; ``code`` is its exception code."""


class SalesforceRefused(SystemRefused):
    """Salesforce answered with an error; ``code`` is its error code."""


class SalesforceBusy(SalesforceRefused):
    """Salesforce has too many long calls at work and did not begin this one; it may come again."""


class MarketoRefused(SystemRefused):
    """Marketo answered with an error; ``code`` is its error code, also from inside an HTTP 200."""


class ConsoleRefused(SystemRefused):
    """The rehearsal's Admin console did not accept a click."""


class Unreachable(SystemRefused):
    """No answer came: network, TLS, or the time-out of one call."""


class Cancelled(RunbookError):
    """A person stopped the run."""

    outcome = Outcome.CANCELLED


class TimedOut(RunbookError):
    """Waited until the deadline."""

    outcome = Outcome.TIMED_OUT


class EvidenceMissing(RunbookError):
    """The change was made but it cannot be proven."""

    outcome = Outcome.EVIDENCE_MISSING


class SecretLeaked(EvidenceMissing):
    """A file held a secret; where the run had produced the file, its content was removed."""


class Defect(RunbookError):
    """The runbook itself is wrong."""
