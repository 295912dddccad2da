"""The card of the rehearsal: everything that a person or a client needs to be pointed at it."""

from __future__ import annotations

from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import jinja2

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.console.wording import LANGUAGES, Words
from runbook_lib.rehearsal.fault_injection import FaultBook
from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.reply_rules import ReplyBook
from runbook_lib.rehearsal.request_log import RequestLog
from runbook_lib.rehearsal.world import World

_TEMPLATES = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
_PAGE = _TEMPLATES.from_string((files(__package__) / "control.html").read_text(encoding="utf-8"))


class Controlled(Protocol):
    """What the control needs of the server it controls."""

    log: RequestLog
    faults: FaultBook
    replies: ReplyBook

    @property
    def world(self) -> World: ...  # noqa: D102 - see RehearsalServer
    @property
    def org(self) -> Org: ...  # noqa: D102 - see RehearsalServer
    @property
    def instance(self) -> Instance: ...  # noqa: D102 - see RehearsalServer
    @property
    def clock(self) -> Clock: ...  # noqa: D102 - see RehearsalServer
    @property
    def url(self) -> str: ...  # noqa: D102 - see RehearsalServer
    @property
    def page_url(self) -> str: ...  # noqa: D102 - see RehearsalServer
    @property
    def ca_file(self) -> Path: ...  # noqa: D102 - see RehearsalServer
    def reset(self) -> None: ...  # noqa: D102 - see RehearsalServer


def card_page(server: Controlled, words: Words) -> str:
    """The card as a page."""
    return _PAGE.render(card=card_of(server), t=words, languages=LANGUAGES)


def _marketo_card(server: Controlled) -> dict[str, Any]:
    marketo = server.world.marketo
    return {
        "munchkin_id": marketo.munchkin_id,
        "client_id": marketo.client_id,
        "authentication": marketo.authentication,
        "identity_url": f"{server.url}/identity",
        "rest_url": f"{server.url}/rest",
    }


def _salesforce_card(server: Controlled) -> dict[str, Any]:
    world = server.world
    return {
        "organization": world.organization.name,
        "organization_id": server.org.org_id,
        "environment": "sandbox" if world.organization.is_sandbox else "production",
        "my_domain": world.organization.my_domain,
        "admin_username": world.admin.username,
        "sync_username": world.sync_user.username,
    }


def card_of(server: Controlled) -> dict[str, Any]:
    """Everything a client needs to be pointed at the rehearsal."""
    world = server.world
    return {
        "world": world.name,
        "url": server.url,
        "page_url": server.page_url,
        "ca_file": str(server.ca_file),
        "card": f"{server.page_url}/_rehearsal",
        "console": f"{server.page_url}/console",
        "salesforce": _salesforce_card(server),
        "marketo": _marketo_card(server),
        "oauth_clients": [asdict(client) for client in server.org.apps.clients.values()],
        "secrets": world.secrets(),
        "newcomers": [
            {"username": user.username, "password": user.password, "security_token": user.security_token}
            for user in server.org.newcomers()
        ],
    }
