"""A message to a webhook of the customer's choice: chat, paging, a queue. It is no system of the road.

The address is a secret: whoever knows it can write there. So it is told nowhere, neither whole nor its path,
and is never followed to another one. The message may arrive twice where an answer was lost; that is better
than never. Sources: Slack, "Sending messages using incoming webhooks" (the address is a secret, the text is
in ``text``); Microsoft Teams and Mattermost read the same key.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from runbook_lib.errors import SystemRefused, UsageFault
from runbook_lib.systems.gateway import BUNDLES
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.transport import Transport

PATIENCE = (5.0, 10.0)
"""Seconds to connect, and seconds without a byte of the answer: a look must not hang on its message."""


def post_message(transport: Transport, address: str, message: Mapping[str, Any]) -> None:
    """Posts ``message`` as JSON; a busy server is tried again.

    Raises ``UsageFault`` for an address that is none, ``SystemRefused`` for an answer that is no success, and
    ``Unreachable`` where none came.
    """
    host = _host_of(address)
    transport.admit(host, address.split(host, 1)[1].partition("?")[0])
    bundle = next((os.environ[name] for name in BUNDLES if os.environ.get(name)), True)
    answer = transport.send(
        "POST", address, json=dict(message), timeout=PATIENCE, verify=bundle, allow_redirects=False
    )
    if not answer.ok or answer.is_redirect:
        raise SystemRefused(
            say("{host} answered with HTTP {status}.", host=host, status=str(answer.status_code)),
            fix=say("Check the address of the webhook, and whether it is still in use there."),
        )


def _host_of(address: str) -> str:
    try:
        parts = urlsplit(address)
        if parts.scheme == "https" and parts.hostname and parts.username is None:
            return parts.netloc
    except ValueError:
        pass
    raise UsageFault(
        say("The address of the webhook is no https address."),
        fix=say("Give the whole address as the chat or paging tool shows it: https://…"),
    )
