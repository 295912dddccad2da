"""Plans for 05, 07 and 08: the clicks in Marketo's Admin pages, and the warnings that must be agreed to
first.

Source: Marketo documentation, "Step 3 of 3: Connect Marketo and Salesforce".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from runbook_lib.change.decisions import Decisions, Visibility
from runbook_lib.change.decisions.duplicates import is_any_open, left_to_merge
from runbook_lib.change.plan import Click, Plan
from runbook_lib.change.plans.consents.start_sync import start_consents
from runbook_lib.change.plans.consents.sync_fields import fields_consents
from runbook_lib.change.plans.field_visibility import undecided_fields
from runbook_lib.change.plans.mappings import ADMIN, SALESFORCE, undecided_mappings
from runbook_lib.change.plans.pairing import open_question, pairing_consents
from runbook_lib.change.plans.preconditions import demand, draft, known
from runbook_lib.review.fields.forecast import forecast_fields, outcomes
from runbook_lib.review.mappings import mapping_review
from runbook_lib.survey.snapshot import DuplicateCounts, MarketoState, Organization, Part, Snapshot
from runbook_lib.text import Label, Message, say

PRODUCTION_LOGIN, SANDBOX_LOGIN = "login.salesforce.com", "test.salesforce.com"


def plan_sync_fields(step: str, snapshot: Snapshot, decisions: Decisions, now: datetime) -> Plan:
    """05: the sync user's credentials, Sync Fields, Confirm Credentials. Every visible field is made for
    ever.
    """
    demand(snapshot, Part.VISIBLE)
    known(snapshot, Part.MARKETO, MarketoState)
    fields = tuple(field.full_name for field in snapshot.visible_fields())
    question = open_question(snapshot, decisions)
    return replace(
        draft(step, snapshot, now),
        clicks=tuple(_credential_clicks(snapshot, question is None)),
        consents=(*fields_consents(snapshot), *pairing_consents(snapshot, decisions)),
        fields=fields,
        makes=_made(snapshot),
        undecided=undecided_fields(snapshot, decisions),
        obstacles=(*([question] if question else []), *_still_visible(fields, decisions)),
        needs_approval=True,
    )


def _made(snapshot: Snapshot) -> dict[str, str]:
    """What Sync Fields creates, for certain or perhaps."""
    by_field = outcomes(snapshot)
    return {field.full_name: by_field[field.full_name].value for field in forecast_fields(snapshot).new}


def plan_duplicates(step: str, snapshot: Snapshot, decisions: Decisions, now: datetime) -> Plan:
    """07: nothing is changed; what is open is the decision to merge first or to accept."""
    undecided, obstacles = _duplicate_state(snapshot, decisions)
    return replace(draft(step, snapshot, now), undecided=undecided, obstacles=obstacles)


def plan_start_sync(step: str, snapshot: Snapshot, decisions: Decisions, now: datetime) -> Plan:
    """08: Start Salesforce Sync, Start Sync. The mappings close and the whole database is copied."""
    demand(snapshot, Part.VISIBLE)
    known(snapshot, Part.MARKETO, MarketoState)
    review = mapping_review(snapshot)
    undecided, obstacles = _duplicate_state(snapshot, decisions)
    return replace(
        draft(step, snapshot, now),
        clicks=tuple(_start_clicks()),
        consents=tuple(start_consents(snapshot, decisions, review)),
        fields=tuple(field.full_name for field in snapshot.visible_fields()),
        undecided=(*undecided, *undecided_mappings(review, decisions)),
        obstacles=obstacles,
        needs_approval=True,
    )


def _credential_clicks(snapshot: Snapshot, is_pairing_known: bool) -> Iterator[Click]:
    username = snapshot.expected.sync_username
    yield Click(
        "open",
        ADMIN,
        say(
            "In Marketo, open {admin}, choose {crm} and click {button}.",
            admin=ADMIN[0], crm=ADMIN[1], button=Label("marketo.sync_with_salesforce"),
        ),
        submit="marketo.sync_with_salesforce",
    )  # fmt: skip
    is_sandbox = known(snapshot, Part.ORGANIZATION, Organization).is_sandbox
    if snapshot.expected.authentication == "oauth":
        usual = SANDBOX_LOGIN if is_sandbox else PRODUCTION_LOGIN
        yield from _oauth_clicks(username, is_sandbox, snapshot.expected.login_host or usual)
    else:
        yield _basic_click(username, is_sandbox, is_pairing_known)
    yield Click(
        "confirm-credentials",
        SALESFORCE,
        say(
            "Read Marketo's warning once more and click {button}.",
            button=Label("marketo.confirm_credentials"),
        ),
        submit="marketo.confirm_credentials",
        for_ever=True,
    )


def _basic_click(username: str, is_sandbox: bool, is_pairing_known: bool) -> Click:
    sandbox = say("tick {sandbox}", sandbox=Label("marketo.sandbox"))
    if not is_pairing_known:
        sandbox = say(
            "before {sandbox} is ticked, say whether this Marketo is one", sandbox=Label("marketo.sandbox")
        )
    production = say("leave {sandbox} empty", sandbox=Label("marketo.sandbox"))
    return Click(
        "sync-fields",
        SALESFORCE,
        say(
            "Type {username} into {username_label}, the sync user's password into {password_label} and "
            "the security token into {token_label}; {sandbox}. Click {button}. If there are no such "
            "boxes but “{oauth}”, stop: OAuth is enabled for this Marketo instance. Write "
            'authentication = "oauth" into connection.toml and run 05 again; if you do not want OAuth, '
            "ask your Adobe account manager or Marketo Support to disable it.",
            username=username,
            username_label=Label("marketo.username"),
            password_label=Label("marketo.password"),
            token_label=Label("marketo.token"),
            sandbox=sandbox if is_sandbox else production,
            oauth=Label("marketo.login_with_salesforce"),
            button=Label("marketo.sync_fields"),
        ),
        submit="marketo.sync_fields",
        values={"marketo.username": username} | ({"marketo.sandbox": "on"} if is_sandbox else {}),
        secrets={"marketo.password": "salesforce_sync_password", "marketo.token": "salesforce_sync_token"},
        for_ever=True,
    )


def _oauth_clicks(username: str, is_sandbox: bool, host: str) -> Iterator[Click]:
    """Marketo sends the person to Salesforce's own login page, which needs no security token; the fields are
    made right after it."""
    yield Click(
        "log-in-with-salesforce",
        SALESFORCE,
        say(
            "Click {button}; the Salesforce login page opens. If the page shows boxes for user name, "
            "password and token instead, stop: OAuth is not enabled for this Marketo instance. Ask "
            "your Adobe account manager or Marketo Support to enable it; or write authentication = "
            '"basic" into connection.toml, enter the security token in notebook 03, and run 05 again.',
            button=Label("marketo.login_with_salesforce"),
        ),
        submit="marketo.login_with_salesforce",
    )
    yield Click(
        "log-in",
        SALESFORCE,
        say(
            "Log in there as {username} with the sync user's password, at {host}, click {button} and "
            "allow access. Marketo then creates the fields at once.",
            username=username,
            host=host,
            button=Label("salesforce.log_in"),
        ),
        submit="salesforce.log_in",
        values={"marketo.username": username} | ({"marketo.sandbox": "on"} if is_sandbox else {}),
        secrets={"marketo.password": "salesforce_sync_password"},
        for_ever=True,
    )


def _still_visible(fields: tuple[str, ...], decisions: Decisions) -> Iterator[Message]:
    for name in fields:
        decision = decisions.fields.get(name)
        if decision is not None and decision.decision is Visibility.HIDE:
            yield say("{field} was to be hidden, but the sync user still sees it.", field=name)


def _duplicate_state(snapshot: Snapshot, decisions: Decisions) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    counts = known(snapshot, Part.DUPLICATES, DuplicateCounts)
    undecided = ("duplicates",) if is_any_open(counts, decisions) else ()
    return undecided, tuple(left_to_merge(counts, decisions))


def _start_clicks() -> Iterator[Click]:
    yield Click(
        "start-salesforce-sync",
        SALESFORCE,
        say("Click {button}.", button=Label("marketo.start_salesforce_sync")),
        submit="marketo.start_salesforce_sync",
    )
    yield Click(
        "start-sync",
        SALESFORCE,
        say("Read Marketo's warning and click {button}.", button=Label("marketo.start_sync")),
        submit="marketo.start_sync",
        for_ever=True,
    )
