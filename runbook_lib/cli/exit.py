"""How the ``runbook`` command ends: its exit code, and what it tells people and programs.

What stopped a command is told on stderr in the language of its workspace; with ``--json`` it is also the one
object on stdout.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runbook_lib.cli.language import language_of
from runbook_lib.disk import cannot_write
from runbook_lib.errors import Cancelled, Defect, RunbookError, UsageFault
from runbook_lib.road import ROAD
from runbook_lib.text import on_terminal, say

if TYPE_CHECKING:
    from runbook_lib.guide.commands.terminal.progress import AfterRun
    from runbook_lib.guide.notebooks.runner import Ran
    from runbook_lib.guide.views.view import View

_INTERRUPTED = 130
"""What typer makes of Ctrl-C, without a word."""


def exit_code_of(command: Callable[[], object], arguments: list[str]) -> int:
    """Runs the command that was made of ``arguments`` and tells what stops it."""
    from typer.exceptions import Abort, TyperException  # lazy: what typer itself loads late

    from runbook_lib.cli.misuse import is_page, misused  # lazy: as above

    try:
        code = command()
    except RunbookError as error:
        return _tell(error, arguments)
    except (Abort, KeyboardInterrupt):
        return tell_stopped(arguments)
    except TyperException as fault:
        if is_page(fault):
            print(fault.format_message(), file=sys.stderr)
            return UsageFault.outcome.exit_code
        return _tell(misused(fault), arguments)
    except OSError as fault:
        return _tell(cannot_write(fault), arguments)
    except Exception as fault:
        traceback.print_exc()
        return _tell(Defect(say("The runbook itself failed: {kind}.", kind=type(fault).__name__)), arguments)
    if code == _INTERRUPTED:
        return tell_stopped(arguments)
    return code if isinstance(code, int) else 0


def tell_stopped(arguments: list[str]) -> int:
    """Tells that Ctrl-C or SIGTERM ended the command; its exit code."""
    return _tell(Cancelled(say("Stopped manually.")), arguments)


def _tell(error: RunbookError, arguments: list[str]) -> int:
    print(on_terminal(error, language_of(arguments)), file=sys.stderr)
    _tell_json(error, arguments)
    return error.exit_code


def _tell_json(error: RunbookError, arguments: list[str]) -> None:
    """With ``--json`` the error is the one object on stdout."""
    if "--json" not in arguments:
        return
    parts = {name: str(getattr(error, name)) for name in ("what", "where", "why", "fix")}
    print_json(
        {"outcome": error.outcome, "exit_code": error.exit_code, "error": {**parts, "code": error.code}}
    )


def end_run(ran: Ran, after: AfterRun, line: str, json: bool) -> int:
    """Tells how a run ended, in ``line`` or as an object; its exit code."""
    if json:
        summary = {
            "outcome": ran.outcome,
            "exit_code": ran.exit_code,
            "proven": ran.proven,
            "steps": len(ROAD),
        }
        summary |= {"step": ran.step, "run": ran.run, "report": str(ran.report)}
        print_json(summary | {"reasons": list(after.reasons), "next": after.next_command})
    else:
        print(line)
    return ran.exit_code


def print_view(view: View) -> None:
    """For people: a view as plain text."""
    print(view.plain)


def print_json(data: dict[str, Any]) -> None:
    """For programs: the one object on stdout."""
    print(json_text(data))


def json_text(data: dict[str, Any]) -> str:
    """JSON of which nothing drives a terminal."""
    import json  # lazy: named after the option of the commands

    text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
