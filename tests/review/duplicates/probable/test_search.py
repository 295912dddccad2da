"""People who are probably the same: found by what they have in common, nobody invented, nothing personal."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest

from benchmarks.people import make_people
from runbook_lib.review.duplicates.groups import GROUP_COLUMNS
from runbook_lib.review.duplicates.probable import search
from runbook_lib.review.duplicates.probable.comparable import MOST_WITH_A_KEY
from runbook_lib.review.duplicates.probable.explanation import read_probable
from runbook_lib.review.duplicates.probable.search import ProbableSummary, find_probable
from runbook_lib.review.duplicates.summary import PersonDetail, read_groups, write_csv
from tests.review.people_by_hand import Person, people, person


def somebody(number: str, first: str, last: str, **more: str) -> Person:
    """A person with a name and what else is told."""
    email = more.pop("email", f"{first}.{last}@{number}.example".lower())
    return person(number, email, first_name=first, last_name=last, **more)


ANN = {"company": "Blue River Ltd", "phone": "+44 20 7946 0999", "country": "GB"}
PAIRS: dict[str, Sequence[Person]] = {
    "typing error": [somebody("T1", "Ann", "Kowalsky", **ANN), somebody("T2", "Ann", "Kowalski", **ANN)],
    "short for": [somebody("S1", "Robert", "Muñoz", company="Iron Foods", country="ES"),
                   somebody("S2", "Bob", "Munoz", company="IRON FOODS, INC.", country="ES")],
    "initial": [somebody("I1", "Zoë", "Quastenberg", company="Velvet Optics", phone="0711 555123456"),
                somebody("I2", "Z.", "Quastenberg", company="Velvet Optics GmbH", phone="+49 711 555123456")],
    "moved": [somebody("M1", "Ximena", "Zabaleta", company="Golden Media", phone="+34 600 111 222"),
              somebody("M2", "Ximena", "Zabaleta", company="Silver Marine", phone="600-111-222")],
}  # fmt: skip
EXACT = [somebody("E1", "Ada", "Brzeczyk", email="ada@x.example", **ANN),
         somebody("E2", "Ada", "Brzeczyk", email=" ADA@x.example", **ANN)]  # fmt: skip
MIXED = [
    somebody("G1", "Ida", "Przybylski", email="ida@x.example", company="Cedar Paint", country="PL"),
    somebody("G2", "Ida", "Przybylski", email="Ida@x.example", company="Cedar Paint", country="PL"),
    somebody("G3", "Ida", "Przybylski", email="ida.p@y.example", company="Cedar Paint", country="PL"),
]
MARKETO = [
    somebody("1", "Uma", "Vanderbilt", company="Harbor Bakery", country="NL"),
    somebody("2", "Zoë", "Featherstone", company="Rapid Design", country="IE"),
    somebody("3", "Zoe", "Featherstone", company="Rapid Design", country="IE"),
]
OURS = somebody("U1", "Uma", "Vanderbild", company="Harbor Bakery", country="NL")
STRANGERS: dict[str, Sequence[Person]] = {
    "one switchboard": [somebody(f"W{n}", name, last, company="Urban Toys", phone="+1 555 010 0000")
                        for n, (name, last) in enumerate([("Ann", "Li"), ("Ben", "Roe"), ("Cy", "Poe")])],
    "one family": [somebody("F1", "Paula", "Quistgaard", company="Quistgaard & Sons"),
                   somebody("F2", "Viktor", "Quistgaard", company="Quistgaard & Sons")],
    "one name": [somebody(f"N{n}", "Anna", "Schmidt", company=company, country=country)
                 for n, (company, country) in enumerate([
                     ("Royal Steel", "DE"), ("Coastal Design", "US"), ("Amber Farms", "AT"), ("Cedar", "CH"),
                 ])],
}  # fmt: skip


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    """Four hundred people among whom the others are, each once; numbers of their own."""
    made = make_people(430, seed=3).query("kind == 'first'")
    columns = ["email", "first_name", "last_name", "company", "phone", "country"]
    texts = made[columns].astype(object).where(made[columns].notna(), "").to_dict("records")
    named = [{str(name): text for name, text in row.items()} for row in texts]
    return [person(f"B{number:03d}", **row) for number, row in enumerate(named)]


def found(folder: Path, *leads: Person, there: Sequence[Person] = ()) -> set[frozenset[str]]:
    """The groups, as Ids; ``there``: people whom Marketo has."""
    extract = people(folder / "extract", Lead=leads, **({"Marketo": there} if there else {}))
    find_probable(extract, folder / "probable.parquet")
    return {frozenset(group.ids) for group in read_groups(folder / "probable.parquet")}


@pytest.fixture(scope="module")
def groups(crowd: list[Person], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[frozenset[str]]]:
    """Everybody compared once: the folder, and the groups."""
    folder = tmp_path_factory.mktemp("probable")
    told = [row for rows in (*PAIRS.values(), *STRANGERS.values()) for row in rows]
    return folder, found(folder, *crowd, *told, *EXACT, *MIXED, OURS, there=MARKETO)


@pytest.mark.parametrize("kind", PAIRS)
def test_the_same_people_are_found(kind: str, groups: tuple[Path, set[frozenset[str]]]) -> None:
    """A typing error, a short for, an initial, another employer: still one person."""
    assert frozenset(pair["id"] for pair in PAIRS[kind]) in groups[1]


@pytest.mark.parametrize("kind", STRANGERS)
def test_strangers_stay_strangers(kind: str, groups: tuple[Path, set[frozenset[str]]]) -> None:
    """A switchboard, a family, a frequent name: what they have in common makes nobody the same."""
    ids = {stranger["id"] for stranger in STRANGERS[kind]}
    assert [group for group in groups[1] if len(group & ids) > 1] == []


def test_who_share_an_email_only_are_left_out(groups: tuple[Path, set[frozenset[str]]]) -> None:
    """Exact duplicates are told elsewhere; a third record with another e-mail makes it a probable group."""
    assert frozenset({"E1", "E2"}) not in groups[1] and frozenset({"G1", "G2", "G3"}) in groups[1]


def test_a_person_in_marketo(groups: tuple[Path, set[frozenset[str]]]) -> None:
    """Somebody whom Marketo has without Salesforce counts; two whom Marketo alone has are none of ours."""
    assert frozenset({"U1", "1"}) in groups[1]
    assert [group for group in groups[1] if group & {"2", "3"}] == []


def test_the_file(groups: tuple[Path, set[frozenset[str]]]) -> None:
    """It has the columns of groups, holds nothing personal, and nothing else was left behind."""
    folder, _ = groups
    assert {path.name for path in folder.iterdir()} == {"extract", "probable.parquet"}
    with duckdb.connect() as engine:
        rows = engine.execute(f"SELECT * FROM '{folder / 'probable.parquet'}'").df()
    assert tuple(rows.columns[: len(GROUP_COLUMNS)]) == GROUP_COLUMNS and set(rows["kind"]) == {"probable"}
    told = str(rows.to_dict("records")).lower()
    assert [word for word in ("kowalsk", "munoz", "@", "600111222", "velvet") if word in told] == []
    table = write_csv(
        folder / "extract", folder / "probable.parquet", folder / "told.csv", PersonDetail.PEOPLE
    )
    assert "Kowalsky" in table.read_text() and stat.S_IMODE(table.stat().st_mode) == 0o600
    table.unlink()


def test_the_evidence_adds_up(groups: tuple[Path, set[frozenset[str]]]) -> None:
    """Prior and weights sum up to the likelihood, and the least likely group comes first."""
    shown = read_probable(groups[0] / "probable.parquet")
    for probable in shown:
        odds = probable.prior + sum(part.weight for part in probable.evidence)
        assert 1 / (1 + 2**-odds) == pytest.approx(probable.likelihood, abs=1e-6)
        assert set(probable.pair) <= set(probable.group.ids)
    assert [probable.likelihood for probable in shown] == sorted(probable.likelihood for probable in shown)
    (bob,) = [probable for probable in shown if probable.pair in (("S1", "S2"), ("S2", "S1"))]
    levels = {part.what: part.level for part in bob.evidence}
    assert (levels["first_name"], levels["last_name"], levels["phone"]) == ("short_form", "same", "nothing")


def test_a_field_of_a_custom_rule(crowd: list[Person], tmp_path: Path) -> None:
    """Two people of one customer number and one first name are compared, and found."""
    rows = [somebody("X1", "Uma", "Farkas", x_number__c="K-4711"),
            somebody("X2", "Uma", "Vanderbilt", x_number__c="k-4711")]  # fmt: skip
    extract = people(tmp_path / "extract", Lead=[*crowd, *rows])
    out = tmp_path / "probable.parquet"
    find_probable(extract, out, likelihood=0.5, more=("x_number__c",))
    (group,) = [probable for probable in read_probable(out) if "X1" in probable.group.ids]
    assert ("x_number__c", "same") in {(part.what, part.level) for part in group.evidence}


def test_frequent_names_are_no_key(tmp_path: Path) -> None:
    """Thousands with one name in one company are not all compared with each other, and none is invented."""
    rows = [somebody(f"L{n:04d}", "Maria", "García", company="Royal Steel", email=f"m{n}@x{n}.example")
            for n in range(MOST_WITH_A_KEY * 40)]  # fmt: skip
    assert found(tmp_path, *rows) == set()


@pytest.mark.parametrize("rows", [[], [somebody("A1", "Ann", "Li")], [person("A1", ""), person("A2", "")]])
def test_nobody_to_compare(rows: list[Person], tmp_path: Path) -> None:
    """Nobody, one person, or two of whom nothing is known: no group, and a file that can be read."""
    out = tmp_path / "probable.parquet"
    assert find_probable(people(tmp_path / "extract", Lead=rows), out) == ProbableSummary(0, 0)
    assert read_probable(out) == () and read_groups(out) == ()


def test_nothing_personal_stays_after_a_fault(
    crowd: list[Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong, the comparable people are deleted."""

    def fail(*_: object) -> Iterator[None]:
        raise MemoryError

    monkeypatch.setattr(search, "train", fail)
    with pytest.raises(MemoryError):
        find_probable(people(tmp_path / "extract", Lead=crowd), tmp_path / "probable.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["extract"]


def test_precision_and_recall(tmp_path: Path) -> None:
    """Among three thousand made-up people the planted truth is found, at a precision of 0.95 at least."""
    made = make_people(3_000, seed=11)
    (tmp_path / "extract").mkdir()
    made.to_parquet(tmp_path / "extract" / "people.parquet")
    find_probable(tmp_path / "extract", tmp_path / "probable.parquet")
    person_of = dict(zip(made["id"], made["person"], strict=True))
    groups = read_groups(tmp_path / "probable.parquet", most=10_000)
    pairs = [(a, b) for group in groups for n, a in enumerate(group.ids) for b in group.ids[n + 1 :]]
    right = sum(person_of[a] == person_of[b] for a, b in pairs)
    planted = made[~made["kind"].isin(["first", "exact", "case"])]
    assert right / len(pairs) >= 0.95
    assert right / len(planted) >= 0.7  # some share their e-mail, and are exact duplicates
