"""Checks of the two systems as such: the right org, the right instance, and room for the sync."""

from __future__ import annotations

from typing import cast

from runbook_lib.review.checks.check import BEFORE_FOR_EVER, BEFORE_WRITING, Answer, Check, ok
from runbook_lib.review.findings import Status, Who
from runbook_lib.review.sync_forecast import IDLE_CALLS_PER_DAY, SOURCE, forecast
from runbook_lib.road import START_HERE, SYNC_FIELDS
from runbook_lib.survey.requirements import STEP_3
from runbook_lib.survey.snapshot import ApiBudget, Lock, MarketoState, Organization, Part, Snapshot, Unknown
from runbook_lib.text import say

MARKETO_CALLS_PER_DAY = 50_000
"""The usual daily quota of one instance, for all integrations. Source: Marketo REST API documentation."""
BUSY_SHARE = 0.8


_KINDS = {"production": say("production"), "sandbox": say("sandbox")}


def judge_environment(snapshot: Snapshot) -> Answer:
    """The org is a sandbox exactly if connection.toml says so."""
    organization = cast(Organization, snapshot.organization)
    actual = "sandbox" if organization.is_sandbox else "production"
    expected = snapshot.expected.environment
    if actual == expected:
        return ok(
            say(
                "Connected with “{name}” ({id}), a {found} org, {edition}.",
                name=organization.name,
                id=organization.id,
                found=_KINDS[actual],
                edition=organization.edition,
            )
        )
    return Answer(
        Status.ERROR,
        say(
            "“{name}” ({id}) is a {found} org, but connection.toml says {expected}.",
            name=organization.name,
            id=organization.id,
            found=_KINDS[actual],
            expected=_KINDS[expected],
        ),
        say("Fields created in Marketo from the wrong org stay there permanently."),
        say(
            'If this is the org you mean, set environment = "{found}" in connection.toml. If not, correct '
            "my_domain and the usernames there; a sandbox username ends in a dot and the sandbox's name.",
            found=actual,
        ),
    )


def judge_marketo_reachable(snapshot: Snapshot) -> Answer:
    """Marketo answers, and it is the instance of connection.toml."""
    marketo = cast(MarketoState, snapshot.marketo)
    if marketo.munchkin_id.upper() == snapshot.expected.munchkin_id.upper():
        return ok(
            say(
                "Marketo {munchkin_id} answers the API user {api_user}; a person has {count} fields there.",
                munchkin_id=marketo.munchkin_id,
                api_user=marketo.api_user,
                count=len(marketo.fields),
            )
        )
    return Answer(
        Status.ERROR,
        say(
            "This is the Marketo instance {found}, but connection.toml says {expected}.",
            found=marketo.munchkin_id,
            expected=snapshot.expected.munchkin_id,
        ),
        say("Evidence would be read from a different instance than the one being connected."),
        say("Correct munchkin_id in connection.toml; Marketo shows it under Admin → Integration → Munchkin."),
    )


def judge_marketo_free(snapshot: Snapshot) -> Answer:
    """No CRM is tied to the instance yet."""
    marketo = cast(MarketoState, snapshot.marketo)
    if marketo.lock is Lock.FREE:
        return ok(say("Marketo {munchkin_id} is not tied to a CRM.", munchkin_id=marketo.munchkin_id))
    if marketo.lock is Lock.TIED:
        return Answer(
            Status.ERROR,
            say("Marketo {munchkin_id} is already tied to a CRM.", munchkin_id=marketo.munchkin_id),
            say("An instance is connected to one CRM org, once. Connecting it to another is not possible."),
            say(
                "In Marketo, open Admin → CRM and read what it is connected to. If that is this org, "
                "the sync is already set up: take it over with “runbook adopt WORKSPACE”. If it is "
                "another org, use another instance (correct munchkin_id in connection.toml) or ask "
                "Marketo Support; only they can disconnect a CRM."
            ),
            Who.MARKETO_ADMIN,
        )
    lock = marketo.lock
    return Answer(
        Status.UNKNOWN,
        say(
            "Cannot tell whether Marketo {munchkin_id} is tied to a CRM: {reason}.",
            munchkin_id=marketo.munchkin_id,
            reason=lock.words,
        ),
        say("If it is tied to another org, this org's credentials will not be accepted."),
        say(
            "In Marketo, give the API user's role the permission “Read-Only Opportunity” under Admin → "
            "Users & Roles → Roles → Access API, and check whether an IP allowlist shuts this computer "
            "out."
        ),
        Who.MARKETO_ADMIN,
    )


def judge_marketo_calls(snapshot: Snapshot) -> Answer:
    """Marketo's daily API quota is not nearly used up."""
    calls = cast(int | Unknown, snapshot.marketo_calls)
    if isinstance(calls, Unknown):
        return Answer(
            Status.WARN,
            say("Cannot tell how many Marketo API calls were made today: {reason}.", reason=calls.words),
            say("When the daily quota is used up, evidence cannot be read until midnight US Central Time."),
            say("Check the number in Marketo under Admin → Integration → Web Services."),
            Who.MARKETO_ADMIN,
        )
    if calls < BUSY_SHARE * MARKETO_CALLS_PER_DAY:
        return ok(say("{calls} Marketo API calls today, by all integrations together.", calls=calls))
    return Answer(
        Status.WARN,
        say(
            "{calls} Marketo API calls were made today; the usual quota is {quota} a day.",
            calls=calls,
            quota=MARKETO_CALLS_PER_DAY,
        ),
        say("When the quota is used up, evidence cannot be read until midnight US Central Time."),
        say(
            "Wait until tomorrow, or find the busy integration in Marketo under Admin → Integration → Web "
            "Services."
        ),
        Who.MARKETO_ADMIN,
    )


def judge_api_budget(snapshot: Snapshot) -> Answer:
    """The daily API requests leave room for the sync: error below the estimate, warning below twice it."""
    budget = cast(ApiBudget, snapshot.budget)
    rows = snapshot.rows if not isinstance(snapshot.rows, Unknown) else None
    if rows is None and budget.remaining >= IDLE_CALLS_PER_DAY:
        return _need_unknown(budget)
    need = forecast(rows or {}).calls_first_day
    values = {"remaining": budget.remaining, "limit": budget.limit, "need": need}
    if budget.remaining >= 2 * need:
        return ok(
            say(
                "{remaining} of {limit} API requests are left today; the sync needs about {need} on its "
                "first day (estimate).",
                **values,
            )
        )
    return Answer(
        Status.WARN if budget.remaining >= need else Status.ERROR,
        say(
            "{remaining} of {limit} API requests are left today, but the sync needs about {need} on its "
            "first day (estimate).",
            **values,
        ),
        say(
            "When the API requests are used up, the sync stops, and so does every other integration of this "
            "org."
        ),
        say(
            "In Salesforce Setup → Company Information, read “API Requests, Last 24 Hours” and find "
            "out what uses them; the count resets over 24 hours. If it is high every day, buy more "
            "from Salesforce first."
        ),
        Who.SALESFORCE_ADMIN,
    )


def _need_unknown(budget: ApiBudget) -> Answer:
    return Answer(
        Status.UNKNOWN,
        say(
            "{remaining} API requests are left today, but the number of records is unknown, so the "
            "need of the first sync is unknown, too.",
            remaining=budget.remaining,
        ),
        fix=say("Fix the sync user's login in notebook 03 and check again."),
    )


CONNECTION_CHECKS: tuple[Check, ...] = (
    Check(
        "environment",
        START_HERE.name,
        say("The right Salesforce org"),
        STEP_3,
        judge_environment,
        needs=(Part.ORGANIZATION,),
        gates=(*BEFORE_WRITING, *BEFORE_FOR_EVER),
    ),
    Check(
        "marketo_reachable",
        START_HERE.name,
        say("The right Marketo instance"),
        "Marketo REST API documentation, Authentication",
        judge_marketo_reachable,
        needs=(Part.MARKETO,),
    ),
    Check(
        "marketo_free",
        START_HERE.name,
        say("Marketo is not tied to a CRM yet"),
        "Marketo REST API documentation, Opportunity Roles and error 1018",
        judge_marketo_free,
        needs=(Part.MARKETO,),
        gates=(SYNC_FIELDS.name,),
    ),
    Check(
        "marketo_calls",
        START_HERE.name,
        say("Marketo daily API quota"),
        "Marketo REST API documentation, Limits and Usage",
        judge_marketo_calls,
        needs=(Part.MARKETO,),
        reads=(Part.MARKETO_CALLS,),
        gates=(),
    ),
    Check(
        "api_budget",
        START_HERE.name,
        say("Salesforce daily API requests"),
        str(SOURCE),
        judge_api_budget,
        needs=(Part.BUDGET,),
        reads=(Part.ROWS,),
    ),
)
