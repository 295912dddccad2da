"""Which fields an address or a location is put together from, where a trimmed describe does not say so.

Every part of a compound field names it as ``compoundFieldName`` in a whole describe; what editors cache
leaves that out. The names of the parts follow from that of the whole: ``MailingAddress`` has
``MailingStreet``, ``Office__c`` has ``Office__Street__s``. Source: Object Reference, "Address Compound
Fields" and "Geolocation Compound Field".
"""

from __future__ import annotations

from collections.abc import Mapping

from runbook_lib.rehearsal.org.schema.field_describe import FieldDescribe

ADDRESS_PARTS = (
    "Street", "City", "State", "StateCode", "PostalCode", "Country", "CountryCode", "Latitude", "Longitude",
    "GeocodeAccuracy",
)  # fmt: skip
LOCATION_PARTS = ("Latitude", "Longitude")
_PARTS = {"address": ADDRESS_PARTS, "location": LOCATION_PARTS}


def joined(fields: Mapping[str, FieldDescribe]) -> dict[str, FieldDescribe]:
    """``fields`` (lower-case name → field), every part naming its whole; a whole without parts goes."""
    wholes = [field for field in fields.values() if field["type"] in _PARTS]
    known = dict(fields)
    for whole in wholes:
        parts = [name for name, field in known.items() if field["compoundFieldName"] == whole["name"]]
        parts = parts or [name for name in _part_names(whole) if name in known]
        for name in parts:
            known[name] = {**known[name], "compoundFieldName": whole["name"]}
        if not parts:
            del known[whole["name"].lower()]
    return known


def _part_names(whole: FieldDescribe) -> list[str]:
    name = str(whole["name"])
    if name.endswith("__c"):
        return [f"{name[:-1]}{part}__s".lower() for part in _PARTS[whole["type"]]]
    stem = name.removesuffix("Address") if whole["type"] == "address" else name
    return [f"{stem}{part}".lower() for part in _PARTS[whole["type"]]]
