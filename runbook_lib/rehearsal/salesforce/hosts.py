"""What the Host header of a request means: which login page it is, and where the client should come back."""

from __future__ import annotations

from runbook_lib.rehearsal.org import LoginHost, Org

LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


def bare_host(host: str) -> str:
    """The host without its port, in lower case."""
    name = host.strip().lower()
    return name.rsplit(":", 1)[0] if ":" in name.rpartition("]")[2] else name


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine."""
    return bare_host(host) in LOOPBACK


def my_domain_host(org: Org) -> str:
    """The org's own host name, "acme.my.salesforce.com" (sandboxes: "….sandbox.my.salesforce.com")."""
    organization = org.world.organization
    middle = "sandbox.my" if organization.is_sandbox else "my"
    return f"{organization.my_domain}.{middle}.salesforce.com"


def login_host(host: str, org: Org) -> LoginHost:
    """Which kind of login page a request was sent to."""
    name = bare_host(host)
    if name in LOOPBACK:
        return LoginHost.LOOPBACK
    if name == "login.salesforce.com":
        return LoginHost.PRODUCTION
    if name == "test.salesforce.com":
        return LoginHost.SANDBOX
    return LoginHost.MY_DOMAIN if name == my_domain_host(org) else LoginHost.OTHER_DOMAIN


def home_url(host: str, org: Org) -> str:
    """Where a client comes back to: the org's My Domain, or this server for who called it by number."""
    if bare_host(host).endswith(".salesforce.com"):
        return f"https://{my_domain_host(org)}"
    return f"https://{host}"
