"""The field review: one row per field that the sync user sees, with all that helps to decide keep or hide."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from runbook_lib.review.fields.advice import (
    HIDE,
    KEEP,
    PAIRED,
    FieldSuggestion,
    Use,
    judge,
    suggestion_for,
    suggestions,
    uses,
)
from runbook_lib.review.fields.choice import can_hide, locked_because
from runbook_lib.review.fields.made import Made
from runbook_lib.review.fields.marketo_side import Making, makings
from runbook_lib.review.fields.name_lists import package_of
from runbook_lib.review.fields.risks import risks
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.needed_fields import is_needed
from runbook_lib.survey.snapshot import Field, Snapshot
from runbook_lib.text import translate

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

__all__ = [
    "COLUMNS", "HIDE", "KEEP", "MEASURED", "FieldSuggestion", "can_hide", "field_review",
    "field_review_schema", "suggestion_for", "suggestions",
]  # fmt: skip

MEASURED = ("counted", "sampled", "not measured")
"""How ``filled`` came about: all records, the newest ones, or not at all (then ``share`` is empty)."""
USED_LATELY = {True: "yes", False: "no", None: "cannot tell"}
_KINDS = {
    "object": "text",
    "name": "text",
    "label": "text",
    "type": "text",
    "length": "count",
    "package": "text",
    "custom": "flag",
    "calculated": "flag",
    "share": "share",
    "filled": "maybe count",
    "records": "maybe count",
    "measured": "text",
    "used_lately": "text",
    "marketo": "text",
    "marketo_name": "text",
    "marketo_type": "text",
    "flags": "text",
    "risks": "text",
    "never_hide": "flag",
    "cannot_hide": "flag",
    "locked": "flag",
    "pair": "text",
    "suggestion": "text",
    "reason": "text",
}
COLUMNS = tuple(_KINDS)
_ALLOWED = {
    "suggestion": (KEEP, HIDE),
    "measured": MEASURED,
    "used_lately": tuple(USED_LATELY.values()),
    "marketo": tuple(each.value for each in Made),
}


def field_review(snapshot: Snapshot, language: str = "en") -> pd.DataFrame:
    """The review table, one row per field the sync user sees; columns of :func:`field_review_schema`.

    ``share`` is between 0 and 1 and empty where nothing was measured. ``flags`` are fixed words with commas
    between; ``risks`` and ``reason`` are in ``language``. Empty where nobody could look.
    """
    import pandas as pd  # lazy: only who looks at tables pays for pandas

    measured, made = uses(snapshot), makings(snapshot)
    fields = list(snapshot.visible_fields())
    names = {each.full_name for each in fields}
    rows = [_row(each, language, names, measured[each.full_name], made[each.full_name]) for each in fields]
    table: pd.DataFrame = field_review_schema().validate(pd.DataFrame(rows, columns=list(COLUMNS)))
    return table


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
        name: pa.Column(coerce=True, **(kinds[kind] | _checks(pa, name))) for name, kind in _KINDS.items()
    }
    unmeasured = pa.Check(
        lambda table: table["share"].isna() | (table["measured"] != MEASURED[2]),
        error="a field that was not measured has a share",
    )
    return pa.DataFrameSchema(
        columns, checks=unmeasured, unique=["object", "name"], strict=True, ordered=True
    )


def _checks(pa: Any, name: str) -> dict[str, Any]:
    return {"checks": pa.Check.isin(_ALLOWED[name])} if name in _ALLOWED else {}


def _row(field: Field, language: str, names: set[str], use: Use, made: Making) -> dict[str, Any]:
    decision, reason = judge(field, use)
    found = risks(field)
    pair = f"{PAIRED.get(field.object, '')}.{field.name}"
    return {
        "object": field.object,
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "length": field.length,
        "package": package_of(field),
        "custom": field.custom,
        "calculated": field.calculated,
        **_measured(use.fill),
        "marketo": made.made.value,
        "marketo_name": made.name,
        "marketo_type": made.type,
        "flags": ", ".join(each.word for each in found),
        "risks": " ".join(translate(each.reason, language) for each in found),
        "never_hide": is_needed(field.object, field.name),
        "cannot_hide": not can_hide(field),
        "locked": locked_because(field) is not None,
        "pair": pair if pair in names else "",
        "suggestion": decision,
        "reason": translate(reason, language),
    }


def _measured(fill: object) -> dict[str, Any]:
    if not isinstance(fill, Fill):
        return {"share": None, "filled": None, "records": None, "measured": MEASURED[2],
                "used_lately": USED_LATELY[None]}  # fmt: skip
    return {
        "share": fill.share,
        "filled": fill.filled,
        "records": fill.records,
        "measured": MEASURED[1] if fill.sampled else MEASURED[0],
        "used_lately": USED_LATELY[fill.used_lately],
    }
