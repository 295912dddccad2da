"""How much it says that two people have something in common: a Fellegi–Sunter model, trained on the data.

Every comparison has levels, from "the same" down to "different". A level weighs as much as it is more
frequent among the same people (m) than among any two (u). The numbers below are where training begins, and
what stays where the data cannot tell. Source: Splink documentation, "The Fellegi-Sunter model".
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from runbook_lib.review.duplicates.probable.comparable import EMAIL, KEYS, Comparable

if TYPE_CHECKING:
    from splink import Linker

SEED = 7
FEWEST_PAIRS, MOST_PAIRS = 200_000, 600_000
"""How many pairs of any two people are looked at to learn how often a level is met by chance."""
SHARE_WITH_ONE_EMAIL = 0.5
"""Of pairs of the same person, so many share their e-mail; an assumption, from which the prior follows."""
MOST_PAIRS_LEARNT_FROM = 200_000.0
ENOUGH = 500
"""From so many pairs on something is learned from them; fewer tell more of chance than of people."""
FARTHEST = 4.0
"""How many times more or less frequent than we began with a level may be learned to be."""
EVIDENCE = ("first_name", "last_name", "company", "phone", "email", "country")
"""The comparisons, in the order in which a waterfall shows them."""
BY_FREQUENCY = ("first_name", "last_name", "company", "country")
"""Where a value that few have says more than one that many have."""
LEVELS = {
    "first_name": ("same", "short_form", "alike", "initial", "different"),
    "last_name": ("same", "typing_error", "alike", "different"),
    "company": ("same", "alike", "different"),
    "phone": ("same", "typing_error", "different"),
    "email": ("same", "same_handle", "typing_error", "different"),
    "country": ("same", "different"),
}
"""What the levels of each comparison are called, the strongest first; beyond these: nothing to compare."""
SAME = ("same", "different")
"""The levels of a custom rule's field."""


def train(linker: Linker, people: Comparable) -> None:
    """Learns from the data. What cannot be learned, for lack of pairs, stays as it is."""
    from splink import block_on  # lazy: only notebook 07 compares people

    pairs = min(max(FEWEST_PAIRS, people.people * 100), MOST_PAIRS)
    few = pairs == FEWEST_PAIRS
    linker.training.estimate_u_using_random_sampling(
        max_pairs=float(pairs),
        seed=SEED,
        num_chunks=1 if few else 10,
        min_count_per_level=None if few else 100,
    )
    # From pairs that are nearly all the same people m is learned for everything that they do not share.
    for columns in (columns for columns, count in people.in_common.items() if count >= ENOUGH):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), max_pairs=MOST_PAIRS_LEARNT_FROM, record_sample_proportion=0.1
        )


def within_bounds(learned: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A model as :func:`train` left it (Splink's JSON), with every m near to that of the model before.

    Learning without labels can go astray, and then makes a level nearly impossible, or certain.
    """
    pairs = zip(learned["comparisons"], before["comparisons"], strict=True)
    return {**learned, "comparisons": [_near(*pair) for pair in pairs]}


def _near(comparison: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    levels = []
    for level, began in zip(comparison["comparison_levels"], before["comparison_levels"], strict=True):
        first, now = began.get("m_probability"), level.get("m_probability")
        if first is not None:
            near = min(max(now if now is not None else first, first / FARTHEST), first * FARTHEST)
            level = {**level, "m_probability": near}
        levels.append(level)
    total = sum(level.get("m_probability") or 0 for level in levels)
    shares = [
        {**level, "m_probability": level["m_probability"] / total} if "m_probability" in level else level
        for level in levels
    ]
    return {**comparison, "comparison_levels": shares}


def settings(people: Comparable) -> Any:
    """The model before training, as Splink's settings."""
    from splink import SettingsCreator, block_on  # lazy: as above

    # No pair may be impossible or certain beforehand.
    expected = min(max(1, people.in_common[EMAIL]) / SHARE_WITH_ONE_EMAIL, people.pairs / 2)
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="uid",
        probability_two_random_records_match=expected / max(1, people.pairs),
        comparisons=[*_comparisons(), *(_same_or_not(name) for name in people.more)],
        blocking_rules_to_generate_predictions=[
            block_on(name) for name in (*KEYS, *(f"k_{name}" for name in people.more))
        ],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _comparisons() -> Iterator[Any]:
    import splink.comparison_level_library as level  # lazy: as above

    initial = level.CustomLevel(
        "substr(first_name_l, 1, 1) = substr(first_name_r, 1, 1)"
        " AND (length(first_name_l) = 1 OR length(first_name_r) = 1)"
    )
    yield _comparison(
        "first_name",
        (_same("first_name"), 0.75, 0.006),
        (level.ArrayIntersectLevel("given_names", 1), 0.06, 0.0003),
        (level.JaroWinklerLevel("first_name", 0.88), 0.05, 0.002),
        (initial, 0.08, 0.002),
        (level.ElseLevel(), 0.06, 0.9897),
    )
    yield _comparison(
        "last_name",
        (_same("last_name"), 0.88, 0.001),
        (level.LevenshteinLevel("last_name", 1), 0.06, 0.0005),
        (level.JaroWinklerLevel("last_name", 0.9), 0.02, 0.0005),
        (level.ElseLevel(), 0.04, 0.998),
    )
    yield _comparison(
        "company",
        (_same("company"), 0.78, 0.0005),
        (level.JaroWinklerLevel("company", 0.9), 0.05, 0.0003),
        (level.ElseLevel(), 0.17, 0.9992),
    )
    yield _comparison(
        "phone",
        (_by_chance_never(level.ExactMatchLevel("phone")), 0.75, 0.00001),
        (_by_chance_never(level.LevenshteinLevel("phone", 1)), 0.03, 0.00005),
        (level.ElseLevel(), 0.22, 0.99994),
    )
    yield _comparison(
        "email",
        (_by_chance_never(level.ExactMatchLevel("email")), 0.45, 0.00001),
        (_by_chance_never(level.ExactMatchLevel("handle")), 0.06, 0.00001),
        (_by_chance_never(level.LevenshteinLevel("email", 2)), 0.1, 0.00005),
        (level.ElseLevel(), 0.39, 0.99993),
    )
    yield _comparison("country", (_same("country"), 0.95, 0.2), (level.ElseLevel(), 0.05, 0.8))


def _same_or_not(column: str) -> Any:
    """A field of a custom rule: who has it in common is one person nearly always; not learned."""
    import splink.comparison_level_library as level  # lazy: as above

    same = _by_chance_never(level.ExactMatchLevel(column)).configure(fix_m_probability=True)
    other = level.ElseLevel().configure(fix_m_probability=True, fix_u_probability=True)
    return _comparison(column, (same, 0.95, 1e-6), (other, 0.05, 1 - 1e-6))


def _by_chance_never(level: Any) -> Any:
    """A level that two people reach by chance so seldom that in a small org their duplicates alone would be
    counted: its u is not learned."""
    return level.configure(fix_u_probability=True)


def _same(column: str) -> Any:
    """The same value; one that few have says more than one that many have."""
    import splink.comparison_level_library as level  # lazy: as above

    return level.ExactMatchLevel(column, term_frequency_adjustments=True)


def _comparison(column: str, *levels: tuple[Any, float, float]) -> Any:
    import splink.comparison_level_library as level  # lazy: as above
    import splink.comparison_library as comparison  # lazy: as above

    weighed = [grade.configure(m_probability=m, u_probability=u) for grade, m, u in levels]
    return comparison.CustomComparison(
        output_column_name=column, comparison_levels=[level.NullLevel(column), *weighed]
    )


def level_name(what: str, level: int) -> str:
    """The name of a level of a comparison: ``same`` …; ``nothing``: one of the two has none."""
    names: tuple[Any, ...] = LEVELS.get(what, SAME)
    return "nothing" if level < 0 else str(names[len(names) - 1 - level])


@contextmanager
def quietly() -> Iterator[None]:
    """While Splink works, it says nothing: what could not be learned stands in the model itself."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
