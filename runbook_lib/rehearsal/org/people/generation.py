"""The people of an org and what belongs to them, generated inside the database from the world's seed.

Of N people about 60 % are leads and the rest contacts; a tenth of the leads were converted, and share name
and e-mail address with their contact. A few people are in the org twice: within leads, within contacts, and
as lead and contact. Everything else hangs on them with valid ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runbook_lib.rehearsal.database import Database, quoted
from runbook_lib.rehearsal.org.ids import IdCounter
from runbook_lib.rehearsal.org.people import sample_words
from runbook_lib.rehearsal.org.people.columns import EMPTY, ColumnBasis, RowNumbers, column, listed
from runbook_lib.rehearsal.org.people.objects import OVERRIDES, no_columns, usual_columns
from runbook_lib.rehearsal.org.people.person_accounts import make_person_accounts
from runbook_lib.rehearsal.org.rows.tables import table_of
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.world import World

NEWEST = "TIMESTAMP '2025-01-15 08:00:00'"
"""No generated record is younger: whatever the machine's clock says, what a sync does comes later."""
DAYS = 1_500
"""Records were made over this many days."""
GENERATED = (
    "Account",
    "Contact",
    "Lead",
    "Opportunity",
    "OpportunityContactRole",
    "Campaign",
    "CampaignMemberStatus",
    "CampaignMember",
    "Task",
    "Event",
)


@dataclass(frozen=True)
class RowCounts:
    """How many rows there are of what."""

    people: int

    @property
    def rows(self) -> Mapping[str, int]:
        """Object → number of rows."""
        contacts = self.people - round(self.people * 0.6)
        campaigns = 3 + min(97, self.people // 200)
        return {
            "Lead": self.people - contacts,
            "Contact": contacts,
            "Account": max(1, contacts // 3),
            "Opportunity": contacts // 4,
            "OpportunityContactRole": contacts // 3,
            "Campaign": campaigns,
            "CampaignMemberStatus": 2 * campaigns,
            "CampaignMember": self.people // 3 if contacts else 0,
            "Task": self.people // 4 if contacts else 0,
            "Event": self.people // 10 if contacts else 0,
        }


def generate_people(database: Database, catalog: Catalog, world: World, ids: IdCounter, people: int) -> None:
    """Fill the tables of leads, contacts and what belongs to them; custom objects get a few rows."""
    if people <= 0:
        return
    rows = dict(RowCounts(people).rows)
    rows |= {
        sobject.name: 1 + people // 50
        for sobject in catalog
        if sobject.describe["custom"] and sobject.kind == "table"
    }
    numbers = {
        name: RowNumbers(catalog[name].key_prefix, ids.skip(catalog[name].key_prefix, count), count)
        for name, count in rows.items()
    }
    owners = _owners(database, world)
    _teach_names(database)
    fills = {f"{field.object_name}.{field.name}": field.fill for field in world.custom_fields}
    for name, count in rows.items():
        ground = ColumnBasis(name, world.seed, numbers, owners, fills)
        database.sql(_insert(catalog[name], ground, count))
    if "person_accounts" in world.organization.features:
        make_person_accounts(database, catalog)


def _owners(database: Database, world: World) -> list[str]:
    """Ids of the users who own the records."""
    who = 'p."FullName" <> \'Admin\' AND NOT list_contains($1, u."Username")'
    if world.owners:
        who = 'list_contains($1, u."Username")'
    names = list(world.owners or [world.sync_username])
    owners = database.sql(
        'SELECT u."Id" FROM org."User" u JOIN org."Profile" p ON p."Id" = u."ProfileId" '
        f'WHERE u."IsActive" AND {who} ORDER BY 1',  # noqa: S608 - our own text
        [names],
    )
    return [row[0] for row in owners or database.sql('SELECT "Id" FROM org."User" ORDER BY 1 LIMIT 1')]


def _teach_names(database: Database) -> None:
    """Let SQL name a person or a company by its number, so that no statement carries the lists of words."""
    first, second = len(sample_words.COMPANY_FIRST), len(sample_words.COMPANY_SECOND)
    company = (
        f"{_word_of(sample_words.COMPANY_FIRST, 'n')} || ' ' || "
        f"{_word_of(sample_words.COMPANY_SECOND, f'(n // {first})')} || "
        f"CASE WHEN n >= {first * second} THEN ' ' || (n // {first * second}) ELSE '' END"
    )
    database.sql(
        "CREATE SCHEMA words;"
        f"CREATE MACRO words.first_name(n) AS {_word_of(sample_words.FIRST_NAMES, 'n')};"
        f"CREATE MACRO words.last_name(n) AS {_word_of(sample_words.LAST_NAMES, 'n')};"
        f"CREATE MACRO words.company_name(n) AS {company}"
    )


def _word_of(known: Sequence[str], number: str) -> str:
    return f"{listed(known)}[1 + ({number} % {len(known)})::INTEGER]"


def _insert(sobject: SObject, ground: ColumnBasis, count: int) -> str:
    known = usual_columns(ground) | OVERRIDES.get(sobject.name, no_columns)(ground)
    columns = [(field["name"], column(ground, known, field)) for field in sobject.stored_fields]
    columns = [(name, sql) for name, sql in columns if sql != EMPTY]
    names = ", ".join(quoted(name) for name, _ in columns)
    values = ",\n ".join(sql for _, sql in columns)
    return f"INSERT INTO {table_of(sobject.name)} ({names}) SELECT {values} FROM ({_source(ground, count)})"


def _source(ground: ColumnBasis, count: int) -> str:
    """The rows with what several columns share: `person`, their names and company, who created it and
    when."""
    accounts = ground.numbers["Account"].count
    company = "i" if ground.object_name == "Account" else f"person % {accounts}"
    who = f"hash(person, '{ground.seed}:who')"
    return f"""
      SELECT *, lower(replace(first || '.' || last, '''', '')) || person AS mailbox,
             lower(replace(company_name, ' ', '-')) || '.example' AS domain,
             created + to_hours(({ground.chance("modified")} % 2000)::INTEGER) AS modified FROM (
        SELECT *, words.company_name(company) AS company_name,
               words.first_name({who}) AS first, words.last_name({who} // 64) AS last,
               {ground.owner("OwnerId")} AS owner,
               {NEWEST} - to_minutes(({ground.chance("created")} % {DAYS * 1440})::INTEGER) AS created
        FROM (SELECT *, {company} AS company FROM (
          SELECT i, {_person(ground)} AS person FROM range({count}) t(i))))
    """


def _person(ground: ColumnBasis) -> str:
    """SQL of the number of the person a row is about: two rows of one number are duplicates."""
    leads, contacts = (ground.numbers[name].count for name in ("Lead", "Contact"))
    contact = (
        f"CASE WHEN {{0}} % 125 = 9 THEN {leads} + {{0}} - 4 "
        f"WHEN {{0}} % 100 = 50 AND {{0}} < {leads} THEN {{0}} ELSE {leads} + {{0}} END"
    )
    match ground.object_name:
        case "Lead":
            converted = f"WHEN i % 10 = 3 AND i // 10 < {contacts} THEN " + contact.format("(i // 10)")
            return f"CASE {converted} WHEN i % 125 = 7 THEN i - 3 ELSE i END"
        case "Contact":
            return contact.format("i")
    return "i"
