"""The addresses of the two systems as people paste them: recognized, or refused with the form that is meant.

Nothing is patched: a text that is not certainly one of the known forms never becomes a host, for such a host
would be told as trouble of the network. Sources: Salesforce Help, "My Domain URL Formats" (hosts with
enhanced domains, partitions) and "My Domain Name Requirements"; Marketo developer guide, "Base URL".
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from runbook_lib.text import say

PARTITIONS = ("sandbox", "develop", "scratch", "demo", "patch", "trailblaze", "free", "stage")
"""Kinds of orgs that stand in the host after the org's own name."""
_ENDS = (
    ".my.salesforce.com",
    ".lightning.force.com",
    ".my.salesforce-setup.com",
    ".my.salesforce-sites.com",
    ".my.salesforce-scrt.com",
    ".my.site.com",
    ".builder.salesforce-experience.com",
    ".live-preview.salesforce-experience.com",
    ".file.force.com",
    ".documentforce.com",
)
"""What stands behind an org's name in the hosts of its pages; hosts that name a package, too, are refused."""
_LABEL = r"[a-z0-9](?:-?[a-z0-9])*"
_NAME = re.compile(rf"{_LABEL}(?:--{_LABEL})?(?:\.(?:{'|'.join(PARTITIONS)}))?")
_INSTANCE = re.compile(r"[a-z]{2,4}\d+s?\.salesforce\.com")
_MUNCHKIN = re.compile(r"\d{3}-[A-Z]{3}-\d{3}")
_MARKETO_ENDS = (".mktorest.com", ".mktoapi.com")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # what Word makes of a hyphen
_FORM = say("My Domain is the first part of acme.my.salesforce.com, shown in Setup under My Domain")


def my_domain(typed: str) -> str:
    """The name of an org's My Domain, such as ``acme`` or ``acme--test.sandbox``; empty for an empty text.

    Taken from the name itself, or from the address of any page of the org. ``ValueError`` with a sentence for
    anything else.
    """
    host = _host(typed)
    if not host:
        return ""
    if host in ("login.salesforce.com", "test.salesforce.com", "login", "test"):
        raise ValueError(
            say("is the login page of every org; leave my_domain empty to log in there, or enter your own")
        )
    if _INSTANCE.fullmatch(host):
        raise ValueError(say("is the address of a server that hosts many orgs; {form}", form=_FORM))
    end = next((end for end in _ENDS if host.endswith(end)), "")
    name = host.removesuffix(end)
    if not _NAME.fullmatch(name):
        raise ValueError(say("is not an address of an org; {form}", form=_FORM))
    return name


def munchkin_id(typed: str) -> str:
    """The Munchkin id of a Marketo instance, such as ``123-ABC-456``, also from its REST address.

    ``ValueError`` with a sentence for anything else.
    """
    host = _host(typed.translate(_DASHES))
    end = next((end for end in _MARKETO_ENDS if host.endswith(end)), "")
    name = host.removesuffix(end).upper()
    if not _MUNCHKIN.fullmatch(name):
        raise ValueError(
            say("is not a Munchkin id such as 123-ABC-456; Marketo shows it under Admin > Munchkin")
        )
    return name


def _host(typed: str) -> str:
    """The host of an address in lower case; the text itself where it has neither scheme nor path."""
    text = typed.strip().strip("<>\"'").lower()
    try:
        return (urlsplit(text if "://" in text else f"https://{text}").hostname or "").rstrip(".")
    except ValueError:
        return text
