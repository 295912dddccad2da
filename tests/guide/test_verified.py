"""09 while the first sync is under way: it waits within the forecast, and fails after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from runbook_lib.errors import TimedOut, UsageFault, WaitsForPerson
from runbook_lib.guide.commands.checking import check_all
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state import history
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, now, open_session
from runbook_lib.guide.steps.verify_sync import VerifySync
from runbook_lib.guide.widgets.forms.status import ExportsForm
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.findings import Status
from runbook_lib.survey.snapshot import Part
from runbook_lib.text import say
from tests.guide.walking import answer, count_as_proven
from tests.survey.conftest import ready_world

START = "08_start_sync"


@pytest.fixture
def loading(
    start_rehearsal: Callable[..., RehearsalServer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    """A session on an instance that is tied to a CRM and to which nobody has come yet."""
    world = ready_world()
    server = start_rehearsal(replace(world, marketo=replace(world.marketo, tied_to_crm=True)))
    workspace = prepare_workspace(tmp_path_factory.mktemp("loading") / "acme", server, "robot")
    with environment(secret_variables(server)), open_session(workspace.path) as session:
        yield session


def started(session: Session, ago: timedelta) -> None:
    """The look before Start Sync was taken so long ago."""
    before = replace(session.collect([Part.ORGANIZATION, Part.ROWS]), taken_at=now() - ago)
    payload = journal_payloads.read(say("Both systems were read."), before, session.calls())
    payload["snapshot"] = history.save_snapshot(session.workspace, before)
    session.journal.append(START, "look", Kind.read, payload)


@pytest.mark.parametrize(
    ("ago", "stop", "exit_code"), [(timedelta(0), WaitsForPerson, 2), (timedelta(days=3), TimedOut, 6)]
)
def test_loading_is_not_failing(
    loading: Session, ago: timedelta, stop: type[WaitsForPerson | TimedOut], exit_code: int
) -> None:
    """At its deadline 09 waits (exit code 2) while the forecast lasts; afterward the time is up (6)."""
    started(loading, ago)
    count_as_proven(loading, START)
    step = VerifySync(loading, interactive=False, minutes=0)
    with pytest.raises(stop) as raised:
        step.prove()
    assert raised.value.exit_code == exit_code
    assert history.proven(loading.journal, step.name) is None


def test_an_instance_that_this_road_tied_is_no_fault(loading: Session) -> None:
    """``check`` reports a tied instance as an error, unless the sync was started from this workspace."""

    def told() -> Status:
        return next(
            finding.status for finding in check_all(loading).findings if finding.check == "marketo_free"
        )

    assert told() is Status.ERROR
    seen = loading.collect([Part.ORGANIZATION])
    count_as_proven(loading, START, seen=seen)
    assert told() is Status.SKIP


def test_a_bad_export_does_not_stop_the_step(loading: Session) -> None:
    """Look tells which file cannot be read, and goes on."""
    started(loading, timedelta(0))
    (loading.workspace.imports / "wrong.csv").write_text("Name,Phone\r\n", encoding="utf-8")
    shown = VerifySync(loading, interactive=False).look()._repr_mimebundle_()["text/html"]
    assert "wrong.csv" in shown and "Name, Phone" in shown
    assert "a loss of 2 % is found with a chance of 99.5 %" in shown


def test_exports_are_dropped_into_the_form(loading: Session) -> None:
    """What Marketo exported is laid into imports/ and read; what is no export is refused by name, and no
    file with a path in its name leaves the folder."""
    started(loading, timedelta(0))
    count_as_proven(loading, START)
    step = VerifySync(loading, interactive=True)
    step.look(), step.check()
    side = loading.connection.rehearsal
    assert side is not None
    by_hand = {"rehearsal": side.model_copy(update={"hands": "person"})}
    loading.connection = loading.connection.model_copy(update=by_hand)
    step.decide()
    header = "Failed On,Error Type,Object,Marketo Id,SFDC Id,Error Details,SFDC Message"
    line = "2026-11-22 10:01,Record Level,Contact,7,003000000000001,,DUPLICATES_DETECTED: x"
    sent = [{"name": "..\\errors.CSV", "content": memoryview(f"{header}\n{line}\n".encode())}]
    said = answer(step, ExportsForm, files=sent)
    assert "Read: errors.CSV." in said and "A duplicate rule of the org blocked" in said
    assert "A duplicate rule of the org blocked" in step.decide().plain  # the beat is drawn anew
    assert (loading.workspace.imports / "errors.CSV").is_file()
    shown = VerifySync(loading, interactive=False).look().plain
    assert "A duplicate rule of the org blocked" in shown and "003000000000001" in shown
    with pytest.raises(UsageFault):  # what is no export takes the place of none
        answer(step, ExportsForm, files=[{"name": "errors.CSV", "content": b"a,b\n1,2\n"}])
    assert line in (loading.workspace.imports / "errors.CSV").read_text()
    for name, content, told in (("x.csv", b"a,b\n1,2\n", "a, b"), ("x.exe", b"", "neither CSV nor XLSX")):
        with pytest.raises(UsageFault) as refused:
            answer(step, ExportsForm, files=[{"name": name, "content": content}])
        assert told in str(refused.value) and str(loading.workspace.imports) not in str(refused.value)
        assert not (loading.workspace.imports / name).exists()
    with pytest.raises(UsageFault):
        answer(step, ExportsForm, files=())
