"""The reasons for which Salesforce refuses an app's login, in sentences: what it says, and what it means.

Salesforce uses few codes for many reasons: the description tells them apart. Source: Salesforce help, "OAuth
2.0 Authorization Errors" and "OAuth 2.0 Client Credentials Flow"; the descriptions are those that live orgs
gave."""

from __future__ import annotations

from runbook_lib.errors import LoginRefused
from runbook_lib.systems.salesforce.login_reasons import Reason
from runbook_lib.text import Label, Message, say

_APPS = Label("salesforce.external_client_apps")
_POLICIES = Label("salesforce.policies")
_SETTINGS = Label("salesforce.app_settings")
_HOW = say("docs/external-client-app.md shows every click.")

_NOT_INSTALLED = Reason(
    say("The app is not installed in this org."),
    say(
        "An app from outside the org: an admin opens Setup, {usage}, and chooses Install. Better: "
"create your own External Client App in this org. {how}",
        usage=Label("salesforce.oauth_usage"), how=_HOW,
    ),
    say("Since September 2025 Salesforce refuses apps that nobody has installed."),
)  # fmt: skip
_NOT_APPROVED = Reason(
    say("The app's policy admits only users whom an admin has approved, and this user is not among them."),
    say(
        "Setup, {apps}, your app, {policies}, Edit: under App Policies, select a profile or a "
"permission set that this user has. {how}",
        apps=_APPS, policies=_POLICIES, how=_HOW,
    ),
    say("The policy is: “Admin approved users are pre-authorized”."),
)  # fmt: skip
_IP = Reason(
    say("This network is not one from which the app or the user's profile allows logins."),
    say(
        "An admin adds the address of this network to the Login IP Ranges of the user's profile; or, in "
        "Setup, {apps}, your app, {policies}, sets IP Relaxation to “Relax IP restrictions”.",
        apps=_APPS, policies=_POLICIES,
    ),
)  # fmt: skip
_API_SCOPE = Reason(
    say("The app was not allowed to use the API: it lacks the scope “Manage user data via APIs (api)”."),
    say(
        "Setup, {apps}, your app, {settings}, Edit, OAuth Settings: move “Manage user data via APIs (api)” "
        "to the selected scopes. It takes some minutes to work. {how}",
        apps=_APPS, settings=_SETTINGS, how=_HOW,
    ),
    say("“Full access (full)” does not count in the client credentials flow."),
)  # fmt: skip

# Part of the description (or our own name) → the reason.
_BY_TEXT: dict[str, Reason] = {
    "request not supported on this domain": Reason(
        say("The app logs in at the org's own address only, and it was sent to another one."),
        say(
            "Put the org's own name into my_domain in connection.toml: the part before "
            ".my.salesforce.com in the browser's address bar when you work in the org (Setup, My "
            "Domain)."
        ),
        say("Client credentials are refused at login.salesforce.com and test.salesforce.com."),
    ),
    "no client credentials user enabled": Reason(
        say("The app has no user to run as."),
        say(
            "Setup, {apps}, your app, {policies}, Edit, OAuth Policies: tick “Enable Client Credentials "
            "Flow” and type the username into “Run As”. {how}",
            apps=_APPS,
            policies=_POLICIES,
            how=_HOW,
        ),
        say("The client credentials flow runs as one user, whom an admin names in the app's policies."),
    ),  # fmt: skip
    "flow not enabled": Reason(
        say("The app does not allow this kind of login."),
        say(
            "Setup, {apps}, your app, {settings}, Edit, OAuth Settings: tick “Enable Client Credentials "
            "Flow” under Flow Enablement; or set another admin_flow in connection.toml.",
            apps=_APPS,
            settings=_SETTINGS,
        ),
    ),  # fmt: skip
    "no valid scopes defined": _API_SCOPE,
    "must be installed": _NOT_INSTALLED,
    "not installed": _NOT_INSTALLED,
    "not admin approved": _NOT_APPROVED,
    "hasn't approved this consumer": _NOT_APPROVED,
    "ip restricted": _IP,
    "invalid client credentials": Reason(
        say("The client secret is wrong."),
        say(
            "Copy the Consumer Secret again: Setup, {apps}, your app, {settings}, OAuth Settings, "
            "“Consumer Key and Secret”; then enter it in this notebook's form.",
            apps=_APPS,
            settings=_SETTINGS,
        ),
    ),  # fmt: skip
    "client identifier invalid": Reason(
        say("The org knows no app with this consumer key."),
        say(
            "Copy the Consumer Key into connection.toml (admin_client_id, or sync_client_id for the "
            "sync user's app), and check that my_domain is the org in which the app was created. It "
            "can take up to ten minutes before Salesforce knows a new app."
        ),
    ),
    "inactive": Reason(
        say("The user that the app runs as is not active, or is frozen or locked."),
        say("An admin opens the user under Setup, Users, and activates, unfreezes or unlocks the user."),
    ),
}

_BY_CODE: dict[str, Reason] = {
    "API_SCOPE": _API_SCOPE,
    "IDENTITY_SCOPE": Reason(
        say("Salesforce does not say whose token it issued: the app lacks the scope for that."),
        say(
            "Setup, {apps}, your app, {settings}, Edit, OAuth Settings: add “Access the identity URL service "
            "(id, profile, email, address, phone)” to the selected scopes. {how}",
            apps=_APPS,
            settings=_SETTINGS,
            how=_HOW,
        ),
    ),  # fmt: skip
    "invalid_app_access": _NOT_APPROVED,
    "app_not_found": _NOT_INSTALLED,
    "OAUTH_EC_APP_NOT_FOUND": _NOT_INSTALLED,
}

_CLIENT = say("Correct admin_client_id in connection.toml, or enter the client secret again.")
_ANY = say("Look up the code in Salesforce's help on OAuth errors, or show it to the org's admin.")
_FIXES: dict[str, Message] = {
    "invalid_grant": say(
        "Open the admin's login history in Salesforce: it gives the reason that this answer hides, "
        "such as a wrong password or token, a locked user, or that the username-password flow is "
        "switched off."
    ),
    "invalid_client": _CLIENT,
    "invalid_client_id": _CLIENT,
    "invalid_client_credentials": _CLIENT,
    "unsupported_grant_type": say(
        "The OAuth client does not allow this flow: allow it in its settings, or set another admin_flow in "
        "connection.toml."
    ),
    "unauthorized_client": say(
        "The OAuth client does not allow this flow: allow it in its settings, or set another admin_flow in "
        "connection.toml."
    ),
}


def refused(code: str, description: str, where: str) -> LoginRefused:
    """The error for Salesforce's ``code`` with its ``description``; ``where`` names user and host."""
    if code == "OTHER_USER":
        return _other_user(description, where)
    text = description.casefold()
    reason = next((reason for part, reason in _BY_TEXT.items() if part in text), None) or _BY_CODE.get(code)
    if reason is None:
        reason = Reason(
            say("Salesforce refused the OAuth login with {code}: {told}", code=code, told=description),
            _FIXES.get(code, _ANY),
        )
    return LoginRefused(reason.what, where=where, why=reason.why or "", fix=reason.fix, code=code)


def _other_user(username: str, where: str) -> LoginRefused:
    return LoginRefused(
        say("The app runs as {found}, and connection.toml names another user.", found=username),
        where=where,
        why=say("Everything would be read and done as a different user than it says."),
        fix=say(
            "Setup, {apps}, your app, {policies}, OAuth Policies: set “Run As” to the user that "
            "connection.toml names; or correct the username there.",
            apps=_APPS, policies=_POLICIES,
        ),
        code="OTHER_USER",
    )  # fmt: skip
