"""Two people: who decided may not approve, whoever rejects is heard, and both stand on record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runbook_lib.cli.app import call
from runbook_lib.errors import UsageFault
from runbook_lib.guide.commands.approve import approve_plan
from runbook_lib.guide.commands.reject import reject_plan
from runbook_lib.guide.state.consent import against_consent, approval_of
from runbook_lib.guide.state.second_person import has_decided, rejection_of
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps import STEPS
from runbook_lib.guide.widgets.forms.consent import ConsentForm
from runbook_lib.guide.widgets.forms.reject import RejectForm
from runbook_lib.journal import Kind
from runbook_lib.proof import journal_payloads
from runbook_lib.proof.report import report_data
from runbook_lib.systems.connection import write_connection
from runbook_lib.text import say
from tests.guide.walking import GATE, ORG, answer, approve, stopped


@pytest.fixture
def two(copy_before_05: Session) -> Iterator[Session]:
    """A road proven up to 05 on which two people are asked for; Grace decided which fields are hidden."""
    first = copy_before_05
    told = journal_payloads.decision(say("Decided."), "Grace", "")
    first.journal.append("04_field_visibility", "decide", Kind.decision, told)
    asked = first.connection.model_copy(update={"require_two": True})
    write_connection(first.workspace.connection_file, asked)
    with open_session(first.workspace.path) as session:
        yield session


def test_who_decided_may_not_approve(two: Session) -> None:
    """However the name is typed; nothing is written. Somebody else may."""
    for name in ("Grace", " grace "):
        with pytest.raises(UsageFault, match="may not be the one who approves"):
            approve_plan(two.workspace.path, GATE, name, "go-live", ORG)
    assert approval_of(two, GATE.name) is None
    approve(two)
    assert approval_of(two, GATE.name) is not None and not has_decided(two, GATE.name, "Ada")


def test_an_approval_of_who_decided_opens_no_gate(two: Session) -> None:
    """Whoever approves first and decides after it is no second person any more: the gate says so."""
    approve(two)
    told = journal_payloads.decision(say("Decided."), "Ada", "")
    two.journal.append("04_field_visibility", "decide", Kind.decision, told)
    against = against_consent(two, STEPS[GATE.name](two, False).plan())
    assert "same-person" in {refusal.id for refusal in against}
    assert "Ada" in str(stopped(two))


def test_one_person_is_enough_where_nobody_asks_for_two(copy_before_05: Session) -> None:
    """Without require_two who decided may approve."""
    told = journal_payloads.decision(say("Decided."), "Ada", "")
    copy_before_05.journal.append("04_field_visibility", "decide", Kind.decision, told)
    approve(copy_before_05)
    plan = STEPS[GATE.name](copy_before_05, False).plan()
    assert against_consent(copy_before_05, plan) == ()


def test_a_rejection_takes_the_approval_away(two: Session) -> None:
    """Its reason is what the gate says, it stands in journal and report; a new approval counts again."""
    approve(two)
    reject_plan(two.workspace.path, GATE, "Linus", "The fiscal year ends on Friday.")
    stop = str(stopped(two))
    assert "Linus" in stop and "fiscal year" in stop
    decided = report_data(two.workspace, two.journal)["steps"][GATE.number]["decided"]
    assert ("Linus", "The fiscal year ends on Friday.") in [(row["by"], row["reason"]) for row in decided]
    approve(two)
    assert against_consent(two, STEPS[GATE.name](two, False).plan()) == ()


def test_a_rejection_has_a_name_and_a_reason(two: Session) -> None:
    """Without them nothing is written; a step that needs no approval cannot be rejected."""
    folder = str(two.workspace.path)
    assert call(["reject", folder, GATE.name, "--by", "Linus", "--reason", "not yet"]) == 64  # none was shown
    approve(two)
    assert call(["reject", folder, GATE.name, "--by", " ", "--reason", "no"]) == 64
    assert call(["reject", folder, "00", "--by", "Linus", "--reason", "no"]) == 64
    assert call(["reject", folder, GATE.name, "--by", "Linus", "--reason", "not yet"]) == 0


def test_the_second_person_says_no_in_the_notebook(two: Session) -> None:
    """Beside the consent stands a form to reject the plan: without a reason it does nothing, with one the
    notebook says who rejected it and why, and the consent is asked for again."""
    step = STEPS[GATE.name](two, interactive=True)
    step.look(), step.check(), step.decide()
    with pytest.raises(UsageFault, match="needs a name and a reason"):
        answer(step, RejectForm, by="Linus", reason=" ")
    answer(step, RejectForm, by="Linus", reason="Too many fields")
    assert rejection_of(two, GATE.name, step.plan().digest) is not None
    assert "Linus rejected this plan: Too many fields" in step.decide().plain
    assert {type(ask.form) for ask in step.asks} == {ConsentForm, RejectForm}


def test_nobody_is_asked_to_reject_where_one_person_decides(copy_before_05: Session) -> None:
    """Without require_two the page has the consent alone."""
    step = STEPS[GATE.name](copy_before_05, interactive=True)
    step.look(), step.check(), step.decide()
    assert [type(ask.form) for ask in step.asks] == [ConsentForm]
