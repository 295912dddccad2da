"""What has arrived in Marketo: people with their values, opportunities, users, and the sync user's logins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

import pytest

from runbook_lib.rehearsal.instance import Credentials
from runbook_lib.rehearsal.instance.sync.persistent import SyncWord
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.forecast import forecast_calls
from runbook_lib.survey.snapshot import Activity, AppToken, Part, PeopleSeen, Unknown
from tests.survey.conftest import Live, reach

PARTS = (Part.PEOPLE_SEEN, Part.RECORDS_SEEN, Part.LOGINS)


def start_sync(server: RehearsalServer) -> None:
    """All of Marketo's clicks up to Start Sync, and the first cycle after them."""
    user, crm = server.world.sync_user, server.instance.crm
    crm.enter_credentials(Credentials(user.username, user.password + user.security_token, sandbox=False))
    crm.sync_fields()
    crm.confirm_credentials()
    crm.start_sync()
    deadline = monotonic() + 60
    while crm.sync.status.word is not SyncWord.LAST_SYNCED and monotonic() < deadline:
        pass


@pytest.fixture
def synced(
    ready: Live, start_rehearsal: Callable[..., RehearsalServer], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Live]:
    """A rehearsal of its own whose first sync is complete."""
    server = start_rehearsal(ready.server.world)
    start_sync(server)
    yield from reach(server, monkeypatch)


def test_nothing_has_arrived_before_the_start(ready: Live) -> None:
    """Before Start Sync no sample is found, nothing is compared, and no login came from elsewhere."""
    seen = ready.see(*PARTS)
    assert isinstance(seen.people_seen, tuple) and isinstance(seen.records_seen, Mapping)
    samples = [*seen.people_seen, *seen.records_seen.values()]
    assert all(isinstance(sample, PeopleSeen) and sample.found == 0 < sample.sampled for sample in samples)
    assert sum(sample.compared for sample in seen.people_seen) == 0
    assert isinstance(seen.logins, tuple) and seen.logins
    assert not any(login.elsewhere for login in seen.logins)


def test_everything_has_arrived_after_it(synced: Live) -> None:
    """After the first sync all samples are found, values are equal, and Marketo's login is seen."""
    seen = synced.see(*PARTS)
    assert isinstance(seen.people_seen, tuple) and isinstance(seen.records_seen, Mapping)
    for sample in (*seen.people_seen, *seen.records_seen.values()):
        assert isinstance(sample, PeopleSeen) and sample.found == sample.sampled > 0, sample
    assert all(sample.compared == sample.sampled and not sample.different for sample in seen.people_seen)
    assert isinstance(seen.logins, tuple)
    assert {login.status for login in seen.logins if login.elsewhere} == {"Success"}


def test_a_value_that_differs_is_told_by_its_id(synced: Live) -> None:
    """Who has another last name in Marketo is named by Id, and no name is kept; but what Marketo changed just
    now may be on its way back to Salesforce, and does not count."""
    instance = synced.server.instance
    ((lead,),) = instance.database.sql("SELECT min(sfdcLeadId) FROM marketo.person")
    instance.database.sql("UPDATE marketo.person SET lastName = 'Changed' WHERE sfdcLeadId = ?", (lead,))
    seen = synced.see(Part.PEOPLE_SEEN)
    assert isinstance(seen.people_seen, tuple)
    assert seen.people_seen[0].different == (lead,)
    assert "Changed" not in repr(seen)
    compared = seen.people_seen[0].compared
    now = instance.clock.now().replace(tzinfo=None)
    instance.database.sql("UPDATE marketo.person SET updatedAt = ? WHERE sfdcLeadId = ?", (now, lead))
    leads = _leads(synced)
    assert not leads.different and leads.compared == compared - 1


def test_the_newest_are_looked_for_and_who_writes_is_told(synced: Live) -> None:
    """The newest records are known by the moment they were made, and what the sync user changed last counts:
    nothing at first; one that Marketo lacks, and one that the sync user wrote, are seen."""
    leads = _leads(synced)
    assert leads.newest and all(record.found for record in leads.newest) and leads.written == 0
    moments = [record.created for record in leads.newest]
    assert moments == sorted(moments, reverse=True)
    org, (gone, *_, written) = synced.server.org, [record.id for record in leads.newest]
    synced.server.instance.database.sql("DELETE FROM marketo.person WHERE sfdcLeadId = ?", (gone,))
    org.update(org.user_id(synced.server.world.sync_username), "Lead", written, {"Company": "Acme"})
    leads = _leads(synced)
    assert [record.id for record in leads.newest if not record.found] == [gone]
    assert leads.written == 1 and leads.written_at is not None


def _leads(synced: Live) -> PeopleSeen:
    people = synced.see(Part.PEOPLE_SEEN).people_seen
    assert isinstance(people, tuple)
    return people[0]


def test_a_heartbeat_is_what_the_sync_writes(synced: Live) -> None:
    """People who came from Salesforce are activities of the sync, who filled in a form are none; without the
    permission nobody can tell. One page of the last half hour tells; what is older, a look further back."""
    instance = synced.server.instance
    synced.server.log.clear()
    found = _activity(synced)
    newest = found.at
    assert newest is not None and found.count > 100
    assert sum("/activities" in entry.path for entry in synced.server.log.entries()) == 2
    instance.database.sql("UPDATE marketo.activity SET happened_at = happened_at - INTERVAL 2 HOUR")
    found = _activity(synced)
    assert found.at is not None and newest - timedelta(hours=3) < found.at < newest - timedelta(hours=1)
    instance.database.sql('UPDATE marketo.person SET "sfdcType" = NULL')
    assert replace(found, at=None, count=0, since=found.since) == replace(
        _activity(synced), since=found.since
    )
    instance.api_permissions -= {"Read-Only Activity"}
    assert isinstance(synced.see(Part.ACTIVITY).activity, Unknown)


def _activity(synced: Live) -> Activity:
    found = synced.see(Part.ACTIVITY).activity
    assert isinstance(found, Activity)
    return found


def test_apps_are_looked_for_where_marketo_comes_by_oauth(synced: Live) -> None:
    """Where it logs in by password nobody looks; by OAuth its token tells when it was used last."""
    assert synced.see(Part.APP_TOKENS).app_tokens is None
    org = synced.server.org
    user, at = org.user_id(synced.server.world.sync_username), "2026-11-22T10:00:00.000+0000"
    row = {"UserId": user, "AppName": "Marketo", "UseCount": 7, "LastUsedDate": datetime.fromisoformat(at)}
    org.apps._rows.insert(org.catalog["OauthToken"], row, user)
    synced.expect(authentication="oauth")
    assert synced.see(Part.APP_TOKENS).app_tokens == (AppToken("Marketo", 7, datetime.fromisoformat(at)),)


def test_what_marketo_does_not_show_is_unknown_by_itself(ready: Live) -> None:
    """Without the permission for opportunities only these cannot be told."""
    instance = ready.server.instance
    had = instance.api_permissions
    instance.api_permissions = frozenset(permission for permission in had if "Opportunity" not in permission)
    try:
        found = ready.see(Part.RECORDS_SEEN).records_seen
    finally:
        instance.api_permissions = had
    assert isinstance(found, Mapping)
    assert isinstance(found["Opportunity"], Unknown) and "603" in found["Opportunity"].code
    assert isinstance(found["User"], PeopleSeen)


@pytest.mark.parametrize("part", [*PARTS, Part.APP_TOKENS, Part.ACTIVITY])
def test_calls_are_forecast(ready: Live, part: Part) -> None:
    """A part by itself costs what was forecast or less, logins included."""
    ready.see(part)
    assert ready.calls() <= forecast_calls([part])


def test_logins_need_the_user(ready: Live) -> None:
    """Of a user that does not exist no login can be told."""
    ready.systems.expected = replace(ready.systems.expected, sync_username="nobody@acme.example")
    assert isinstance(ready.see(Part.LOGINS).logins, Unknown)
