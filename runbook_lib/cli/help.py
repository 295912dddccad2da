"""The help of the ``runbook`` command in the reader's language.

Commands and options bring their texts in English, where typer looks for them. When a page is asked for, each
of them is said through the catalogue, and so is what typer writes around them; a command that runs
pays nothing.

What stands as ``Any`` is typer's own context and formatter, which it does not publish.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from runbook_lib.cli.language import language_of
from runbook_lib.errors import UsageFault
from runbook_lib.outcomes import exit_words
from runbook_lib.text import Message, joined, say, translate

_OPTIONS = say("[OPTIONS]")
_COMMAND = say("COMMAND [ARGUMENTS]")


class Command(TyperCommand):
    """A command whose page is in the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the page."""
        _say_all(self, ctx)
        super().format_help(ctx, formatter)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Writes how the command is typed."""
        _write_usage(self, ctx, formatter)


class CommandGroup(TyperGroup):
    """Commands below one name, with their page in the reader's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the page."""
        _say_all(self, ctx)
        for command in self.commands.values():
            command.help = _said(command.help, ctx)
        super().format_help(ctx, formatter)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Writes how a command of the group is typed."""
        self.subcommand_metavar = translate(_COMMAND, _language(ctx))
        _write_usage(self, ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was named; one that there is not is refused as a fault of ours."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise UsageFault(
                say("There is no command “{name}”.", name=args[0]),
                fix=say("The commands are: {names}.", names=", ".join(self.commands)),
            )
        return super().resolve_command(ctx, args)


def exit_codes_told() -> Message:
    """What each exit code means, as the last line of the help."""
    codes = [say("{code} {word}", code=str(code), word=word) for code, word in exit_words().items()]
    return say("Exit codes: {codes}.", codes=joined(codes, " · "))


def _say_all(command: Any, ctx: Any) -> None:
    """Says what stands on the page of a command."""
    for part in (command, *command.get_params(ctx)):
        part.help = _said(part.help, ctx)
    if command.epilog:
        command.epilog = translate(exit_codes_told(), _language(ctx))
    _say_words_of_typer(_language(ctx))


def _say_words_of_typer(language: str) -> None:
    """Says the fixed words of typer's pages, which it keeps as constants to be set."""
    from typer import rich_utils  # lazy: only where a page is shown

    rich_utils.ARGUMENTS_PANEL_TITLE = translate(say("Arguments"), language)
    rich_utils.OPTIONS_PANEL_TITLE = translate(say("Options"), language)
    rich_utils.COMMANDS_PANEL_TITLE = translate(say("Commands"), language)
    rich_utils.REQUIRED_LONG_STRING = translate(say("[required]"), language)
    rich_utils.DEFAULT_STRING = translate(say("[default: {value}]", value="{}"), language)


def _write_usage(command: Any, ctx: Any, formatter: Any) -> None:
    language = _language(ctx)
    command.options_metavar = translate(_OPTIONS, language)
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=translate(say("Usage: "), language))


def _said(text: str | None, ctx: Any) -> str | None:
    """A text of the help in the reader's language; it is its own key in the catalogue."""
    return text and translate(Message(text), _language(ctx))


def _language(ctx: Any) -> str:
    return language_of(ctx.find_root().obj or ())
