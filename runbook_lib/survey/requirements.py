"""What Marketo asks of a Salesforce org, as data: fields, permissions, objects.

Checks compare with it and plans create it.

Sources: Marketo's pages "Step 1 of 3: Add Marketo Fields to Salesforce" and "Step 2 of 3: Create a Salesforce
User for Marketo" (Enterprise/Unlimited), read 2026-11-22; API names from Salesforce's object reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.survey.snapshot import Expected, ObjectAccess
from runbook_lib.text import Label

STEP_1 = "Marketo documentation, Step 1 of 3: Add Marketo Fields to Salesforce (Enterprise/Unlimited)"
STEP_2 = "Marketo documentation, Step 2 of 3: Create a Salesforce User for Marketo (Enterprise/Unlimited)"
STEP_3 = "Marketo documentation, Step 3 of 3: Connect Marketo and Salesforce (Enterprise/Unlimited)"

SYNCED_OBJECTS: tuple[str, ...] = (
    "Lead",
    "Contact",
    "Account",
    "Opportunity",
    "OpportunityContactRole",
    "Campaign",
    "CampaignMember",
    "Task",
    "Event",
    "User",
)
"""The objects whose fields Marketo's sync reads."""


def objects_of(expected: Expected) -> tuple[str, ...]:
    """The objects whose fields are reviewed: those that the sync reads, and the custom objects chosen."""
    return (*SYNCED_OBJECTS, *expected.custom_objects)


PERMISSION_SET_NAME = Expected.permission_set
PERMISSION_SET_LABEL = Expected.permission_set_label


@dataclass(frozen=True)
class SystemPermission:
    """One permission of the sync user: its column (``PermissionsApiEnabled``) and its label in Setup.

    ``advised``: Marketo's page only advises it, so its absence is a warning.
    """

    column: str
    label: Label
    advised: bool = False


SYSTEM_PERMISSIONS: tuple[SystemPermission, ...] = (
    SystemPermission("PermissionsApiEnabled", Label("permission.api_enabled")),
    SystemPermission("PermissionsEditHtmlTemplates", Label("permission.edit_html_templates")),
    SystemPermission("PermissionsEditPublicDocuments", Label("permission.manage_public_documents")),
    SystemPermission("PermissionsEditPublicTemplates", Label("permission.manage_public_templates")),
    SystemPermission("PermissionsConvertLeads", Label("permission.convert_leads")),
    SystemPermission("PermissionsEditEvent", Label("permission.edit_events")),
    SystemPermission("PermissionsEditTask", Label("permission.edit_tasks")),
    SystemPermission(
        "PermissionsPasswordNeverExpires", Label("permission.password_never_expires"), advised=True
    ),
)
"""The eight permissions of Marketo's page, in its order; the last one is its tip."""

USE_ANY_API_AUTH = SystemPermission("PermissionsUseAnyApiAuth", Label("permission.use_any_api_auth"))
"""Needed for SOAP login() where the org has the column (Summer '26 and later). Not every org has it."""

VIEW_ROLES = SystemPermission("PermissionsViewRoles", Label("permission.view_roles"))
"""Salesforce gives View Setup and Configuration only together with it, where the org has the column. Source:
ISVforce Guide v67, "Configure the Environment Hub"; recorded: jsforce issue 749."""

YOUNG_PERMISSIONS: tuple[SystemPermission, ...] = (VIEW_ROLES, USE_ANY_API_AUTH)
"""Permissions whose columns not every org has."""

SYSTEM_DEPENDENCIES: tuple[str, ...] = ("PermissionsViewSetup",)
"""Columns that Salesforce demands together with the above: Manage Public Templates needs View Setup."""

FULL_ACCESS = ObjectAccess(read=True, create=True, edit=True, delete=True)

OBJECT_PERMISSIONS: Mapping[str, ObjectAccess] = dict.fromkeys(
    ("Account", "Campaign", "Contact", "Lead", "Opportunity"), FULL_ACCESS
)
"""Objects on which the sync user needs Read, Create, Edit and Delete."""

OBJECT_DEPENDENCIES: Mapping[str, ObjectAccess] = {"Document": FULL_ACCESS}
"""Objects that system permissions need: Edit HTML Templates and Manage Public Documents need Document."""


@dataclass(frozen=True)
class MarketoField:
    """One ``mkto71_`` field that Marketo fills on Lead and on Contact.

    ``name`` with ``__c``. ``type`` in the words of the Metadata API (Number, DateTime, Text). ``length`` in
    characters for Text; ``precision`` counts all digits of a Number, ``scale`` those after the point.
    """

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    recommended: bool = False

    @property
    def wording(self) -> str:
        """Type and size as Setup shows them: ``Number(10, 0)``, ``Text(255)``, ``Date/Time``."""
        if self.type == "Number":
            return f"Number({self.precision - self.scale}, {self.scale})"
        return f"Text({self.length})" if self.type == "Text" else "Date/Time"

    def metadata(self) -> dict[str, Any]:
        """The field as Metadata of a Tooling ``CustomField``, without its full name."""
        size: dict[str, Any] = {}
        if self.type == "Text":
            size = {"length": self.length}
        elif self.type == "Number":
            size = {"precision": self.precision, "scale": self.scale}
        return {"label": self.label, "type": self.type, "required": False, **size}


def _number(name: str, label: str, precision: int) -> MarketoField:
    return MarketoField(f"mkto71_{name}__c", label, "Number", precision=precision)


def _text(label: str) -> MarketoField:
    return MarketoField(f"mkto71_{label.replace(' ', '_')}__c", label, "Text", length=255)


MARKETO_FIELDS: tuple[MarketoField, ...] = (
    MarketoField("mkto71_Lead_Score__c", "Score", "Number", precision=10, recommended=True),
    MarketoField("mkto71_Acquisition_Date__c", "Acquisition Date", "DateTime", recommended=True),
    MarketoField(
        "mkto71_Acquisition_Program__c", "Acquisition Program", "Text", length=255, recommended=True
    ),
    _number("Acquisition_Program_Id", "Acquisition Program Id", 18),
    _text("Original Referrer"),
    _text("Original Search Engine"),
    _text("Original Search Phrase"),
    _text("Original Source Info"),
    _text("Original Source Type"),
    _text("Inferred City"),
    _text("Inferred Company"),
    _text("Inferred Country"),
    _text("Inferred Metropolitan Area"),
    _text("Inferred Phone Area Code"),
    _text("Inferred Postal Code"),
    _text("Inferred State Region"),
)
"""Three recommended and thirteen optional fields."""

MARKETO_FIELD_OBJECTS: tuple[str, ...] = ("Lead", "Contact")
RECOMMENDED_FIELDS: tuple[str, ...] = tuple(field.name for field in MARKETO_FIELDS if field.recommended)


def marketo_field(name: str) -> MarketoField:
    """The specification of the field of that API name (``mkto71_Lead_Score__c``); ``KeyError`` for others."""
    return {field.name: field for field in MARKETO_FIELDS}[name]
