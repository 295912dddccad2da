"""Forms are views of plain models: they keep nothing secret, and say what became of what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import ipywidgets
import pytest

from runbook_lib.change.decisions import DuplicateChoice, DuplicateDecision, write_duplicates
from runbook_lib.change.gate.approvals import read_approval
from runbook_lib.change.gate.click_code import code_of
from runbook_lib.errors import DecisionFileFault, SecretMissing, UsageFault
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state import history
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.duplicates import Duplicates
from runbook_lib.guide.steps.field_visibility import FieldVisibility
from runbook_lib.guide.steps.marketo_fields import MarketoFields
from runbook_lib.guide.steps.security_token import SecurityToken
from runbook_lib.guide.steps.sync_fields import SyncFields
from runbook_lib.guide.steps.sync_user import SyncUserStep
from runbook_lib.guide.views.view import Block, Line, View
from runbook_lib.guide.widgets.form import Input, InputKind, Person, build_form
from runbook_lib.guide.widgets.forms.click import BackForm, ClickForm
from runbook_lib.guide.widgets.forms.confirm import ConfirmForm
from runbook_lib.guide.widgets.forms.consent import ConsentForm
from runbook_lib.guide.widgets.forms.credentials import CredentialForm, SecretField
from runbook_lib.guide.widgets.forms.duplicates import GroupForm
from runbook_lib.guide.widgets.forms.marketo_fields import FieldsForm
from runbook_lib.guide.widgets.forms.repair import MendForm
from runbook_lib.guide.widgets.forms.status import OTHER, StatusForm
from runbook_lib.guide.widgets.screen import Screen
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.claims.claim import Claim, Evidence
from runbook_lib.proof.claims.status import FAILED, WORDS, has_failed
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.findings import Status
from runbook_lib.text import Message, say
from tests.guide.walking import answer
from tests.org_by_hand import NOW

SECRET = "Canary<Secret>&1"


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Iterator[None]:
    """Widgets of one test do not live on in another."""
    yield
    ipywidgets.Widget.close_all()


def _press(form: ipywidgets.VBox, **typed: object) -> str:
    boxes = {child.description: child for child in form.children if hasattr(child, "value")}
    for label, value in typed.items():
        boxes[label].value = value
    (row,) = [child for child in form.children if isinstance(child, ipywidgets.HBox)]
    row.children[0].click()
    return str(form.children[-1].value)


def test_a_password_is_read_once_and_cleared() -> None:
    """What the browser sends once reaches the model, and no state of any widget ever holds it."""
    given: list[str] = []

    def take(values: Mapping[str, object]) -> list[Block]:
        given.append(str(values["secret"]))
        return [Line(say("taken"))]

    form = build_form("en", [Input("secret", "Secret", InputKind.SECRET)], say("Go"), take)
    secret_form, told = form.children
    sent: list[object] = []
    secret_form.send = sent.append
    secret_form._handle_custom_msg({"submit": {"secret": SECRET, "other": "ignored"}}, [])
    assert given == [SECRET] and sent == [{"answered": True}] and "taken" in told.value
    for widget in (form, secret_form, told):
        assert SECRET not in str(widget.get_state())


@pytest.mark.parametrize("content", [None, [], {}, {"submit": None}, {"submit": "x"}, {"other": 1}])
def test_another_message_is_no_submit(content: object) -> None:
    """What is no submit is passed over; nothing is stored."""
    given: list[object] = []

    def take(values: object) -> list[Block]:
        given.append(values)
        return []

    form = build_form("en", [Input("secret", "Secret", InputKind.SECRET)], say("Go"), take)
    form.children[0]._handle_custom_msg(content, [])
    assert given == []


def test_whatever_goes_wrong_is_told() -> None:
    """An error of ours shows its fix; any other is told as a defect, without its text: it may hold a
    secret."""

    def refuse(_: object) -> list[Block]:
        raise UsageFault("wrong", fix="mend it")

    def fail(_: object) -> list[Block]:
        raise RuntimeError(SECRET)

    assert "mend it" in _press(build_form("en", [], say("Go"), refuse))
    told = _press(build_form("en", [], say("Go"), fail))
    assert "RuntimeError" in told and "Canary" not in told


def test_a_form_stands_beside_html_and_text() -> None:
    """A screen is the line, the page and the form; for a reader without a kernel the same view is HTML and
    text."""
    view = View("en", "title", (), lambda: build_form("en", [Input("a", "A")], say("Go"), lambda _: []))
    screen = Screen("en")
    screen.show(view)
    line, page, form = screen.box.children
    assert "title" in page.value and form.children and line.text == ""
    assert set(view._repr_mimebundle_()) == {"text/html", "text/plain"}


def test_credentials_go_to_the_vault(rehearsed: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty box with nothing stored is refused; a filled one is stored, and what follows is called once;
    an answer that is printed shows nothing of it."""
    name = "salesforce_sync_password"
    monkeypatch.delenv("RUNBOOK_ACME_SALESFORCE_SYNC_PASSWORD")
    calls: list[int] = []

    def then() -> Message:
        calls.append(1)
        return say("tried")

    step = SecurityToken(rehearsed, interactive=True)
    form = CredentialForm((SecretField(name),), (), say("Store"), was_refused=False)
    with pytest.raises(SecretMissing):
        form.submit({name: ""})
    typed = form.submit({name: SECRET})
    assert "Canary" not in str(typed)
    list(step.store(typed, then))
    assert (rehearsed.vault.get(name).reveal(), calls) == (SECRET, [1])


@pytest.fixture
def step(rehearsed: Session) -> SyncFields:
    """Step 05 with a person there, in an org in which the sync user may log in."""
    preparing = SyncUserStep(rehearsed, interactive=False)
    for beat in (preparing.look, preparing.check, preparing.decide, preparing.do, preparing.prove):
        beat()
    return SyncFields(rehearsed, interactive=True)


def test_every_warning_is_agreed_to_by_itself(rehearsed: Session, step: SyncFields) -> None:
    """A missing tick, a wrong org name or no reason writes nothing; all of them write the approval."""
    plan = step.plan()
    form = ConsentForm(plan, "en")
    ticks = {consent.id: True for consent in plan.consents}
    good = {**ticks, "org": plan.org_name, "by": "Ada", "reason": "go-live"}
    for wrong in ({plan.consents[0].id: False}, {"org": "Acme"}, {"reason": " "}, {"by": ""}):
        with pytest.raises(UsageFault):
            form.submit({**good, **wrong})
        assert read_approval(rehearsed.workspace, step.name) is None
    with pytest.raises(UsageFault) as told:
        form.submit({**good, plan.consents[1].id: False, "org": "Acme", "by": ""})
    with pytest.raises(UsageFault, match="one thing is missing") as typed:
        form.submit({**good, "org": "Acme"})
    assert "Tick each" not in str(typed.value), "nobody is sent to boxes that are ticked"
    assert "3 things" in str(told.value) and "Tick each" in str(told.value)
    assert f"“{plan.consents[1].name}” is not ticked" in str(told.value)
    assert str(plan.consents[0].name) not in str(told.value)
    step.agree(plan, form.submit(good))
    approval = read_approval(rehearsed.workspace, step.name)
    assert approval is not None and approval.plan_digest == plan.digest


def test_ticks_are_written_down_once(rehearsed: Session, step: SyncFields) -> None:
    """Each click is written once, with who made it and what Marketo showed; until then the beats wait."""
    plan = step.plan()
    step.offer_clicks(plan)
    first, *others = [click.id for click in plan.clicks]
    with pytest.raises(UsageFault):
        answer(step, ClickForm, **{first: True, **dict.fromkeys(others, False), "shown": "", "by": " "})
    answer(step, ClickForm, **{first: True, **dict.fromkeys(others, False), "shown": "", "by": "Ada"})
    assert step.clicks_made() == {first} and step.waits_for is not None
    step.offer_clicks(plan)
    answer(step, ClickForm, **dict.fromkeys((first, *others), True), shown="Not syncing", by="Ada")
    entries = history.attempt(rehearsed.journal, step.name)
    assert sum(entry.kind == "click" for entry in entries) == len(plan.clicks)
    told = history.attested(entries)
    assert told is not None and (told.by, told.status) == ("Ada", "Not syncing") and step.waits_for is None


def test_ticks_can_be_taken_back(rehearsed: Session, step: SyncFields) -> None:
    """Who ticked too early says so: the clicks are open again, and nothing of the record is lost."""
    plan = step.plan()
    made = {click.id: True for click in plan.clicks}
    step.offer_clicks(plan)
    answer(step, ClickForm, **made, shown="", by="Ada")
    step.offer_back(plan)
    answer(step, BackForm, by="Ada")
    entries = history.attempt(rehearsed.journal, step.name)
    assert history.clicks_made(entries) == frozenset() and history.attested(entries) is None
    assert sum(entry.kind == "click" for entry in entries) == len(plan.clicks)
    step.offer_clicks(plan)
    answer(step, ClickForm, **made, shown="", by="Ada")
    assert history.clicks_made(history.attempt(rehearsed.journal, step.name)) == set(made)


def test_clicks_without_effect_are_told_as_reported(step: SyncFields) -> None:
    """Where the proof finds nothing of the clicks, Do no longer says that they were made."""
    plan = step.plan()
    step.offer_clicks(plan)
    answer(step, ClickForm, **{click.id: True for click in plan.clicks}, shown="", by="Ada")
    step.screens.stand_here("do")
    nothing = Claim("fields-appeared", Status.ERROR, say("Nothing has appeared."))
    tuple(step.conclude(Evidence(step.name, (nothing,), NOW)))
    (words,) = [child.value for child in step.screens.screen("do").box.children[1:]]
    assert "reported by Ada" in words and "did not find" in words and "not made again" not in words


def test_the_code_of_the_click_sheet_stands_for_every_tick(rehearsed: Session, step: SyncFields) -> None:
    """Whoever got the sheet has no Jupyter: the code they send back is typed in. Another does nothing."""
    plan = step.plan()
    unticked = {click.id: False for click in plan.clicks}
    step.offer_clicks(plan)
    for wrong in ("hello", code_of("08_start_sync", plan.digest)):
        with pytest.raises(UsageFault, match="code"):
            answer(step, ClickForm, **unticked, shown="", by="Mo", code=wrong)
    assert step.clicks_made() == frozenset()
    answer(step, ClickForm, **unticked, shown="", by="Mo", code=code_of(step.name, plan.digest).lower())
    clicks = [entry.payload for entry in rehearsed.journal.entries(kind=Kind.click)]
    assert step.clicks_made() == set(unticked) and {click["by"] for click in clicks} == {"Mo"}
    assert all(click["code"] for click in clicks)
    assert history.last_name(rehearsed.journal) != "Mo", (
        "nobody signs as who sent a code because it stood there"
    )
    with open_session(rehearsed.workspace.path) as command:
        payload = journal_payloads.click(plan.clicks[0], "Mo", "")
        command.journal.append(step.name, "do", Kind.click, payload)
        assert history.last_name(command.journal) != "Mo", "nor as whom a command named"


def test_a_tick_without_a_click_keeps_the_list(step: SyncFields) -> None:
    """Ticked and not proven: Prove shows what was measured, the list, and the way back."""
    plan = step.plan()
    step.offer_clicks(plan)
    answer(step, ClickForm, **{click.id: True for click in plan.clicks}, shown="", by="Ada")
    shown = step.prove()
    assert shown.form is not None and "is not proven yet" in shown.plain
    assert str(plan.clicks[-1].do) in shown.plain


def test_an_interactive_step_never_raises(rehearsed: Session) -> None:
    """“Run All” with a person there: what stops is a card, and the later beats ask to finish that first."""
    rehearsed.admin.refusal = None
    step = Duplicates(rehearsed, interactive=True)
    shown = [beat().plain for beat in (step.look, step.check, step.decide, step.do, step.prove)]
    assert "First finish" in shown[3] or "Proven" in shown[4]
    assert "Traceback" not in "".join(shown)


def test_a_person_picks_the_fields(rehearsed: Session) -> None:
    """01 with a person there waits for the ticks; what was ticked is decided, with the name under it."""
    step = MarketoFields(rehearsed, interactive=True)
    step.look(), step.check()
    assert "First finish" in (step.decide(), step.do())[1].plain
    with pytest.raises(UsageFault):
        answer(step, FieldsForm, mkto71_Lead_Score__c=True, by=" ")
    with pytest.raises(UsageFault, match="Similar: “Standard User”"):
        answer(step, FieldsForm, mkto71_Lead_Score__c=True, profiles="Standart User", by="Ada")
    assert step.decisions.setup is None
    answer(step, FieldsForm, mkto71_Lead_Score__c=True, profiles="standard  user, ", by="Ada")
    assert step.decisions.setup is not None
    assert step.decisions.setup.read_only_profiles == ("Standard User",)
    assert (step.decisions.setup.marketo_fields, step.decisions.setup.decided_by) == (
        ("mkto71_Lead_Score__c",), "Ada",
    )  # fmt: skip
    assert "Let the profile “Standard User” read Lead.mkto71_Lead_Score__c" in step.decide().plain


def test_merging_first_can_be_decided_otherwise(rehearsed: Session) -> None:
    """Below a decision to merge that was not carried out the form stays; accepting then ends the waiting."""
    step = Duplicates(rehearsed, interactive=True)
    step.look()
    write_duplicates(rehearsed.workspace, DuplicateDecision(DuplicateChoice.MERGE, reason=""))
    shown = step.decide()
    assert shown.form is not None and "How to merge" in shown.plain
    assert "First finish" in step.do().plain
    with pytest.raises(DecisionFileFault) as told:
        answer(step, GroupForm, people="all", group="", choice="accept", by="Ada", reason="")
    assert told.value.why is not None and str(told.value.why).startswith("accepting duplicates")
    answer(step, GroupForm, people="all", group="", choice="accept", by="Ada", reason="they are few")
    assert step.decide().form is None


def test_a_broken_file_is_put_aside(rehearsed: Session) -> None:
    """A file of decisions with faults is shown with a form, which keeps the file under another name."""
    step = FieldVisibility(rehearsed, interactive=True)
    step.seen = SyncFields(rehearsed, interactive=False).snapshot
    file = rehearsed.workspace.decisions / "fields.csv"
    file.write_text("nonsense")
    assert step.decide().form is not None
    answer(step, MendForm, by="Ada")
    assert not file.exists() and list(file.parent.glob("fields-put-aside-*.csv"))


def test_nothing_is_changed_before_a_persons_word(rehearsal_server: RehearsalServer, tmp_path: Path) -> None:
    """With a person there, 01 changes nothing until they said so to exactly these changes, with a name."""
    workspace = prepare_workspace(tmp_path / "person", rehearsal_server, "person")
    with environment(secret_variables(rehearsal_server)), open_session(workspace.path) as session:
        step = MarketoFields(session, interactive=True)
        step.look(), step.check(), step.decide()
        answer(step, FieldsForm, mkto71_Lead_Score__c=True, by="Ada")
        shown = step.decide()
        assert shown.form is not None and "Marketo writes its own values" in shown.plain
        assert "First finish" in step.do().plain
        assert not session.journal.entries(kind=Kind.change_started)
        answer(step, ConfirmForm, by="Ada")
        assert "changes were made" in step.do().plain


def test_files_that_were_dropped_stay_in_no_widget() -> None:
    """They reach the step once, and the widget forgets them; while they are chosen its button names them."""
    taken: list[object] = []

    def take(values: Mapping[str, object]) -> list[Block]:
        taken.append(values["files"])
        return [Line("read")]

    form = build_form("en", [Input("files", "Files", InputKind.FILES)], say("Read"), take)
    sent = {"name": "a.csv", "type": "text/csv", "size": 3, "content": b"x,y", "last_modified": NOW}
    assert "read" in _press(form, Files=(sent,))
    (upload,) = (child for child in form.children if isinstance(child, ipywidgets.FileUpload))
    assert taken[0] and upload.value == ()
    assert upload.description == "Files"
    upload.value = (sent, {**sent, "name": "b.csv"})
    assert upload.description == "a.csv, b.csv"


def test_no_status_is_chosen_for_anybody() -> None:
    """The list starts with nothing chosen; who sends it so, or something else without its words, is told what
    is missing, before whose name it is. A failure that was chosen is never lost to what was typed before."""
    form = StatusForm("en")
    choice, *_ = form.inputs(Person())
    assert choice.value == "" and list(choice.options or ()) == ["", *WORDS, OTHER]
    for nothing in ({"shown": "", "typed": "left over"}, {"shown": OTHER, "typed": " "}):
        with pytest.raises(UsageFault, match="at the top right"):
            form.submit({**nothing, "by": ""})
    assert form.submit({"shown": OTHER, "typed": "Paused", "by": "Ada"}).status == "Paused"
    assert has_failed(form.submit({"shown": FAILED, "typed": "since Monday", "by": "Ada"}).status)
