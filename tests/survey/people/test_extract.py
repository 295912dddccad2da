"""Reading all people over a running rehearsal: whole, once, privately, within the calls foretold."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runbook_lib.errors import SalesforceRefused, SystemRefused, TimedOut
from runbook_lib.rehearsal.fault_injection import Fault, FaultKind
from runbook_lib.survey.people.columns import COLUMNS, source_of
from runbook_lib.survey.people.extract import (
    ExtractListener,
    ExtractProgress,
    extract_people,
    forecast_extract,
)
from runbook_lib.survey.people.state import read_state

NOW = datetime(2026, 5, 1, tzinfo=UTC)
RESULTS = "/services/data/v[0-9.]+/jobs/query/[^/]+/results"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of twenty people, and everybody by jobs of the Bulk API, so that an extract has several."""
    monkeypatch.setattr("runbook_lib.survey.people.few.MOST", 0)
    monkeypatch.setattr("runbook_lib.systems.salesforce.bulk.ROWS_PER_PAGE", 20)


def read(folder: Path, what: str = "*") -> list[tuple[Any, ...]]:
    """Rows of all Parquet files of the folder."""
    with duckdb.connect() as engine:
        return engine.execute(f"SELECT {what} FROM read_parquet('{folder}/**/*.parquet')").fetchall()


def ids_of_the_org(live: Any) -> list[str]:
    """Ids of the people that there are."""
    sql = 'SELECT "Id" FROM org."Lead" WHERE NOT "IsConverted" UNION ALL SELECT "Id" FROM org."Contact"'
    return sorted(value for (value,) in live.server.org.database.sql(sql))


def is_whole(live: Any, folder: Path) -> bool:
    """Whether everybody is there, and nobody twice."""
    return sorted(value for (value,) in read(folder, "id")) == ids_of_the_org(live)


def pages_asked(live: Any) -> int:
    """Pages of results that were asked for since the last ``forget``."""
    live.calls_in_log()
    return sum(entry.path.endswith("/results") for entry in live.server.log.entries())


def test_everybody_is_read_once(live: Any, tmp_path: Path) -> None:
    """All leads that are not converted and all contacts, in files that only their owner may read."""
    folder = tmp_path / "extract"
    state = extract_people(live.systems.admin(), folder, NOW)
    assert is_whole(live, folder) and state.is_done and state.tasks["Lead"].pages > 2
    with duckdb.connect() as engine:
        described = engine.execute(f"DESCRIBE SELECT * FROM '{folder}/**/*.parquet'").fetchall()
    assert {name: kind for name, kind, *_ in described} == COLUMNS
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {path.suffix for path in files} == {".parquet", ".json"}


def test_values_arrive_as_they_are(live: Any, tmp_path: Path) -> None:
    """Spaces, quotation marks, line breaks and other scripts survive; opt-out is a truth value."""
    told = 'Zoë "Q",\n李 \' x'
    lead = live.server.org.database.sql('SELECT min("Id") FROM org."Lead" WHERE NOT "IsConverted"')[0][0]
    live.server.org.database.sql(
        'UPDATE org."Lead" SET "LastName" = ?, "Email" = \' Big@Example.COM \', "HasOptedOutOfEmail" = true '
        'WHERE "Id" = ?',
        (told, lead),
    )
    live.server.log.clear()
    extract_people(live.systems.admin(), tmp_path / "x", NOW)
    row = read(
        tmp_path / "x", f"CASE WHEN id = '{lead}' THEN [last_name, email, opted_out::VARCHAR, object] END"
    )
    assert [value for (value,) in row if value] == [[told, " Big@Example.COM ", "true", "Lead"]]
    created = read(tmp_path / "x", "count(created), count(*), count(company), count(owner_id)")[0]
    assert created[0] == created[1] == created[3] and created[2] > 0
    live.server.reset()


def test_few_people_are_the_same_without_a_job(
    live: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they are few, two calls give row for row what jobs of the Bulk API give."""
    reader = live.systems.admin()
    extract_people(reader, tmp_path / "jobs", NOW)
    monkeypatch.undo()
    live.forget()
    extract_people(reader, tmp_path / "few", NOW)
    assert live.calls() == 2
    assert sorted(read(tmp_path / "few"), key=repr) == sorted(read(tmp_path / "jobs"), key=repr)
    assert is_whole(live, tmp_path / "few")


def test_calls_stay_within_the_forecast(live: Any, tmp_path: Path) -> None:
    """What it costs at most is told before the first job is made, and is not exceeded."""
    reader = live.systems.admin()
    live.forget()
    told: list[tuple[int, int]] = []
    steps: list[ExtractProgress] = []

    def foretold(people: Mapping[str, int], calls: int) -> None:
        told.append((live.calls(), calls))
        assert calls == forecast_extract(people)

    extract_people(reader, tmp_path / "x", NOW, listener=ExtractListener(foretold, steps.append))
    assert told[0][0] == 1 and live.calls() == live.calls_in_log() <= told[0][1]
    last = {step.object: step for step in steps}
    assert {name: (step.rows, step.seconds_left) for name, step in last.items()} == {
        name: (step.expected, 0) for name, step in last.items()
    }
    assert all(step.rows_per_second > 0 for step in steps)


def test_no_call_more_than_was_foretold(live: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Salesforce hands out smaller pages, it stops at the forecast and goes on in the next run."""
    reader = live.systems.admin()
    monkeypatch.setattr("runbook_lib.survey.people.extract.forecast_extract", lambda people: 10)
    live.forget()
    with pytest.raises(TimedOut, match="forecast"):
        extract_people(reader, tmp_path, NOW)
    assert live.calls() <= 10
    monkeypatch.undo()
    extract_people(reader, tmp_path, NOW)
    assert is_whole(live, tmp_path)


@pytest.mark.parametrize("kind", [FaultKind.EXPIRED_SESSION, FaultKind.LOST_CONNECTION_AFTER_WRITE])
def test_what_broke_goes_on_at_its_page(live: Any, tmp_path: Path, kind: FaultKind) -> None:
    """The session ends, or the connection drops, at the third page: none is read again, none is missing."""
    stopped = Stopper(live, Fault(RESULTS, kind, times=9))
    with pytest.raises(SystemRefused):
        extract_people(live.systems.admin(), tmp_path, NOW, listener=ExtractListener(page=stopped))
    live.server.faults.clear()
    state = read_state(tmp_path)
    assert state is not None and state.tasks["Lead"].pages == 2
    live.forget()
    done = extract_people(live.systems.admin(), tmp_path, NOW)
    assert is_whole(live, tmp_path)
    assert pages_asked(live) == sum(task.pages for task in done.tasks.values()) - 2


class Stopper:
    """Injects a fault after the second page."""

    def __init__(self, live: Any, fault: Fault) -> None:
        self.live, self.fault, self.pages = live, fault, 0

    def __call__(self, progress: ExtractProgress) -> None:
        """Counts pages."""
        self.pages += 1
        if self.pages == 2:
            self.live.server.faults.add(self.fault)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from runbook_lib.guide.state.session import open_session
from runbook_lib.survey.people import extract, few
from runbook_lib.systems.salesforce import bulk
bulk.ROWS_PER_PAGE, few.MOST = 20, 0
moment, pages = sys.argv[2], int(sys.argv[3])

def die(*told):
    global pages
    pages -= 1
    if pages < 0:
        os.kill(os.getpid(), signal.SIGKILL)

if moment == "before":
    real_page = bulk.read_page
    bulk.read_page = lambda *args: (die(), real_page(*args))[1]
elif moment == "between":
    real_state = extract.write_state
    def write_state(folder, state):
        if any(each.pages for each in state.tasks.values()):
            die()
        real_state(folder, state)
    extract.write_state = write_state
listener = extract.ExtractListener(page=die) if moment == "after" else None
with open_session(sys.argv[1]) as session:
    extract.extract_people(session.admin(), session.workspace.extract, datetime(2026, 5, 1, tzinfo=UTC),
                           listener=listener)
"""


@pytest.fixture
def workspace(live: Any, tmp_path: Path) -> Iterator[Path]:
    """A workspace on the rehearsal, for another process."""
    from runbook_lib.guide.commands import rehearse
    from runbook_lib.guide.state.environment import environment

    made = rehearse.prepare_workspace(tmp_path / "w", live.server, "robot")
    with environment(rehearse.secret_variables(live.server)):
        yield made.path


@pytest.mark.parametrize(("moment", "pages"), [("before", 2), ("between", 3), ("after", 1)])
def test_a_killed_process_loses_and_doubles_nothing(
    live: Any, workspace: Path, moment: str, pages: int
) -> None:
    """Killed before a page, between a page and its state, and after: the next process ends with everybody."""
    asked = [sys.executable, "-c", KILLED, str(workspace), moment, str(pages)]
    killed = subprocess.run(asked, env=dict(os.environ), check=False)
    assert killed.returncode == -signal.SIGKILL
    folder = workspace / "extract"
    before = read_state(folder)
    assert before is not None and not before.is_done
    safe = before.tasks["Lead"].pages
    assert safe >= 1
    live.forget()
    done = extract_people(live.systems.admin(), folder, NOW)
    assert is_whole(live, folder)
    assert pages_asked(live) == sum(task.pages for task in done.tasks.values()) - safe
    assert not list(folder.rglob("*.part"))


def test_a_job_that_is_gone_is_made_anew(live: Any, tmp_path: Path) -> None:
    """Where Salesforce has forgotten the job of an interrupted extract, the object is read from the start."""
    stopped = Stopper(live, Fault(RESULTS, FaultKind.EXPIRED_SESSION, times=9))
    with pytest.raises(SystemRefused):
        extract_people(live.systems.admin(), tmp_path, NOW, listener=ExtractListener(page=stopped))
    live.server.faults.clear()
    state = read_state(tmp_path)
    assert state is not None
    reader = live.systems.admin()
    reader.call("DELETE", f"jobs/query/{state.tasks['Lead'].job}")
    extract_people(reader, tmp_path, NOW)
    assert is_whole(live, tmp_path)


@pytest.mark.parametrize("later", [timedelta(hours=13), timedelta(minutes=1)])
def test_what_is_finished_or_old_is_read_anew(live: Any, tmp_path: Path, later: timedelta) -> None:
    """A finished extract is never mistaken for what the org holds now."""
    extract_people(live.systems.admin(), tmp_path, NOW)
    live.forget()
    done = extract_people(live.systems.admin(), tmp_path, NOW + later)
    assert pages_asked(live) == sum(task.pages for task in done.tasks.values())
    assert is_whole(live, tmp_path)


def test_without_a_visible_e_mail_nothing_is_compared() -> None:
    """A describe without Email says which field, for whom, and where to make it visible."""
    with pytest.raises(SalesforceRefused, match=r"Lead\.Email is not visible") as fault:
        source_of({"name": "Lead", "fields": [{"name": "Id"}]})
    assert "Field-Level Security" in str(fault.value)


def test_columns_that_nobody_shows_are_left_out() -> None:
    """Opt-out and company are asked only where they are visible; a custom rule's field is asked for, too."""
    fields = [{"name": name} for name in ("Id", "Email", "Region__c")]
    source = source_of({"name": "Contact", "fields": fields}, ["Region__c"])
    assert source.soql == "SELECT Id, Email, Region__c FROM Contact"
    assert source.fields["x_region__c"] == "Region__c"


def test_an_empty_org_gives_an_empty_table(live: Any, tmp_path: Path) -> None:
    """Without people no job is made, and the files can still be read."""
    live.server.org.database.sql('DELETE FROM org."Lead"')
    live.server.org.database.sql('DELETE FROM org."Contact"')
    reader = live.systems.admin()
    live.forget()
    extract_people(reader, tmp_path, NOW)
    assert read(tmp_path) == [] and live.calls() == 1
    live.server.reset()
