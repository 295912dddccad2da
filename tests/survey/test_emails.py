"""Counting people who share an e-mail."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.survey.emails import count_duplicates, normalised_email

EMAILS = st.lists(
    st.one_of(
        st.none(), st.sampled_from(["", " ", "a@x.example", "A@X.example ", "b@x.example", "c@x.example"])
    )
)


@given(st.text())
def test_normalising_twice_changes_nothing(email: str) -> None:
    """An e-mail that is normalised stays as it is."""
    once = normalised_email(email)
    assert normalised_email(once) == once


@given(st.emails())
def test_case_and_space_do_not_matter(email: str) -> None:
    """The same address in other letters or with spaces around it is the same."""
    assert normalised_email(f"  {email.upper()}\t") == normalised_email(email.upper().lower())


def test_two_mailboxes_stay_two() -> None:
    """Addresses that only Unicode's case folding would join are not joined."""
    assert normalised_email("straße@x.example") != normalised_email("strasse@x.example")


@given(EMAILS, EMAILS)
def test_everybody_is_counted_once(leads: list[str | None], contacts: list[str | None]) -> None:
    """All people are counted, and the members of the groups are those whose e-mail somebody else has too."""
    counts = count_duplicates({"Lead": leads, "Contact": contacts})
    everybody = Counter(normalised_email(each) for each in (*leads, *contacts))
    shared = {email: number for email, number in everybody.items() if email and number > 1}
    assert counts.people == len(leads) + len(contacts)
    assert counts.without_email == everybody[""]
    assert sum(counts.groups.values()) == len(shared)
    assert sum(counts.members.values()) == sum(shared.values())


@given(EMAILS, EMAILS)
def test_order_does_not_matter(leads: list[str | None], contacts: list[str | None]) -> None:
    """The same people in another order give the same counts."""
    there = count_duplicates({"Lead": leads, "Contact": contacts})
    assert there == count_duplicates({"Lead": reversed(leads), "Contact": reversed(contacts)})


def test_kinds() -> None:
    """Two leads, two contacts, and a lead with a contact are three kinds of group."""
    counts = count_duplicates(
        {
            "Lead": ["l@x.example", "L@x.example", "b@x.example"],
            "Contact": ["c@x.example", "c@x.example", "b@x.example"],
        }
    )
    assert counts.groups == {"lead": 1, "contact": 1, "across": 1}
    assert counts.members == {"lead": 2, "contact": 2, "across": 2}


def test_nobody() -> None:
    """An org without people has no duplicates."""
    assert count_duplicates({}).people == 0
