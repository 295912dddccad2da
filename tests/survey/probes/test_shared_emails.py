"""Counting people who share an e-mail."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from runbook_lib.survey.people.columns import COLUMNS
from runbook_lib.survey.people.counting import count_people
from runbook_lib.survey.people.pages import PageWriter
from runbook_lib.survey.probes.shared_emails import SPACES, Person, count_duplicates, normalized_email
from runbook_lib.survey.snapshot import DuplicateCounts

EMAIL = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "a@x.example", "A@X.example\u00a0", "b@x.example", "Ü@x.example", "ü@X.example"]
    ),
)
EMAILS = st.lists(EMAIL)


PEOPLE = st.lists(st.tuples(EMAIL, st.sampled_from([True, False, None])))


def count(everybody: Mapping[str, Iterable[str | None]]) -> DuplicateCounts:
    """The counts of people whose opt-out nobody sees."""
    return count_duplicates({name: [(email, None) for email in emails] for name, emails in everybody.items()})


@given(st.text())
def test_normalising_twice_changes_nothing(email: str) -> None:
    """An e-mail that is normalized stays as it is."""
    once = normalized_email(email)
    assert normalized_email(once) == once


@given(st.emails())
def test_case_and_space_do_not_matter(email: str) -> None:
    """The same address in other letters or with spaces around it is the same."""
    assert normalized_email(f"  {email.upper()}\t") == normalized_email(email.upper().lower())


def test_two_mailboxes_stay_two() -> None:
    """Addresses that only Unicode's case folding would join are not joined."""
    assert normalized_email("straße@x.example") != normalized_email("strasse@x.example")


@given(EMAILS, EMAILS)
def test_everybody_is_counted_once(leads: list[str | None], contacts: list[str | None]) -> None:
    """All people are counted, and the members of the groups are those whose e-mail somebody else has too."""
    counts = count({"Lead": leads, "Contact": contacts})
    everybody = Counter(normalized_email(email) for email in (*leads, *contacts))
    shared = {email: number for email, number in everybody.items() if email and number > 1}
    assert counts.people == len(leads) + len(contacts)
    assert counts.without_email == everybody[""]
    assert sum(counts.groups.values()) == len(shared)
    assert sum(counts.members.values()) == sum(shared.values())


@given(EMAILS, EMAILS)
def test_order_does_not_matter(leads: list[str | None], contacts: list[str | None]) -> None:
    """The same people in another order give the same counts."""
    there = count({"Lead": leads, "Contact": contacts})
    assert there == count({"Lead": reversed(leads), "Contact": reversed(contacts)})


def test_kinds() -> None:
    """Two leads, two contacts, and a lead with a contact are three kinds of group."""
    counts = count(
        {
            "Lead": ["l@x.example", "L@x.example", "b@x.example"],
            "Contact": ["c@x.example", "c@x.example", "b@x.example"],
        }
    )
    assert counts.groups == {"lead": 1, "contact": 1, "across": 1}
    assert counts.members == {"lead": 2, "contact": 2, "across": 2}


def test_nobody() -> None:
    """An org without people has no duplicates."""
    assert count({}).people == 0


def test_opt_outs_that_contradict_each_other() -> None:
    """A group in which one has opted out and another has not is a conflict; what nobody sees is none."""
    same = [("a@x.example", True), ("a@x.example", True), ("b@x.example", None), ("b@x.example", True)]
    assert count_duplicates({"Lead": same}).conflicts == 0
    assert count_duplicates({"Lead": same, "Contact": [("A@x.example", False)]}).conflicts == 1
    assert count({"Lead": ["a@x.example", "a@x.example"]}).conflicts is None


def test_spaces_are_those_that_python_strips() -> None:
    """DuckDB takes away what ``str.strip`` takes away, and nothing else."""
    every = "".join(map(chr, range(0x3100)))
    assert set(SPACES) == {email for email in every if not email.strip()}


@given(PEOPLE, PEOPLE)
@settings(max_examples=25)
def test_duckdb_counts_the_same(leads: list[Person], contacts: list[Person]) -> None:
    """The counts of an extract on disk are those of the same people in memory."""
    with TemporaryDirectory() as folder:
        for name, people in (("Lead", leads), ("Contact", contacts)):
            _write(Path(folder), name, people)
        assert count_people(Path(folder)) == count_duplicates({"Lead": leads, "Contact": contacts})


def _write(folder: Path, name: str, people: list[Person]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(("Email", "HasOptedOutOfEmail"))
    writer.writerows((email or "", {True: "true", False: "false", None: ""}[out]) for email, out in people)
    fields = {"email": "Email", "opted_out": "HasOptedOutOfEmail"}
    assert fields.keys() <= COLUMNS.keys()
    PageWriter(folder / name, fields, {"object": f"'{name}'"}).write(0, text.getvalue().encode())
