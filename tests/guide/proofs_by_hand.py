"""Proofs written down without walking, and a connection that becomes another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from runbook_lib.guide.state.session import Session
from tests.guide.walking import count_as_proven
from tests.org_by_hand import ORG, small_org


def prove(session: Session, step: str, org: str = ORG.id) -> None:
    """Writes down that a step ended proven for what connection.toml names now."""
    count_as_proven(session, step, seen=small_org(organization=replace(ORG, id=org)))


def change(session: Session, of: str, **values: Any) -> None:
    """Changes connection.toml, as far as the session knows it."""
    part = getattr(session.connection, of).model_copy(update=values)
    session.connection = session.connection.model_copy(update={of: part})
