"""connection.toml: who connects to whom. There is no secret in it, and there may be none."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from runbook_lib.disk import write_whole
from runbook_lib.errors import ConnectionFileFault, UsageFault
from runbook_lib.systems import addresses
from runbook_lib.systems.validation_messages import reason_of
from runbook_lib.text import LANGUAGES, Message, joined, say
from runbook_lib.text_files import UnreadableText, read_text

_PASSWORD_OPTIONS = {"password", "passwd", "pwd", "pass", "sslpassword", "secret", "token"}
_SPARK_MASTER = r"^(|local(\[[0-9*]+\])?|yarn|(spark|k8s)://\S+)$"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _without_password(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError(say("is not the address of a database")) from None
    named = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if parts.password or named & _PASSWORD_OPTIONS:
        raise ValueError(say("holds a password; keep it in the database client's own password file"))
    if parts.scheme.partition("+")[0] not in ("postgresql", "sqlite"):
        raise ValueError(say("must begin with postgresql:// or sqlite://"))
    return url


def _on_loopback(url: str) -> str:
    if url and urlsplit(url).hostname not in _LOOPBACK:
        raise ValueError(say("is not on this machine (127.0.0.1)"))
    return url


class SalesforceSide(_Part):
    """The Salesforce org and the two people who log in to it."""

    environment: Literal["production", "sandbox"]
    my_domain: Annotated[str, AfterValidator(addresses.my_domain)] = ""
    """Such as ``acme`` or ``acme--test.sandbox``; empty: log in at login/test.salesforce.com."""
    admin_username: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    sync_username: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    admin_client_id: Annotated[str, Field(exclude_if=lambda value: value == "")] = ""
    """Consumer key of an OAuth client for the admin's own login; empty: SOAP login, as the sync user's."""
    admin_flow: Annotated[
        Literal["password", "client_credentials"], Field(exclude_if=lambda value: value == "password")
    ] = "password"
    """The OAuth flow of that client. Client credentials need my_domain, and no password of the admin."""
    sync_client_id: Annotated[str, Field(exclude_if=lambda value: value == "")] = ""
    """Consumer key of an app with client credentials whose Run As user is the sync user, for orgs that have
    no SOAP login; empty: the sync user's test login is the SOAP login that Marketo makes."""

    @property
    def admin_by_client(self) -> bool:
        """Whether the admin's login is an app's, which needs nothing that the admin knows by heart."""
        return bool(self.admin_client_id) and self.admin_flow == "client_credentials"


class MarketoSide(_Part):
    """The Marketo instance and the API client that reads it."""

    munchkin_id: Annotated[str, AfterValidator(addresses.munchkin_id)]
    client_id: Annotated[str, Field(min_length=1)]
    authentication: Literal["basic", "oauth"] = "basic"
    """Which form Marketo shows under Admin > CRM: three fields, or the button "Login with Salesforce"."""


class RehearsalSide(_Part):
    """Present only in the workspace of a rehearsal: where the imitation of both systems listens."""

    world: Annotated[str, Field(min_length=1)]
    url: Annotated[str, Field(pattern=r"^(https://[^/]+)?$"), AfterValidator(_on_loopback)] = ""
    page_url: Annotated[str, Field(pattern=r"^(http://[^/]+)?$"), AfterValidator(_on_loopback)] = ""
    ca_file: str = ""
    hands: Literal["robot", "person"] = "robot"
    """Who makes the clicks in the imitation's Admin pages."""


def _spoken(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(say("must be one of: {words}", words=", ".join(map(repr, LANGUAGES))))
    return language


class Connection(_Part):
    """What connection.toml says, checked."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    language: Annotated[str, AfterValidator(_spoken)] = "en"
    journal_url: Annotated[str | None, AfterValidator(_without_password)] = None
    spark_master: Annotated[
        str,
        Field(
            pattern=r"^(|local(\[[0-9*]+\])?|yarn|(spark|k8s)://\S+)$", exclude_if=lambda value: value == ""
        ),
    ] = ""
    """Address of a Spark cluster on which people are compared, such as ``spark://host:7077``."""
    require_two: Annotated[bool, Field(exclude_if=lambda value: value is False)] = False
    """Who decided what a plan holds may not be the one who approves it."""
    salesforce: SalesforceSide
    marketo: MarketoSide
    rehearsal: RehearsalSide | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.salesforce.admin_flow == "client_credentials" and not self.salesforce.my_domain:
            raise ValueError(say("admin_flow client_credentials needs my_domain"))
        if self.salesforce.admin_flow == "client_credentials" and not self.salesforce.admin_client_id:
            raise ValueError(say("admin_flow client_credentials needs admin_client_id"))
        if self.salesforce.sync_client_id and not self.salesforce.my_domain:
            raise ValueError(say("sync_client_id needs my_domain"))
        if self.salesforce.sync_client_id and self.marketo.authentication == "basic":
            raise ValueError(
                say("sync_client_id needs authentication oauth: Marketo's form with password and token "
"logs in a different way, which an app's login would not prove")
            )  # fmt: skip
        domain, is_sandbox = self.salesforce.my_domain, self.salesforce.environment == "sandbox"
        if domain and not is_sandbox and "--" in domain:
            raise ValueError(
                say("my_domain {domain} is a sandbox's, but environment is production", domain=domain)
            )
        if domain and is_sandbox and "--" not in domain and "." not in domain:
            raise ValueError(
                say("my_domain {domain} is not a sandbox's; those are called {domain}--name", domain=domain)
            )
        if self.salesforce.admin_username.lower() == self.salesforce.sync_username.lower():
            raise ValueError(say("admin_username and sync_username are the same user"))
        return self

    def with_sync_user(self, username: str) -> Connection:
        """The same connection with another sync user. ``UsageFault`` where that cannot be."""
        data = self.model_dump()
        data["salesforce"]["sync_username"] = username
        try:
            return Connection.model_validate(data)
        except ValidationError as wrong:
            reasons = [reason_of(fault) for fault in wrong.errors(include_url=False)]
            raise UsageFault(
                say("“{username}” cannot be the sync user: {reason}.", username=username, reason=reasons[0]),
                fix=say("Type a username in the form of an e-mail address; not your own."),
            ) from None

    @property
    def is_rehearsal(self) -> bool:
        """Whether both systems are the rehearsal's imitation."""
        return self.rehearsal is not None

    @property
    def login_host(self) -> str:
        """The host at which Salesforce logs this org's users in."""
        domain, sandbox = self.salesforce.my_domain, self.salesforce.environment == "sandbox"
        if not domain:
            return "test.salesforce.com" if sandbox else "login.salesforce.com"
        if sandbox and "--" in domain and not domain.endswith(".sandbox"):
            domain += ".sandbox"
        return f"{domain}.my.salesforce.com"

    @property
    def marketo_host(self) -> str:
        """The host of the instance's REST API. Source: Marketo developer guide, "Base URL"."""
        return f"{self.marketo.munchkin_id.lower()}.mktorest.com"


def read_connection(path: Path) -> Connection:
    """The connection in the file ``path``.

    Raises :class:`ConnectionFileFault` with every fault at once, each with its key and the reason.
    """
    try:
        data = tomllib.loads(read_text(path))
    except FileNotFoundError:
        raise _fault(path, [say("The file does not exist.")]) from None
    except UnreadableText as fault:
        raise _fault(path, [say("The file cannot be read: {reason}.", reason=fault.reason)]) from None
    except (ValueError, RecursionError) as fault:  # or a number of more digits than Python reads
        raise _fault(path, [say("The file is not TOML: {reason}.", reason=fault)]) from None
    try:
        return Connection.model_validate(data)
    except ValidationError as faults:
        raise _fault(path, [_sentence(fault) for fault in faults.errors(include_url=False)]) from None


def faults_of(data: Mapping[str, Any]) -> dict[str, object]:
    """Key → reason of everything that would be wrong with a connection.toml of this content.

    The key is the last one, such as ``munchkin_id``; empty for what is wrong with the whole.
    """
    try:
        Connection.model_validate(data)
    except ValidationError as faults:
        errors = faults.errors(include_url=False)
        return {str(fault["loc"][-1]) if len(fault["loc"]) else "": reason_of(fault) for fault in errors}
    return {}


def write_connection(path: Path, connection: Connection) -> None:
    """Writes ``connection`` to the file ``path``; comments and order of an existing file are kept."""
    import tomlkit  # lazy: only writing needs it

    document = tomlkit.parse(read_text(path)) if path.exists() else tomlkit.document()
    _merge(document, connection.model_dump(exclude_none=True))
    write_whole(path, tomlkit.dumps(document))


def _merge(table: Any, values: dict[str, Any]) -> None:
    import tomlkit  # lazy: only writing needs it

    for key in [key for key in table if key not in values]:
        del table[key]
    for key, value in values.items():
        if not isinstance(value, dict):
            if table.get(key) != value:
                table[key] = value
            continue
        if not isinstance(table.get(key), dict):
            table[key] = tomlkit.table()
        _merge(table[key], value)


def _fault(path: Path, faults: Iterable[Message]) -> ConnectionFileFault:
    return ConnectionFileFault(
        joined(faults, "\n"),
        where=str(path),
        fix=say("Correct the file; or move it away, and write a new one with `runbook init WORKSPACE`."),
    )


def _sentence(fault: Any) -> Message:
    """One fault of pydantic as a sentence with its key."""
    key = ".".join(str(part) for part in fault["loc"]) or "connection"
    return say("{key}: {reason}.", key=key, reason=reason_of(fault))
