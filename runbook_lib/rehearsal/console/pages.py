"""The Admin pages as routes: every page says what can be clicked now, every click is a form that is posted.

`/console/crm` always shows where the connection stands:

| state | page | buttons (English label → field names) |
|---|---|---|
| no CRM | CRM | Sync with Salesforce.com |
| (then) | credentials | Sync Fields → username, password, token, sandbox; or Login with Salesforce |
| logged in, no fields yet | credentials | Sync Fields |
| fields synced | Fields | Confirm Credentials; Enter other credentials |
| confirmed | Salesforce | Edit Mappings; Start Salesforce Sync |
| Edit Mappings | `crm/mappings` | Break Mapping → lead_field, contact_field (a form per row); Reset Schema |
| | | Unmapped Custom Fields (opens the folder); Finish Mappings |
| the folder open | `crm/mappings?folder=open` | Map Fields → lead_field, contact_field |
| Start Salesforce Sync | `crm/start` | Start Sync; Cancel |
| started | Salesforce | Refresh; the status stands in the upper right corner |

A click that Marketo refuses answers 422 with the page again and a line of role "alert". Every POST wants the
hidden field `csrf` of a page of this server. The language is that of `?lang=en|de|es`, which a
cookie remembers, or else that of the Accept-Language header.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from runbook_lib.rehearsal.console import exports
from runbook_lib.rehearsal.console.request import Console, Visit
from runbook_lib.rehearsal.instance import Credentials, CrmRefusal, CrmState, Instance
from runbook_lib.rehearsal.instance.sync.log import ERROR_COLUMNS, LATEST, STATUS_COLUMNS

Form = Mapping[str, str]
PageView = Callable[[Visit], Response]
Click = Callable[[Visit, Form], Response]


def routes(instance: Instance) -> list[BaseRoute]:
    """All routes of the console."""
    console = Console(instance)

    async def get(request: Request) -> Response:
        visit = Visit(console, request)
        return await run_in_threadpool(_PAGES[_name(request)], visit)

    async def post(request: Request) -> Response:
        visit = Visit(console, request)
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        return await run_in_threadpool(_click, visit, form, _CLICKS[_name(request)])

    paths = [*((name, get, "GET") for name in _PAGES), *((name, post, "POST") for name in _CLICKS)]
    return [
        Route(path, endpoint, methods=[method])
        for name, endpoint, method in paths
        for path in {f"/console/{name}", f"/console/{name}".rstrip("/")}
    ]


def _name(request: Request) -> str:
    return request.url.path.removeprefix("/console").strip("/")


def _click(visit: Visit, form: Form, click: Click) -> Response:
    """Do what was clicked, or show the page again and say why not."""
    if not secrets.compare_digest(form.get("csrf", "").encode(), visit.console.csrf.encode()):
        return show_crm(visit, status=403, alert=visit.words("refusal.stale"))
    try:
        return click(visit, form)
    except CrmRefusal as refusal:
        return show_crm(visit, status=422, alert=visit.alert(refusal))


# the pages -----------------------------------------------------------------------------------------------
def show_crm(visit: Visit, status: int = 200, alert: str = "") -> Response:
    """Admin > CRM, as far as the connection has come."""
    template = {
        CrmState.NONE: "choose.html",
        CrmState.CREDENTIALS_ENTERED: "entered.html",
        CrmState.FIELDS_SYNCED: "synced_fields.html",
    }.get(visit.instance.crm.state, "salesforce.html")
    return visit.page(template, status=status, alert=alert, people=visit.instance.person_count())


def show_credentials(visit: Visit, status: int = 200, alert: str = "", form: Form | None = None) -> Response:
    """The credentials form, or the button that leads to Salesforce."""
    if visit.instance.crm.is_locked:
        return show_crm(visit, 422, visit.words("refusal.started"))
    return visit.page("credentials.html", status=status, alert=alert, **_kept(form))


def show_salesforce_login(
    visit: Visit, status: int = 200, alert: str = "", form: Form | None = None
) -> Response:
    """What Salesforce would show: its own login."""
    if visit.instance.crm.is_locked:
        return show_crm(visit, 422, visit.words("refusal.started"))
    return visit.page("salesforce_login.html", status=status, alert=alert, **_kept(form))


def _kept(form: Form | None) -> dict[str, Any]:
    """What a form shows again after a refusal: never a password."""
    return {"username": form.get("username", ""), "sandbox": "sandbox" in form} if form is not None else {}


def show_mappings(visit: Visit, status: int = 200, alert: str = "") -> Response:
    """Edit Mappings; only between Confirm Credentials and Start Sync. Fields are mapped in an open folder."""
    if visit.instance.crm.state is not CrmState.CREDENTIALS_CONFIRMED:
        reason = "started" if visit.instance.crm.is_locked else "too_early"
        return show_crm(visit, 422, visit.words(f"refusal.{reason}"))
    book = visit.instance.fields
    standard = [
        (f"{name}.{source}", field)
        for name in ("Lead", "Contact", "Account", "Opportunity")
        for source, field in sorted(book.mapping_of(name).items())
        if field.origin is None
    ]
    return visit.page(
        "mappings.html",
        status=status,
        alert=alert,
        pairs=book.pairs(),
        standard=standard,
        unmapped=[*book.unmapped("Lead"), *book.unmapped("Contact")],
        is_open=_is_open(visit),
    )


def _is_open(visit: Visit) -> bool:
    """Whether the folder of the unmapped fields is open."""
    return visit.query.get("folder") == "open"


def show_start(visit: Visit) -> Response:
    """The question before Start Sync."""
    if visit.instance.crm.state is not CrmState.CREDENTIALS_CONFIRMED:
        reason = "started" if visit.instance.crm.is_locked else "too_early"
        return show_crm(visit, 422, visit.words(f"refusal.{reason}"))
    return visit.page("start.html")


def show_sync_status(visit: Visit) -> Response:
    """Sync Status."""
    return visit.page(
        "rows.html",
        "sync-status",
        title=visit.words("tables.sync_status"),
        columns=STATUS_COLUMNS,
        rows=visit.instance.crm.sync.log.status_rows(),
        most_rows=LATEST,
    )


def show_sync_errors(visit: Visit) -> Response:
    """Sync Errors."""
    return visit.page(
        "rows.html",
        "sync-errors",
        title=visit.words("tables.sync_errors"),
        columns=ERROR_COLUMNS,
        rows=visit.instance.crm.sync.log.error_rows(),
        most_rows=LATEST,
    )


def show_fields(visit: Visit) -> Response:
    """Field Management."""
    return visit.page(
        "field_management.html", "fields", fields=exports.fields_with_sources(visit.instance.fields)
    )


# the clicks ----------------------------------------------------------------------------------------------
def click_sync_fields(visit: Visit, form: Form) -> Response:
    """Sync Fields: with the form's credentials, or with those of the login before."""
    crm = visit.instance.crm
    if "username" in form:
        secret = form.get("password", "") + form.get("token", "").strip()
        try:
            crm.enter_credentials(Credentials(form["username"].strip(), secret, "sandbox" in form))
        except CrmRefusal as refusal:
            return show_credentials(visit, 422, visit.alert(refusal), form)
    crm.sync_fields()
    return visit.go_to("crm")


def click_salesforce_login(visit: Visit, form: Form) -> Response:
    """Log in on Salesforce's own page, without a security token; Marketo syncs the fields right after it."""
    username = form.get("username", "").strip()
    credentials = visit.instance.browser_credentials(username, form.get("password", ""), "sandbox" in form)
    try:
        visit.instance.crm.enter_credentials(credentials)
    except CrmRefusal as refusal:
        return show_salesforce_login(visit, 422, visit.alert(refusal), form)
    visit.instance.crm.sync_fields()
    return visit.go_to("crm")


def click_confirm_credentials(visit: Visit, form: Form) -> Response:
    """Confirm Credentials."""
    visit.instance.crm.confirm_credentials()
    return visit.go_to("crm")


def click_break_mapping(visit: Visit, form: Form) -> Response:
    """Break Mapping between a Lead field and a Contact field."""
    lead_field, contact_field = form.get("lead_field", ""), form.get("contact_field", "")
    return _edited(visit, lambda: visit.instance.crm.break_mapping(lead_field, contact_field))


def click_map_fields(visit: Visit, form: Form) -> Response:
    """Map a Lead field and a Contact field together."""
    lead_field, contact_field = form.get("lead_field", ""), form.get("contact_field", "")
    return _edited(visit, lambda: visit.instance.crm.pair(lead_field, contact_field))


def click_reset_schema(visit: Visit, form: Form) -> Response:
    """Reset Schema."""
    return _edited(visit, visit.instance.crm.reset_schema)


def _edited(visit: Visit, edit: Callable[[], object]) -> Response:
    try:
        edit()
    except CrmRefusal as refusal:
        return show_mappings(visit, 422, visit.alert(refusal))
    return visit.go_to("crm/mappings?folder=open" if _is_open(visit) else "crm/mappings")


def click_start_sync(visit: Visit, form: Form) -> Response:
    """Start Sync."""
    visit.instance.crm.start_sync()
    return visit.go_to("crm")


_PAGES: dict[str, PageView] = {
    "": lambda visit: visit.go_to("crm"),
    "crm": show_crm,
    "crm/credentials": show_credentials,
    "crm/salesforce-login": show_salesforce_login,
    "crm/mappings": show_mappings,
    "crm/start": show_start,
    "sync-status": show_sync_status,
    "sync-errors": show_sync_errors,
    "fields": show_fields,
    "sync-status.csv": lambda visit: visit.file("sync-status.csv", exports.sync_status(visit.instance)),
    "sync-errors.csv": lambda visit: visit.file("sync-errors.csv", exports.sync_errors(visit.instance)),
    "fields.csv": lambda visit: visit.file("field-names.csv", exports.field_names(visit.instance)),
    "console.css": lambda visit: Response(exports.STYLE, media_type="text/css"),
}
"""Path below /console → the page or file that it shows."""
_CLICKS: dict[str, Click] = {
    "crm/sync-fields": click_sync_fields,
    "crm/salesforce-login": click_salesforce_login,
    "crm/confirm-credentials": click_confirm_credentials,
    "crm/mappings/break": click_break_mapping,
    "crm/mappings/pair": click_map_fields,
    "crm/mappings/reset": click_reset_schema,
    "crm/mappings/finish": lambda visit, form: visit.go_to("crm"),
    "crm/start-sync": click_start_sync,
}
"""Path below /console → what a click on that button does."""
