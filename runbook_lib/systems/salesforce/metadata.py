"""What only the Metadata API (SOAP) tells: lead conversion, a profile's login hours and IP ranges, and when
passwords expire.

There is no REST resource and no SOQL for any of it. Source: Metadata API guide, LeadConvertSettings (API 39.0
and later), Profile (loginHours, loginIpRanges), SecuritySettings and ProfilePasswordPolicy (API 40.0 and
later), and the WSDL that simple-salesforce carries.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, unquote

from runbook_lib.errors import RunbookError
from runbook_lib.systems.salesforce.errors import of_save_results
from runbook_lib.systems.salesforce.soql import soql

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce
    from simple_salesforce.metadata import MetadataType
    from zeep import Client
    from zeep.wsdl import Document

    from runbook_lib.systems.transport import Transport

WSDL_VERSION = "63.0"
"""Version of the WSDL in simple-salesforce: another one's answers might not fit it."""
API = "Metadata API"
NAME = "LeadConvertSettings"
SECURITY = "Security"
"""Full name of the one SecuritySettings, as that of its file, Security.settings."""
MOST_COMPONENTS = 10
"""That one call reads. Source: Metadata API guide, readMetadata()."""
_BINDING = "{http://soap.sforce.com/2006/04/metadata}MetadataBinding"


class Reader(Protocol):
    """What is needed of the client that is logged in; it imports this module."""

    transport: Transport

    @property
    def client(self) -> Salesforce:
        """The library's client."""

    @property
    def metadata_api(self) -> MetadataApi:
        """The types of the Metadata API."""

    def of_one_api(self, api: str, call: Callable[[], Any]) -> Any:
        """What ``call`` returns, its refusals told as those of ``api``."""

    def tooling_query(self, soql: str) -> list[dict[str, Any]]:
        """The rows of a query of the Tooling API."""


def read(reader: Reader) -> dict[str, Any]:
    """The settings as ``{"fullName", "objectMapping": [{"inputObject", "mappingFields": [...], …}], …}``."""
    settings = reader.of_one_api(API, lambda: reader.metadata_api.LeadConvertSettings.read([NAME]))
    return {"fullName": NAME, "objectMapping": [], **as_plain_data(settings)}


def read_profile(reader: Reader, profile_id: str) -> dict[str, Any]:
    """The profile with that id, in the names of the Metadata API; empty where nothing is told of it.

    Its name there is neither its label nor translated (``Admin``, ``ReadOnly``, ``MarketingProfile``), and
    special characters are percent-encoded; the Tooling API tells it. An unknown name gives an empty answer.
    Sources: salesforce.stackexchange 113370; Salesforce DX guide, file names of metadata.
    """
    names = dict.fromkeys(_spellings(profile_name(reader, profile_id)))
    if not names:
        return {}
    replies = reader.of_one_api(API, lambda: reader.metadata_api.Profile.read([*names]))
    several = replies if isinstance(replies, list) else [replies]
    return next((profile for reply in several if (profile := as_plain_data(reply))), {})


def profile_name(reader: Reader, profile_id: str) -> str:
    """The name of the profile in the Metadata API, as the Tooling API tells it; empty where it tells none."""
    rows = reader.tooling_query(soql("SELECT FullName FROM Profile WHERE Id = {id}", id=profile_id))
    return next((str(row["FullName"]) for row in rows if row["FullName"]), "")


def read_security_settings(reader: Reader) -> dict[str, Any]:
    """The org's SecuritySettings (``passwordPolicies``, …); empty where nothing is told of them."""
    settings = reader.of_one_api(API, lambda: reader.metadata_api.SecuritySettings.read([SECURITY]))
    return as_plain_data(settings)


def names_of(reader: Reader, kind: str) -> list[str]:
    """The full names of the components of that kind, such as ``ProfilePasswordPolicy``; one call."""
    listed = reader.of_one_api(API, lambda: reader.metadata_api.list(kind))
    return [str(component["fullName"]) for component in map(as_plain_data, listed or ())]


def read_profile_policies(reader: Reader, names: Sequence[str]) -> list[dict[str, Any]]:
    """Those ProfilePasswordPolicies, at most ten; each says whose it is (``profile``)."""
    replies = reader.of_one_api(API, lambda: reader.metadata_api.ProfilePasswordPolicy.read([*names]))
    several = replies if isinstance(replies, list) else [replies]
    return [policy for reply in several if (policy := as_plain_data(reply))]


def _spellings(full_name: str) -> list[str]:
    """The name as it is told, and percent-encoded where it was not yet."""
    return [full_name, quote(unquote(full_name), safe=" -_'")] if full_name else []


def as_plain_data(component: Any) -> dict[str, Any]:
    """A component of the Metadata API as dictionaries and lists; empty where there is none."""
    from zeep.helpers import serialize_object  # lazy: loaded with the client

    as_plain: Callable[..., Any] = serialize_object
    plain: dict[str, Any] = _without_nothing(as_plain(component, dict)) if component else {}
    return plain


def update(reader: Reader, settings: dict[str, Any]) -> None:
    """Writes the settings. Raises :class:`SalesforceRefused` with the code of the save result."""
    kind = reader.metadata_api.LeadConvertSettings
    try:
        reader.of_one_api(API, lambda: kind.update([kind(**{**settings, "fullName": NAME})]))
        return
    except RunbookError:
        raise
    except Exception as fault:  # the library raises a bare Exception for a save result that failed
        refused = of_save_results(fault)
    raise refused


class MetadataApi:
    """The types of the Metadata API by their names, as simple-salesforce has them: ``api.Profile.read([…])``.

    Its own class of that kind reads the WSDL anew for every session.
    """

    def __init__(self, client: Client, address: str, session_id: str) -> None:
        self._client = client
        self._service = client.create_service(_BINDING, address)  # type: ignore[no-untyped-call]
        self._header = client.get_element("ns0:SessionHeader")(sessionId=session_id)  # type: ignore[no-untyped-call]

    def __getattr__(self, name: str) -> MetadataType:
        from simple_salesforce.metadata import MetadataType  # lazy: loaded with the client

        kind = self._client.get_type(f"ns0:{name}")  # type: ignore[no-untyped-call]
        return MetadataType(name, self._service, kind, self._header)

    def list(self, kind: str) -> Any:
        """What components of that kind there are, without what stands in them."""
        query = [{"type": kind}]
        return self._service.listMetadata(query, WSDL_VERSION, _soapheaders=[self._header])


def open_metadata_api(reader: Reader) -> MetadataApi:
    """The Metadata API, with our session and through our transport."""
    from zeep import Client, Transport  # lazy: loading it takes a while

    # zeep writes whole envelopes to its log at DEBUG, and the session id is in them.
    logging.getLogger("zeep.transports").setLevel(logging.INFO)
    sender, client = Transport(), reader.client  # type: ignore[no-untyped-call]
    reader.transport.adopt(sender.session)  # zeep has made a session of its own
    address = f"https://{client.sf_instance}/services/Soap/m/{WSDL_VERSION}/"
    wsdl = read_wsdl()
    api = Client(wsdl, transport=sender, settings=wsdl.settings)  # type: ignore[no-untyped-call]
    return MetadataApi(api, address, client.session_id)


@cache
def read_wsdl() -> Document:
    """The WSDL that simple-salesforce carries; read once in a process, for it takes a while."""
    from simple_salesforce import metadata as library  # lazy: as above
    from zeep import Settings, Transport  # lazy: as above
    from zeep.wsdl import Document  # lazy: as above

    file = Path(library.__file__).with_name("metadata.wsdl")
    settings = Settings(strict=False, xsd_ignore_sequence_order=True)  # as the library has it
    return Document(file.absolute().as_uri(), Transport(), settings=settings)  # type: ignore[no-untyped-call,arg-type]


def _without_nothing(value: Any) -> Any:
    """``value`` without keys that hold ``None``: the Metadata API has no nulls, only elements left out."""
    match value:
        case dict():
            return {key: _without_nothing(member) for key, member in value.items() if member is not None}
        case list():
            return [_without_nothing(member) for member in value]
        case _:
            return value
