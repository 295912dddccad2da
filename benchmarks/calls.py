"""How many calls the whole road costs, and how long each beat takes: world ``clean``, and 4,000 fields."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

from benchmarks.fields import large_world
from benchmarks.figure import Figure
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.kept_sessions import KeptSessions, SessionStore
from runbook_lib.guide.state.phases import BEATS
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.steps import STEPS
from runbook_lib.journal import RUN
from runbook_lib.rehearsal.instance.sync.persistent import SyncWord
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World
from runbook_lib.road import ROAD, VERIFY_SYNC

MOST_SECONDS = 1.0
WORLDS: dict[str, tuple[World | str, int | None, int, int]] = {
    "clean": ("clean", None, 110, 40),
    "large": (large_world(), 400, 130, 40),
}
"""World → how it is made, of how many people (``None``: as many as ``runbook rehearse`` makes), and the most
calls of Salesforce and of Marketo."""


def measure(worlds: Sequence[str] = tuple(WORLDS)) -> Iterator[Figure]:
    """The calls of both systems, and how far the forecast before was from them."""
    for name in worlds:
        world, people, most, most_marketo = WORLDS[name]
        with RehearsalServer(world, people) as server, TemporaryDirectory() as folder:
            (salesforce, marketo), beats = walk(server, Path(folder) / "acme")
        yield Figure(
            f"calls, world {name}",
            f"{salesforce} of Salesforce, {marketo} of Marketo",
            f"≤ {most} and ≤ {most_marketo}",
            met=salesforce <= most and marketo <= most_marketo,
        )
        longest = sorted(beats, key=lambda beat: -beat[1])[:3]
        half = median(seconds for _, seconds in beats)
        slowest = ", ".join(f"{beat} {seconds:.1f} s" for beat, seconds in longest)
        yield Figure(
            f"a beat, world {name}, without browser and kernel",
            f"median {half:.2f} s; longest {slowest}",
            f"median ≤ {MOST_SECONDS:g} s",
            met=half <= MOST_SECONDS,
        )


def walk(server: RehearsalServer, folder: Path) -> tuple[tuple[int, int], list[tuple[str, float]]]:
    """Walks the road in this process, a session for each notebook, as a run does; the calls it made, and
    beat → seconds."""
    prepare_workspace(folder, server, "robot")
    store, made = SessionStore(), [0, 0]
    beats: list[tuple[str, float]] = []
    with environment({**secret_variables(server), RUN: "benchmark"}):
        for stop in ROAD:
            ours, theirs = socket.socketpair()
            store.hand_over(ours)
            if stop is VERIFY_SYNC:
                _until_synced(server)
            with theirs, open_session(folder) as session:
                session.kept = KeptSessions(theirs)
                step = STEPS[stop.name](session, interactive=False)
                for beat in BEATS:
                    begin = perf_counter()
                    getattr(step, beat)()
                    beats.append((f"{stop.name[:2]} {beat}", perf_counter() - begin))
                made[0] += session.calls()["salesforce"]
                made[1] += session.calls()["marketo"]
            store.take_back(ours)
    return (made[0], made[1]), beats


def _until_synced(server: RehearsalServer) -> None:
    """Each look of 09 at a first sync that is still at work would cost calls more, the more the faster this
    machine is."""
    until = monotonic() + 60
    while server.instance.crm.sync.status.word is not SyncWord.LAST_SYNCED and monotonic() < until:
        sleep(0.02)
