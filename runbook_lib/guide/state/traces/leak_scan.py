"""The search for secrets in what a run has produced, and what becomes of a file that holds one.

What can be made again loses its content: the executed notebooks, the report, and the snapshots and plans of
this run. The record (journal.db, connection.toml, decisions, approvals, imports), a person's notebooks with
their checkpoints, and whatever was there before the run are never touched: a hit there is named, and a person
decides. Where a value stood in the workspace before the run, it is as likely a word of the org as a leak, and
then nothing is removed at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.errors import SecretLeaked
from runbook_lib.systems.secrets.words import told_secrets
from runbook_lib.text import Message, joined, say
from runbook_lib.workspace import Workspace

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session

Stamps = dict[Path, tuple[int, int]]


@dataclass(frozen=True)
class Hit:
    """A secret that was found: in which file, where in it, which one, in which encoding."""

    path: Path
    place: str
    secret: str
    encoding: str


def stamps(workspace: Workspace) -> Stamps:
    """Time of change (nanoseconds) and size (bytes) of every file that a run may write again."""
    folders = (workspace.snapshots, workspace.plans, workspace.runs)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [path for path in (workspace.report_html, workspace.report_json) if path.is_file()]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in files}


def search_run(session: Session, before: Stamps, at_work: Collection[Path] = ()) -> None:
    """Searches what the run has produced, and the record. ``before``: :func:`stamps` when the run began;
    ``at_work``: files that somebody else is still writing, so that emptying them would be in vain.

    Raises ``SecretLeaked`` naming every file with a secret in it, and what became of it.
    """
    workspace = session.workspace
    changed = [path for path, stamp in stamps(workspace).items() if before.get(path) != stamp]
    produced = [path for path in changed if path not in at_work]
    files = (*produced, *at_work, *_record(workspace))
    hits = [*_in_files(session, files), *_in_journal(session)]
    if not hits:
        return
    known_before = {hit.secret for hit in _in_files(session, _older(workspace, produced))}
    removed = [hit for hit in hits if hit.path in produced and hit.secret not in known_before]
    for path in {hit.path for hit in removed}:
        path.write_bytes(b"")
    raise _leaked(removed, [hit for hit in hits if hit not in removed])


def unsearched(session: Session) -> Message | None:
    """What people are told of secrets that can be neither masked nor searched for; ``None``: all can."""
    names = session.vault.unsearchable()
    if not names:
        return None
    return say(
        "{names}: too short or too common to be told from ordinary text. It is neither masked nor "
        "searched for in what the runbook writes; a longer one, with letters and digits, would be.",
        names=told_secrets(names),
    )


def _record(workspace: Workspace) -> list[Path]:
    folders = (workspace.decisions, workspace.approvals, workspace.imports, workspace.notebooks)
    return [workspace.connection_file, *folders]


def _older(workspace: Workspace, produced: Collection[Path]) -> list[Path]:
    """The files of the workspace that are not of this run, apart from the journal."""
    journal = (workspace.journal_file.name, workspace.journal_file.name + "-wal")
    files = (path for path in workspace.path.rglob("*") if path.is_file() and path.name not in journal)
    return [path for path in files if path not in produced]


def _in_files(session: Session, paths: Iterable[Path]) -> Iterator[Hit]:
    for leak in session.vault.find_leaks(path for path in paths if path.exists()):
        yield Hit(leak.path, str(leak.path), leak.secret, leak.encoding)


def _in_journal(session: Session) -> Iterator[Hit]:
    file, journal = session.workspace.journal_file, session.journal
    for entry in journal.entries(run=journal.run):
        for secret, encoding in session.vault.find_in_text(entry.canonical):
            yield Hit(file, f"{file} ({entry.sequence})", secret, encoding)


def _leaked(removed: Collection[Hit], kept: Collection[Hit]) -> SecretLeaked:
    sentences, fixes = (
        [],
        [
            say(
                "Change the secret in the system it belongs to, then run again; please report this as a "
                "defect."
            )
        ],
    )
    if removed:
        sentences.append(
            say(
                "A file that was produced contained a secret, and its content was removed: {names}.",
                names=_names(removed),
            )
        )
    if kept:
        sentences.append(
            say("A file that could not be changed contains a secret: {names}.", names=_names(kept))
        )
        fixes.append(
            say(
                "If it is not a secret but a typo, enter the right one. Otherwise remove it from the files "
                "listed."
            )
        )
    return SecretLeaked(
        joined(sentences, "\n"),
        where=", ".join(dict.fromkeys(hit.place for hit in (*removed, *kept))),
        why=say("Anyone who can read the file could have read the secret."),
        fix=joined(fixes, "\n"),
    )


def _names(hits: Iterable[Hit]) -> str:
    return ", ".join(sorted({f"{hit.secret} ({hit.encoding})" for hit in hits}))
