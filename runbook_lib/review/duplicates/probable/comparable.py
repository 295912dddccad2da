"""People made comparable: one spelling of names, companies, phones and e-mails, and keys to find pairs by.

Left out is what tells nothing about one person: a phone number that many share is a switchboard, an e-mail
that many share is a mailbox of a team, and a key that many share would compare everybody with everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.review.duplicates.email_rules import EmailRules, address_sql
from runbook_lib.review.duplicates.groups import engine, files_of
from runbook_lib.survey.people.sql_text import quoted, to_read

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SWITCHBOARD = 4
"""More people than this with one phone number, or last names that begin otherwise: it is a company's number,
or a family's, and no person's."""
TEAM = 20
"""More people than this with one e-mail: it is a team's, not a person's."""
MOST_WITH_A_KEY = 60
"""A key that more people share is no key: it would give more than 1,770 pairs, nearly all of them wrong."""
NICKNAMES = Path(__file__).with_name("nicknames.csv")
KEYS = {
    "k_phone": "phone",
    "k_handle": "handle",
    "k_last_company": "last_name || '|' || company",
    "k_first_company": "first_name || '|' || company",
    "k_full_name": "first_name || '|' || last_name",
    "k_domain": "left(last_name, 4) || '|' || split_part(email, '@', 2)",
}
"""Two people are compared where they share one of these; none of them alone makes them the same."""
EMAIL: tuple[str, ...] = ("email",)
TOGETHER: tuple[tuple[str, ...], ...] = (
    EMAIL,
    ("last_name", "company"),
    ("phone", "last_name"),
    ("phone", "first_name"),
)
"""Pairs that have these in common are nearly all the same people."""
_LEGAL_FORMS = (
    "gmbh|gmbh co kg|ag|kg|ohg|ug|se|ev|inc|incorporated|llc|llp|ltd|limited|plc|corp|corporation|co|company|"
    "sl|slu|sa|sau|sas|sarl|srl|spa|bv|nv|oy|ab|as|aps|pty ltd|pte ltd"
)
_LATIN = "replace(replace(replace(replace(lower({column}), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss')"


@dataclass(frozen=True)
class Comparable:
    """Where the comparable people stand, how many they are, and how many pairs of them have in common what.

    ``more``: columns of custom rules.
    """

    file: Path
    people: int
    in_common: Mapping[tuple[str, ...], int]
    more: tuple[str, ...] = ()

    @property
    def pairs(self) -> int:
        """All pairs there are."""
        return self.people * (self.people - 1) // 2


_WRITTEN = """
CREATE TEMP TABLE written AS
SELECT object || ':' || id AS uid, {first} AS first_name, {last} AS last_name, {company} AS company,
       CASE WHEN length({digits}) >= 7 THEN right({digits}, 9) END AS phone,
       nullif({address}, '') AS email, nullif(upper(trim(country)), '') AS country {more}
FROM {files} WHERE object <> 'Marketo' OR sfdc_id IS NULL
"""
# A local part that only repeats the name tells nothing that the name did not tell already.
_COMPARABLE = """
CREATE TEMP TABLE people AS
WITH counted AS (
    SELECT *, split_part(email, '@', 1) AS local, regexp_replace(local, '[^a-z]', '', 'g') AS letters,
           count(*) OVER (PARTITION BY phone) AS with_phone, count(*) OVER (PARTITION BY email) AS with_email,
           min(left(last_name, 2)) OVER (PARTITION BY phone) IS NOT DISTINCT FROM
               max(left(last_name, 2)) OVER (PARTITION BY phone) AS is_one_name
    FROM written
), formal AS (
    SELECT nickname, list(name) AS names FROM read_csv({nicknames}, header = true) GROUP BY 1
)
SELECT uid, first_name, last_name, company, country {more},
       CASE WHEN first_name IS NOT NULL THEN list_append(coalesce(names, []), first_name) END AS given_names,
       CASE WHEN with_phone <= {switchboard} AND is_one_name THEN phone END AS phone,
       CASE WHEN with_email <= {team} THEN email END AS email,
       CASE WHEN with_email <= {team} AND length(local) > 4 AND (
                regexp_matches(local, '[0-9]') OR letters NOT IN (
                    coalesce(first_name || last_name, ''), coalesce(last_name || first_name, ''),
                    coalesce(left(first_name, 1) || last_name, ''), coalesce(first_name, ''),
                    coalesce(first_name || left(last_name, 1), ''), coalesce(last_name, '')))
            THEN local END AS handle
FROM counted LEFT JOIN formal ON formal.nickname = counted.first_name
"""
_IN_COMMON = """
SELECT coalesce(sum(n * (n - 1) / 2), 0)::BIGINT
FROM (SELECT count(*) AS n FROM people WHERE {are_there} GROUP BY {columns})
"""


def prepare(folder: Path, rules: EmailRules, target: Path, more: Sequence[str] = ()) -> Comparable:
    """Writes the people of the extract in ``folder`` to the Parquet file ``target``, made comparable.

    ``more``: columns of custom rules, such as ``x_customer_number__c``; people who share one are compared.
    """
    own = "".join(f", {name}" for name in more)
    keys = KEYS | {f"k_{name}": name for name in more}
    with engine(target.with_name(target.name + ".work")) as connection:
        connection.execute(
            _WRITTEN.format(
                first=_name("first_name"), last=_name("last_name"), company=_company(),
                digits="regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g')", address=address_sql(rules),
                more="".join(f", nullif(lower(trim({name}::VARCHAR)), '') AS {name}" for name in more),
                files=files_of(folder),
            )
        )  # fmt: skip
        connection.execute(
            _COMPARABLE.format(nicknames=to_read(NICKNAMES), switchboard=SWITCHBOARD, team=TEAM, more=own)
        )
        connection.execute("DROP TABLE written")
        for name, key in keys.items():
            connection.execute(_shared_key(name, key))
        joins = " ".join(f"LEFT JOIN {name} ON {name}.value = {key}" for name, key in keys.items())
        shared = ", ".join(f"{name}.value AS {name}" for name in keys)
        connection.execute(f"COPY (SELECT people.*, {shared} FROM people {joins}) TO {quoted(str(target))}")  # noqa: S608 - our own text
        (people,) = connection.execute("SELECT count(*) FROM people").fetchone() or (0,)
        in_common: dict[tuple[str, ...], int] = {columns: _pairs(connection, columns) for columns in TOGETHER}
    return Comparable(target, int(people), in_common, tuple(more))


def _pairs(connection: DuckDBPyConnection, columns: Sequence[str]) -> int:
    are_there = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    query = _IN_COMMON.format(are_there=are_there, columns=", ".join(columns))
    return int((connection.execute(query).fetchone() or (0,))[0])


def _shared_key(name: str, key: str) -> str:
    return (
        f"CREATE TEMP TABLE {name} AS SELECT {key} AS value FROM people WHERE {key} IS NOT NULL "  # noqa: S608 - our own text
        f"GROUP BY 1 HAVING count(*) BETWEEN 2 AND {MOST_WITH_A_KEY}"
    )


def _name(column: str) -> str:
    """A name in small letters, without accents, points and spaces around it; letters of any script stay."""
    latin = _LATIN.format(column=f"coalesce({column}, '')")
    return f"nullif(trim(regexp_replace(strip_accents({latin}), '[.,\\s]+', ' ', 'g')), '')"


def _company() -> str:
    """A company's name without its legal form and without signs."""
    latin = _LATIN.format(column="coalesce(company, '')")
    plain = f"trim(regexp_replace(strip_accents({latin}), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"
    return f"nullif(regexp_replace({plain}, ' ({_LEGAL_FORMS})$', ''), '')"
