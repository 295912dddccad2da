"""Made-up people with a planted truth: who is whom is known, and so is how each duplicate came to be.

The names are made of syllables, with the long tail that names of real people have. What makes it hard is
planted, too: switchboards that colleagues share, different people of one name, mailboxes at big providers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

KINDS = ("exact", "case", "typo", "nickname", "moved", "cross")
DUPLICATES = 0.07
"""The share of records that are second ones of somebody."""
NICKNAMES = {
    "robert": ("bob", "rob"), "william": ("bill", "will"), "elizabeth": ("liz", "beth"), "thomas": ("tom",),
    "alexander": ("alex",), "michael": ("mike",), "katharina": ("kathrin", "kati"), "francisco": ("paco",),
    "johannes": ("hannes",), "margaret": ("peggy", "maggie"), "christopher": ("chris",), "daniel": ("dan",),
    "andrew": ("andy",), "jennifer": ("jen",), "susan": ("sue",), "josef": ("sepp",),
}  # fmt: skip
FORMS = ("", " GmbH", " Inc.", " Ltd", " AG", " S.L.")
PROVIDERS = ("gmail.example", "web.example", "mail.example")
COUNTRIES = ("DE", "US", "ES", "FR", "GB")
_ONSETS = "b c d f g h j k l m n p r s t v w z br ch dr fr gr kl kr pl pr sch sp st tr".split()
_VOWELS = "a e i o u ai au ei ie".split()
_ENDS = ["", "n", "r", "l", "s", "t", "ck", "nn", "mann", "er", "ez", "son"]

Record = dict[str, Any]


def make_people(count: int, seed: int = 1) -> pd.DataFrame:
    """``count`` records with the columns of an extract, and ``person`` and ``kind``, which are the truth."""
    numbers = np.random.default_rng(seed)
    first = _originals(count - int(count * DUPLICATES), numbers)
    chosen = first.iloc[numbers.choice(len(first), int(count * DUPLICATES), replace=False)]
    companies = sorted(set(first["domain"]))
    second = _Doubles(random.Random(seed), companies).of(chosen)  # noqa: S311 - made-up people
    people = pd.concat([first, second], ignore_index=True)
    people["object"] = np.where(numbers.random(len(people)) < 0.6, "Lead", "Contact")
    people["id"] = [f"00Q{number:015d}" for number in range(len(people))]
    return people.assign(
        owner_id="005", opted_out=False, created=pd.Timestamp("2020-01-01"),
        last_activity=pd.Series(pd.NaT, index=people.index).astype("datetime64[s]"), source="Web",
        sfdc_id=pd.Series(None, index=people.index, dtype="str"),
    )  # fmt: skip


def _originals(count: int, numbers: np.random.Generator) -> pd.DataFrame:
    """One record of everybody."""
    first_names = [*NICKNAMES, *_words(numbers, 600, (1, 2))]
    first = _drawn(numbers, first_names, count, 0.7)
    last = _drawn(numbers, _words(numbers, 20_000, (1, 3)), count, 0.7)
    employer = _drawn(numbers, range(max(50, count // 12)), count, 0.5).astype(int)
    domain = np.array(_words(numbers, max(50, count // 12), (2, 3)))[employer]
    form = np.array(FORMS)[numbers.integers(0, len(FORMS), count)]
    people = pd.DataFrame({
        "first_name": first, "last_name": last, "domain": domain, "company": _joined(domain, form),
        "email": _emails(numbers, first, last, domain), "phone": _phones(numbers, employer),
        "country": np.array(COUNTRIES)[employer % len(COUNTRIES)], "person": np.arange(count),
        "kind": "first",
    })  # fmt: skip
    people["switchboard"] = people["phone"].str.startswith("+49555")
    for column, share in (("phone", 0.25), ("email", 0.04), ("company", 0.05), ("country", 0.3)):
        people.loc[numbers.random(count) < share, column] = None
    return people


def _emails(numbers: np.random.Generator, first: Any, last: Any, domain: Any) -> Any:
    """Three of four at the employer's, the others at a big provider and with a number."""
    between = np.array([".", "", "_"])[numbers.integers(0, 3, len(first))]
    local = _joined(first, between, last)
    private = _joined(local, numbers.integers(1, 999, len(first)).astype(str))
    provider = np.array(PROVIDERS)[numbers.integers(0, len(PROVIDERS), len(first))]
    at_work = numbers.random(len(first)) < 0.75
    return np.where(at_work, _joined(local, "@", domain, ".example"), _joined(private, "@", provider))


def _phones(numbers: np.random.Generator, employer: Any) -> Any:
    """A number of their own; one in five gives the employer's switchboard."""
    own = _joined("+49", numbers.integers(10**9, 10**10 - 1, len(employer)).astype(str))
    switchboard = _joined("+49555", np.char.zfill(employer.astype(str), 7))
    return np.where(numbers.random(len(employer)) < 0.2, switchboard, own)


class _Doubles:
    """Second records of people, each come about in one of the ways of :data:`KINDS`."""

    def __init__(self, chance: random.Random, companies: Sequence[str]) -> None:
        self.chance = chance
        self.companies = companies

    def of(self, people: pd.DataFrame) -> pd.DataFrame:
        """A second record of each of ``people``."""
        makers: dict[str, Callable[[Record], Record]] = {
            "exact": dict, "case": self._case, "typo": self._typo, "nickname": self._nickname,
            "moved": self._moved, "cross": self._cross,
        }  # fmt: skip
        rows = []
        for number, record in enumerate(people.to_dict("records")):
            person = {str(name): None if value != value else value for name, value in record.items()}
            kind = KINDS[number % len(KINDS)]
            if kind in ("exact", "case") and not person["email"]:
                kind = "cross"
            rows.append({**makers[kind](person), "kind": kind})
        return pd.DataFrame(rows)

    def _case(self, person: Record) -> Record:
        return {**person, "email": f" {person['email'].upper()} "}

    def _typo(self, person: Record) -> Record:
        """A slip in the name or in the e-mail, which is another one in any case."""
        email = person["email"]
        which = self.chance.choice(["first_name", "last_name", "last_name", "email"])
        if which == "email" and email:
            return {**person, "email": self._slip(email.split("@")[0]) + "@" + email.split("@")[1]}
        named = which if which != "email" else "last_name"
        if email:
            local, host = email.split("@")
            email = self.chance.choice([None, f"{self._slip(local)}@{host}", f"{local}2@{host}"])
        return {**person, named: self._slip(person[named]), "email": email}

    def _nickname(self, person: Record) -> Record:
        """The short form, or where there is none the initial."""
        name = person["first_name"]
        short = self.chance.choice(NICKNAMES[name]) if name in NICKNAMES else f"{name[0]}."
        email = person["email"]
        if email:
            email = f"{short.strip('.')}.{person['last_name']}@{email.split('@')[1]}"
        return {**person, "first_name": short, "email": email}

    def _moved(self, person: Record) -> Record:
        """Another employer; the mobile phone went along, the switchboard did not."""
        company, email = self.chance.choice(self.companies), person["email"]
        email = f"{email.split('@')[0]}@{company}.example" if email else None
        phone = None if person["switchboard"] else person["phone"]
        return {**person, "company": company, "email": email, "phone": phone}

    def _cross(self, person: Record) -> Record:
        """Typed in anew elsewhere: another e-mail or none, and now and then no phone."""
        email = person["email"]
        if email and self.chance.random() < 0.5:
            email = f"{person['first_name']}.{person['last_name']}@mail.example"
        elif self.chance.random() < 0.5:
            email = None
        phone = None if self.chance.random() < 0.3 else person["phone"]
        return {**person, "email": email, "phone": phone}

    def _slip(self, text: str) -> str:
        """A letter left out, doubled, changed, or two in the wrong order; never the first one."""
        if len(text) < 4:
            return text
        at = self.chance.randrange(1, len(text) - 1)
        return self.chance.choice([
            text[:at] + text[at + 1 :], text[: at + 1] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + self.chance.choice("abcdefghiklmnoprstuw") + text[at + 1 :],
        ])  # fmt: skip


def _words(numbers: np.random.Generator, count: int, syllables: tuple[int, int]) -> list[str]:
    made: set[str] = set()
    while len(made) < count:
        parts = range(numbers.integers(syllables[0], syllables[1] + 1))
        word = "".join(_pick(numbers, _ONSETS) + _pick(numbers, _VOWELS) for _ in parts)
        made.add(word + _pick(numbers, _ENDS))
    return sorted(made)


def _pick(numbers: np.random.Generator, things: Sequence[str]) -> str:
    return things[int(numbers.integers(len(things)))]


def _drawn(numbers: np.random.Generator, things: Sequence[Any], count: int, steepness: float) -> Any:
    """Few of them often, most of them seldom (Zipf)."""
    weights = 1 / np.arange(1, len(things) + 1) ** steepness
    return np.array(things)[numbers.choice(len(things), size=count, p=weights / weights.sum())]


def _joined(*parts: Any) -> Any:
    """Texts put together, one by one."""
    whole = parts[0]
    for part in parts[1:]:
        whole = np.char.add(whole, part)
    return whole
