"""The gallery of errors: each sample is recognized as its own kind, and nothing that only looks like one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.review.sync_errors import KnownError, gallery, recognize, unlike
from runbook_lib.text import LANGUAGES, from_json, translate

SAMPLES = [(known, sample) for known in gallery() for sample in known.samples]


@pytest.mark.parametrize(("known", "sample"), SAMPLES, ids=[sample[:40] for _, sample in SAMPLES])
def test_each_sample_is_recognized(known: KnownError, sample: str) -> None:
    """As it stands in a file, and with what people's tools put around it."""
    assert recognize(sample) is known
    assert recognize(f"  [2026-11-28] {sample}; " if known.pattern.pattern[0] != "^" else sample) is known


@pytest.mark.parametrize("text", unlike())
def test_what_only_looks_like_one_is_unknown(text: str) -> None:
    """No guess."""
    assert recognize(text) is None


def test_each_kind_is_told_whole() -> None:
    """Cause and fix in all three languages, each its own, with a source; no kind twice."""
    names = [known.id for known in gallery()]
    assert len(names) == len(set(names)) >= 30
    for known in gallery():
        for text in (known.cause, known.fix):
            told = {translate(text, language) for language in LANGUAGES}
            assert len(told) == len(LANGUAGES) and set(text.words) == set(LANGUAGES), known.id
            assert from_json(json.loads(json.dumps(text.to_json()))) == text
        assert known.source and known.samples, known.id


def test_of_several_codes_the_first_counts() -> None:
    """A trigger that was stopped by a rule is told as what stopped the write: the trigger."""
    text = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: LeadTrigger: FIELD_CUSTOM_VALIDATION_EXCEPTION, no"
    known = recognize(text)
    assert known is not None and known.id == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"


@given(st.sampled_from([known.id for known in gallery()]), st.text("ABCXYZ_abc", min_size=1, max_size=3))
def test_a_longer_word_is_another_one(name: str, more: str) -> None:
    """A code with more letters is no code that anybody knows."""
    if not name.isupper():
        return
    for text in (f"{name}{more}", f"{more}{name}"):
        known = recognize(text)
        assert known is None or known.id != name
