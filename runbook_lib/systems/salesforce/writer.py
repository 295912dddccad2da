"""Writes to an org over the reader's session. Only :mod:`runbook_lib.change.apply` makes a writer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from runbook_lib.systems.salesforce import metadata, shapes
from runbook_lib.systems.salesforce.errors import refusal
from runbook_lib.systems.salesforce.records import RecordResult, read_result
from runbook_lib.systems.secrets.vault import Secret

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

RECORDS_PER_CALL = 200
"""Records of one collection call. Source: REST API guide, "sObject Collections"."""
LOCK_PAUSES = (1.0, 3.0)
"""Seconds before records that were locked are written again."""


class SalesforceWriter:
    """Writes to the org that ``reader`` reads, as the same user. Only :mod:`runbook_lib.change.apply`
    makes one.

    Nothing is repeated after :class:`Unreachable`: whether the call arrived can only be seen by looking
    again.
    """

    def __init__(self, reader: SalesforceReader) -> None:
        self.reader = reader

    def create(self, object_name: str, values: dict[str, Any]) -> str:
        """Makes one record; returns its id."""
        answer = self.reader.call("POST", f"sobjects/{quote(object_name, safe='')}/", json=values)
        return shapes.member(answer, "id", str, f"sobjects/{object_name}")

    def update(self, object_name: str, record_id: str, values: dict[str, Any]) -> None:
        """Changes fields of one record."""
        self.reader.call("PATCH", _record_path(object_name, record_id), json=values)

    def delete(self, object_name: str, record_id: str) -> None:
        """Deletes one record."""
        self.reader.call("DELETE", _record_path(object_name, record_id))

    def create_many(self, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        """Makes records, each by itself (``allOrNone`` false): one result per record, in order."""
        return self._collect("POST", object_name, records)

    def update_many(self, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        """Changes records, each of which names its ``Id``: one result per record, in order."""
        return self._collect("PATCH", object_name, records)

    def delete_many(self, record_ids: Sequence[str]) -> list[RecordResult]:
        """Deletes records of any object by id: one result per id, in order."""
        results: list[RecordResult] = []
        for start in range(0, len(record_ids), RECORDS_PER_CALL):
            ids = ",".join(record_ids[start : start + RECORDS_PER_CALL])
            params = {"ids": ids, "allOrNone": "false"}
            answer = self.reader.call("DELETE", "composite/sobjects", params=params)
            results += map(read_result, shapes.objects(answer, "composite/sobjects"))
        return results

    def create_custom_field(self, full_name: str, metadata: dict[str, Any]) -> str:
        """Makes a custom field such as ``Lead.mkto71_Lead_Score__c``; returns its id.

        Nobody may see the new field, not even the admin, until FieldPermissions say so.
        Source: Tooling API, CustomField.
        """
        body = {"FullName": full_name, "Metadata": metadata}
        path = "tooling/sobjects/CustomField"
        return shapes.member(self.reader.call("POST", path, json=body), "id", str, path)

    def update_lead_convert_settings(self, settings: dict[str, Any]) -> None:
        """Writes LeadConvertSettings; give the whole of what was read, with the changes merged in."""
        metadata.update(self.reader, settings)

    def set_password(self, user_id: str, password: Secret) -> None:
        """Sets a user's password."""
        path = f"{_record_path('User', user_id)}/password"
        self.reader.call("POST", path, json={"NewPassword": password.reveal()})

    def _collect(
        self, method: str, object_name: str, records: Sequence[dict[str, Any]]
    ) -> list[RecordResult]:
        results = self._send(method, object_name, records)
        for seconds in LOCK_PAUSES:
            locked = [place for place, result in enumerate(results) if result.code == "UNABLE_TO_LOCK_ROW"]
            if not locked:
                break
            # Salesforce did not write these because somebody else was writing: safe to give it again.
            self.reader.transport.pause(seconds)
            again = self._send(method, object_name, [records[place] for place in locked])
            for place, result in zip(locked, again, strict=True):
                results[place] = result
        return results

    def _send(self, method: str, object_name: str, records: Sequence[dict[str, Any]]) -> list[RecordResult]:
        results: list[RecordResult] = []
        for start in range(0, len(records), RECORDS_PER_CALL):
            some = records[start : start + RECORDS_PER_CALL]
            typed = [{"attributes": {"type": object_name}, **values} for values in some]
            body = {"allOrNone": False, "records": typed}
            path = "composite/sobjects"
            answer = shapes.objects(self.reader.call(method, path, json=body), path)
            if len(answer) != len(some):
                message = f"{len(answer)} results for {len(some)} records"
                raise refusal("RESULT_COUNT", message, "composite/sobjects")
            results += map(read_result, answer)
        return results


def _record_path(object_name: str, record_id: str) -> str:
    return f"sobjects/{quote(object_name, safe='')}/{quote(record_id, safe='')}"
