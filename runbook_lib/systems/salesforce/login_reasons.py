"""The reasons for which Salesforce refuses a login, in sentences: one table, one entry per reason.

Keys are Salesforce's fault codes (source: partner WSDL, ExceptionCode; help pages on each), and names of our
own for what a code hides or shares. :mod:`runbook_lib.systems.salesforce.login_errors` chooses among them.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.text import Label, Message, say


@dataclass(frozen=True)
class Reason:
    """One reason in sentences: what is wrong, why that stops the login, what to do and who can do it."""

    what: Message
    fix: Message
    why: Message | None = None


_RESET = say(
    "Log in to Salesforce in a browser as this user, open {settings}, search for {search} and choose "
    "{reset}; Salesforce e-mails the new token. Then enter password and token again.",
    settings=Label("salesforce.my_settings"),
    search=Label("salesforce.quick_find_reset"),
    reset=Label("salesforce.reset_my_security_token"),
)
_WAIT = say("Nothing to fix here: wait a few minutes, look at status.salesforce.com, then run again.")
_SUPPORT = say("The org's admin arranges this with Salesforce Support.")

_ALIKE = say(
    "Salesforce gives the same answer for a wrong password, an old token, an inactive user and the "
    "wrong host."
)
_RESTRICTED = Reason(
    say(
        "The org does not let this user log in from here, or not at this host; Salesforce does not say which."
    ),
    say(
        "Check in this order: 1. put the org's My Domain into my_domain in connection.toml, because a "
        "My Domain policy may forbid logins at login.salesforce.com and test.salesforce.com; 2. an "
        "admin checks whether this network is in the Login IP Ranges of the user's profile."
    ),
    say("The admin finds the reason in Setup, Login History: Restricted Domain is 1., Restricted IP is 2."),
)

REASONS: dict[str, Reason] = {
    # What a code may mean beside its own at the two hosts that are the same for every org: "CODE @ host".
    "INVALID_LOGIN @ login.salesforce.com": Reason(
        say(
            "Salesforce does not accept this username, password and security token together at "
            "login.salesforce.com, where production users log in."
        ),
        say(
            "Check in this order; do not try at random, because every failed login counts toward a "
            "lockout: 1. the login was sent to login.salesforce.com, where only production users log "
            'in: for a sandbox set environment = "sandbox" in connection.toml; 2. the username; 3. the '
            "password; 4. the token, which changed with the last change of the password; 5. whether an "
            "admin has deactivated, frozen or locked the user."
        ),
        _ALIKE,
    ),
    "INVALID_LOGIN @ test.salesforce.com": Reason(
        say(
            "Salesforce does not accept this username, password and security token together at "
            "test.salesforce.com, where sandbox users log in."
        ),
        say(
            "Check in this order; do not try at random, because every failed login counts toward a "
            "lockout: 1. the login was sent to test.salesforce.com, where only sandbox users log in: "
            'for a production org set environment = "production" in connection.toml; 2. the username, '
            "to which a sandbox adds its own name; 3. the password; 4. the token, which changed with "
            "the last change of the password; 5. whether an admin has deactivated, frozen or locked "
            "the user."
        ),
        _ALIKE,
    ),
    "LOGIN_DURING_RESTRICTED_DOMAIN @ login.salesforce.com": _RESTRICTED,
    "LOGIN_DURING_RESTRICTED_DOMAIN @ test.salesforce.com": _RESTRICTED,
    "INVALID_LOGIN": Reason(
        say("Salesforce does not accept this username, password and security token together."),
        say(
            "Check in this order; do not try at random, because every failed login counts toward a "
            "lockout: 1. environment and my_domain in connection.toml (is the org a sandbox?); 2. the "
            "username; 3. the password; 4. the token, which changed with the last change of the "
            "password; 5. whether an admin has deactivated, frozen or locked the user."
        ),
        _ALIKE,
    ),
    "WRONG_PASSWORD": Reason(
        say(
            "The password, or the security token after it, is wrong: Salesforce knows the user and "
            "accepted everything else."
        ),
        say(
            "Enter this user's password and newest security token again. If nobody knows the password, "
            "an admin resets it under Setup, Users; that also creates a new token."
        ),
        say("The user is active, neither frozen nor locked, and the login history says: Invalid Password."),
    ),
    "LOGIN_MUST_USE_SECURITY_TOKEN": Reason(
        say("The security token is missing or wrong, and this network is not one the org trusts."),
        _RESET,
        say("Outside the trusted networks, Salesforce requires password and token together."),
    ),
    "INVALID_OPERATION_WITH_EXPIRED_PASSWORD": Reason(
        say("The password has expired: Salesforce accepts the login, but then refuses every call."),
        say(
            "Log in to Salesforce in a browser as this user and set a new password, then enter it here "
            "with the new token that Salesforce e-mails. An admin gives the sync user Password Never "
            "Expires, so that this happens only once."
        ),
        say("Marketo would stop syncing with an expired password."),
    ),
    "PASSWORD_LOCKOUT": Reason(
        say("The user is locked after too many failed logins."),
        say(
            "An admin opens the user under Setup, Users and chooses Unlock; or wait until the org's "
            "lockout period is over."
        ),
        say("Each further attempt may make the lockout longer."),
    ),
    "USER_FROZEN": Reason(
        say("The user is frozen."),
        say("An admin opens the user under Setup, Users and chooses Unfreeze."),
        say("A frozen user keeps license and password but cannot log in."),
    ),
    "USER_INACTIVE": Reason(
        say("The user is not active."),
        say("An admin opens the user under Setup, Users and ticks Active; that uses a free license."),
    ),
    "UNKNOWN_USER": Reason(
        say("The org that the admin is logged in to has no user with this name."),
        say(
            "Correct the username in connection.toml. Sandbox and production names differ: a sandbox "
            "adds its own name to the end of the username."
        ),
    ),
    "WRONG_HOST_FOR_SANDBOX": Reason(
        say("Wrong host: the org is a sandbox, and the login was sent to production."),
        say('Set environment = "sandbox" in connection.toml, and tick Sandbox when Marketo asks for it.'),
        say("Sandbox users log in at test.salesforce.com, production users at login.salesforce.com."),
    ),
    "WRONG_HOST_FOR_PRODUCTION": Reason(
        say("Wrong host: the org is a production org, and the login was sent to the sandboxes."),
        say('Set environment = "production" in connection.toml, and leave Sandbox unticked in Marketo.'),
        say("Sandbox users log in at test.salesforce.com, production users at login.salesforce.com."),
    ),
    "LOGIN_HOST_PREVENTED": Reason(
        say("The org does not allow logins at {host}.", host="login.salesforce.com, test.salesforce.com"),
        say("Put the org's My Domain into my_domain in connection.toml."),
        say("A policy of My Domain sends every login to the org's own host."),
    ),
    "LOGIN_DURING_RESTRICTED_DOMAIN": Reason(
        say("This network is outside the login IP ranges of the user's profile."),
        say(
            "An admin adds the address of this network, and Marketo's, to the profile's Login IP "
            "Ranges; or run this from a network that is in them."
        ),
        say(
            "If a profile has IP ranges, nobody with that profile can log in from elsewhere, Marketo "
            "included."
        ),
    ),
    "LOGIN_DURING_RESTRICTED_TIME": Reason(
        say("It is outside the login hours of the user's profile."),
        say("An admin removes the Login Hours from the sync user's profile: Marketo syncs around the clock."),
    ),
    "SOAP_LOGIN_OFF": Reason(
        say("SOAP API login() is switched off in this org."),
        say(
            "An admin switches on SOAP API login() in Setup; or ask Marketo Support to switch your "
            'subscription to OAuth, and set authentication = "oauth" in connection.toml.'
        ),
        say(
            "Marketo's form with username, password and token logs in the same way, and would be refused too."
        ),
    ),
    "SOAP_LOGIN_VERSION": Reason(
        say("Salesforce no longer offers SOAP login() in the API version that was used."),
        say("Update the runbook; Marketo then needs to connect by OAuth, which Marketo Support switches on."),
        say("SOAP login() is not available after API version 64.0."),
    ),
    "INSUFFICIENT_ACCESS": Reason(
        say("The user lacks the permission Use Any API Auth."),
        say(
            "An admin ticks Use Any API Auth in one of the user's permission sets, under System Permissions."
        ),
        say("Since 2026, Salesforce requires this permission for SOAP logins, which Marketo uses."),
    ),
    "INSUFFICIENT_ACCESS_OTHER": Reason(
        say("The user lacks a permission that this login needs."),
        say("An admin compares the user's permission sets with step 02 of this runbook."),
    ),
    "API_OFF_FOR_USER": Reason(
        say("The user may not use the API."),
        say("An admin ticks API Enabled in the user's profile or in one of the user's permission sets."),
        say("Neither the profile nor a permission set of the user has API Enabled."),
    ),
    "API_CURRENTLY_DISABLED": Reason(
        say("The API is disabled for this user."),
        say(
            "An admin ticks API Enabled in the user's profile or in one of the user's permission sets; "
            "if it is ticked already, look at status.salesforce.com."
        ),
    ),
    "API_DISABLED_FOR_ORG": Reason(
        say("The API is not enabled: for the whole org, or for this user."),
        say(
            "An admin ticks API Enabled for the user, and checks that the edition includes the API "
            "(Enterprise, Unlimited, Performance, Developer; Professional with an add-on)."
        ),
    ),
    "LOGIN_RATE_EXCEEDED": Reason(
        say("This user has logged in too often in the last hour."),
        say("Wait an hour, and find out what logs in as this user so often."),
        say("Salesforce allows 3,600 logins per user and hour."),
    ),
    "ORG_LOCKED": Reason(say("Salesforce has locked the org."), _SUPPORT),
    "TRIAL_EXPIRED": Reason(say("The org was a trial, and it has expired."), _SUPPORT),
    "ORG_IN_MAINTENANCE": Reason(say("Salesforce is working on the org right now."), _WAIT),
    "ORG_IS_SIGNING_UP": Reason(say("The org is still being created."), _WAIT),
    "ORG_NOT_OWNED_BY_INSTANCE": Reason(
        say("The org is not at the host that was asked."),
        say("Correct environment and my_domain in connection.toml."),
    ),
    "SERVER_UNAVAILABLE": Reason(say("Salesforce is not available right now."), _WAIT),
    "UNKNOWN_EXCEPTION": Reason(say("Salesforce had an internal error."), _WAIT),
    "REQUEST_RUNNING_TOO_LONG": Reason(say("Salesforce took too long to answer."), _WAIT),
    "REQUEST_LIMIT_EXCEEDED": Reason(
        say("The org has used up its API calls for the last 24 hours."),
        say(
            "An admin opens Setup, Company Information, looks at API Requests, and finds out what uses them."
        ),
        say("Marketo needs about 7,200 calls a day even while nothing changes."),
    ),
    "CONCURRENT_REQUESTS": Reason(
        say("The org is running too many long calls from all programs right now."),
        say("Nothing to fix here: wait a few minutes, then run again."),
    ),
    **dict.fromkeys(
        ("INVALID_SESSION_ID", "UNABLE_TO_LOCK_ROW", "ALREADY_IN_PROCESS"),
        Reason(
            say("Salesforce could not process the login just now; that says nothing about the password."),
            _WAIT,
        ),
    ),
    "UNSUPPORTED_API_VERSION": Reason(
        say("Salesforce has retired the API version that was used."), say("Update the runbook.")
    ),
    **dict.fromkeys(
        (
            "UNSUPPORTED_CLIENT",
            "CLIENT_NOT_ACCESSIBLE_FOR_USER",
            "CLIENT_REQUIRE_UPDATE_FOR_USER",
            "INVALID_CLIENT",
        ),
        Reason(
            say("The org admits only the API clients on its list, and this one is not on it."),
            say(
                "An admin gives the user Use Any API Client, or arranges API Access Control with Salesforce."
            ),
        ),
    ),
    **dict.fromkeys(
        ("LOGIN_CHALLENGE_ISSUED", "LOGIN_CHALLENGE_PENDING"),
        Reason(
            say("Salesforce wants to verify this device first."),
            say(
                "Log in once in a browser from this network as this user, enter the code from the "
                "e-mail, then run again."
            ),
        ),
    ),
    **dict.fromkeys(
        ("SSO_SERVICE_DOWN", "INVALID_SSO_GATEWAY_URL"),
        Reason(
            say("The user logs in by delegated authentication, and that service did not answer."),
            say("An admin removes Is Single Sign-On Enabled from the sync user's profile."),
        ),
    ),
    "TXN_SECURITY": Reason(
        say("A transaction security policy of the org blocked the login."),
        say("An admin exempts the sync user from the policy, under Setup, Transaction Security."),
    ),
    "MUTUAL_AUTHENTICATION_FAILED": Reason(
        say("The org requires a client certificate for API logins."),
        say(
            "An admin removes Enforce SSL/TLS Mutual Authentication from the sync user: Marketo has no "
            "certificate."
        ),
    ),
}
