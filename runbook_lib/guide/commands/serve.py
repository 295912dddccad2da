"""The rehearsal served for others: any client, a person's browser, JupyterLab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from socket import create_connection
from threading import Event
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from runbook_lib.errors import UsageFault
from runbook_lib.guide.commands import rehearse
from runbook_lib.guide.notebooks.app import open_app
from runbook_lib.guide.notebooks.lab import open_lab, place_for_secrets
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.views.commands import shell_word
from runbook_lib.text import say, translate
from runbook_lib.workspace import Workspace

if TYPE_CHECKING:
    from runbook_lib.rehearsal.server import RehearsalServer


def card(server: RehearsalServer, workspace: Path | None, language: str | None = None) -> dict[str, Any]:
    """Addresses, CA file, user names and secrets of the world: all that a client needs. ``language``: the
    pages open in it; else in the browser's."""
    from runbook_lib.rehearsal.control import card_of  # lazy: only a rehearsal loads the imitation

    variables = rehearse.secret_variables(server)
    own = {"workspace": str(workspace), "environment": variables} if workspace else {}
    data = {**card_of(server), **own}
    pages = {name: f"{data[name]}?lang={language}" for name in ("card", "console")} if language else {}
    return {**data, **pages}


def card_text(data: Mapping[str, Any], indent: str = "") -> str:
    """The card for a person: one name and value per line."""
    lines = []
    for name, value in data.items():
        if isinstance(value, Mapping):
            lines += [f"{indent}{name}", card_text(value, indent + "  ")]
        else:
            lines.append(f"{indent}{name}: {value}")
    return "\n".join(lines)


def wait() -> None:
    """Until Ctrl-C."""
    try:
        Event().wait()
    except KeyboardInterrupt:
        return


def lab_live(folder: Path, options: tuple[str, ...], looking: bool = False) -> int:
    """JupyterLab on a workspace that is there; its exit code. ``looking``: also where its rehearsal has
    ended."""
    with open_session(folder) as session, place_for_secrets() as variables:
        if not looking:
            _require_running(session)
        return open_lab(session.workspace, variables, options)


def app_live(folder: Path, options: tuple[str, ...]) -> int:
    """The app view of a workspace that is there; its exit code."""
    with open_session(folder) as session, place_for_secrets() as variables:
        _require_running(session)
        return open_app(session.workspace, variables, options)


def lab_rehearsal(
    world: str,
    folder: Path | None,
    org_schema: Path | None,
    language: str,
    options: tuple[str, ...],
    opened: Callable[[Workspace, Mapping[str, str], tuple[str, ...]], int] = open_lab,
) -> int:
    """JupyterLab, or what is ``opened`` instead, on a rehearsal that lives as long as it; its exit code.
    Prints where the card and the console are."""
    with rehearse.stage(world, org_schema=org_schema) as server, place_for_secrets() as variables:
        target = folder or rehearse.new_folder(world)
        _require_unused(target)
        workspace: Workspace = rehearse.prepare_workspace(target, server, "person", language)
        data = card(server, None, language)
        for line in (
            say("Rehearsal “{world}”: user names and secrets to type in: {page}",
                world=world, page=data["card"]),
            say("Marketo's Admin pages: {page}", page=data["console"]),
            say("Workspace: {folder}", folder=workspace.path),
        ):  # fmt: skip
            print(translate(line, language), flush=True)
        return opened(workspace, variables, options)


def _require_running(session: Session) -> None:
    """``UsageFault`` where the workspace is a rehearsal's and nothing answers there any more."""
    rehearsal = session.connection.rehearsal
    if rehearsal is None or _answers(rehearsal.url):
        return
    raise _ended(session.workspace.path, rehearsal.world)


def _require_unused(folder: Path) -> None:
    """``UsageFault`` where a rehearsal was walked in that folder: a new org would know nothing of its
    record."""
    if not (folder / "connection.toml").is_file():
        return
    with open_session(folder) as session:
        rehearsal = session.connection.rehearsal
        if rehearsal is not None and session.journal.entries():
            raise _ended(session.workspace.path, rehearsal.world)


def _answers(url: str) -> bool:
    there = urlsplit(url)
    try:
        with create_connection((there.hostname or "", there.port or 443), timeout=2):
            return True
    except OSError:
        return False


def _ended(folder: Path, world: str) -> UsageFault:
    return UsageFault(
        say("The rehearsal of this workspace has ended."),
        where=str(folder),
        why=say("Its org is gone; a new one would be empty, and the journal would describe another org."),
        fix=say(
            "Rehearse in a new folder:  runbook lab --world {world}   Or just look at what it left "
            "behind:  runbook lab {folder} --look",
            world=world,
            folder=shell_word(folder),
        ),
    )
