"""The form of notebook 07 that says how people are compared: from which likelihood on, by which e-mails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from runbook_lib.change.decisions import ComparisonRules
from runbook_lib.errors import UsageFault
from runbook_lib.guide.widgets.fold import folded
from runbook_lib.guide.widgets.form import Form, Input, InputKind, Person, Take, Values, name_input, named
from runbook_lib.systems.validation_messages import reason_of
from runbook_lib.text import Message, say, translate


@dataclass(frozen=True)
class RulesChosen:
    """How people are compared, and who says so."""

    rules: ComparisonRules
    by: str


class ComparisonForm(Form[RulesChosen]):
    """How people are compared. ``rules``: those that count now."""

    def __init__(self, rules: ComparisonRules) -> None:
        self.rules = rules

    @property
    def button(self) -> Message:
        """What pressing it does."""
        return say("Compare by these rules")

    def inputs(self, person: Person) -> Sequence[Input]:
        """The rules and a name."""
        rules = self.rules
        return [
            Input(
                "likelihood",
                say(
                    "Also look for people who share no e-mail, from this likelihood up (percent; 0: "
                    "do not look)"
                ),
                value=f"{rules.likelihood:.2%}".replace(".00%", "%"),
            ),
            Input(
                "plus_addresses",
                say("ann+news@ and ann@ are the same e-mail"),
                InputKind.PICK,
                rules.plus_addresses,
            ),
            Input(
                "gmail_dots",
                say("a.nn@gmail.com and ann@gmail.com are the same"),
                InputKind.PICK,
                rules.gmail_dots,
            ),
            Input(
                "fields",
                say(
                    "Fields that identify a person, such as a customer number (API names, separated "
                    "by commas)"
                ),
                value=", ".join(rules.fields),
            ),
            name_input(person),
        ]

    def build(self, person: Person, take: Take) -> Any:
        """The form behind one line: few need other rules than those that were compared by."""
        title = translate(say("Compare by other rules"), person.language)
        return folded(title, super().build(person, take))

    def submit(self, values: Values) -> RulesChosen:
        """The rules. ``UsageFault`` where a value cannot be one, or nobody is named."""
        by = named(values)
        fields = [name.strip() for name in str(values["fields"]).split(",") if name.strip()]
        try:
            rules = ComparisonRules(
                likelihood=_share(str(values["likelihood"])),
                plus_addresses=bool(values["plus_addresses"]),
                gmail_dots=bool(values["gmail_dots"]),
                fields=tuple(fields),
            )
        except ValidationError as wrong:
            (fault, *_) = wrong.errors(include_url=False)
            raise UsageFault(
                say("This cannot be a rule: {reason}.", reason=reason_of(fault)),
                fix=say("A likelihood is between 50 and 99.99 percent, or 0; a field is an API name."),
            ) from None
        return RulesChosen(rules, by)


def _share(text: str) -> float:
    """``95``, ``95 %`` or ``95,5%`` as 0.95. ``UsageFault`` for what is no number."""
    try:
        return float(text.replace("%", "").replace(",", ".").strip() or 0) / 100
    except ValueError:
        raise UsageFault(
            say("“{given}” is not a percentage.", given=text[:20]), fix=say("Type a number such as 95.")
        ) from None
