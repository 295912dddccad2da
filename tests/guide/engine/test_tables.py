"""pandas within reach: every notebook gives its tables as DataFrames, and says which it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook_lib.errors import UsageFault
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.engine.tables import TABLES, TABLES_OF, page
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps import STEPS
from runbook_lib.road import (
    DUPLICATES,
    FIELD_MAPPINGS,
    FIELD_VISIBILITY,
    ROAD,
    START_HERE,
    START_SYNC,
    SYNC_FIELDS,
    StepSpec,
)
from runbook_lib.survey.snapshot import DuplicateCounts, Unknown
from tests.org_by_hand import small_org

PAGE = Path(__file__).parents[3] / "docs" / "tables.md"
COUNTS = DuplicateCounts(
    10, 2, {"lead": 1, "contact": 0, "across": 0}, {"lead": 3, "contact": 0, "across": 0}, opted_out=4
)


def test_every_table_can_be_made(rehearsed: Session) -> None:
    """Each notebook's tables are made of a snapshot alone; none is empty of columns, and no call is made."""
    for spec in ROAD:
        step = STEPS[spec.name](rehearsed, interactive=False)
        step.seen = small_org(duplicates=COUNTS)
        for name in TABLES_OF[spec]:
            assert list(step.table(name).columns), (spec.name, name)
    assert sum(rehearsed.calls().values()) == 0


def test_what_the_preview_shows(rehearsed: Session) -> None:
    """The rows of the fields are those that the sync user sees; of the people, what was counted."""
    fields = _step(rehearsed, FIELD_VISIBILITY).table("fields")
    assert len(fields) == len(list(small_org().visible_fields())) > 0 and {"name", "suggestion"} <= set(
        fields
    )
    people = _step(rehearsed, DUPLICATES).table("people").set_index("what")
    assert people.loc["all", "people"] == 10 and people.loc["lead", "groups"] == 1
    assert "verdict" in _step(rehearsed, FIELD_MAPPINGS).table("mappings")


def test_what_nobody_could_read_is_missing_and_not_zero(rehearsed: Session) -> None:
    """An unknown count is a missing value; where nobody could look there is no row."""
    people = _step(rehearsed, START_SYNC).table("people").set_index("what")
    assert str(people.loc["opt_outs_differ", "groups"]) == "<NA>"
    step = _step(rehearsed, DUPLICATES)
    step.seen = small_org(duplicates=Unknown("Refused."))
    assert step.table("people").empty


def test_an_unknown_name_says_which_there_are(rehearsed: Session) -> None:
    """A typing error, or a table of another notebook."""
    for spec, name in ((SYNC_FIELDS, "field"), (START_HERE, "fields")):
        with pytest.raises(UsageFault) as fault:
            _step(rehearsed, spec).table(name)
        assert ", ".join(TABLES_OF[spec]) in str(fault.value)


def test_the_page_of_docs_is_made_of_the_tables() -> None:
    """docs/tables.md has every table and every notebook: ``make tables``."""
    assert PAGE.read_text(encoding="utf-8") == page()
    assert {name for names in TABLES_OF.values() for name in names} == set(TABLES)


def _step(session: Session, spec: StepSpec) -> Step:
    step = STEPS[spec.name](session, interactive=False)
    step.seen = small_org(duplicates=COUNTS)
    return step
