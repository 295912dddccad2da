"""Whose hands make the clicks: a person's, or in a rehearsal the robot's.

The robot signs as "rehearsal" and uses the same Admin pages that a person uses, button by button; it asks for
the Permit, as a person is asked for consent. On a live connection there is no robot.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from runbook_lib.change.gate import Permit
from runbook_lib.change.gate.approvals import Signature
from runbook_lib.change.plan import Click, Plan
from runbook_lib.disk import write_whole
from runbook_lib.errors import Defect
from runbook_lib.guide.state.consent import against_consent, sign_plan
from runbook_lib.text import label, say, translate

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session
    from runbook_lib.systems.rehearsal_console import ConsolePage, RehearsalConsole

ROBOT = "rehearsal"
CRM_PAGE = "/console/crm"
EXPORTS = {"/console/sync-status": "sync-status.csv", "/console/sync-errors": "sync-errors.csv"}
"""Pages with an Export link, and what the robot calls the file."""


def has_robot(session: Session) -> bool:
    """Whether the robot signs and clicks here: only in a rehearsal that says so."""
    return session.connection.rehearsal is not None and session.connection.rehearsal.hands == "robot"


class Robot:
    """The rehearsal's hands."""

    name = ROBOT

    def __init__(self, session: Session) -> None:
        if not has_robot(session):
            raise Defect(say("The robot was asked to act where a person must."))
        self.session = session

    def sign(self, plan: Plan) -> None:
        """Agrees to ``plan`` as "rehearsal", unless it has agreed to it already and that still counts."""
        if not against_consent(self.session, plan):
            return
        reason = translate(say("A rehearsal: nothing real is changed."), self.session.language)
        sign_plan(self.session, plan, Signature(ROBOT, reason, plan.org_name, self.session.language))

    def click(self, plan: Plan, permit: Permit, made: Collection[str]) -> Iterator[tuple[Click, str]]:
        """Makes the clicks of ``plan`` that were not made yet; yields each with the status the page then
        showed.

        A button that is gone because an earlier run pressed it, and was killed before it could write that
        down, is not looked for again: what the clicks did is measured, not believed.
        """
        if (permit.step, permit.plan_digest) != (plan.step, plan.digest):
            raise Defect(say("The permit is for another plan."))
        console = self.session.console()
        console.open(CRM_PAGE)
        for click in plan.clicks:
            if click.id not in made:
                self._press(console, click)
                yield click, console.page.status

    def read_status(self) -> str:
        """The state of the sync that Marketo's page shows, word for word."""
        return self.session.console().open(CRM_PAGE).status

    def export(self) -> None:
        """Downloads Sync Status and Sync Errors into the workspace's folder ``imports/``."""
        console, folder = self.session.console(), self.session.workspace.imports
        for page, name in EXPORTS.items():
            console.open(page)
            write_whole(folder / name, console.download(label("marketo.export", self.session.language)))

    def _press(self, console: RehearsalConsole, click: Click) -> None:
        button = self._button(console.page, click)
        for part in click.screen:
            name = label(part.key, self.session.language)
            if button is None and name in console.page.forms:
                console.submit(name)
                button = self._button(console.page, click)
        if button is not None:
            console.submit(button, self._inputs(click))

    def _button(self, page: ConsolePage, click: Click) -> str | None:
        """The button of the click on the page that is open; a click without a name takes the form it
        fills."""
        if click.submit:
            name = label(click.submit, self.session.language)
            return name if name in page.forms else None
        wanted = set(self._inputs(click))
        preset = [form for form in page.every_form if wanted and wanted <= form.names]
        return next(
            (form.label for form in preset if not any(form.fields.get(name) for name in wanted)), None
        )

    def _inputs(self, click: Click) -> dict[str, str]:
        secrets = {key: self.session.vault.get(name).reveal() for key, name in click.secrets.items()}
        return {key.removeprefix("marketo."): value for key, value in {**click.values, **secrets}.items()}
