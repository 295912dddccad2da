"""The form that takes secrets. They are in its answer, and in nothing that is shown or kept of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from runbook_lib.errors import SecretMissing
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Values
from runbook_lib.systems.secrets.words import SECRET_WORDS
from runbook_lib.text import Message, say

MENDED = say("They are right; what was wrong in Salesforce has been fixed: try the same ones once more.")


@dataclass(frozen=True)
class SecretField:
    """One secret to bring, and how it is called on the form."""

    name: str
    may_be_empty: bool = False

    @property
    def label(self) -> Message:
        """The words beside its box."""
        return SECRET_WORDS[self.name]


@dataclass(frozen=True)
class Typed:
    """The secrets that were typed in, by name; and whether the cause of a refusal is said to be mended."""

    secrets: Mapping[str, str] = field(repr=False)
    is_mended: bool = False


class CredentialForm(Form[Typed]):
    """Asks for secrets. ``stored``: those that the vault has, whose boxes may stay empty; ``was_refused``:
    Salesforce refused the stored ones, so that they are tried again only where somebody says why."""

    def __init__(
        self, fields: Sequence[SecretField], stored: Collection[str], button: Message, was_refused: bool
    ) -> None:
        self.fields = tuple(fields)
        self.stored = frozenset(stored)
        self.was_refused = was_refused
        self._button = button

    @property
    def button(self) -> Message:
        """What pressing it does."""
        return self._button

    def inputs(self, person: Person) -> Sequence[Input]:
        """A box for each secret."""
        boxes = [Input(secret.name, secret.label, InputKind.SECRET) for secret in self.fields]
        mended = [Input("mended", MENDED, InputKind.TICK, value=False)] if self.was_refused else []
        return [*boxes, *mended]

    def submit(self, values: Values) -> Typed:
        """What was typed in. An empty box leaves a stored secret as it is; ``SecretMissing`` where a box is
        empty that has to be filled."""
        typed: dict[str, str] = {}
        for secret in self.fields:
            value = str(values[secret.name])
            if value or (secret.may_be_empty and secret.name not in self.stored):
                typed[secret.name] = value
            elif secret.name not in self.stored:
                raise SecretMissing(
                    say("“{label}” is empty.", label=secret.label), fix=say("Type it in and click again.")
                )
        return Typed(typed, bool(values.get("mended")))
