"""What answers in a system's place: a proxy's page, a sign-in of the network, a redirect to somewhere else.

No API of the two systems answers with a web page or sends a call on to another address, apart from 5xx pages
while Salesforce is down. Whoever follows a redirect hands a token to a stranger, so none is followed; the
address is told without whatever else the header holds. A file of certificates that is not there is told as
that.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from runbook_lib.errors import Unreachable
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    import requests

SALESFORCE_HOSTS = (".salesforce.com", ".force.com", ".salesforce.mil", ".sfcrmproducts.cn")
"""What hosts of Salesforce end with. Source: Salesforce help, "Allow the Required Domains"."""
REDIRECTED = "REDIRECTED"
WEB_PAGE = "WEB_PAGE"
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Environment variables that name a file of certificates, in the order in which they are heeded."""


def require_system_itself(answer: requests.Response) -> None:
    """Raises :class:`Unreachable` for a redirect or a web page that answered in an API's place."""
    url = urlsplit(str(answer.request.url))
    where = f"{answer.request.method} https://{url.netloc}{url.path}"
    fix = say(
        "Open https://{host} in a browser on this machine: a proxy or a sign-in page of the network "
        "will show. Ask whoever runs the network to allow this host, or correct HTTPS_PROXY; then run "
        "again.",
        host=url.netloc,
    )
    if 300 <= answer.status_code < 400 and "Location" in answer.headers:
        what = say(
            "Something in between redirected the call to {host} to {elsewhere}; it was not followed.",
            host=url.netloc,
            elsewhere=host_named(answer.headers["Location"]) or url.netloc,
        )
        raise Unreachable(what, where=where, why=_NEVER_FOLLOWED, fix=fix, code=REDIRECTED)
    kind = answer.headers.get("Content-Type", "").lower()
    if answer.status_code < 500 and kind.startswith(("text/html", "application/xhtml")) and _is_page(answer):
        what = say(
            "A web page (HTTP {status}) answered instead of {host}.",
            status=answer.status_code,
            host=url.netloc,
        )
        raise Unreachable(what, where=where, fix=fix, code=WEB_PAGE)


def _is_page(answer: requests.Response) -> bool:
    """Whether the body is markup: Salesforce itself sends a plain word under the type of a page (recorded:
    userinfo's "Bad_OAuth_Token")."""
    content: bytes = answer.content
    return content.lstrip()[:1] in (b"<", b"")


def require_salesforce(address: str) -> None:
    """Raises :class:`Unreachable` where the server that a login names is none of Salesforce's: its session
    would go there."""
    host = host_named(address)
    if address.startswith("https://") and f".{host}".endswith(SALESFORCE_HOSTS):
        return
    raise Unreachable(
        say("The login was answered with the address of another server: {host}.", host=host or "?"),
        why=_NEVER_FOLLOWED,
        fix=say("Ask whoever runs the network what is answering in place of Salesforce; then run again."),
        code=REDIRECTED,
    )


def host_named(location: str) -> str:
    """The host of an address, without user, password, path and query; empty where it has none."""
    try:
        return (urlsplit(location.strip()).hostname or "")[:253]
    except ValueError:
        return ""


def missing_certificates(bundle: str | bool | None) -> Message | None:
    """What is wrong with the file of certificates in use; ``None``: nothing. ``bundle``: the one of a
    rehearsal."""
    named = next(((name, os.environ[name]) for name in BUNDLES if os.environ.get(name)), None)
    name, path = ("ca_file", bundle) if isinstance(bundle, str) and bundle else named or ("", "")
    if not path:
        return None
    if not Path(path).exists():
        return say("the certificate file that {name} points to does not exist: {path}", name=name, path=path)
    try:
        context = ssl.create_default_context()
        context.load_verify_locations(
            cafile=None if Path(path).is_dir() else path, capath=path if Path(path).is_dir() else None
        )
    except (OSError, ValueError):
        return say("the certificate file that {name} points to cannot be read: {path}", name=name, path=path)
    return None


_NEVER_FOLLOWED: Message = say("Following it would hand password or token to whoever answers there.")
