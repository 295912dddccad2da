"""The code of a click sheet: bound to its step and plan, refused with its reason where it is another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.change.gate.click_code import ALPHABET, code_of, demand_code
from runbook_lib.errors import UsageFault
from runbook_lib.road import START_SYNC, SYNC_FIELDS

GATE, OTHER = SYNC_FIELDS.name, START_SYNC.name
NOW, BEFORE = "a" * 64, "b" * 64
ON_FILE = [(GATE, BEFORE), (GATE, NOW), (OTHER, NOW)]


def test_the_code_of_the_plan_is_taken_however_it_is_typed() -> None:
    """Small letters, blanks instead of hyphens, an O for a nought: it is the same code."""
    code = code_of(GATE, NOW)
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("0", "O").replace("1", "l")):
        demand_code(typed, GATE, NOW, ON_FILE)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (code_of(GATE, BEFORE), "older plan"),
        (code_of(OTHER, NOW), OTHER),
        (code_of(GATE, "c" * 64), "another connection"),
        ("", "mistyped"),
        ("ÄÖÜß-1234-5", "mistyped"),
        ("<script>", "mistyped"),
    ],
)
def test_another_code_is_refused_with_its_reason(code: str, reason: str) -> None:
    """Stale, of another step, foreign, mistyped: each is told apart."""
    with pytest.raises(UsageFault, match=reason):
        demand_code(code, GATE, NOW, ON_FILE)


@given(
    place=st.integers(0, 7),
    sign=st.sampled_from(ALPHABET),
    digest=st.text("0123456789abcdef", min_size=64, max_size=64),
)
def test_one_wrong_sign_is_never_taken(place: int, sign: str, digest: str) -> None:
    """Whatever plan it is of, a code with one wrong sign is not the code of the plan."""
    bare = code_of(GATE, digest).replace("-", "")
    wrong = bare[:place] + sign + bare[place + 1 :]
    if wrong != bare:
        with pytest.raises(UsageFault):
            demand_code(wrong, GATE, digest, [(GATE, digest)])
