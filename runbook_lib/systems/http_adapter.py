"""How a request finds its server: as its URL says, or in a rehearsal to the imitation on this machine.

This is the one place where a rehearsal differs from the live systems. The connection goes to the rehearsal's
port; the Host header and the name for which the certificate is checked stay those of the URL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from runbook_lib.errors import Defect
from runbook_lib.systems.gateway import SALESFORCE_HOSTS
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.connection import Connection

_OURS = (*SALESFORCE_HOSTS, ".mktorest.com")

Attend = Callable[[requests.PreparedRequest, Callable[[], requests.Response]], requests.Response]


def _read_whole(answer: requests.Response) -> None:
    """Reads the body; a connection on which that failed is closed, for nobody reads the rest of it."""
    try:
        _ = answer.content
    except BaseException:
        answer.close()
        raise


class Adapter(HTTPAdapter):
    """Sends each request over checked TLS, with time-outs, to where it belongs."""

    def __init__(self, connection: Connection, attend: Attend, timeout: tuple[float, float]) -> None:
        super().__init__()
        self._attend = attend
        self._timeout = timeout
        self.webhooks: set[str] = set()
        """Hosts that are no system, and are let through all the same."""
        self._rehearsal = urlsplit(connection.rehearsal.url) if connection.rehearsal is not None else None

    def send(  # type: ignore[override]  # the stubs name each argument; requests passes them by name
        self, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        """Raises :class:`Defect` for a host that is neither of the systems, or a call without checked TLS."""
        self._require_ours(request)
        if options.get("verify") is False:
            raise Defect(say("A call asked for TLS without checking the certificate."))
        options["timeout"] = options.get("timeout") or self._timeout

        def send_once() -> requests.Response:
            answer = super(Adapter, self).send(request, **options)
            if not options.get("stream"):
                _read_whole(answer)  # reading may fail like sending, and then belongs to the same attempt
            return answer

        return self._attend(request, send_once)

    def add_headers(self, request: requests.PreparedRequest, **_: Any) -> None:
        """The server must see the host of the URL, wherever the connection goes."""
        request.headers["Host"] = urlsplit(str(request.url)).netloc

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Whom to connect to, and for which name to check the certificate."""
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        if self._rehearsal is None:
            return host, tls
        if urlsplit(str(request.url)).netloc in self.webhooks:
            return host, tls
        name = urlsplit(str(request.url)).hostname
        there = {"scheme": "https", "host": self._rehearsal.hostname, "port": self._rehearsal.port or 443}
        return there, {**tls, "server_hostname": name, "assert_hostname": name}

    def _require_ours(self, request: requests.PreparedRequest) -> None:
        url = urlsplit(str(request.url))
        ours = f".{url.hostname}".endswith(_OURS) or url.netloc in self.webhooks
        if self._rehearsal is not None:
            ours = ours or url.netloc == self._rehearsal.netloc
        if url.scheme != "https" or not ours:
            address = f"{url.scheme}://{url.netloc}"
            what = say("A call to {address}, which is neither Salesforce nor Marketo.", address=address)
            raise Defect(what)
