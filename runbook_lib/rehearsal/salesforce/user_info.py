"""Who is logged in: the userInfo of a SOAP login and of the OAuth endpoints."""

from __future__ import annotations

from typing import Any

from runbook_lib.rehearsal.org import Org, OrgSession

USER_COLUMNS = (
    "Username", "Name", "FirstName", "LastName", "Email", "ProfileId", "UserRoleId", "UserType",
    "LanguageLocaleKey", "LocaleSidKey", "TimeZoneSidKey",
)  # fmt: skip


def user_row(org: Org, user_id: str) -> dict[str, Any]:
    """The columns of the User table that a login tells."""
    columns = ", ".join(f'"{name}"' for name in USER_COLUMNS)
    row = org.database.sql(f'SELECT {columns} FROM org."User" WHERE "Id" = ?', [user_id])[0]
    return dict(zip(USER_COLUMNS, row, strict=True))


def user_info(org: Org, session: OrgSession) -> dict[str, Any]:
    """The children of userInfo, in their order. Source: partner WSDL, GetUserInfoResult."""
    user = user_row(org, session.user_id)
    return {
        "accessibilityMode": False,
        "chatterExternal": False,
        "currencySymbol": "$",
        "orgAttachmentFileSizeLimit": 5_242_880,
        "orgDefaultCurrencyIsoCode": org.world.organization.currency,
        "orgDefaultCurrencyLocale": "en_US",
        "orgDisallowHtmlAttachments": False,
        "orgHasPersonAccounts": "person_accounts" in org.world.organization.features,
        "organizationId": org.org_id,
        "organizationMultiCurrency": "multi_currency" in org.world.organization.features,
        "organizationName": org.world.organization.name,
        "profileId": user["ProfileId"],
        "roleId": user["UserRoleId"],
        "sessionSecondsValid": session.seconds_valid,
        "userDefaultCurrencyIsoCode": None,
        "userEmail": user["Email"],
        "userFullName": user["Name"],
        "userId": session.user_id,
        "userLanguage": user["LanguageLocaleKey"],
        "userLocale": user["LocaleSidKey"],
        "userName": user["Username"],
        "userTimeZone": user["TimeZoneSidKey"],
        "userType": user["UserType"],
        "userUiSkin": "Theme3",
    }
