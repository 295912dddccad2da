"""A value from the outside, checked against its field and made fit for its column.

Source: REST API Developer Guide, status codes; Object Reference, "Primitive Data Types" and "Field Types".
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.ids import id18
from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
TEXT_TYPES = ("string", "textarea", "phone", "url", "email", "combobox", "encryptedstring", "picklist")


def column_value(field: FieldDescribe, value: Any) -> Any:
    """The value to store for what a caller sent; OrgFault 400 when the field cannot take it."""
    if value is None or value == "":
        return False if field["type"] == "boolean" else None
    match field["type"]:
        case "boolean":
            return _of_type(field, value, bool)
        case "int":
            return _of_type(field, value, int)
        case "double" | "currency" | "percent":
            return _number(field, value)
        case "date":
            return _date(field, value)
        case "datetime":
            return _moment(field, value)
        case "id" | "reference":
            return _reference(field, value)
    return _text(field, value)


def soap_value(field: FieldDescribe, value: Any) -> Any:
    """What Salesforce makes of a value that came as the text of an XML element, by the type of its field."""
    if value is None or isinstance(value, date):
        return value
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if field["type"] not in ("int", "double", "currency", "percent"):
        return text
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _of_type(field: FieldDescribe, value: Any, wanted: type) -> Any:
    if type(value) is wanted:
        return value
    text = str(value).lower()
    if isinstance(value, str) and wanted is bool and text in ("true", "false"):
        return text == "true"
    raise _unreadable(field, value)


def _number(field: FieldDescribe, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _unreadable(field, value)
    whole_digits = field["precision"] - field["scale"]
    if field["precision"] and abs(value) >= 10**whole_digits:
        raise OrgFault(
            400,
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field['label']}: value outside of valid range on numeric field: {value}",
            (field["name"],),
        )
    return round(float(value), field["scale"])


def _date(field: FieldDescribe, value: Any) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise _unreadable(field, value) from None


def _moment(field: FieldDescribe, value: Any) -> datetime:
    if isinstance(value, datetime):
        moment = value
    else:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise _unreadable(field, value) from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _reference(field: FieldDescribe, value: Any) -> str:
    text = str(value)
    if len(text) not in (15, 18) or not text.isalnum():
        raise OrgFault(
            400, "MALFORMED_ID", f"{field['label']}: id value of incorrect type: {text}", (field["name"],)
        )
    return id18(text[:15])


def _text(field: FieldDescribe, value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise _unreadable(field, value)
    text = str(value)
    name = (field["name"],)
    if field["length"] and len(text) > field["length"]:
        raise OrgFault(
            400,
            "STRING_TOO_LONG",
            f"{field['label']}: data value too large: {text[:80]} (max length={field['length']})",
            name,
        )
    if field["type"] == "email" and not EMAIL.match(text):
        raise OrgFault(400, "INVALID_EMAIL_ADDRESS", f"{field['label']}: invalid email address: {text}", name)
    _check_picklist(field, text)
    return text.lower() if field["type"] == "email" else text


def _check_picklist(field: FieldDescribe, text: str) -> None:
    if not (field["restrictedPicklist"] and field["picklistValues"]):
        return
    known = {value["value"] for value in field["picklistValues"]}
    chosen = text.split(";") if field["type"] == "multipicklist" else [text]
    if wrong := [value for value in chosen if value not in known]:
        raise bad_picklist_value(field["label"], wrong[0], field["name"])


def bad_picklist_value(label: str, value: str, name: str) -> OrgFault:
    """A value that a restricted picklist does not have."""
    return OrgFault(
        400,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        f"{label}: bad value for restricted picklist field: {value}",
        (name,),
    )


def _unreadable(field: FieldDescribe, value: Any) -> OrgFault:
    kind = "VALUE_STRING" if isinstance(value, str) else "VALUE_TRUE" if isinstance(value, bool) else "value"
    return OrgFault(
        400,
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {field['type']} from {kind} value {value} or request may be "
        f"missing a required field at field {field['name']}",
    )
