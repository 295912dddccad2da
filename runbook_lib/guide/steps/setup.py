"""00 to 02: who connects to whom, the fields Marketo fills, and the sync user's rights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from runbook_lib.change.decisions import SetupDecision, write_setup
from runbook_lib.guide.conversion_blocks import conversion_after, conversion_before
from runbook_lib.guide.footing import went_live_here
from runbook_lib.guide.own_fields import own_fields_grid
from runbook_lib.guide.rights_blocks import matrix_blocks
from runbook_lib.guide.session import MARKETO_SECRET, now
from runbook_lib.guide.show import Block, Card, Facts, Line, Tone, error_card
from runbook_lib.guide.step import Step
from runbook_lib.guide.steps.by_hand import DecidedStep
from runbook_lib.guide.steps.new_user import after_creation, ask_who, is_to_be_made
from runbook_lib.guide.steps.professional import layout_clicks, professional_card
from runbook_lib.guide.widgets.credentials import CredentialForm, SecretField
from runbook_lib.guide.widgets.fields_form import FieldsForm
from runbook_lib.guide.widgets.granting import offer_missing_rights
from runbook_lib.journal import Kind
from runbook_lib.proof import record
from runbook_lib.proof.evidence import Evidence
from runbook_lib.review.checks import run_checks
from runbook_lib.review.findings import Finding, Status
from runbook_lib.review.rights_matrix import rights_matrix
from runbook_lib.survey.snapshot import Absent, MarketoState, Part, Snapshot, Unknown
from runbook_lib.survey.snapshot import SyncUser as SyncUserFacts
from runbook_lib.systems.login import Account
from runbook_lib.text import Message, say

SECRETS = (
    SecretField("salesforce_admin_password", say("Your Salesforce password")),
    SecretField("salesforce_admin_token", say("Your Salesforce security token"), may_be_empty=True),
    SecretField("salesforce_admin_client_secret", say("Client secret of your OAuth client in Salesforce")),
    SecretField("marketo_client_secret", say("Client secret of the Marketo API client")),
)
"""What the administrator may have to bring."""
ABOUT_SOAP = (Part.SYNC_LOGIN, Part.SYSTEM_PERMISSIONS)
"""What tells whether the org has SOAP login() at all, by which Marketo logs in."""


class StartHere(Step):
    """00: the connection, the admin's own secrets, a first look at both systems."""

    name = "00_start_here"
    explanation = say(
        "This runbook connects one Salesforce org with one Marketo instance. It reads and changes "
        "Salesforce as you, the administrator; it only reads Marketo. Nothing is changed in this notebook."
    )
    more_parts = (Part.MARKETO, Part.SYNC_USER, Part.BUDGET)

    def _look(self) -> Iterable[Block]:
        if not self.interactive:
            return [Facts(tuple(self._connection_rows())), *super()._look()]
        missing = [each for each in SECRETS if self._is_missing(each)]
        refusal = None if missing else self.session.refusal_on_file(Account.ADMIN)
        if missing or refusal is not None:
            self._ask_for(missing or self._needed())
            bring = Line(say("Bring what is missing; {kept}", kept=self._kept()))
            told = error_card(refusal) if refusal else bring
            return [Facts(tuple(self._connection_rows())), Line(self.explanation), told]
        shown = [Facts(tuple(self._connection_rows())), *super()._look()]
        return [*shown, *self._ask_again()]

    def _ask_again(self) -> Iterable[Block]:
        """The form once more where a system refused what it was given; nothing after it is of use then."""
        refusal = self.session.admin.refusal
        if refusal is None and not isinstance(self.snapshot.marketo, Unknown):
            return
        self._ask_for(self._needed())
        if refusal is not None:
            yield error_card(refusal)
        yield Line(say("Type in anew what was wrong; a box that stays empty keeps what is stored."))

    def _ask_for(self, secrets: Iterable[SecretField]) -> None:
        form = CredentialForm(self.session, tuple(secrets), self._given, account=Account.ADMIN)
        self.offer(form.build, say("Bring what the form asks for, then run “1 Look” again."))

    def _needed(self) -> Iterable[SecretField]:
        needed = (*self.session.admin_secrets(), MARKETO_SECRET)
        return [each for each in SECRETS if each.name in needed]

    def _kept(self) -> Message:
        if self.session.connection.is_rehearsal:
            return say("it is kept for this rehearsal only, and deleted when it ends.")
        return say("it is kept in your system's keyring where there is one, and never in a notebook.")

    def _check(self) -> Iterable[Block]:
        refusal = self.session.admin.refusal
        shown = list(super()._check())
        if refusal is not None:
            raise refusal
        return shown

    def against(self, findings: Sequence[Finding]) -> list[Finding]:
        """Everything that shuts the road later, told on the first page: whoever cannot go on should know at
        once.

        Where only the administrator's login was refused, its own message says more than "cannot tell" does.
        """
        wrong = [each for each in findings if each.blocks]
        if self.seen is not None and went_live_here(self.session, self.seen):
            wrong = [each for each in wrong if each.check != "marketo_free"]  # tied by this very road
        return wrong if any(each.status is Status.ERROR for each in wrong) or not self._was_refused() else []

    def parts(self) -> tuple[Part, ...]:
        """Also the sync user's login, where the administrator's own tells nothing about SOAP login()."""
        return (*super().parts(), *(ABOUT_SOAP if self._may_soap_be_off() else ()))

    def findings(self, seen: Snapshot) -> tuple[Finding, ...]:
        """What shuts the whole road; of the sync user's login only that SOAP login() is off altogether."""
        soap = [each for each in run_checks(seen, ["03_security_token"]) if each.check == "soap_login"]
        return (*super().findings(seen), *(each for each in soap if each.status is Status.ERROR))

    def _may_soap_be_off(self) -> bool:
        return bool(self.session.connection.salesforce.admin_client_id) and self.session.may_be_sync_user()

    def _was_refused(self) -> bool:
        return self.session.admin.refusal is not None

    def _is_missing(self, secret: SecretField) -> bool:
        return secret in self._needed() and not self.session.vault.has(secret.name)

    def _given(self) -> Message:
        self.session.admin.forget()
        self.session.marketo.forget()
        self.seen = None
        self.go_on()
        return say("Stored. Run “1 Look” again to take the first look.")

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
            yield Line(say("Marketo knows {count} fields of a person today.", count=len(seen.marketo.fields)))


class MarketoFields(DecidedStep):
    """01: the ``mkto71_`` fields on Lead and Contact, and where they go when a lead is converted."""

    name = "01_marketo_fields"
    explanation = say(
        "Marketo fills three recommended and up to thirteen optional fields in Salesforce. They are created"
        " on Lead and on Contact, the sync user may see and edit them, and converting a lead carries their "
        "values over. Because his login is tried only in notebook 03, this is proven with your own login."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """Which of the sixteen fields exist."""
        stop_where_refused(self)
        yield from professional_card(self.name, seen)
        yield own_fields_grid(seen)

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decision on file; where there is none, a person ticks; headless the recommendation stands."""
        if self.decisions.setup is not None or not self.interactive:
            return [*settle_setup(self), *conversion_before(self.plan(seen), seen)]
        form = FieldsForm(self.session, seen, self.keep)
        self.offer(form.build, say("Decide, with your name under it."))
        return [Line(say("Tick the fields that are to be created; the recommended ones are ticked."))]

    def keep(self, fields: tuple[str, ...], by: str, profiles: tuple[str, ...] = ()) -> Message:
        """Writes down which fields are created, and which profiles may read them."""
        chosen = replace(SetupDecision(), marketo_fields=fields, read_only_profiles=profiles)
        setup = replace(chosen, decided_by=by, decided_at=now())
        write_setup(self.session.workspace, setup)
        what = say("Marketo's fields to be created: {fields}.", fields=", ".join(fields) or say("none"))
        if profiles:
            names = ", ".join(profiles)
            what = say("{fields} These profiles may read them: {profiles}.", fields=what, profiles=names)
        self.note("decide", Kind.decision, record.decision(what, by, at=setup.decided_at))
        self.go_on()
        return what

    def _do(self) -> Iterable[Block]:
        return [*super()._do(), *layout_clicks(self)]

    def conclude(self, evidence: Evidence) -> Iterable[Block]:
        """Ends the step; shows the lead-conversion mapping as it was read back, also where nothing is
        proven."""
        told = list(conversion_after(self.baseline(), self.snapshot))
        if not evidence.proven:
            self.show_now(told)
        claims, *onward = super().conclude(evidence)
        return [claims, *told, *onward]

    def chosen(self) -> str:
        """The chosen fields, and the profiles that may read them."""
        setup = self.decisions.setup
        if setup is None:
            return ""
        profiles = [f"profile:{each}" for each in sorted(setup.read_only_profiles)]
        return ",".join([*sorted(setup.marketo_fields), *profiles])


class SyncUser(DecidedStep):
    """02: the permission set with exactly the rights Marketo asks for, assigned to the sync user."""

    name = "02_sync_user"
    explanation = say(
        "Marketo logs in as a Salesforce user of its own. His rights come from one permission set, so that "
        "what was given can be seen and taken back in one place. Because his login is tried only in "
        "notebook 03, this is proven from the permission tables with your own login."
    )

    def preview(self, seen: Snapshot) -> Iterable[Block]:
        """The user and what he may do today."""
        stop_where_refused(self)
        yield from professional_card(self.name, seen)
        if isinstance(seen.sync_user, SyncUserFacts):
            user = seen.sync_user
            yield Facts((
                (say("Sync user"), user.username), (say("Profile"), user.profile_name),
                (say("Active"), say("yes") if user.is_active else say("no")),
            ))  # fmt: skip
        elif isinstance(seen.sync_user, Absent):
            yield Card(
                Tone.WARN, say("There is no user {name} in this org.", name=seen.expected.sync_username)
            )
            return  # who is not there lacks everything
        yield from matrix_blocks(rights_matrix(seen), seen)

    def mended_by_do(self) -> frozenset[str]:
        """Also a missing user, where it was decided that he is made."""
        more = {"sync_user_exists"} if is_to_be_made(self) else set()
        return super().mended_by_do() | more

    def _check(self) -> Iterable[Block]:
        """The button for missing rights stands here only for a user who is there: making one is decided."""
        is_there = isinstance(self.snapshot.sync_user, SyncUserFacts)
        return [*super()._check(), *(offer_missing_rights(self) if is_there else ())]

    def settle(self, seen: Snapshot) -> Iterable[Block]:
        """The decision on file; where there is none, the recommendation is written down."""
        return settle_setup(self)

    def parts_to_prove(self) -> tuple[Part, ...]:
        """All but what surrounds the sync, and who could still be made: this step changes neither."""
        return tuple(part for part in self.parts() if part not in (Part.SURROUNDINGS, Part.SEATS))

    def chosen(self) -> str:
        """Whether campaigns are to be synced, which decides about a right."""
        setup = self.decisions.setup
        return "" if setup is None or setup.sync_campaigns else "no campaigns"

    def _decide(self) -> Iterable[Block]:
        return ask_who(self) or super()._decide()

    def _do(self) -> Iterable[Block]:
        return [*super()._do(), *after_creation(self.session)]


def settle_setup(step: Step) -> Iterable[Block]:
    """The set-up decision on file, or the recommended one, written down as that."""
    setup = step.decisions.setup
    if setup is None:
        setup = replace(SetupDecision(), decided_by="recommendation", decided_at=now())
        write_setup(step.session.workspace, setup)
        what = say("The recommended set-up: {fields}.", fields=", ".join(setup.marketo_fields))
        step.note("decide", Kind.decision, record.decision(what, "recommendation", at=setup.decided_at))
    yield Facts((
        (say("Fields"), ", ".join(setup.marketo_fields)),
        (say("Profiles that may read them"), ", ".join(setup.read_only_profiles) or say("none")),
        (say("Permission set"), setup.permission_set_label),
        (say("Decided by"), setup.decided_by or say("the file decisions/setup.toml")),
    ))  # fmt: skip


def stop_where_refused(step: Step) -> None:
    """With a person there: where the administrator's login was refused, nothing below would tell anything."""
    if step.interactive and (refusal := step.session.admin.refusal) is not None:
        raise refusal


def _kind(environment: str) -> Message:
    return say("SANDBOX") if environment == "sandbox" else say("PRODUCTION")
