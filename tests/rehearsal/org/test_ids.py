"""Record ids."""

from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.rehearsal.org.ids import IdCounter, id18, record_id, suffix_of_numbers

IDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", min_size=15, max_size=15)


def test_the_suffix_is_salesforces() -> None:
    """A recorded id gets the suffix it was recorded with."""
    assert id18("0057e00000RmwSW") == "0057e00000RmwSWAAZ"


@given(IDS)
def test_eighteen_characters_begin_with_the_fifteen(short: str) -> None:
    """The long form is the short one and three characters; making it again changes nothing."""
    assert id18(short)[:15] == short
    assert len(id18(short)) == 18
    assert id18(id18(short)) == id18(short)


@given(st.sampled_from(["00Q", "003", "0PS", "01k"]), st.integers(0, 10**10 - 1))
def test_generated_ids_share_their_suffix(prefix: str, number: int) -> None:
    """The database can put an id together from number and prefix alone."""
    assert record_id(prefix, number) == f"{prefix}5g{number:010d}{suffix_of_numbers(prefix)}"


def test_a_counter_skips_what_was_set_aside() -> None:
    """Generated rows and later ones never share an id."""
    ids = IdCounter()
    assert ids.skip("00Q", 10) == 1
    assert ids.next("00Q") == record_id("00Q", 11)
