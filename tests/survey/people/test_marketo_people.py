"""People who are in Marketo already: found by e-mail or in bulk, within the calls that may be made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runbook_lib.errors import MarketoRefused
from runbook_lib.rehearsal.instance.usage import UsageBook
from runbook_lib.survey.people import marketo as people
from runbook_lib.survey.people import marketo_bulk
from runbook_lib.survey.people.extract import extract_people
from runbook_lib.survey.people.marketo import extract_marketo, forecast_marketo


@pytest.fixture
def folder(live: Any, tmp_path: Path) -> Path:
    """The people of Salesforce, and five people in Marketo, three of whom Salesforce has too."""
    live.server.reset()
    database = live.server.org.database
    database.sql("DELETE FROM marketo.person")
    emails = database.sql(
        'SELECT DISTINCT "Email" FROM org."Lead" WHERE "Email" IS NOT NULL AND NOT "IsConverted" LIMIT 3'
    )
    now = live.server.clock.now()
    for number, email in enumerate(
        ["x@web.example", "y@web.example", *(email.upper() for (email,) in emails)]
    ):
        database.sql(
            'INSERT INTO marketo.person ("id", "email", "firstName", "lastName", "unsubscribed", "isLead",'
            ' "isAnonymous", "leadPartitionId", "createdAt", "updatedAt", "sfdcLeadId")'
            " VALUES (?, ?, 'Ann, \"A\"', NULL, TRUE, FALSE, FALSE, 1, ?, ?, ?)",
            (7000 + number, email, now - timedelta(days=40 * number), now, "00Q5g0000000001EAA"),
        )
    extract_people(live.systems.admin(), tmp_path, datetime.now(UTC))
    live.server.log.clear()
    return tmp_path


def in_marketo(folder: Path, what: str) -> list[tuple[Any, ...]]:
    """What the files tell about people in Marketo."""
    with duckdb.connect() as engine:
        sql = f"SELECT {what} FROM read_parquet('{folder}/Marketo/*.parquet') ORDER BY id"
        return engine.execute(sql).fetchall()


def marketo_calls(live: Any) -> int:
    """Calls of Marketo that the rehearsal has seen."""
    entries = live.server.log.entries()
    return sum(entry.path.startswith(("/rest", "/bulk", "/identity")) for entry in entries)


def test_by_email(live: Any, folder: Path) -> None:
    """Only those whom Salesforce has too are found, with what matters, within the forecast."""
    found = extract_marketo(live.systems.marketo(), folder, datetime.now(UTC), most_calls=60)
    assert found.people == 3 and found.too_many == 0 and found.everybody is None
    rows = in_marketo(folder, "object, id, first_name, last_name, opted_out, sfdc_id")
    assert rows == [
        ("Marketo", str(7000 + n), 'Ann, "A"', None, True, "00Q5g0000000001EAA") for n in (2, 3, 4)
    ]
    assert marketo_calls(live) <= forecast_marketo(300)


def test_no_call_more_than_allowed(live: Any, folder: Path) -> None:
    """Where it would cost more calls than may be made, none is made and the cost is told."""
    found = extract_marketo(live.systems.marketo(), folder, datetime.now(UTC), most_calls=3)
    assert (found.people, found.calls) == (None, 4) and marketo_calls(live) == 0


def test_which_fields_there_are_is_asked_where_one_lacks(
    live: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody asks for the names where Marketo has them all; where it lacks one and refuses, the people are
    found without it, within the forecast."""
    reader = live.systems.marketo()
    assert extract_marketo(reader, folder, datetime.now(UTC), most_calls=60).people == 3
    assert "describe2" not in " ".join(entry.path for entry in live.server.log.entries())
    live.server.log.clear()
    monkeypatch.setattr(live.server.instance, "fields", _Without(live.server.instance.fields, "leadSource"))
    assert extract_marketo(reader, folder, datetime.now(UTC), most_calls=60).people == 3
    assert marketo_calls(live) <= forecast_marketo(300)
    assert in_marketo(folder, "id, source") == [(str(7000 + n), None) for n in (2, 3, 4)]


class _Without:
    """The instance's fields, as if one of them were not there."""

    def __init__(self, fields: Any, name: str) -> None:
        self.fields, self.name = fields, name

    def __getattr__(self, name: str) -> Any:
        return getattr(self.fields, name)

    def of(self, *records: Any) -> list[Any]:
        """All others."""
        return [field for field in self.fields.of(*records) if field.rest_name != self.name]

    def find(self, record: Any, name: str) -> Any:
        """Any other."""
        return None if name == self.name else self.fields.find(record, name)


@pytest.fixture
def bulk_is_cheaper(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a year is read back, and there are so many e-mails that jobs are cheaper than look-ups."""
    monkeypatch.setattr(marketo_bulk, "WINDOWS", 6)
    monkeypatch.setattr(people, "_look_ups", lambda emails: 100)
    live.server.instance.usage = UsageBook(live.server.clock, "api", 10_000)


def test_in_bulk(live: Any, folder: Path, bulk_is_cheaper: None) -> None:
    """Everybody is exported, span by span of 31 days, each once; the text null is no value."""
    now = live.server.clock.now().replace(tzinfo=UTC) + timedelta(minutes=1)
    found = extract_marketo(live.systems.marketo(), folder, now, most_calls=60)
    assert found.people == found.everybody == 5 and not folder.with_name(f"{folder.name}-marketo").exists()
    rows = in_marketo(folder, "id, first_name, last_name, opted_out, sfdc_id")
    assert rows == [(str(7000 + n), 'Ann, "A"', None, True, "00Q5g0000000001EAA") for n in range(5)]
    assert not list(folder.rglob("*.part"))


def test_a_subscription_without_bulk_is_looked_up(
    live: Any, folder: Path, bulk_is_cheaper: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Marketo has no bulk extract, the e-mails are looked up; another refusal is told."""
    monkeypatch.setitem(live.server.world.marketo.settings, "bulk_extract", False)
    assert extract_marketo(live.systems.marketo(), folder, datetime.now(UTC), most_calls=200).people == 3


def test_a_spent_allocation_is_looked_up(
    live: Any, folder: Path, bulk_is_cheaper: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the day's exports are used up, too; within the calls that may be made, else it is told."""
    monkeypatch.setitem(live.server.world.marketo.settings, "export_megabytes", 0)
    assert extract_marketo(live.systems.marketo(), folder, datetime.now(UTC), most_calls=200).people == 3
    with pytest.raises(MarketoRefused) as refused:
        extract_marketo(live.systems.marketo(), folder, datetime.now(UTC), most_calls=60)
    assert refused.value.code == "1029_QUOTA" and "US Central" in str(refused.value.fix)


def test_too_many_for_one_answer(live: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An e-mail that more people share than Marketo tells about is counted, and the others are found."""
    monkeypatch.setattr("runbook_lib.rehearsal.marketo.people.MOST_MATCHES", 1)
    live.server.org.database.sql(
        'UPDATE marketo.person SET "email" = (SELECT "email" FROM marketo.person WHERE "id" = \'7002\')'
        " WHERE \"id\" = '7003'"
    )
    found = extract_marketo(live.systems.marketo(), folder, datetime.now(UTC), most_calls=60)
    assert (found.people, found.too_many) == (1, 1)
    assert marketo_calls(live) <= 60
    none_spare = extract_marketo(live.systems.marketo(), folder, datetime.now(UTC), most_calls=4)
    assert none_spare.people == 0 and none_spare.too_many > 1


def test_what_marketo_refuses_is_told(live: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role that may not read people is a refusal, and no empty answer."""
    monkeypatch.setattr(live.server.instance, "api_permissions", frozenset())
    with pytest.raises(MarketoRefused):
        extract_marketo(live.systems.marketo(), folder, datetime.now(UTC), most_calls=60)
