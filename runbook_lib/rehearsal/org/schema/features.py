"""What an org has more than others: features that are switched on once and bring fields of their own, and
labels.

Labels are translated into the org's language and renamed by its admins (Setup, Rename Tabs and Labels); names
of the API are neither. Source:
Salesforce Help, "Person Accounts", "Manage Multiple Currencies", "Let Users Select State, Country, and
Territory from Picklists", "Rename Tabs and Labels"; the fields are those of recorded describes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from runbook_lib.rehearsal.org.schema.catalog import Catalog
from runbook_lib.rehearsal.org.schema.standard_objects import feature_rows, standard_field

FEATURES = frozenset({"person_accounts", "multi_currency", "state_and_country_picklists"})


def switch_on(catalog: Catalog, features: Collection[str]) -> None:
    """Puts the fields of these features into the catalog. ValueError for one that is not imitated."""
    if unknown := set(features) - FEATURES:
        raise ValueError(f"features that are not imitated: {', '.join(sorted(unknown))}")
    for row in feature_rows():
        if row["feature"] in features:
            catalog[row["object"]].fields[row["name"].lower()] = standard_field(row)


def rename(catalog: Catalog, labels: Mapping[str, str]) -> None:
    """Gives objects ("Lead") and fields ("Lead.Company") other labels; KeyError for what is not there."""
    for name, label in labels.items():
        object_name, _, field_name = name.partition(".")
        sobject = catalog[object_name]
        if field_name:
            sobject.fields[field_name.lower()] = {**sobject.fields[field_name.lower()], "label": label}
        else:
            sobject.describe |= {"label": label, "labelPlural": f"{label}en"}
