"""Date words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.soql.dates import COUNTED, PLAIN, span_of

DAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("word", "first", "after"),
    [
        ("TODAY", date(2026, 11, 22), date(2026, 11, 23)),
        ("YESTERDAY", date(2026, 11, 21), date(2026, 11, 22)),
        ("THIS_WEEK", date(2026, 11, 22), date(2026, 11, 29)),
        ("LAST_MONTH", date(2026, 10, 1), date(2026, 11, 1)),
        ("THIS_QUARTER", date(2026, 10, 1), date(2027, 1, 1)),
        ("LAST_QUARTER", date(2026, 7, 1), date(2026, 10, 1)),
        ("NEXT_YEAR", date(2027, 1, 1), date(2028, 1, 1)),
        ("LAST_N_DAYS:30", date(2026, 10, 23), date(2026, 11, 23)),
        ("LAST_N_MONTHS:2", date(2026, 9, 1), date(2026, 11, 1)),
        ("N_DAYS_AGO:1", date(2026, 11, 21), date(2026, 11, 22)),
    ],
)
def test_a_word_means_its_days(word: str, first: date, after: date) -> None:
    """Each word spans the days that the SOQL reference says."""
    assert span_of(word, DAY) == (first, after)


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.sampled_from([*PLAIN, *(f"{name}:3" for name in COUNTED)]),
)
def test_every_span_has_days(today: date, word: str) -> None:
    """No word means an empty span, whatever the day."""
    first, after = span_of(word, today)
    assert first < after


@pytest.mark.parametrize("word", ["LAST_N_DAYS", "TODAY:3", "LAST_N_EONS:4"])
def test_unknown_words_are_refused(word: str) -> None:
    """A word that SOQL does not have is MALFORMED_QUERY."""
    with pytest.raises(OrgFault) as refused:
        span_of(word, DAY)
    assert refused.value.code == "MALFORMED_QUERY"
