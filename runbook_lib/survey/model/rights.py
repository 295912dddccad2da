"""Who gives the sync user which right: the profile, permission sets and groups of them. Pure data.

What they hold together stands elsewhere in a snapshot (``system_permissions``, ``object_access``,
``visible``); this is where it comes from, as the permission tables tell the admin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from runbook_lib.survey.model.schema import Field, ObjectAccess
from runbook_lib.survey.model.unknown import Unknown


class Holder(StrEnum):
    """What a right hangs on."""

    PROFILE = "profile"
    SET = "permission-set"
    GROUP = "permission-set-group"


@dataclass(frozen=True)
class Giver:
    """A profile, a permission set or a group of permission sets that the sync user has."""

    name: str
    kind: Holder


@dataclass(frozen=True)
class ObjectRight:
    """A row of ObjectPermissions. ``giver``: the id of its permission set.

    ``view_all_fields``: they see every field of the object, whatever field-level security says.
    """

    object: str
    giver: str
    access: ObjectAccess
    view_all_fields: bool = False


@dataclass(frozen=True)
class FieldRight:
    """A row of FieldPermissions that lets them read a field (``Lead.Email``), and edit it or not."""

    field: str
    giver: str
    edit: bool


@dataclass(frozen=True)
class Rights:
    """Every giver by the id of its permission set, and what each gives of what Marketo needs.

    ``system``: ``Permissions…`` column → givers. ``view_all``: givers that show all fields of all objects.
    ``needed``: the fields that Marketo needs, as they exist in the org, whoever may see them. Each fact comes
    from a question of its own, and is unknown where that one was refused.
    """

    givers: Mapping[str, Giver]
    system: Mapping[str, tuple[str, ...]] | Unknown
    objects: tuple[ObjectRight, ...] | Unknown = ()
    fields: tuple[FieldRight, ...] | Unknown = ()
    view_all: tuple[str, ...] | Unknown = ()
    needed: tuple[Field, ...] | Unknown = ()
