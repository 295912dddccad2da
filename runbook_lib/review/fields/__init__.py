"""The field review: one row per field that the sync user sees, with all that helps to decide keep or hide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from runbook_lib.review.fields.advice import (
    HIDE,
    KEEP,
    FieldSuggestion,
    judge,
    suggestion_for,
    suggestions,
    uses,
)
from runbook_lib.review.fields.choice import can_hide
from runbook_lib.review.fields.columns import COLUMNS, MEASURED, USED_LATELY, Column, FieldFacts
from runbook_lib.review.fields.marketo_side import makings
from runbook_lib.review.fields.risks import risks
from runbook_lib.survey.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

__all__ = [
    "COLUMNS", "HIDE", "KEEP", "MEASURED", "USED_LATELY", "FieldSuggestion", "can_hide", "field_review",
    "field_review_schema", "suggestion_for", "suggestions",
]  # fmt: skip


def field_review(snapshot: Snapshot, language: str = "en") -> pd.DataFrame:
    """The review table, one row per field the sync user sees; columns of :func:`field_review_schema`.

    ``share`` is between 0 and 1 and empty where nothing was measured. ``flags`` are fixed words with commas
    between; ``risks`` and ``reason`` are in ``language``. Empty where nobody could look.
    """
    import pandas as pd  # lazy: only who looks at tables pays for pandas

    rows = [
        {name: column.of(facts) for name, column in COLUMNS.items()} for facts in _facts(snapshot, language)
    ]
    table: pd.DataFrame = field_review_schema().validate(pd.DataFrame(rows, columns=list(COLUMNS)))
    return table


def _facts(snapshot: Snapshot, language: str) -> Iterator[FieldFacts]:
    measured, made = uses(snapshot), makings(snapshot)
    fields = list(snapshot.visible_fields())
    names = frozenset(field.full_name for field in fields)
    for field in fields:
        use = measured[field.full_name]
        advice, field_risks = judge(field, use), tuple(risks(field))
        yield FieldFacts(field, names, use, made[field.full_name], advice, field_risks, language)


@cache
def field_review_schema() -> pa.DataFrameSchema:
    """The columns of the review table, their types and the values that are allowed."""
    import pandera.pandas as pa  # lazy: only who looks at tables pays for pandera

    kinds: Mapping[str, dict[str, Any]] = {
        "text": {"dtype": str},
        "flag": {"dtype": bool},
        "count": {"dtype": int, "checks": pa.Check.ge(0)},
        "maybe count": {"dtype": "Int64", "nullable": True, "checks": pa.Check.ge(0)},
        "share": {"dtype": "Float64", "nullable": True, "checks": pa.Check.in_range(0, 1)},
    }
    columns = {
        name: pa.Column(coerce=True, **(kinds[column.kind] | _checks(pa, column)))
        for name, column in COLUMNS.items()
    }
    unmeasured = pa.Check(
        lambda table: table["share"].isna() | (table["measured"] != MEASURED[2]),
        error="a field that was not measured has a share",
    )
    return pa.DataFrameSchema(
        columns, checks=unmeasured, unique=["object", "name"], strict=True, ordered=True
    )


def _checks(pa: Any, column: Column) -> dict[str, Any]:
    return {"checks": pa.Check.isin(column.allowed)} if column.allowed else {}
