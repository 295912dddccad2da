"""00: who connects to whom, the administrator's own secrets, and a first look at both systems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbook_lib.errors import SystemRefused
from runbook_lib.guide.state.session import MARKETO_SECRET
from runbook_lib.guide.state.standing.scope import went_live_here
from runbook_lib.guide.steps.setup.passwords import SecretStep
from runbook_lib.guide.views.view import Block, Card, Facts, Line, Tone, error_card
from runbook_lib.guide.widgets.forms.credentials import SecretField
from runbook_lib.review.checks import run_checks
from runbook_lib.review.findings import Finding, Status
from runbook_lib.review.pictures.sync import calls_ahead
from runbook_lib.road import SECURITY_TOKEN, START_HERE
from runbook_lib.survey.snapshot import MarketoState, Part, Snapshot, Unknown
from runbook_lib.systems.salesforce.login import Account
from runbook_lib.text import Message, say

SECRETS = (
    SecretField("salesforce_admin_password"),
    SecretField("salesforce_admin_token", may_be_empty=True),
    SecretField("salesforce_admin_client_secret"),
    SecretField("marketo_client_secret"),
)
"""What the administrator may have to bring."""


ABOUT_SOAP = (Part.SYNC_LOGIN, Part.SYSTEM_PERMISSIONS)
"""What tells whether the org has SOAP login() at all, by which Marketo logs in."""


ABOUT_MARKETO_SECRET = ("401", "601", "603")
"""Marketo's codes that speak about the API client or its secret."""

FILL_IN = say("Fill in the form.")
ENTERED = Line(say("What you entered (connection.toml):"))
SEEN = Line(say("What both systems say about themselves:"))
"""The two tables of the first look have rows of the same names: each is told what it is."""


class StartHere(SecretStep):
    """00: the connection, the admin's own secrets, a first look at both systems."""

    spec = START_HERE
    account = Account.ADMIN
    button = say("Store")
    explanation = say(
        "This runbook connects one Salesforce org with one Marketo instance. It reads and changes "
        "Salesforce as you, the administrator; it only reads Marketo. Nothing is changed in this notebook."
    )
    more_parts = (Part.MARKETO, Part.SYNC_USER, Part.BUDGET)

    def _look(self) -> Iterable[Block]:
        if not self.interactive:
            return [*self._connection(), SEEN, *super()._look()]
        missing = [secret for secret in SECRETS if self._is_missing(secret)]
        refusal = None if missing else self.session.refusal_on_file(Account.ADMIN)
        if missing or refusal is not None:
            self._ask_for(missing or self.secrets)
            bring = Line(say("Enter what is missing; {kept}", kept=self._kept()))
            card = self.refused_before(refusal) if refusal else bring
            return [*self._connection(), Line(self.explanation), card]
        blocks = [*self._connection(), SEEN, *super()._look()]
        return [*blocks, *self._ask_again()]

    def try_secrets(self) -> Iterable[Block]:
        """One login with what was just stored; what became of it."""
        self._given()
        with self.session.workspace.lock("test login"):
            try:
                self.session.admin()
            except SystemRefused as refused:
                return [error_card(refused)]
        return [Card(Tone.OK, say("The login works."))]

    def _ask_again(self) -> Iterable[Block]:
        """The form once more where a system refused what it was given; nothing after it is of use then."""
        refusal = self.session.admin.refusal
        marketo = self.snapshot.marketo
        is_about_secret = isinstance(marketo, Unknown) and marketo.code in ABOUT_MARKETO_SECRET
        if refusal is None and not is_about_secret:
            return  # an outage is no reason to type anything again
        self._ask_for(self.secrets, say("Enter again what was refused; the reason is told above the form."))
        if refusal is not None:
            yield error_card(refusal)
        if isinstance(marketo, Unknown) and is_about_secret:
            yield Card(Tone.STOP, marketo.words, _why_and_fix(marketo))
        yield Line(say("Enter again what was wrong; an empty box keeps what is stored."))

    def _ask_for(self, secrets: Sequence[SecretField], waits_for: Message = FILL_IN) -> None:
        self.offer(self.secret_form(secrets), lambda typed: self.store(typed, self._given), waits_for)

    @property
    def secrets(self) -> Sequence[SecretField]:
        """What the administrator's login and Marketo's API need."""
        needed = (*self.session.login_secrets(Account.ADMIN), MARKETO_SECRET)
        return [secret for secret in SECRETS if secret.name in needed]

    def _kept(self) -> Message:
        if self.session.connection.is_rehearsal:
            return say("it is kept for this rehearsal only, and deleted when it ends.")
        return say("it is kept in your system's keyring where there is one, and never in a notebook.")

    def _check(self) -> Iterable[Block]:
        refusal = self.session.admin.refusal
        blocks = list(super()._check())
        if refusal is not None:
            raise refusal
        return blocks

    def against(self, findings: Sequence[Finding]) -> list[Finding]:
        """Everything that shuts the road later, told on the first page: whoever cannot go on should know at
        once.

        Where only the administrator's login was refused, its own message says more than "cannot tell" does.
        """
        wrong = [finding for finding in findings if finding.blocks]
        if self.seen is not None and went_live_here(self.session, self.seen):
            # Marketo is tied by this very road
            wrong = [finding for finding in wrong if finding.check != "marketo_free"]
        is_sure = any(finding.status is Status.ERROR for finding in wrong)
        return wrong if is_sure or not self._was_refused() else []

    def parts(self) -> tuple[Part, ...]:
        """Also the sync user's login, where the administrator's own tells nothing about SOAP login()."""
        return (*super().parts(), *(ABOUT_SOAP if self._may_soap_be_off() else ()))

    def findings(self, seen: Snapshot) -> tuple[Finding, ...]:
        """What shuts the whole road; of the sync user's login only that SOAP login() is off altogether."""
        soap = [
            finding for finding in run_checks(seen, [SECURITY_TOKEN.name]) if finding.check == "soap_login"
        ]
        return (*super().findings(seen), *(finding for finding in soap if finding.status is Status.ERROR))

    def _may_soap_be_off(self) -> bool:
        session = self.session
        is_tried_by_soap = not session.logs_in_by_client(Account.SYNC)
        return bool(session.connection.salesforce.admin_client_id) and (
            is_tried_by_soap and session.may_be_sync_user()
        )

    def _was_refused(self) -> bool:
        return self.session.admin.refusal is not None

    def _is_missing(self, secret: SecretField) -> bool:
        return secret in self.secrets and not self.session.vault.has(secret.name)

    def _given(self) -> Message:
        self.session.admin.forget()
        self.session.marketo.forget()
        self.seen = None
        self.go_on()
        return say("Stored.")

    def _connection(self) -> Iterable[Block]:
        return ENTERED, Facts(tuple(self._connection_rows()))

    def _connection_rows(self) -> Iterable[tuple[object, object]]:
        expected = self.session.expected
        yield say("Connection"), expected.name
        yield (
            say("Salesforce"),
            say("{kind}, you are {user}", kind=_kind(expected.environment), user=expected.admin_username),
        )
        yield say("Sync user"), expected.sync_username
        yield say("Marketo instance"), expected.munchkin_id

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """What both systems tell about themselves."""
        if isinstance(seen.marketo, MarketoState):
            yield Line(say("Marketo has {count} person fields today.", count=len(seen.marketo.fields)))
        yield from calls_ahead(seen)


def _why_and_fix(refused: Unknown) -> tuple[Message, ...]:
    return tuple(filter(None, (refused.message("why"), refused.message("fix"))))


def _kind(environment: str) -> Message:
    return say("SANDBOX") if environment == "sandbox" else say("PRODUCTION")
