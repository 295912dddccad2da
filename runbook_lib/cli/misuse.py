"""A command line that typer could not read, as a fault of ours: in the reader's language."""

from __future__ import annotations

from typing import Any

from typer.exceptions import TyperException

from runbook_lib.errors import UsageFault
from runbook_lib.text import Message, say


def is_page(fault: TyperException) -> bool:
    """Whether it is no fault but the help, which a command without arguments shows."""
    return type(fault).__name__ == "NoArgsIsHelpError"


def misused(fault: Any) -> UsageFault:
    """What is wrong with the line, and where to read how the command is typed."""
    command = fault.ctx.command_path if fault.ctx is not None else "runbook"
    return UsageFault(_what(fault), fix=say("{command} --help explains it.", command=command))


def _what(fault: Any) -> Message:
    """By the name of typer's class, as typer itself does: it publishes none of them."""
    match type(fault).__name__:
        case "MissingParameter":
            return say("{name} is missing.", name=_name(fault))
        case "NoSuchOption":
            return _unknown(fault.option_name, sorted(fault.possibilities or ()))
        case "BadOptionUsage":
            return say("{name} needs a value, or takes none.", name=fault.option_name)
        case "BadParameter" if fault.param is not None:
            return _unusable(fault)
    return say("There is more on the line than the command takes.")


def _unknown(option: str, similar: list[str]) -> Message:
    if similar:
        return say("There is no option {name}. Similar: {names}.", name=option, names=", ".join(similar))
    return say("There is no option {name}.", name=option)


def _unusable(fault: Any) -> Message:
    """What a value must be: of all the options, numbers and files alone are read by the library."""
    kind = fault.param.type_descriptor.annotation
    if kind is int:
        return say("{name} must be a whole number that is possible there.", name=_name(fault))
    return say("{name} must be a file or folder that exists.", name=_name(fault))


def _name(fault: Any) -> str:
    """The option or argument as it is typed."""
    return str(fault.param.get_error_hint()).replace("'", "")
