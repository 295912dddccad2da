"""How the imitation of Salesforce says no: codes and texts as Salesforce's own, with no HTTP in them
but the status that belongs to the code."""

from __future__ import annotations

from collections.abc import Sequence


class OrgFault(Exception):
    """A refused call. Source: REST API Developer Guide, "Status Codes and Error Responses"."""

    def __init__(
        self, status: int, code: str, message: str, fields: tuple[str, ...] = (), token: str = ""
    ) -> None:
        """`token` is the word of a query that is wrong: the answer shows where it stands."""
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields
        self.token = token

    def as_json(self) -> dict[str, object]:
        """One entry of the JSON list that Salesforce answers with."""
        entry: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields:
            entry["fields"] = list(self.fields)
        return entry


class LoginFault(Exception):
    """A refused login. Source: partner WSDL, LoginFault."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class OAuthFault(Exception):
    """A refused request for a token. Source: Salesforce help, "OAuth 2.0 Authorization Errors"."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class SchemaFault(Exception):
    """A file of a schema folder that is not what it should be: which file, which key, what is wrong.

    ``what`` may have gaps, which ``values`` fill: whoever shows it can say it in another language.
    """

    def __init__(self, file: str, key: str, what: str, **values: object) -> None:
        self.template, self.values = what, values
        self.what = what.format(**values) if values else what
        super().__init__(f"{file}: {key}: {self.what}")
        self.file = file
        self.key = key


NOT_IMITATED = "NOT_IMPLEMENTED_BY_THE_REHEARSAL"
"""The rehearsal's own code, which neither system has."""


def not_imitated(what: str) -> OrgFault:
    """What the real system would do, and the rehearsal does not: it never pretends, nor blames the caller."""
    return OrgFault(501, NOT_IMITATED, f"The rehearsal does not imitate {what}.")


def malformed_query(message: str) -> OrgFault:
    """SOQL that cannot be understood, or asks for what SOQL does not allow."""
    return OrgFault(400, "MALFORMED_QUERY", message)


def no_such_column(name: str, object_name: str) -> OrgFault:
    """A field that does not exist or that the caller may not read: Salesforce does not tell them apart."""
    return OrgFault(
        400,
        "INVALID_FIELD",
        f"No such column '{name}' on entity '{object_name}'. If you are attempting to use a custom field, "
        "be sure to append the '__c' after the custom field name. Please reference your WSDL or the "
        "describe call for the appropriate names.",
        token=name,
    )


def unsupported_object(name: str) -> OrgFault:
    """An object that does not exist or that the caller may not read."""
    return OrgFault(
        400,
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to "
        "append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
        "appropriate names.",
        token=name,
    )


def not_found() -> OrgFault:
    """A record or resource that is not there for this caller."""
    return OrgFault(404, "NOT_FOUND", "The requested resource does not exist")


def closed_fields(names: Sequence[str]) -> OrgFault:
    """Fields that the caller may read and not write."""
    return OrgFault(
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings "
        "of this field and verify that it is read/write for your profile or permission set.",
        tuple(names),
    )


def required_missing(names: Sequence[str]) -> OrgFault:
    """Fields that have to hold something."""
    return OrgFault(
        400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", tuple(names)
    )


def closed_record() -> OrgFault:
    """A record that the caller may see and not write."""
    return OrgFault(400, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
