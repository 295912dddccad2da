"""What will be done: every change, every click and every consent, before anything is touched.

Showing a plan and applying it walk the same list. The digest of a plan covers all that matters (org,
instance, changes, clicks, the fields that will exist, the consents) and nothing that does not (when it was
made).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from runbook_lib.change.consent_names import CONSENT_NAMES
from runbook_lib.survey.snapshot import digest_of
from runbook_lib.text import Label, Message, from_json


class ChangeKind(StrEnum):
    """What a change does to the org; each has a row in ``change/kinds/table.py``."""

    CREATE_FIELD = "create-field"
    MAP_CONVERSION = "map-conversion"
    CREATE_USER = "create-user"
    CREATE_PERMISSION_SET = "create-permission-set"
    GRANT_SYSTEM = "grant-system"
    GRANT_OBJECT = "grant-object"
    GRANT_FIELD = "grant-field"
    GRANT_PROFILE_FIELD = "grant-profile-field"
    HIDE_FIELD = "hide-field"
    MARK_USER = "mark-marketing-user"
    ASSIGN_PERMISSION_SET = "assign-permission-set"
    SHOW_FIELD = "show-field"
    UNASSIGN_PERMISSION_SET = "unassign-permission-set"
    REVOKE_SYSTEM = "revoke-system"
    RESTORE_OBJECT = "restore-object"
    RESTORE_FIELD = "restore-field"
    RESTORE_PROFILE_FIELD = "restore-profile-field"
    UNMAP_CONVERSION = "unmap-conversion"
    UNMARK_USER = "unmark-marketing-user"
    DELETE_PERMISSION_SET = "delete-permission-set"


@dataclass(frozen=True)
class Change:
    """One change of the Salesforce org.

    ``target`` is what is changed (``Lead.mkto71_Lead_Score__c``, ``Marketo_Sync``); ``before`` and ``after``
    are its state as JSON-ready data, ``before`` empty where nothing was there.
    """

    kind: ChangeKind
    target: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    what: Message

    @property
    def id(self) -> str:
        """Stable name of this change within a plan: ``create-field:Lead.mkto71_Lead_Score__c``."""
        return f"{self.kind.value}:{self.target}"


@dataclass(frozen=True)
class Click:
    """One thing a person does in Marketo's (or Salesforce's) own screens.

    ``screen``: the labels that lead there. ``do``: the sentence. ``submit``: the button's label key, empty
    for reading or typing only. ``secrets``/``values``: what goes into which labeled input (secret by its
    name in the vault, never its value). ``for_ever``: cannot be undone.
    """

    id: str
    screen: tuple[Label, ...]
    do: Message
    submit: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    for_ever: bool = False


@dataclass(frozen=True)
class Consent:
    """One warning that a person accepts by name before a gate opens.

    ``text``: the warning in its first line; every further line is a number or a name that it is about.
    """

    id: str
    text: Message

    @property
    def name(self) -> Message | str:
        """What it is called; a warning of a later edition, by its id."""
        return CONSENT_NAMES.get(self.id, self.id)


@dataclass(frozen=True)
class Plan:
    """Everything one step will do. ``needs_approval``: it holds something that cannot be undone.

    ``fields``: full names of the fields the sync user sees. ``makes``: of these, what Sync Fields creates,
    for certain or perhaps: full name → the word of :class:`runbook_lib.review.fields.made.Made`.
    ``undecided``: rows a person still has to decide; each shuts the gate. ``obstacles``: why something that
    was decided cannot be done as decided; each shuts the gate, too.
    """

    step: str
    org_id: str
    org_name: str
    munchkin_id: str
    made_at: datetime
    changes: tuple[Change, ...] = ()
    clicks: tuple[Click, ...] = ()
    consents: tuple[Consent, ...] = ()
    fields: tuple[str, ...] = ()
    makes: Mapping[str, str] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()
    obstacles: tuple[Message, ...] = ()
    needs_approval: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 over all that matters; the moment it was made does not."""
        data = self.to_json()
        del data["made_at"], data["digest"]
        return digest_of(data)

    @property
    def is_empty(self) -> bool:
        """Nothing to change and nothing to click."""
        return not self.changes and not self.clicks

    @property
    def has_nothing(self) -> bool:
        """There is nothing to tell of it: no change, no click, and nothing that is open or in the way."""
        return self.is_empty and not (self.undecided or self.obstacles or self.needs_approval)

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON-ready data, its digest included."""
        data: dict[str, Any] = {
            "step": self.step,
            "org_id": self.org_id,
            "org_name": self.org_name,
            "munchkin_id": self.munchkin_id,
            "made_at": self.made_at.isoformat(),
            "changes": [change_json(change) for change in self.changes],
            "clicks": [click_json(click) for click in self.clicks],
            "consents": [{"id": consent.id, "text": consent.text.to_json()} for consent in self.consents],
            "fields": sorted(self.fields),
            "makes": dict(sorted(self.makes.items())),
            "undecided": sorted(self.undecided),
            "obstacles": [obstacle.to_json() for obstacle in self.obstacles],
            "needs_approval": self.needs_approval,
        }
        return data | {"digest": digest_of({k: v for k, v in data.items() if k != "made_at"})}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The inverse of :meth:`to_json`; ``KeyError``, ``TypeError``, ``ValueError`` where it is no plan."""
        return cls(
            step=data["step"],
            org_id=data["org_id"],
            org_name=data["org_name"],
            munchkin_id=data["munchkin_id"],
            made_at=datetime.fromisoformat(data["made_at"]),
            changes=tuple(change_from_json(change) for change in data["changes"]),
            clicks=tuple(click_from_json(click) for click in data["clicks"]),
            consents=tuple(Consent(consent["id"], _message(consent["text"])) for consent in data["consents"]),
            fields=tuple(data["fields"]),
            makes=dict(data.get("makes", {})),
            undecided=tuple(data["undecided"]),
            obstacles=tuple(_message(obstacle) for obstacle in data["obstacles"]),
            needs_approval=bool(data["needs_approval"]),
        )


def change_json(change: Change) -> dict[str, Any]:
    """One change as JSON-ready data."""
    return {
        "kind": change.kind.value,
        "target": change.target,
        "before": dict(change.before),
        "after": dict(change.after),
        "what": change.what.to_json(),
    }


def click_json(click: Click) -> dict[str, Any]:
    """One click as JSON-ready data; secrets by their name only."""
    return {
        "id": click.id,
        "screen": [label.key for label in click.screen],
        "do": click.do.to_json(),
        "submit": click.submit,
        "values": dict(click.values),
        "secrets": dict(click.secrets),
        "for_ever": click.for_ever,
    }


def change_from_json(data: Mapping[str, Any]) -> Change:
    """The inverse of :func:`change_json`; more keys are allowed, as in a journal's payload."""
    return Change(
        ChangeKind(data["kind"]), data["target"], data["before"], data["after"], _message(data["what"])
    )


def click_from_json(data: Mapping[str, Any]) -> Click:
    """The inverse of :func:`click_json`; more keys are allowed, as in a journal's payload."""
    return Click(
        id=data["id"],
        screen=tuple(Label(key) for key in data["screen"]),
        do=_message(data["do"]),
        submit=data["submit"],
        values=data["values"],
        secrets=data["secrets"],
        for_ever=bool(data["for_ever"]),
    )


def _message(data: Any) -> Message:
    message = from_json(data)
    if not isinstance(message, Message):
        raise ValueError("not a sentence of the runbook")
    return message
