"""The form that brings secrets: they go from the box into the vault and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import LoginRefused, SecretMissing
from runbook_lib.guide.state.standing.logins import note_typed, step_of
from runbook_lib.guide.state.traces.leak_scan import unsearched
from runbook_lib.guide.views.view import Block, Card, Tone
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form
from runbook_lib.systems.salesforce.login import Account
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session


@dataclass(frozen=True)
class SecretField:
    """One secret to bring, and how it is called on the form."""

    name: str
    label: Message
    may_be_empty: bool = False


class CredentialForm:
    """Takes secrets; ``then`` says what comes of them, such as a test login: once for each press."""

    def __init__(
        self,
        session: Session,
        fields: tuple[SecretField, ...],
        then: Callable[[], Message | Iterable[Block]],
        button: Message | None = None,
        account: Account | None = None,
    ) -> None:
        self.session = session
        self.account = account
        self.fields = fields
        self.then = then
        self.button = button or say("Store")

    def submit(self, values: Values) -> Iterable[Block]:
        """Stores what was typed and goes on. An empty box leaves a stored secret as it is.

        ``SecretMissing`` where a box is empty that has to be filled; ``LoginRefused`` where Salesforce
        refused just these secrets before and nobody says that the cause was mended.
        """
        places: list[Message] = []
        typed: list[str] = []
        for each in self.fields:
            value = str(values[each.name])
            if value or (each.may_be_empty and not self.session.vault.has(each.name)):
                places.append(self.session.vault.put(each.name, value))
                typed.append(each.name)
            elif not self.session.vault.has(each.name):
                raise SecretMissing(
                    say("“{label}” is empty.", label=each.label), fix=say("Type it in and click again.")
                )
        if typed and self.account is not None:
            note_typed(self.session, step_of(self.account), tuple(typed))
        self._refuse_what_was_refused(values)
        shown: list[Block] = []
        if places:
            shown.append(Card(Tone.OK, self._stored(places)))
            if (warning := unsearched(self.session)) is not None:
                shown.append(Card(Tone.WARN, warning))
        said = self.then()
        return [*shown, Card(Tone.INFO, said)] if isinstance(said, Message) else [*shown, *said]

    def build(self) -> Any:
        """The form as a widget."""
        inputs = [Input(each.name, each.label, Kind.SECRET) for each in self.fields]
        if self._refusal() is not None:
            inputs.append(Input("mended", _MENDED, Kind.TICK, value=False))
        return build_form(self.session.language, inputs, self.button, self.submit)

    def _refusal(self) -> LoginRefused | None:
        return None if self.account is None else self.session.refusal_on_file(self.account)

    def _refuse_what_was_refused(self, values: Values) -> None:
        refusal = self._refusal()
        if refusal is None or self.account is None:
            return
        if not values.get("mended"):
            raise LoginRefused(
                refusal.what,
                where=refusal.where,
                why=refusal.why,
                fix=say("Type another password or token; or run this cell again and tick “{tick}”",
                        tick=_MENDED),
                code=refusal.code,
            )  # fmt: skip
        self.session.mended.add(self.account)

    def _stored(self, places: Iterable[Message]) -> Message:
        if self.session.connection.is_rehearsal:
            return say("Stored for this rehearsal only; deleted when it ends.")
        named = tuple(dict.fromkeys(places))
        parts = {f"place{number}": place for number, place in enumerate(named)}
        return say("Stored in {places}.", places=Message(", ".join(f"{{{name}}}" for name in parts), parts))


_MENDED = say("They are right; what was wrong in Salesforce has been fixed: try the same ones once more.")
