"""Which of Marketo's own fields an org has, whoever may see them.

EntityParticle tells type and size; whether it names a field that the asker may not see is undecided (the
Object Reference promises "parity with describe", octoberswimmer/aer-dist issue 386 saw the opposite), and a
field that was made by API may be seen by nobody. So where one of the wanted fields is not named, Setup is
asked: the Tooling API's CustomField knows every field, and its size, but only one type at a time.
One call more then. Sources: Object Reference, EntityParticle; Tooling API, CustomField.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runbook_lib.survey.probes.query import Rows
from runbook_lib.survey.requirements import MARKETO_FIELD_OBJECTS, MARKETO_FIELDS, RECOMMENDED_FIELDS
from runbook_lib.survey.snapshot import Expected, Field
from runbook_lib.systems.salesforce.soql import soql

if TYPE_CHECKING:
    from runbook_lib.systems.salesforce.client import SalesforceReader

CALLS = 1
_IN_SETUP = (
    "SELECT TableEnumOrId, DeveloperName, NamespacePrefix, Length, Precision, Scale FROM CustomField "
    "WHERE TableEnumOrId IN {objects} AND DeveloperName IN {names}"
)
_ENDING = "__c"


def shown_fields(rows: Rows) -> tuple[Field, ...]:
    """The fields that EntityParticle names."""
    fields = [
        Field(
            object=row["EntityDefinition"]["QualifiedApiName"],
            name=row["QualifiedApiName"],
            label=row["Label"] or "",
            type=str(row["DataType"]).lower(),
            length=row["Length"] or 0,
            precision=row["Precision"] or 0,
            scale=row["Scale"] or 0,
            custom=True,
        )
        for row in rows
    ]
    return tuple(sorted(fields, key=lambda field: field.full_name))


def with_hidden_fields(
    reader: SalesforceReader, visible: tuple[Field, ...], expected: Expected
) -> tuple[Field, ...]:
    """``visible`` and the fields that only Setup knows, of the empty type. Raises where Setup is not
    told: then nobody can say that a field is missing."""
    names = {field.full_name.lower() for field in visible}
    wanted = expected.marketo_fields or RECOMMENDED_FIELDS
    if all(f"{where}.{name}".lower() in names for where in MARKETO_FIELD_OBJECTS for name in wanted):
        return visible
    developer_names = [field.name.removesuffix(_ENDING) for field in MARKETO_FIELDS]
    query = soql(_IN_SETUP, objects=list(MARKETO_FIELD_OBJECTS), names=developer_names)
    known = [_in_setup(row) for row in reader.tooling_query(query) if not row["NamespacePrefix"]]
    hidden = [field for field in known if field.full_name.lower() not in names]
    return tuple(sorted((*visible, *hidden), key=lambda field: field.full_name))


def _in_setup(row: Mapping[str, Any]) -> Field:
    return Field(
        object=row["TableEnumOrId"],
        name=f"{row['DeveloperName']}{_ENDING}",
        label="",
        type="",
        length=row["Length"] or 0,
        precision=row["Precision"] or 0,
        scale=row["Scale"] or 0,
        custom=True,
    )
