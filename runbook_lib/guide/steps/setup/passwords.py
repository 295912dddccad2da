"""What 00 and 03 share: secrets go from a form into the vault and nowhere else, and can be given again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from runbook_lib.errors import LoginRefused
from runbook_lib.guide.engine.asking import Ask, Said
from runbook_lib.guide.engine.step import Step
from runbook_lib.guide.state.standing.logins import note_typed, told_of_secrets
from runbook_lib.guide.state.traces.leak_scan import unsearched
from runbook_lib.guide.views.view import Block, Card, Facts, Line, Tone, error_card
from runbook_lib.guide.widgets.forms.credentials import MENDED, CredentialForm, SecretField, Typed
from runbook_lib.systems.salesforce.login import Account
from runbook_lib.text import Message, joined, say


class SecretStep(Step):
    """A step that asks for the secrets of a login."""

    account: ClassVar[Account]
    button: ClassVar[Message]

    @property
    def secrets(self) -> Sequence[SecretField]:
        """What the login needs."""
        raise NotImplementedError

    def try_secrets(self) -> Said:
        """What comes of secrets that were given again: a login with what the vault holds now."""
        raise NotImplementedError

    def told_when_proven(self) -> Iterable[Block]:
        """What is known of the secrets of the step, and that they can be typed in anew."""
        yield Facts(tuple(told_of_secrets(self.session, self.spec)))
        if self.interactive:
            yield Line(say("Passwords: enter again what has changed; an empty box keeps what is stored."))

    def asks_when_proven(self, beat: str) -> tuple[Ask, ...]:
        """The form for the secrets, always within reach."""
        ask = Ask(self.secret_form(self.secrets), lambda typed: self.store(typed, self.try_secrets))
        return (ask,) if beat == "look" else ()

    def secret_form(self, secrets: Sequence[SecretField]) -> CredentialForm:
        """The form for these secrets, as the vault and the refusals on file have them now."""
        stored = [secret.name for secret in secrets if self.session.vault.has(secret.name)]
        was_refused = self.session.refusal_on_file(self.account) is not None
        return CredentialForm(secrets, stored, self.button, was_refused)

    def store(self, typed: Typed, then: Callable[[], Said]) -> Iterable[Block]:
        """Puts what was typed into the vault; ``then`` says what comes of it, once for each press.

        ``LoginRefused`` where Salesforce refused just these secrets before and nobody says that the cause was
        mended.
        """
        places = [self.session.vault.put(name, value) for name, value in typed.secrets.items()]
        if typed.secrets:
            note_typed(self.session, self.spec, tuple(typed.secrets))
        self._refuse_what_was_refused(typed)
        blocks: list[Block] = []
        if places:
            blocks.append(Card(Tone.OK, self._stored(places)))
            if (warning := unsearched(self.session)) is not None:
                blocks.append(Card(Tone.WARN, warning))
        said = then()
        return [*blocks, Card(Tone.INFO, said)] if isinstance(said, Message) else [*blocks, *said]

    def _refuse_what_was_refused(self, typed: Typed) -> None:
        refusal = self.session.refusal_on_file(self.account)
        if refusal is None:
            return
        if not typed.is_mended:
            raise LoginRefused(
                refusal.what,
                where=refusal.where,
                why=refusal.why,
                fix=say("Type another password or token; or tick “{tick}” where the cause was another.",
                        tick=MENDED),
                code=refusal.code,
            )  # fmt: skip
        self.session.mended.add(self.account)

    def refused_before(self, refusal: LoginRefused) -> Card:
        """A refusal on file above the form that mends it: nobody has to look for the form."""
        there = LoginRefused(
            refusal.what,
            where=refusal.where,
            why=refusal.why,
            fix=say("Enter below what was wrong; or tick “{tick}” where the cause was another.", tick=MENDED),
            code=refusal.code,
        )
        return error_card(there)

    def _stored(self, places: Iterable[Message]) -> Message:
        if self.session.connection.is_rehearsal:
            return say("Stored for this rehearsal only; deleted when it ends.")
        return say("Stored in {places}.", places=joined(dict.fromkeys(places), ", "))
