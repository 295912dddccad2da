"""Rows of setup objects as a world declares them, without their Ids where somebody else gives those."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from runbook_lib.rehearsal.declarations import PermissionDeclaration, UserDeclaration
from runbook_lib.rehearsal.org.ids import id18
from runbook_lib.rehearsal.org.seed.grants import (
    system_columns,
)
from runbook_lib.rehearsal.world import World

STANDARD_PROFILES = {
    "System Administrator": "Admin",
    "Standard User": "Standard",
    "Standard Platform User": "StandardAul",
    "Read Only": "ReadOnly",
    "Solution Manager": "SolutionManager",
    "Marketing User": "MarketingProfile",
    "Contract Manager": "ContractManager",
}
"""English label of a standard profile → its name in the Metadata API; the others have their label, with
special characters percent-encoded. Source: salesforce.stackexchange 113370."""
DAY_ONE = datetime(2019, 3, 4, 9, 0, 0)
"""When everything that a world declares was made."""


def organization_row(world: World) -> dict[str, Any]:
    """The one row of Organization."""
    declared = world.organization
    return {
        "Id": id18(declared.id),
        "Name": declared.name,
        "OrganizationType": declared.edition,
        "InstanceName": declared.instance,
        "IsSandbox": declared.is_sandbox,
        "IsReadOnly": False,
        "LanguageLocaleKey": declared.language,
        "DefaultLocaleSidKey": declared.language,
        "TimeZoneSidKey": declared.time_zone,
        "Country": declared.country,
        "FiscalYearStartMonth": 1,
        "DefaultAccountAccess": "Edit",
        "DefaultContactAccess": "ControlledByParent",
        "DefaultOpportunityAccess": "Edit",
        "DefaultLeadAccess": "ReadEditTransfer",
        "DefaultCampaignAccess": "All",
        "PrimaryContact": "Ada Admin",
    } | {f"Default{name}Access": access for name, access in declared.default_access.items()}


def user_row(declared: UserDeclaration, world: World) -> dict[str, Any]:
    """A row of User, without its Id and profile."""
    name = f"{declared.first_name} {declared.last_name}"
    return {
        "Username": declared.username,
        "Email": declared.username,
        "Name": name,
        "FirstName": declared.first_name,
        "LastName": declared.last_name,
        "IsActive": declared.is_active,
        "UserPermissionsMarketingUser": declared.marketing_user,
        "Alias": (declared.first_name[:1] + declared.last_name[:4]).lower(),
        "CommunityNickname": name.replace(" ", "."),
        "TimeZoneSidKey": world.organization.time_zone,
        "LocaleSidKey": "en_US",
        "EmailEncodingKey": "UTF-8",
        "LanguageLocaleKey": world.organization.language,
        "UserType": "Standard",
        "LastPasswordChangeDate": DAY_ONE,
        "CompanyName": world.organization.name,
    }


def profile_row(declared: PermissionDeclaration) -> dict[str, Any]:
    """A row of Profile, without its Id and license."""
    return {
        "Name": declared.name,
        "FullName": declared.full_name or metadata_name(declared.name),
        "UserType": "Standard",
    } | system_columns(declared)


def set_row(declared: PermissionDeclaration) -> dict[str, Any]:
    """A row of PermissionSet, without its Id and license."""
    label = declared.label or declared.name
    return {"Label": label, "HasActivationRequired": False} | system_columns(declared)


def metadata_name(label: str) -> str:
    """The name of a profile in the Metadata API, from its English label."""
    return STANDARD_PROFILES.get(label) or quote(label, safe=" -_")
