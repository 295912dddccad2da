"""``runbook adopt``: a connection that is half done, or has run for years, goes on from where it stands."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from pathlib import Path

from runbook_lib.errors import Blocked, UsageFault, WaitsForPerson
from runbook_lib.guide.state.adoption import PARTS, AdoptionNote, adopt, to_adopt
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.views.adoption import adopted_blocks
from runbook_lib.guide.views.commands import shell_word
from runbook_lib.guide.views.identity import identity_facts, identity_strip
from runbook_lib.guide.views.view import Block, Line, View
from runbook_lib.proof.claims.adoption import is_tied_to_another, is_tied_to_nobody_yet
from runbook_lib.survey.snapshot import Snapshot
from runbook_lib.text import say


def adopt_connection(folder: Path, note: AdoptionNote) -> View:
    """Looks at both systems, records what is found done as adopted, and says what differs and what is next.

    ``UsageFault`` where nothing shows that anything was clicked; ``Blocked`` where the instance is tied to
    another org; ``WaitsForPerson`` where the first sync may have begun, and nobody has arrived yet.
    """
    with open_session(folder) as session, session.workspace.lock("runbook adopt"):
        seen = session.collect(PARTS)
        if is_tied_to_nobody_yet(seen):
            raise _too_early()
        steps = to_adopt(session, seen)
        if not steps:
            raise _nothing_found(seen)
        who = AdoptionNote(
            note.by.strip() or getpass.getuser(), note.clicked_by.strip(), note.clicked_at.strip()
        )
        evidence = adopt(session, seen, steps, who)
        return View(
            session.language,
            "",
            (identity_strip(session, seen), *identity_facts(session, seen), *adopted_blocks(evidence),
             *_next(session)),
        )  # fmt: skip


def _too_early() -> WaitsForPerson:
    return WaitsForPerson(
        say(
            "Whether Marketo is tied to this org cannot be told yet: its fields are there, "
            "its people are not."
        ),
        why=say("The first sync of this org may have begun a short while ago, or the CRM is another org."),
        fix=say(
            "In Marketo, open Admin → CRM and read which org it is connected to. If it is this one, repeat "
            "the command when the first people have arrived."
        ),
    )


def _nothing_found(seen: Snapshot) -> Blocked | UsageFault:
    if is_tied_to_another(seen):
        return Blocked(
            say("Marketo is tied to a CRM, and nothing in it comes from this org."),
            why=say("Only a connection between this org and this instance can be adopted."),
            fix=say("Check in Marketo, Admin → CRM, what it is connected to; correct connection.toml."),
        )
    return UsageFault(
        say("Nothing shows that Sync Fields or Start Sync was clicked outside this road."),
        fix=say("Continue with:  runbook run WORKSPACE"),
    )


def _next(session: Session) -> Iterable[Block]:
    yield Line(say("Next:  runbook run {folder}", folder=shell_word(session.workspace.path)))
