"""The one way to the two systems: time-outs, retries, the count and the log of calls, the rehearsal's route.

Every call goes through one adapter of ``requests``, so that a library which brings its own session (zeep, for
the Metadata API) obeys the same rules once :meth:`Transport.adopt` was given that session.

What is repeated: calls that only read, after a lost connection or a refusal that passes by itself; see
:mod:`runbook_lib.systems.retry`. A login or a write is never repeated here: nobody can know whether the
first one arrived. No redirect is followed with a token: see :mod:`runbook_lib.systems.gateway`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from runbook_lib.errors import Defect, Unreachable
from runbook_lib.systems.call_table import CallTable, call_name
from runbook_lib.systems.gateway import missing_certificates, require_system_itself
from runbook_lib.systems.request_logs import keep_out_of_logs
from runbook_lib.systems.retry import ATTEMPTS, Wait, only_reads, wait_after, wait_after_loss
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    import requests

    from runbook_lib.systems.connection import Connection

TIMEOUT = (10.0, 60.0)
"""Seconds to connect, and seconds without a byte of the answer."""
SHORT = 5.0
"""Seconds; a rehearsal really waits what is shorter."""
WORTH_TELLING = 2.0
"""Seconds of waiting from which on people are told what is waited for."""


@dataclass(frozen=True)
class Call:
    """One call that was made. Never holds a query string, a header or a body."""

    system: str
    """salesforce, marketo, console, control or webhook."""
    method: str
    host: str
    path: str
    status: int | None
    """``None``: no answer came."""
    milliseconds: int


class Transport:
    """One HTTP session for one connection; close it, or use it in a ``with``.

    ``calls`` counts by system, ``log`` holds every call in order, ``table`` their shapes. ``pause``: called
    instead of waiting; ``tell`` hears what is waited for, ``answered`` each answer of the two systems.
    """

    def __init__(self, connection: Connection, pause: Callable[[float], None] | None = None) -> None:
        import requests  # lazy: a command that reaches no system need not wait

        from runbook_lib.systems.http_adapter import Adapter  # lazy: it is built on requests

        self.calls: Counter[str] = Counter()
        self.log: list[Call] = []
        self.table = CallTable()
        self._pause = pause
        self._skipped = 0.0
        self.tell: Callable[[Message], None] = lambda message: None
        self.answered: Callable[[], None] = lambda: None
        self._connection = connection
        self._adapter = Adapter(connection, self._attend, TIMEOUT)
        self.session: requests.Session = requests.Session()
        self.adopt(self.session)
        keep_out_of_logs()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def adopt(self, session: requests.Session) -> None:
        """Sends what ``session`` sends through this transport; for a library that made its own session."""
        session.mount("https://", self._adapter)
        session.mount("http://", self._adapter)
        session.auth = (
            _keep_headers  # else requests would put a password from ~/.netrc in place of our header
        )
        if self._connection.rehearsal is not None:
            session.trust_env = False  # no proxy and no other certificates on the way to this machine
            session.verify = self._connection.rehearsal.ca_file

    def admit(self, host: str, path: str) -> None:
        """Lets calls to ``host`` out, which is a webhook; ``path`` is told and logged nowhere."""
        self._adapter.webhooks.add(host)
        keep_out_of_logs(path)

    def send(self, method: str, url: str, **options: Any) -> requests.Response:
        """One call; ``options`` as those of ``requests.Session.request``. Any HTTP status is an answer.

        Raises :class:`Unreachable` where no answer came, :class:`Defect` for an address no system has.
        """
        import requests  # lazy: loaded with the session

        try:
            return self.session.request(method, url, **options)
        except (requests.RequestException, UnicodeError) as fault:
            wrong = type(fault).__name__
        raise Unreachable(  # outside the except block: what is raised there holds the URL with the query
            say("{host} could not be reached: {reason}.", host=url.split("/")[2][:100], reason=wrong),
            where=method,
            fix=_NETWORK,
        )

    def wait(self, wait: Wait) -> None:
        """Waits, and says so where it takes long enough to be noticed."""
        if wait.seconds >= WORTH_TELLING:
            seconds = round(wait.seconds)
            self.tell(say("Waiting {seconds} seconds: {reason}.", seconds=seconds, reason=wait.reason))
        self.pause(wait.seconds)

    def pause(self, seconds: float) -> None:
        """Waits. In a rehearsal a longer wait passes on its clock, which is moved forward, and takes no
        time."""
        skip = self._pause or (self._move_rehearsal if seconds >= SHORT else None)
        if skip is None or self._connection.rehearsal is None and self._pause is None:
            time.sleep(seconds)
            return
        skip(seconds)
        self._skipped += seconds

    def moment(self) -> float:
        """Seconds of a clock that only goes forward, and on which :meth:`pause` waits."""
        return time.monotonic() + self._skipped

    def close(self) -> None:
        """Closes the connections."""
        self.session.close()

    def _move_rehearsal(self, seconds: float) -> None:
        assert self._connection.rehearsal is not None
        url = f"{self._connection.rehearsal.url}/_rehearsal/clock"
        self.send("POST", url, json={"forward_seconds": seconds})

    def _attend(
        self, request: requests.PreparedRequest, send: Callable[[], requests.Response]
    ) -> requests.Response:
        """Sends a request as often as it may be sent, and writes each attempt down."""
        may_repeat = only_reads(request) or self._system(request) == "webhook"
        attempts = ATTEMPTS if may_repeat else 1
        for attempt in range(1, attempts + 1):
            answer = self._attempt(request, send)
            wait: Wait | None
            if isinstance(answer, Exception):
                wait = wait_after_loss(attempt) if _is_passing(answer) else None
            else:
                wait = wait_after(answer, attempt)
            if wait is None or attempt == attempts:
                return self._checked(request, answer)
            self.wait(wait)
        raise Defect(say("A call ended without an answer."))

    def _checked(
        self, request: requests.PreparedRequest, answer: requests.Response | Exception
    ) -> requests.Response:
        """The answer where a system itself gave one; else raises :class:`Unreachable` with the reason."""
        if isinstance(answer, Exception):
            rehearsal = self._connection.rehearsal
            raise _unreachable(
                request, answer, self._place(request), rehearsal.ca_file if rehearsal else None
            )
        if self._system(request) in ("salesforce", "marketo"):
            require_system_itself(answer)
        return answer

    def _system(self, request: requests.PreparedRequest) -> str:
        url = urlsplit(str(request.url))
        if url.netloc in self._adapter.webhooks:
            return "webhook"
        return _system_of(url.hostname or "", url.path)

    def _place(self, request: requests.PreparedRequest) -> str:
        """The address of a call as it may be told: without its query, and of a webhook its host alone."""
        url = urlsplit(str(request.url))
        return f"https://{url.netloc}{'' if self._system(request) == 'webhook' else url.path}"

    def _attempt(
        self, request: requests.PreparedRequest, send: Callable[[], requests.Response]
    ) -> requests.Response | Exception:
        started, answer = time.monotonic(), None
        try:
            answer = send()
            return answer
        except OSError as fault:  # what requests raises is one; so is a certificate file that is not there
            return fault
        finally:
            self._write_down(request, answer, time.monotonic() - started)

    def _write_down(
        self, request: requests.PreparedRequest, answer: requests.Response | None, seconds: float
    ) -> None:
        url, system = urlsplit(self._place(request)), self._system(request)
        self.calls[system] += 1
        status = None if answer is None else answer.status_code
        if system in ("salesforce", "marketo"):
            name = call_name(str(request.method), url.path, status)
            content = None if answer is None else answer.content
            headers = {} if answer is None else answer.headers
            self.table.note(name, content, headers, round(seconds * 1000))
            self.answered()
        self.log.append(
            Call(system, str(request.method), url.netloc, url.path, status, round(seconds * 1000))
        )


def _is_passing(fault: Exception) -> bool:
    import requests  # lazy: loaded long before

    lasting = (requests.exceptions.SSLError, requests.exceptions.ProxyError, requests.exceptions.InvalidURL)
    return isinstance(fault, requests.RequestException) and not isinstance(fault, lasting)


def _system_of(host: str, path: str) -> str:
    if host.endswith(".mktorest.com") or path.startswith(("/identity/", "/rest/", "/bulk/")):
        return "marketo"
    if path.startswith("/console"):
        return "console"
    return "control" if path.startswith("/_rehearsal") else "salesforce"


def _unreachable(
    request: requests.PreparedRequest, fault: Exception, place: str, bundle: str | None = None
) -> Unreachable:
    import requests  # lazy: loaded long before

    url = urlsplit(place)
    reason, fix = say("the connection was lost or refused"), _NETWORK
    match fault:
        case requests.exceptions.SSLError():
            reason, fix = say("the server's TLS certificate was not accepted"), _CERTIFICATE
        case requests.exceptions.ProxyError():
            reason, fix = say("the proxy did not let the call through"), _PROXY
        case requests.exceptions.ConnectTimeout():
            reason = say("no connection within {seconds} seconds", seconds=round(TIMEOUT[0]))
        case requests.exceptions.Timeout():
            reason = say("no answer within {seconds} seconds", seconds=round(TIMEOUT[1]))
    is_about_tls = isinstance(fault, requests.exceptions.SSLError)
    if (is_about_tls or not isinstance(fault, requests.RequestException)) and (
        missing := missing_certificates(bundle)
    ):
        reason, fix = missing, _ENDED if bundle else _BUNDLE
    return Unreachable(
        say("{host} could not be reached: {reason}.", host=url.netloc, reason=reason),
        where=f"{request.method} {place}",
        fix=fix,
    )


_NETWORK: Message = say(
    "Check the network and the host's name, then run again; what has been done is on record."
)
_PROXY: Message = say("Ask whoever runs the proxy to allow this host, or correct HTTPS_PROXY.")
_CERTIFICATE: Message = say(
    "If your company's proxy decrypts TLS, set REQUESTS_CA_BUNDLE to its certificate; never switch the "
    "check off."
)
_BUNDLE: Message = say("Correct the path in that variable, or remove the variable; then run again.")
_ENDED: Message = say("This rehearsal has ended: rehearse in a new folder, or only look at what it left.")


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
