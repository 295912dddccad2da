"""What has arrived in Marketo: people with their values, opportunities, users, and the sync user's logins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from time import monotonic

import pytest

from runbook_lib.rehearsal.instance import Credentials
from runbook_lib.rehearsal.instance.sync.persistent import SyncWord
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.forecast import forecast_calls
from runbook_lib.survey.snapshot import Part, PeopleSeen, Unknown
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
    assert all(isinstance(each, PeopleSeen) and each.found == 0 < each.sampled for each in samples)
    assert sum(each.compared for each in seen.people_seen) == 0
    assert isinstance(seen.logins, tuple) and seen.logins
    assert not any(each.elsewhere for each in seen.logins)


def test_everything_has_arrived_after_it(synced: Live) -> None:
    """After the first sync all samples are found, values are equal, and Marketo's login is seen."""
    seen = synced.see(*PARTS)
    assert isinstance(seen.people_seen, tuple) and isinstance(seen.records_seen, Mapping)
    for each in (*seen.people_seen, *seen.records_seen.values()):
        assert isinstance(each, PeopleSeen) and each.found == each.sampled > 0, each
    assert all(each.compared == each.sampled and not each.different for each in seen.people_seen)
    assert isinstance(seen.logins, tuple)
    assert {each.status for each in seen.logins if each.elsewhere} == {"Success"}


def test_a_value_that_differs_is_told_by_its_id(synced: Live) -> None:
    """Who has another last name in Marketo is named by Id, and no name is kept."""
    instance = synced.server.instance
    ((lead,),) = instance.database.sql("SELECT min(sfdcLeadId) FROM marketo.person")
    instance.database.sql("UPDATE marketo.person SET lastName = 'Changed' WHERE sfdcLeadId = ?", (lead,))
    seen = synced.see(Part.PEOPLE_SEEN)
    assert isinstance(seen.people_seen, tuple)
    assert seen.people_seen[0].different == (lead,)
    assert "Changed" not in repr(seen)


def test_what_marketo_does_not_show_is_unknown_by_itself(ready: Live) -> None:
    """Without the permission for opportunities only these cannot be told."""
    instance = ready.server.instance
    had = instance.api_permissions
    instance.api_permissions = frozenset(each for each in had if "Opportunity" not in each)
    try:
        found = ready.see(Part.RECORDS_SEEN).records_seen
    finally:
        instance.api_permissions = had
    assert isinstance(found, Mapping)
    assert isinstance(found["Opportunity"], Unknown) and "603" in found["Opportunity"].code
    assert isinstance(found["User"], PeopleSeen)


@pytest.mark.parametrize("part", PARTS)
def test_calls_are_forecast(ready: Live, part: Part) -> None:
    """A part by itself costs what was forecast or less, logins included."""
    ready.see(part)
    assert ready.calls() <= forecast_calls([part])


def test_logins_need_the_user(ready: Live) -> None:
    """Of a user that does not exist no login can be told."""
    ready.systems.expected = replace(ready.systems.expected, sync_username="nobody@acme.example")
    assert isinstance(ready.see(Part.LOGINS).logins, Unknown)
