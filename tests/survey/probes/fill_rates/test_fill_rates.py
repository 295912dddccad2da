"""Fill rates over a running rehearsal, and over an org by hand that refuses what is too big."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbook_lib.errors import SalesforceRefused
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.survey.model.fill import Fill
from runbook_lib.survey.probes.fill_rates import MOST_CALLS, fill_rates
from runbook_lib.survey.probes.fill_rates.queries import GROUPED, MOST_SINGLES, NEWEST, How, measurings
from runbook_lib.survey.snapshot import Field, Part, Unknown
from runbook_lib.systems.salesforce.client import LONGEST_QUERY, QueryAnswer, SalesforceReader

FLAGS = {
    "string": (True, True, True),
    "double": (True, True, False),
    "boolean": (False, True, True),
    "multipicklist": (False, True, False),
    "textarea": (False, False, False),
}


def a_field(object_name: str, name: str, type_: str) -> Field:
    """A custom field with the flags that a describe gives its type."""
    aggregatable, filterable, groupable = FLAGS[type_]
    return Field(
        object_name, name, name, type_, custom=True, permissionable=True,
        aggregatable=aggregatable, filterable=filterable, groupable=groupable,
    )  # fmt: skip


def large_org(objects: int = 5, each: int = 800) -> list[Field]:
    """Objects whose fields are mixed as in a grown org: mostly texts, every tenth a checkbox."""
    texts = ["string"] * 4
    kinds = [
        *texts,
        "double",
        "boolean",
        *texts,
        "double",
        "boolean",
        *texts,
        "multipicklist",
        *texts,
        "textarea",
    ]
    return [
        a_field(f"Object{n}", f"A_Field_With_A_Usual_Name_{number:03}__c", kinds[number % len(kinds)])
        for n in range(objects)
        for number in range(each)
    ]


@dataclass
class SizedOrg:
    """Answers fill questions by their words alone; refuses a query of more than ``most`` fields."""

    most: int = 10_000
    code: str = "QUERY_TOO_COMPLICATED"
    calls: int = 0
    asked: list[str] = field(default_factory=list)

    def composite_queries(self, queries: list[str]) -> list[QueryAnswer | SalesforceRefused]:
        """One call."""
        self.calls += 1
        self.asked += queries
        return [self._answer(query) for query in queries]

    def _answer(self, query: str) -> QueryAnswer | SalesforceRefused:
        columns = query.removeprefix("SELECT ").split(" FROM ")[0].split(", ")
        if len(columns) - 1 > self.most:
            return SalesforceRefused("too much at once", code=self.code)
        if columns == ["COUNT()"]:
            return QueryAnswer(7, [])
        row: dict[str, Any] = {column.split()[-1]: 7 for column in columns}
        return QueryAnswer(1, [row | ({"n": 10} if "COUNT(Id) n" in columns else {})])


def test_the_numbers_are_those_of_the_org(ready: Any) -> None:
    """Every field that is measured has the number a query of its own would give; nobody is left out."""
    seen = ready.see(Part.VISIBLE, Part.PRESENT, Part.FILL)
    assert set(seen.fill) == {field.full_name for field in seen.visible_fields()}
    reader = ready.systems.admin()
    leads = reader.count("SELECT COUNT() FROM Lead")
    for name, where in (
        ("Region__c", "Region__c != null"),
        ("Email", "Email != null"),
        ("IsConverted", "IsConverted = true"),
        ("Product_Interest__c", "Product_Interest__c != null"),
    ):
        rate = seen.fill[f"Lead.{name}"]
        assert isinstance(rate, Fill), (name, rate)
        assert (rate.filled, rate.records) == (reader.count(f"SELECT COUNT() FROM Lead WHERE {where}"), leads)
    measured = [fill for fill in seen.fill.values() if isinstance(fill, Fill)]
    assert len(measured) > 0.95 * len(seen.fill)
    assert all(0 <= fill.filled <= fill.records for fill in measured)


def test_a_long_text_is_a_sample(ready: Any) -> None:
    """What cannot be counted is looked up in the newest records, and says so."""
    rate = ready.see(Part.VISIBLE, Part.PRESENT, Part.FILL).fill["Lead.Description"]
    assert isinstance(rate, Fill) and rate.sampled and rate.records <= NEWEST


def test_lately_is_within_all(ready: Any) -> None:
    """Records of the last year are some of all records."""
    rates = ready.see(Part.VISIBLE, Part.PRESENT, Part.FILL).fill
    lately = [rate for rate in rates.values() if isinstance(rate, Fill) and rate.recent is not None]
    assert lately and all((fill.recent or 0) <= fill.filled for fill in lately)


def test_nobody_could_look(live: Any) -> None:
    """Without the sync user's login nothing is measured, and no number is made up."""
    seen = live.see(Part.VISIBLE, Part.PRESENT, Part.FILL)
    assert isinstance(seen.fill, Unknown) and seen.fill.reason
    assert isinstance(live.see(Part.FILL).fill, Unknown)


def test_a_refused_call_is_told(ready: Any) -> None:
    """Where the first call is refused the whole part is unknown, with Salesforce's code."""
    before = ready.see(Part.VISIBLE, Part.PRESENT)
    fields = [field for some in before.present.values() for field in some]
    reader = ready.systems.admin()
    ready.server.faults.add(Fault("/services/data/.*/composite", FaultKind.RATE_LIMIT))
    with pytest.raises(SalesforceRefused, match="REQUEST_LIMIT_EXCEEDED"):
        fill_rates(reader, fields)


def test_four_thousand_fields_within_the_calls() -> None:
    """Five objects of 800 fields: within the calls allowed, every query fits, and hardly a field is left."""
    fields, org = large_org(), SizedOrg()
    rates = fill_rates(cast(SalesforceReader, org), fields)
    assert isinstance(rates, dict) and list(rates) == [field.full_name for field in fields]
    assert org.calls <= MOST_CALLS
    assert max(len(quote(query, safe="")) for query in org.asked) <= LONGEST_QUERY
    assert [name for name, rate in rates.items() if isinstance(rate, Unknown)] == []


@pytest.mark.parametrize(
    "code", ["QUERY_TOO_COMPLICATED", "QUERY_TIMEOUT", "OPERATION_TOO_LARGE", "HTTP_414"]
)
def test_too_big_is_halved(code: str) -> None:
    """What Salesforce finds too big is asked again in halves until it fits."""
    fields = large_org(objects=1, each=300)
    org = SizedOrg(most=40, code=code)
    rates = fill_rates(cast(SalesforceReader, org), fields)
    assert isinstance(rates, dict) and all(isinstance(rate, Fill) for rate in rates.values())
    assert org.calls <= MOST_CALLS


def test_another_refusal_is_not_halved() -> None:
    """A refusal that has nothing to do with size leaves these fields unmeasured, with its code."""
    org = SizedOrg(most=40, code="INVALID_FIELD")
    rates = fill_rates(cast(SalesforceReader, org), large_org(objects=1, each=300))
    assert isinstance(rates, dict)
    unmeasured = [rate for rate in rates.values() if isinstance(rate, Unknown)]
    assert {rate.code for rate in unmeasured} == {"INVALID_FIELD", ""}  # "": counted, but not of how many


def test_flags_decide_how_not_types() -> None:
    """A checkbox that a describe calls countable is counted; a text that it calls neither is sampled."""
    odd = [
        Field("Lead", "A__c", "A", "boolean", aggregatable=True),
        Field("Lead", "B__c", "B", "string"),
        Field("Lead", "C__c", "C", "picklist", filterable=True),
    ]
    found = {measuring.how: measuring.fields for measuring in measurings(odd)}
    assert found == {How.COUNT: ("A__c",), How.SINGLE: ("C__c",), How.SAMPLE: ("B__c",)}
    many = [a_field("Lead", f"M{n}__c", "multipicklist") for n in range(MOST_SINGLES + 5)]
    assert [len(measuring.fields) for measuring in measurings(many) if measuring.how is How.SAMPLE] == [5]
    ticks = [a_field("Lead", f"T{n}__c", "boolean") for n in range(GROUPED + 1)]
    assert [len(measuring.fields) for measuring in measurings(ticks) if measuring.how is How.GROUP] == [
        GROUPED,
        1,
    ]


@settings(max_examples=60)
@given(
    st.integers(1, 60),
    st.integers(1, 40),
    st.sampled_from(["QUERY_TIMEOUT", "INVALID_FIELD", "UNKNOWN_EXCEPTION"]),
)
def test_no_unmeasured_field_ever_gets_a_number(most: int, each: int, code: str) -> None:
    """Whatever is refused: a field has a number exactly where a query about it was answered."""
    fields, org = large_org(objects=2, each=each), SizedOrg(most=most, code=code)
    rates = fill_rates(cast(SalesforceReader, org), fields)
    assert isinstance(rates, dict) and list(rates) == [field.full_name for field in fields]
    answered = [query for query in org.asked if isinstance(org._answer(query), QueryAnswer)]
    for asked in fields:
        was_answered = any(
            f" FROM {asked.object}" in query and asked.name in query and "LAST_N_DAYS" not in query
            for query in answered
        )
        has_number = isinstance(rates[asked.full_name], Fill)
        assert was_answered or not has_number, asked.full_name
        assert has_number or not was_answered or asked.type == "multipicklist", asked.full_name
