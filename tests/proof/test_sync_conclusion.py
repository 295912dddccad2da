"""The word, from snapshots made up by hand: each word has its evidence, and silence is never a no."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from runbook_lib.guide.views.sync.status import sync_blocks
from runbook_lib.proof.claims.arrival import loading_until
from runbook_lib.proof.claims.claim import Attested, Claim, Measured
from runbook_lib.proof.claims.status import FAILED, IN_PROGRESS, LAST_SYNCED
from runbook_lib.proof.evidence import prove, prove_measured
from runbook_lib.proof.progress import Glance, measure_progress
from runbook_lib.proof.sync_conclusion import conclude
from runbook_lib.proof.sync_status import CANNOT_TELL, Strength, SyncStatus, strength_of, with_report
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import (
    Activity,
    AppToken,
    Lock,
    Login,
    NewRecord,
    PeopleSeen,
    Snapshot,
    Unknown,
)
from runbook_lib.text import LANGUAGES, label, say
from tests.org_by_hand import MARKETO, NOW, USER, a_field, small_org

BEFORE = small_org(rows={"Lead": 20_000}, people_seen=(PeopleSeen("Lead", 263, 0, population=20_000),))
HOURS = timedelta(hours=1)
LATER = NOW + 90 * HOURS
NEW = tuple(NewRecord(f"00Q{number:015}", LATER - (number + 2) * HOURS, found=True) for number in range(5))
LEADS = PeopleSeen("Lead", 263, 263, population=20_000, newest=NEW)
NONE_NEW = replace(LEADS, newest=tuple(replace(record, found=False) for record in NEW))


def seen(*people: PeopleSeen, **more: Any) -> Snapshot:
    """A look days after the start."""
    parts = {"people_seen": people, "marketo": replace(MARKETO, lock=Lock.TIED), **more}
    return replace(small_org(**parts), taken_at=LATER)


def status(now: Snapshot, told: Attested | None = None, loading: bool = False) -> SyncStatus:
    """What is concluded."""
    claims = prove("09", BEFORE, now, None, told).claims
    until = LATER + HOURS if loading else None
    found = conclude(Measured(BEFORE, now, None, told), claims, until, None)
    assert SyncStatus.from_json(json.loads(json.dumps(found.to_json()))) == found
    return found


def of(found: SyncStatus) -> tuple[str, Strength | None]:
    """The word and its strength."""
    return found.word, found.strength


def test_the_newest_tell_until_when_it_was_synced() -> None:
    """The newest record that came is the moment; of a sync that has had nothing to do, Marketo's login."""
    found = status(seen(LEADS))
    assert of(found) == (LAST_SYNCED, Strength.MEASURED) and found.at == LATER - 2 * HOURS
    old = replace(LEADS, newest=(NewRecord("00Q1", NOW - 900 * HOURS, True),))
    login = Login(LATER - HOURS, "Success", elsewhere=True)
    found = status(seen(old, logins=(login,)))
    assert of(found) == (LAST_SYNCED, Strength.DERIVED) and found.at == login.at
    token = AppToken("Marketo", 9, LATER)
    assert status(seen(old, app_tokens=(token,))).at == LATER
    beat = status(seen(old, activity=Activity(LATER - 6 * HOURS, LATER - HOURS, 3)))
    assert of(beat) == (LAST_SYNCED, Strength.MEASURED)


def test_in_progress_while_it_may_take_time() -> None:
    """A part of the sample is measured, none of it derived from the lock; without that nobody can tell."""
    assert of(status(seen(replace(LEADS, found=100)), loading=True)) == (IN_PROGRESS, Strength.MEASURED)
    none = replace(LEADS, found=0, newest=())
    assert of(status(seen(none), loading=True)) == (IN_PROGRESS, Strength.DERIVED)
    assert of(status(seen(none, marketo=MARKETO), loading=True)) == (CANNOT_TELL, None)


def test_nothing_new_is_no_failure_without_a_cause() -> None:
    """None of the newest is there: the proof fails and nobody can tell why; with a field hidden that the sync
    needs, it has failed, and the field is named."""
    now = seen(NONE_NEW)
    claims = {claim.id: claim for claim in prove("09", BEFORE, now, None).claims}
    assert claims["newest-lead"].status is Status.ERROR and of(status(now)) == (CANNOT_TELL, None)
    fields = (a_field("Lead.Email"), a_field("Lead.SystemModstamp"))
    before = replace(BEFORE, visible={"Lead": fields})
    hidden = replace(now, visible={"Lead": fields[:1]})
    found = conclude(Measured(before, hidden, None), (), None, None)
    assert of(found) == (FAILED, Strength.DERIVED) and "Lead.SystemModstamp" in str(found.why)


def test_refused_logins_are_a_failure() -> None:
    """Two in a row and none since that worked: failed, though all have come; one is nobody's, and one that
    worked later ends it."""
    bad, good = (
        [Login(LATER - hours * HOURS, word, elsewhere=True) for hours in (3, 2, 1)]
        for word in ("Invalid Password", "Success")
    )
    assert of(status(seen(LEADS, logins=(bad[2], bad[1], good[0])))) == (FAILED, Strength.DERIVED)
    assert status(seen(LEADS, logins=(bad[2], good[1]))).word == LAST_SYNCED
    assert status(seen(LEADS, logins=(good[2], bad[1], bad[0]))).word == LAST_SYNCED
    evidence = prove("09", BEFORE, seen(LEADS, logins=(bad[2], bad[1])), None)
    assert not evidence.proven


def test_a_locked_user_is_a_failure() -> None:
    """Whoever cannot log in cannot sync."""
    assert of(status(seen(LEADS, sync_user=replace(USER, is_frozen=True)))) == (FAILED, Strength.DERIVED)


def test_silence_is_cannot_tell() -> None:
    """Nobody may look for people: cannot tell, with the reason; lines that cannot be read are told as that
    and stop nothing."""
    found = status(seen(people_seen=Unknown("no permission", "603")))
    assert of(found) == (CANNOT_TELL, None) and "no permission" in str(found.why)
    no = Unknown("no permission", "603")
    evidence = prove("10", BEFORE, seen(LEADS, logins=no, app_tokens=no, activity=no, budget=no), None)
    lines = {claim.id: claim for claim in evidence.claims if claim.id.endswith("-unknown")}
    assert set(lines) == {"logins-unknown", "app-tokens-unknown", "activity-unknown"}
    assert all("no permission" in str(claim.what) for claim in lines.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_person_reports(language: str) -> None:
    """In any language: a failure counts above all; another word only where nothing was measured."""
    words = {key: Attested("Ada", LATER, label(key, language)) for key in (FAILED, IN_PROGRESS, LAST_SYNCED)}
    assert of(status(seen(LEADS), words[FAILED])) == (FAILED, Strength.ATTESTED)
    assert of(status(seen(LEADS), words[IN_PROGRESS])) == (LAST_SYNCED, Strength.MEASURED)
    blind = seen(people_seen=Unknown("no"))
    assert of(status(blind, words[LAST_SYNCED])) == (LAST_SYNCED, Strength.ATTESTED)
    assert of(status(blind, words[IN_PROGRESS])) == (IN_PROGRESS, Strength.ATTESTED)
    measured = status(seen(LEADS))
    assert with_report(measured, words[FAILED], LATER).word == FAILED
    assert with_report(measured, words[IN_PROGRESS], LATER) == measured
    assert with_report(None, words[LAST_SYNCED], LATER).strength is Strength.ATTESTED
    assert with_report(None, None, LATER).word == CANNOT_TELL


def test_each_line_has_its_strength() -> None:
    """What was seen, what follows from something else, and what somebody brought or said."""
    strengths = {
        Strength.MEASURED: ("people-lead", "newest-lead", "values-Lead.X", "tied", "activity", "budget"),
        Strength.DERIVED: ("logins", "logins-refused", "app-tokens", "written", "rising"),
        Strength.ATTESTED: ("status", "sync-status", "sync-errors-1", "import-unreadable", "exports-old"),
    }
    for strength, names in strengths.items():
        assert {strength_of(Claim(name, Status.OK, say("x"))) for name in names} == {strength}


def loading_at(hours: float, *looks: tuple[float, int]) -> SyncStatus:
    """What is concluded so many hours after the start, and after these looks (hours, found)."""
    leads = [
        replace(LEADS, sampled=263, found=found, newest=(), seed=n) for n, (_, found) in enumerate(looks)
    ]
    moments = [NOW + at * HOURS for at, _ in looks]
    shots = [replace(seen(lead), taken_at=at) for lead, at in zip(leads, moments, strict=True)]
    progress = measure_progress([Glance.of(shot) for shot in shots])
    assert progress is not None
    now = replace(shots[-1], taken_at=NOW + hours * HOURS)
    measured = Measured(BEFORE, now, None, ends=progress.ends)
    claims = prove_measured("09", measured).claims
    loading = loading_until(BEFORE, now, (), progress.ends)
    found = conclude(measured, claims, loading, progress)
    assert SyncStatus.from_json(json.loads(json.dumps(found.to_json()))) == found
    return found


def test_a_sync_ten_times_slower_than_forecast_moves_the_range() -> None:
    """Forecast: four hours. At 1,000 an hour it is in progress after ten hours, too, normal until after its
    true end, and says since when, by what speed and what the forecast was."""
    found = loading_at(10, *[(hour, round(263 * hour / 20)) for hour in range(11)])
    assert of(found) == (IN_PROGRESS, Strength.MEASURED)
    assert found.normal_until is not None and found.normal_until > NOW + 20 * HOURS
    assert found.forecast_until == NOW + 4 * HOURS
    shown = "\n".join(str(line) for block in sync_blocks(found, None) for line in getattr(block, "lines", ()))
    assert "corrected at Nov 22, 2026, 22:00" in shown and "forecast was Nov 22, 2026, 16:00" in shown


def test_a_sync_that_stalls_says_so() -> None:
    """Nothing came for three hours: nobody can tell that it is in progress, with the moment since when."""
    found = loading_at(3.9, (0, 0), (0.5, 60), (0.9, 66), (3.9, 66))
    assert found.word == CANNOT_TELL and "stalled" in str(found.why) and found.progress is not None
    assert found.progress.still_since is not None and "Nov 22, 2026, 12:" in str(found.why)
