"""03: the sync user's password and security token, and one test login for each time it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbook_lib.errors import LoginRefused, WaitsForPerson
from runbook_lib.guide.state import history
from runbook_lib.guide.steps.setup.new_sync_user import after_creation
from runbook_lib.guide.steps.setup.passwords import SecretStep
from runbook_lib.guide.views.view import Block, Card, Line, Tone, error_card
from runbook_lib.guide.widgets.forms.credentials import SecretField
from runbook_lib.journal import Entry
from runbook_lib.outcomes import Outcome
from runbook_lib.road import SECURITY_TOKEN, SYNC_USER
from runbook_lib.survey.probes.sync_user import LOGS_IN
from runbook_lib.survey.snapshot import Part, Snapshot, SyncLogin
from runbook_lib.systems.salesforce.login import Account, explain, gather_evidence
from runbook_lib.text import Label, Message, say

TOO_EARLY = say("Notebook 02 is not proven yet: finish it first.")
WHY_TOO_EARLY = say(
    "Without the rights it grants, Salesforce may refuse the sync user's login even where password and token "
    "are right, and every refused login counts toward a lock."
)


class SecurityToken(SecretStep):
    """03: takes the sync user's secrets, tries the login, and sees with it what that user may do."""

    spec = SECURITY_TOKEN
    account = Account.SYNC
    button = say("Store and try the login once")
    explanation = say(
        "Marketo logs in with user name, password and security token. Salesforce e-mails a new token "
"to the sync user: log in as that user, open {settings}, type “{word}” into the search on the "
"left, choose {reset} and click {button}. If you have the token already, continue: a new one "
"makes it void, as does every change of the password. Each login is tried exactly once, "
"because Salesforce locks a user after a few wrong ones.",
        settings=Label("salesforce.my_settings"), word=Label("salesforce.quick_find_reset"),
        reset=Label("salesforce.reset_my_security_token"), button=Label("salesforce.reset_security_token"),
    )  # fmt: skip
    by_client = say(
        "Marketo logs in with “Login with Salesforce” here, and this org has no SOAP login. So the "
        "test login uses an External Client App of yours that runs as the sync user: enter its client "
        "secret. It shows what Marketo will see; docs/external-client-app.md shows how to create the "
        "app."
    )
    without_token = say(
        "Marketo needs no security token here: it logs in with “Login with Salesforce”. This notebook "
        "only tries the sync user's password, to see what Marketo will see. Leave the token box empty, "
        "unless Salesforce refuses the login without one."
    )
    more_parts = (Part.SYNC_USER, Part.SYNC_LOGIN, Part.SYSTEM_PERMISSIONS, Part.OBJECT_ACCESS)
    all_secrets = (
        SecretField("salesforce_sync_client_secret"),
        SecretField("salesforce_sync_password"),
        SecretField("salesforce_sync_token", may_be_empty=True),
    )

    def about(self) -> Message:
        """Which login this is: Marketo's own, or that of an app."""
        if self.session.logs_in_by_client(Account.SYNC):
            return self.by_client
        is_oauth = self.session.connection.marketo.authentication == "oauth"
        return self.without_token if is_oauth else self.explanation

    @property
    def secrets(self) -> Sequence[SecretField]:
        """What this login needs: password and token, or the app's secret."""
        needed = {*self.session.login_secrets(Account.SYNC)}
        if not self.session.logs_in_by_client(Account.SYNC):
            needed.add("salesforce_sync_token")
        return tuple(secret for secret in self.all_secrets if secret.name in needed)

    def parts(self) -> tuple[Part, ...]:
        """Without the sync user's own view as long as nobody has brought their secrets."""
        wanted = super().parts()
        return wanted if self._may_log_in() else tuple(part for part in wanted if part not in LOGS_IN)

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The form for the secrets; headless, what the login told."""
        if self.interactive:
            self.offer(self.secret_form(self.secrets), lambda typed: self.store(typed, self.try_secrets))
            yield from self._before_the_form()
        if isinstance(seen.sync_login, SyncLogin):
            yield Card(Tone.OK, say("The sync user can log in."))

    def _before_the_form(self) -> Iterable[Block]:
        refusal = self.session.refusal_on_file(Account.SYNC)
        if refusal is not None:
            self.waits_for = say("Enter the sync user's password and token again: these were refused.")
            yield self.refused_before(refusal)
        elif not self.session.may_be_sync_user():
            yield from after_creation(self.session)
            self.waits_for = say("Fill in the form, and try the login.")
        if history.proven(self.session.journal, SYNC_USER.name) is None:
            yield Card(Tone.WARN, TOO_EARLY, (WHY_TOO_EARLY,))

    def has_ended(self, entry: Entry) -> None:
        """The login is proven: nothing has to be typed any more."""
        super().has_ended(entry)
        if entry.payload["outcome"] == Outcome.DONE:
            self.stop_asking("look")

    def try_secrets(self) -> Iterable[Block]:
        """One login call with what the vault holds now; what became of it."""
        self.session.sync.forget()
        with self.session.workspace.lock("test login"):
            try:
                self.session.sync()
            except LoginRefused as refused:
                self.seen = None
                return [error_card(self._diagnosed(refused))]
        self.seen = None
        self.go_on()
        return [Card(Tone.OK, say("The login works."))]

    def _check(self) -> Iterable[Block]:
        refused = self.session.sync.refusal
        if isinstance(refused, LoginRefused):
            raise self._diagnosed(refused)
        if self.interactive and (before := self.session.refusal_on_file(Account.SYNC)) is not None:
            raise before
        if not self._may_log_in():
            raise WaitsForPerson(
                say("The secrets of the sync user's login have not been entered yet."),
                fix=say("Run “1 Look” above and fill in its form."),
            )
        return [*super()._check(), Line(say("What the sync user may do was seen with their own login."))]

    def _may_log_in(self) -> bool:
        """Headless always, so that a missing secret is told; with a person, once both were brought."""
        if not self.interactive:
            return True
        return self.session.may_be_sync_user() and self.session.refusal_on_file(Account.SYNC) is None

    def _diagnosed(self, refused: LoginRefused) -> LoginRefused:
        """The refusal, narrowed by what the administrator's session can see about the user."""
        return explain(refused, gather_evidence(self.session.admin(), self.session.connection))
