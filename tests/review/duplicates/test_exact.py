"""Groups of people with one e-mail: all of them, none invented, with a record to keep and a reason."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runbook_lib.review.duplicates.email_rules import EmailRules
from runbook_lib.review.duplicates.exact import find_exact
from runbook_lib.review.duplicates.groups import GROUP_COLUMNS
from runbook_lib.review.duplicates.summary import (
    PersonDetail,
    draw_picture,
    read_groups,
    still_there,
    write_csv,
)
from tests.review.people_by_hand import Person, people, person


def found(
    tmp_path: Path, rules: EmailRules | None = None, **objects: Sequence[Person]
) -> list[dict[str, Any]]:
    """The groups of these people, as rows."""
    out = tmp_path / "groups.parquet"
    find_exact(people(tmp_path / "extract", **objects), rules or EmailRules(), out)
    with duckdb.connect() as engine:
        answer = engine.execute(f"SELECT * FROM '{out}' ORDER BY group_id")
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def test_kinds_and_sizes(tmp_path: Path) -> None:
    """Leads, contacts, both, and one whom Marketo has beside; who is linked to Salesforce is no second."""
    rows = found(
        tmp_path,
        Lead=[person("L1", "a@x.y"), person("L2", " A@X.y\u00a0"), person("L3", "b@x.y"),
              person("L4", "m@x.y"), person("L5", ""), person("L6", ""), person("L7", "linked@x.y")],
        Contact=[person("C1", "b@X.y"), person("C2", "c@x.y"), person("C3", "c@x.y")],
        Marketo=[person("1", "M@x.y"), person("2", "linked@x.y", sfdc_id="L7"), person("3", "z@x.y"),
                 person("4", "z@x.y")],
    )  # fmt: skip
    assert tuple(rows[0]) == GROUP_COLUMNS
    assert sorted((row["kind"], row["size"]) for row in rows) == [
        ("across", 2), ("contact", 2), ("lead", 2), ("marketo", 2),
    ]  # fmt: skip
    assert len({row["key_digest"] for row in rows}) == 4 and "@" not in str(rows)


@pytest.mark.parametrize(
    ("leads", "contacts", "kept", "reason"),
    [
        ([person("L1", "a@x.y", last_activity="2026-01-01")], [person("C1", "a@x.y")], "C1", "only_contact"),
        ([person("L1", "a@x.y"), person("L2", "a@x.y", last_activity="2021-05-01"),
          person("L3", "a@x.y", last_activity="2022-05-01")], [], "L3", "last_activity"),
        ([person("L1", "a@x.y"), person("L2", "a@x.y", created="2019-01-01T00:00:00.000Z")], [], "L2",
         "oldest"),
    ],
)  # fmt: skip
def test_which_record_to_keep(
    tmp_path: Path, leads: list[Person], contacts: list[Person], kept: str, reason: str
) -> None:
    """A contact rather than a lead, then the latest activity, then the oldest."""
    (row,) = found(tmp_path, Lead=leads, Contact=contacts)
    assert (row["keep_id"], row["keep_reason"]) == (kept, reason)


@pytest.mark.parametrize(
    ("outs", "conflict"),
    [(("true", "false"), True), (("true", "true"), False), (("true", ""), False), (("", ""), False)],
)
def test_opt_outs(tmp_path: Path, outs: tuple[str, str], conflict: bool) -> None:
    """A conflict needs one who has opted out and one who has not; what is not visible is neither."""
    leads = [person(f"L{n}", "a@x.y", opted_out=out) for n, out in enumerate(outs)]
    (row,) = found(tmp_path, Lead=leads)
    assert row["opt_out_conflict"] is conflict
    told = find_exact(tmp_path / "extract", EmailRules(), tmp_path / "again.parquet").conflicts
    assert told == (None if outs == ("", "") else int(conflict))


@pytest.mark.parametrize(
    ("rules", "groups"),
    [(EmailRules(), 0), (EmailRules(plus=True), 1), (EmailRules(gmail_dots=True), 1),
     (EmailRules(plus=True, gmail_dots=True), 2)],
)  # fmt: skip
def test_rules(tmp_path: Path, rules: EmailRules, groups: int) -> None:
    """What follows a plus, and the dots of Gmail, count only where they were asked for."""
    emails = ["a+news@x.y", "a@x.y", "d.e@gmail.com", "de@gmail.com", "f.g@x.y", "fg@x.y"]
    leads = [person(f"L{n}", email) for n, email in enumerate(emails)]
    assert len(found(tmp_path, rules, Lead=leads)) == groups


def test_ten_thousand_with_one_address(tmp_path: Path) -> None:
    """A shared mailbox is one big group, shown by its first Ids; other scripts are compared, too."""
    leads = [person(f"L{n:05d}", "INFO@x.y " if n % 2 else "info@x.y") for n in range(10_000)]
    rows = found(tmp_path, Lead=[*leads, person("U1", "Ü李@x.y"), person("U2", "ü李@x.y")])
    assert [row["size"] for row in rows] == [10_000, 2]
    (big, _) = read_groups(tmp_path / "groups.parquet")
    assert (big.size, len(big.ids)) == (10_000, 20)


def test_nobody(tmp_path: Path) -> None:
    """An empty org has no groups, and its picture and its file are empty."""
    assert found(tmp_path, Lead=[], Contact=[]) == []
    groups = tmp_path / "groups.parquet"
    assert draw_picture(tmp_path / "extract", groups).objects == {} and read_groups(groups) == ()
    summary = find_exact(tmp_path / "extract", EmailRules(), groups)
    assert (summary.people, summary.without_email, summary.conflicts) == (0, 0, 0)


@pytest.fixture
def two(tmp_path: Path) -> Callable[[PersonDetail], list[dict[str, str]]]:
    """The file of two groups."""
    found(
        tmp_path,
        Lead=[
            person("L1", "a@x.y", first_name="=Ann\x1b[2J", owner_id="U1", source="Web"),
            person("L2", "a@x.y"),
        ],
        Contact=[person("C1", "b@x.y", owner_id="U1"), person("C2", "b@x.y", owner_id="U2")],
    )

    def write(shown: PersonDetail) -> list[dict[str, str]]:
        target = write_csv(tmp_path / "extract", tmp_path / "groups.parquet", tmp_path / "groups.csv", shown)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        return list(csv.DictReader(target.read_text().splitlines()))

    return write


def test_the_file_for_a_tool(two: Callable[[PersonDetail], list[dict[str, str]]]) -> None:
    """A row per record, that to keep first; names and e-mails only where they were asked for, as texts."""
    rows = two(PersonDetail.IDS)
    assert len(rows) == 4 and [row["keep"] for row in rows] == ["true", "false"] * 2
    assert not {"email", "first_name"} & rows[0].keys() and "@" not in str(rows)
    people = {row["id"]: row for row in two(PersonDetail.PEOPLE)}
    assert (people["L1"]["email"], people["L1"]["first_name"], people["L1"]["owner_id"]) == (
        "a@x.y", "'=Ann\ufffd[2J", "U1",
    )  # fmt: skip


def test_the_picture(two: Callable[[PersonDetail], list[dict[str, str]]], tmp_path: Path) -> None:
    """Records in groups by object, source and owner, the greatest number first."""
    picture = draw_picture(tmp_path / "extract", tmp_path / "groups.parquet")
    assert picture.objects == {"Contact": 2, "Lead": 2}
    assert picture.owners == {"U1": 2, "": 1, "U2": 1}
    assert picture.sources == {"": 3, "Web": 1}


def test_groups_by_kind_and_key(two: Callable[[PersonDetail], list[dict[str, str]]], tmp_path: Path) -> None:
    """The table has a filter; a group whose records were merged is there no more."""
    groups = tmp_path / "groups.parquet"
    (lead,) = read_groups(groups, "lead")
    assert (lead.kind, lead.ids) == ("lead", ("L1", "L2"))
    assert still_there(groups, frozenset({lead.key, "0123456789abcdef"})) == {lead.key}
