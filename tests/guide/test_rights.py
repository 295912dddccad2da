"""02: the permission matrix as people see it, and its button."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runbook_lib.change.decisions import SetupDecision, write_setup
from runbook_lib.errors import UsageFault
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.commands.undo import undo_step
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import Session, open_session
from runbook_lib.guide.steps.sync_user import SyncUserStep
from runbook_lib.guide.views.rights import matrix_blocks
from runbook_lib.guide.views.view import View
from runbook_lib.guide.widgets.forms.confirm import ConfirmForm
from runbook_lib.journal import Kind
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.review.rights_matrix import Held, RightKind, RightLine, rights_matrix
from runbook_lib.road import step_named
from runbook_lib.survey.model.rights import FieldRight, Giver, Holder, Rights
from runbook_lib.survey.snapshot import PermissionSet
from runbook_lib.text import say
from tests.guide.walking import answer
from tests.org_by_hand import small_org

LINES = (
    RightLine(RightKind.SYSTEM, "PermissionsApiEnabled", "API Enabled", say("given"), Held.YES,
              by=(Giver("Marketing <b>", Holder.PROFILE),)),
    RightLine(RightKind.OBJECT, "Lead", "Lead", say("Read"), Held.NO, lacks=say("Delete")),
    RightLine(RightKind.FIELD, "Lead.Email", "Lead.Email", say("Read"), Held.UNKNOWN),
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("yes", "no, lacks", "cannot tell")), ("de", ("ja", "nein, es fehlt", "nicht feststellbar"))],
)
def test_every_colour_has_its_word_and_sign(language: str, words: tuple[str, ...]) -> None:
    """Held, missing and not known differ by word and sign in plain text and in HTML; names are escaped."""
    view = View(language, "", tuple(matrix_blocks(LINES, small_org())))
    marks = re.findall(
        r'<span class="mark (\w+)"><span aria-hidden="true">(.)</span>&nbsp;([^<]+)</span>', view.html
    )
    assert [(tone, sign) for tone, sign, _ in marks] == [("ok", "✔"), ("stop", "✖"), ("stop", "✖")]
    for (_, sign, word), expected in zip(marks, words, strict=True):
        assert word.startswith(expected) and f"{sign} {word}" in view.plain
    assert "Marketing &lt;b&gt;" in view.html and "<b>" not in view.html


def test_view_all_fields_stands_out() -> None:
    """Who shows him all fields of all objects is named below the table."""
    rights = Rights({"a": Giver("Analysts", Holder.SET)}, {}, fields=(FieldRight("Lead.Email", "a", True),),
                    view_all=("a",))  # fmt: skip
    told = View("en", "", tuple(matrix_blocks((), small_org(rights=rights)))).plain
    assert "! Hiding fields from the sync user will have no effect" in told and "“Analysts”" in told


def test_one_button_makes_what_is_missing(rehearsal_server: RehearsalServer, tmp_path: Path) -> None:
    """With a person there: red lines under Look and Check, and one button, under Decide; pressed with a name
    it makes them by the step's own plan and journal. Nothing stands under Check to press."""
    workspace = prepare_workspace(tmp_path / "person", rehearsal_server, "person", "de")
    with environment(secret_variables(rehearsal_server)), open_session(workspace.path) as session:
        write_setup(workspace, SetupDecision(username=session.expected.sync_username))
        step = SyncUserStep(session, interactive=True)
        step.look()
        assert step.check().form is None
        shown = step.decide()
        assert shown.form is not None and "Datensätze von Lead lesen" in shown.plain
        with pytest.raises(UsageFault):
            answer(step, ConfirmForm, by=" ")
        assert not session.journal.entries(kind=Kind.change_started)
        answer(step, ConfirmForm, by="Ada")
        assert "Änderungen" in step.do().plain
        assert step.prove().plain.count("✔") >= 3 and step.check().form is None
        assert {line.held for line in rights_matrix(step.snapshot)} == {Held.YES}


def test_headless_has_no_button(rehearsal_server: RehearsalServer, tmp_path: Path) -> None:
    """A run without a person shows the same table as text, with the fix of each red line, and no form."""
    workspace = prepare_workspace(tmp_path / "robot", rehearsal_server, "robot")
    with environment(secret_variables(rehearsal_server)), open_session(workspace.path) as session:
        step = SyncUserStep(session, interactive=False)
        shown = step.look().plain
        assert "✖ no" in shown and "“4 Do” grants it. By hand: Marketo Sync → System Permissions" in shown
        assert step.check().form is None


def test_a_permission_set_of_another_name(rehearsed: Session) -> None:
    """The set that decisions/setup.toml names is made, found again and carries his rights;
    under another name than they were given nothing is taken back."""
    user = rehearsed.expected.sync_username
    named = SetupDecision(
        username=user, permission_set="Marketing_Sync", permission_set_label="Marketing Sync"
    )
    write_setup(rehearsed.workspace, named)
    step = SyncUserStep(rehearsed, interactive=False)
    assert "By hand: Marketing Sync → System Permissions" in step.look().plain
    step.check(), step.decide(), step.do()
    assert "Proven" in step.prove().plain
    there = step.snapshot.permission_set
    assert isinstance(there, PermissionSet) and (there.name, there.assigned) == ("Marketing_Sync", True)
    assert step.plan().is_empty
    write_setup(rehearsed.workspace, SetupDecision(username=user))
    with pytest.raises(UsageFault, match="granted in the permission set Marketing_Sync"):
        undo_step(rehearsed.workspace.path, step_named("02"))
