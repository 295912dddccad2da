"""Where this happens, and to whom: a mistake in production must not pass for one in a rehearsal.

Told in word and color, from connection.toml before anybody logged in, and from the org itself after.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from runbook_lib.guide.views.view import BannerKind, Block, Facts, Link, Strip
from runbook_lib.road import ROAD, StepSpec
from runbook_lib.survey.snapshot import MarketoState, Organization, Snapshot, Unknown
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session
    from runbook_lib.systems.connection import RehearsalSide


def identity_strip(session: Session, seen: Snapshot | None = None, stop: StepSpec | None = None) -> Strip:
    """The line on top of everything: rehearsal, sandbox or production, and which step of how many."""
    step = say("Step {n} of {total}", n=ROAD.index(stop) + 1, total=len(ROAD)) if stop else ""
    side = session.connection.rehearsal
    if side is not None:
        text = say("Nothing here is real: both systems are imitations on this machine (“{world}”).",
                   world=side.world)  # fmt: skip
        links = tuple(_pages(side, session.language))
        return Strip(BannerKind.REHEARSAL, say("REHEARSAL"), text, step, links)
    organization = seen.organization if seen else None
    known = isinstance(organization, Organization)
    name = organization.name if isinstance(organization, Organization) else session.connection.name
    sandbox = organization.is_sandbox if isinstance(organization, Organization) else _says_sandbox(session)
    if sandbox:
        text = say("The Salesforce org is a sandbox; what Marketo creates from it stays permanently.")
        return Strip(BannerKind.SANDBOX, say("REAL: {org} · SANDBOX", org=name), text, step)
    text = say("What happens here happens to real data.")
    if not known:
        text = say(
            "According to connection.toml; nobody has looked yet. What happens here happens to real data."
        )
    return Strip(BannerKind.PRODUCTION, say("REAL: {org} · PRODUCTION", org=name), text, step)


def identity_facts(session: Session, seen: Snapshot) -> Iterable[Block]:
    """Which org and which instance these are, as they say themselves."""
    marketo = _marketo(seen.marketo, session.connection.marketo.munchkin_id)
    yield Facts(((say("Salesforce"), _org(seen.organization)), (say("Marketo"), marketo)))


def _pages(side: RehearsalSide, language: str) -> Iterable[Link]:
    """Where a person finds the secrets and clicks; a robot needs neither, and its pages are soon gone."""
    if side.hands == "person":
        yield Link(say("Secrets to type in"), f"{side.page_url}/_rehearsal?lang={language}")
        yield Link(say("Marketo's Admin pages"), f"{side.page_url}/console?lang={language}")


def _says_sandbox(session: Session) -> bool:
    return session.connection.salesforce.environment == "sandbox"


def _org(organization: object) -> Message:
    if isinstance(organization, Organization):
        return say(
            "{name}, {edition}, {id}, on {instance}", name=organization.name, edition=organization.edition,
            id=organization.id, instance=organization.instance,
        )  # fmt: skip
    return _cannot_tell(organization)


def _marketo(marketo: object, munchkin_id: str) -> Message:
    if isinstance(marketo, MarketoState):
        return say("{id}, read as {user}", id=marketo.munchkin_id, user=marketo.api_user)
    if marketo is None:
        return say("{id}, not looked at in this step", id=munchkin_id)
    return _cannot_tell(marketo)


def _cannot_tell(part: object) -> Message:
    reason = part.words if isinstance(part, Unknown) else say("nobody looked")
    return say("cannot tell which one this is: {reason}", reason=reason)
