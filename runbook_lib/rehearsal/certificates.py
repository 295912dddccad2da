"""The rehearsal's own certificate authority, so that clients meet real HTTPS on loopback.

The authority exists for one server run: its key never leaves the process, only its certificate is written,
so trusting it by mistake costs nothing once the server has stopped.
"""

from __future__ import annotations

import datetime
import tempfile
from dataclasses import dataclass
from pathlib import Path

import trustme

HOST_NAMES = (
    "127.0.0.1",
    "localhost",
    "login.salesforce.com",
    "test.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "*.mktorest.com",
)
"""Every host name a client may believe it is talking to; nothing else is certified."""

LEAF_LIFETIME = datetime.timedelta(days=30)
"""Short, because browsers refuse leaf certificates that are valid for years."""


@dataclass(frozen=True)
class Certificates:
    """Where the certificate files of one server run are."""

    folder: tempfile.TemporaryDirectory[str]
    """Removed, with everything in it, by `discard`."""
    ca_file: Path
    """PEM certificate of the authority: what a client is told to trust."""
    leaf_file: Path
    """PEM private key and certificate chain: what the server presents."""

    def discard(self) -> None:
        """Remove the files; clients that still trust the authority can no longer reach anything."""
        self.folder.cleanup()


def issue_certificates() -> Certificates:
    """A new authority (keyUsage, basicConstraints: OpenSSL 3 wants both) and a leaf for `HOST_NAMES`."""
    folder = tempfile.TemporaryDirectory(prefix="rehearsal-")
    today = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    authority = trustme.CA(
        path_length=0,
        organization_name="Marketo-Salesforce rehearsal",
        organization_unit_name="Trust only while rehearsing",
    )
    leaf = authority.issue_cert(
        *HOST_NAMES,
        common_name="Marketo-Salesforce rehearsal",
        not_before=today - datetime.timedelta(days=1),
        not_after=today + LEAF_LIFETIME,
    )
    ca_file = Path(folder.name) / "ca.pem"
    leaf_file = Path(folder.name) / "server.pem"
    authority.cert_pem.write_to_path(ca_file)
    leaf.private_key_and_cert_chain_pem.write_to_path(leaf_file)
    leaf_file.chmod(0o600)
    return Certificates(folder, ca_file, leaf_file)
