"""What somebody reports of Marketo's page is evidence, in any of its languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from runbook_lib.proof.claims.claim import Attested, Claim
from runbook_lib.proof.claims.status import claim_reported, claim_shown
from runbook_lib.proof.evidence import Evidence, prove
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Lock, PeopleSeen, Snapshot
from runbook_lib.text import LANGUAGES, label
from tests.org_by_hand import MARKETO, NOW, small_org

ALL_THERE = small_org(people_seen=(PeopleSeen("Lead", 150, 150),), marketo=replace(MARKETO, lock=Lock.TIED))


def reported(step: str, key: str, language: str, ago: timedelta = timedelta(minutes=5)) -> Evidence:
    """All else is fine, and Ada reports that word of the page."""
    word = Attested("Ada", NOW - ago, f" {label(key, language).upper()}: 2026-11-22 08:57")
    return prove(step, ALL_THERE, ALL_THERE, None, word)


def status_of(evidence: Evidence) -> Claim:
    """What is claimed of the word."""
    return next(claim for claim in evidence.claims if claim.id == "status")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failure_spoils_every_proof(language: str) -> None:
    """ "Failed" in any language: 09 is not proven though everything has arrived; who said it is told."""
    evidence = reported("09", "status.failed", language, timedelta(days=9))
    claim = status_of(evidence)
    assert claim.status is Status.ERROR and not evidence.proven and "Ada" in str(claim.what)
    assert label("status.failed", language).upper() in claim.now


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_progress_is_still_loading(language: str) -> None:
    """At 09 it cannot be told yet; at 10 every cycle is in progress now and then; old words say nothing."""
    fresh = reported("09", "status.in_progress", language)
    assert status_of(fresh).status is Status.UNKNOWN and not fresh.proven
    assert "still loading" in str(status_of(fresh).what)
    assert status_of(reported("10", "status.in_progress", language)).status is Status.SKIP
    old = reported("09", "status.in_progress", language, timedelta(hours=2))
    assert status_of(old).status is Status.SKIP and old.proven


@pytest.mark.parametrize("language", LANGUAGES)
def test_last_synced_is_told_and_proves_nothing(language: str) -> None:
    """It stands in the evidence; where nobody else could look, it does not prove the step."""
    assert status_of(reported("09", "status.last_synced", language)).status is Status.SKIP
    blind = Snapshot(NOW, small_org().expected)
    assert not prove("09", blind, blind, None, Attested("Ada", NOW, "Last Synced: 12:05")).proven


def test_a_failure_after_start_sync_counts_there_too() -> None:
    """Whoever made the clicks of 08 and then saw that it failed, has not proven it."""
    before = replace(
        ALL_THERE, marketo=replace(MARKETO, lock=Lock.FREE), people_seen=(PeopleSeen("Lead", 150, 0),)
    )
    for shown, status in (("Sync in Progress", Status.OK), ("Fehlgeschlagen", Status.ERROR)):
        evidence = prove("08", before, ALL_THERE, None, Attested("Ada", NOW, shown))
        found = {claim.status for claim in evidence.claims if claim.id in ("started", "status")}
        assert status in found and (Status.ERROR in found) is (status is Status.ERROR)


def test_other_words_are_told_as_they_are() -> None:
    """What is not on our list is repeated; an empty field says nothing; a part of a word is none."""
    (claim,) = claim_shown("Paused")
    assert claim.status is Status.SKIP and "Paused" in str(claim.what)
    assert not list(claim_shown(" ")) and not list(claim_reported(Attested("Ada", NOW), NOW, Status.SKIP))
    assert all(claim.status is Status.SKIP for claim in claim_shown("Última sincronización, sin errores"))
