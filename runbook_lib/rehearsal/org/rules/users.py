"""What Salesforce enforces for users: names, profiles, licenses. Source: Object Reference, User."""

from __future__ import annotations

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.ids import SYSTEM_USER
from runbook_lib.rehearsal.org.rows.store import Row, RowStore
from runbook_lib.rehearsal.org.rows.values import EMAIL
from runbook_lib.rehearsal.org.schema.catalog import Catalog
from runbook_lib.rehearsal.org.switches import Switches


class UserRules:
    """The rules of users, and of the permission set that comes with a profile."""

    def __init__(self, database: Database, catalog: Catalog, rows: RowStore, switches: Switches) -> None:
        self._switches = switches
        self._database = database
        self._catalog = catalog
        self._rows = rows

    def new_user(self, row: Row) -> Row:
        """A new user, completed; OrgFault when a rule forbids it."""
        self.check_user(row, own_id="")
        row.setdefault("CommunityNickname", str(row["Username"]).partition("@")[0][:40])
        row = row | {"UserType": "Standard"}
        if row["IsActive"]:
            self.check_license(row["ProfileId"])
        return row

    def check_user(self, row: Row, *, own_id: str) -> None:
        """OrgFault when the username will not do or the profile is not there."""
        username = str(row["Username"])
        if not EMAIL.match(username):
            raise OrgFault(
                400,
                "INVALID_EMAIL_ADDRESS",
                "Username: The username must be in the form of an email "
                "address (for example, john@acme.com).",
                ("Username",),
            )
        taken = self._database.sql(
            'SELECT "Id" FROM org."User" WHERE lower("Username") = lower($1) AND "Id" <> $2',
            [username, own_id],
        )
        elsewhere = {name.lower() for name in self._switches.usernames_elsewhere}
        if taken or username.lower() in elsewhere:
            raise OrgFault(
                400,
                "DUPLICATE_USERNAME",
                "Duplicate Username.<br>The username already exists in this or "
                "another Salesforce organization. Usernames must be unique across all Salesforce "
                "organizations. To resolve, use a different username (it doesn't need to match the "
                "user's email address).",
                ("Username",),
            )
        if not self._rows.find("Profile", Id=row["ProfileId"]):
            raise OrgFault(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ("ProfileId",))

    def check_license(self, profile_id: str) -> None:
        """OrgFault LICENSE_LIMIT_EXCEEDED when no license of the profile is left."""
        left = self._database.sql(
            'SELECT l."TotalLicenses" - (SELECT count(*) FROM org."User" u JOIN org."Profile" q '
            'ON q."Id" = u."ProfileId" WHERE u."IsActive" AND q."UserLicenseId" = l."Id") '
            'FROM org."Profile" p JOIN org."UserLicense" l ON l."Id" = p."UserLicenseId" WHERE p."Id" = $1',
            [profile_id],
        )
        if left and left[0][0] <= 0:
            raise OrgFault(400, "LICENSE_LIMIT_EXCEEDED", "License Limit Exceeded", ("ProfileId",))

    def count_licenses(self) -> None:
        """Bring UserLicense.UsedLicenses up to date."""
        self._database.sql(
            'UPDATE org."UserLicense" SET "UsedLicenses" = (SELECT count(*) FROM org."User" u '
            'JOIN org."Profile" p ON p."Id" = u."ProfileId" '
            'WHERE u."IsActive" AND p."UserLicenseId" = org."UserLicense"."Id")'
        )

    def hold_profile(self, user_id: str, profile_id: str) -> None:
        """Give the user the permission set behind their profile, unless they hold it."""
        own = self._rows.find("PermissionSet", ProfileId=profile_id)[0]["Id"]
        if not self._rows.find("PermissionSetAssignment", AssigneeId=user_id, PermissionSetId=own):
            self._rows.insert(
                self._catalog["PermissionSetAssignment"],
                {"AssigneeId": user_id, "PermissionSetId": own, "IsActive": True},
                SYSTEM_USER,
            )

    def drop_profile(self, user_id: str, profile_id: str) -> None:
        """Take away the permission set of every profile but the present one."""
        self._database.sql(
            'DELETE FROM org."PermissionSetAssignment" WHERE "AssigneeId" = $1 AND "PermissionSetId" IN '
            '(SELECT "Id" FROM org."PermissionSet" WHERE "IsOwnedByProfile" AND "ProfileId" <> $2)',
            [user_id, profile_id],
        )
