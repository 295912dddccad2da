"""The people of an org and what belongs to them, generated inside the database from the world's seed.

Of N people about 60 % are leads and the rest contacts; a tenth of the leads were converted, and share name
and e-mail address with their contact. A few people are in the org twice: within leads, within contacts, and
as lead and contact. Everything else hangs on them with valid ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runbook_lib.rehearsal.database import Database, quoted
from runbook_lib.rehearsal.org.ids import IdCounter
from runbook_lib.rehearsal.org.people import words
from runbook_lib.rehearsal.org.people.columns import Ground, RowNumbers, column, listed
from runbook_lib.rehearsal.org.people.objects import OVERRIDES, no_columns, usual_columns
from runbook_lib.rehearsal.org.schema.catalog import Catalog, SObject
from runbook_lib.rehearsal.org.tables import table_of
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
class Counts:
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
    rows = dict(Counts(people).rows)
    rows |= {
        sobject.name: 1 + people // 50
        for sobject in catalog
        if sobject.describe["custom"] and sobject.kind == "table"
    }
    numbers = {
        name: RowNumbers(catalog[name].key_prefix, ids.skip(catalog[name].key_prefix, count), count)
        for name, count in rows.items()
    }
    owners = [
        row[0]
        for row in database.sql(
            'SELECT u."Id" FROM org."User" u JOIN org."Profile" p ON p."Id" = u."ProfileId" '
            'WHERE u."IsActive" AND p."Name" <> \'System Administrator\' AND u."Username" <> $1 ORDER BY 1',
            [world.sync_username],
        )
    ]
    owners = owners or [row[0] for row in database.sql('SELECT "Id" FROM org."User" ORDER BY 1 LIMIT 1')]
    fills = {f"{one.object_name}.{one.name}": one.fill for one in world.custom_fields}
    for name, count in rows.items():
        ground = Ground(name, world.seed, numbers, owners, fills)
        database.sql(_insert(catalog[name], ground, count))


def _insert(sobject: SObject, ground: Ground, count: int) -> str:
    known = usual_columns(ground) | OVERRIDES.get(sobject.name, no_columns)(ground)
    columns = [(one["name"], column(ground, known, one)) for one in sobject.stored_fields]
    names = ", ".join(quoted(name) for name, _ in columns)
    values = ",\n ".join(sql for _, sql in columns)
    return f"INSERT INTO {table_of(sobject.name)} ({names}) SELECT {values} FROM ({_source(ground, count)})"


def _source(ground: Ground, count: int) -> str:
    """The rows with what several columns share: `person`, his names, his company, when it was made."""
    accounts = ground.numbers["Account"].count
    company = "i" if ground.object_name == "Account" else f"person % {accounts}"
    who = f"hash(person, '{ground.seed}:who')"
    return f"""
      SELECT *, lower(replace(first || '.' || last, '''', '')) || person AS mailbox,
             lower(replace(company_name, ' ', '-')) || '.example' AS domain FROM (
        SELECT *, {_name_of("company")} AS company_name,
               {listed(words.FIRST_NAMES)}[1 + ({who} % {len(words.FIRST_NAMES)})::INTEGER] AS first,
               {listed(words.LAST_NAMES)}[1 + (({who} // 64) % {len(words.LAST_NAMES)})::INTEGER] AS last,
               {NEWEST} - to_minutes(({ground.chance("created")} % {DAYS * 1440})::INTEGER) AS created
        FROM (SELECT *, {company} AS company FROM (
          SELECT i, {_person(ground)} AS person FROM range({count}) t(i))))
    """


def _name_of(company: str) -> str:
    """SQL of a company's name without its legal form; each has its own."""
    first, second = len(words.COMPANY_FIRST), len(words.COMPANY_SECOND)
    return (
        f"{listed(words.COMPANY_FIRST)}[1 + ({company} % {first})::INTEGER] || ' ' || "
        f"{listed(words.COMPANY_SECOND)}[1 + (({company} // {first}) % {second})::INTEGER] || "
        f"CASE WHEN {company} >= {first * second} THEN ' ' || ({company} // {first * second}) ELSE '' END"
    )


def _person(ground: Ground) -> str:
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
