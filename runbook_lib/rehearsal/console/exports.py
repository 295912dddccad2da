"""The files that the Admin pages export, and the style of the pages.

Sources: Marketo, "Salesforce Sync Status", "Salesforce Sync Errors", "Export a List of All Marketo API Field
Names".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from importlib.resources import files

from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.field_types import COMPANY, PERSON, InstanceField
from runbook_lib.rehearsal.instance.fields import FieldBook
from runbook_lib.rehearsal.instance.sync.log import ERROR_COLUMNS, STATUS_COLUMNS

STYLE = (files(__package__) / "console.css").read_text(encoding="utf-8")
FIELD_COLUMNS = ("Friendly Label", "SOAP API Name", "REST API Name")


def sync_status(instance: Instance) -> str:
    """Sync Status as CSV."""
    return _csv(STATUS_COLUMNS, instance.crm.sync.log.status_rows())


def sync_errors(instance: Instance) -> str:
    """Sync Errors as CSV."""
    return _csv(ERROR_COLUMNS, instance.crm.sync.log.error_rows())


def field_names(instance: Instance) -> str:
    """Export Field Names as CSV."""
    fields = instance.fields.of(PERSON, COMPANY)
    return _csv(FIELD_COLUMNS, [(field.display_name, field.soap_name, field.rest_name) for field in fields])


def fields_with_sources(book: FieldBook) -> list[tuple[InstanceField, list[str]]]:
    """Every field with the Salesforce fields it is mapped to."""
    sources = book.sources_by_field()
    return [(field, sources.get(field.key, [])) for field in book]


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
