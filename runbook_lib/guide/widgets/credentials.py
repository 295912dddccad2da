"""The form that brings secrets: they go from the box into the vault and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import SecretMissing
from runbook_lib.guide.show import Block, Card, Tone
from runbook_lib.guide.widgets.form import Input, Kind, Values, build_form
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.session import Session


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
    ) -> None:
        self.session = session
        self.fields = fields
        self.then = then
        self.button = button or say("Store")

    def submit(self, values: Values) -> Iterable[Block]:
        """Stores what was typed and goes on. An empty box leaves a stored secret as it is."""
        places: list[Message] = []
        for each in self.fields:
            value = str(values[each.name])
            if value or (each.may_be_empty and not self.session.vault.has(each.name)):
                places.append(self.session.vault.put(each.name, value))
            elif not self.session.vault.has(each.name):
                raise SecretMissing(
                    say("“{label}” is empty.", label=each.label), fix=say("Type it in and press again.")
                )
        shown: list[Block] = []
        if places:
            shown.append(Card(Tone.OK, say("Stored in {place}.", place=places[-1])))
        said = self.then()
        return [*shown, Card(Tone.INFO, said)] if isinstance(said, Message) else [*shown, *said]

    def build(self) -> Any:
        """The form as a widget."""
        inputs = [Input(each.name, each.label, Kind.SECRET) for each in self.fields]
        return build_form(self.session.language, inputs, self.button, self.submit)
