"""One request for a page of the console: who looks, in which language, and how it is answered."""

from __future__ import annotations

import secrets
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from runbook_lib.rehearsal.console.locales import cell, moment, number
from runbook_lib.rehearsal.console.wording import LANGUAGES, Words
from runbook_lib.rehearsal.instance import CrmRefusal, Instance

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
COOKIE = "console_language"


class Console:
    """The pages of one instance and the secret that their forms carry."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.csrf = secrets.token_urlsafe(16)
        self._templates = Environment(
            loader=PackageLoader(__package__, "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"moment": moment, "number": number, "cell": cell}

    def render(self, template: str, words: Words, here: str, **values: Any) -> str:
        """One page as HTML; everything that comes from an org is escaped."""
        return self._templates.get_template(template).render(
            t=words,
            language=words.language,
            languages=LANGUAGES,
            instance=self.instance,
            csrf=self.csrf,
            here=here,
            **{"alert": "", "username": self.instance.crm.username, "sandbox": False, **values},
        )


class Visit:
    """One request for a page: who looks, in which language, and how to answer."""

    def __init__(self, console: Console, request: Request) -> None:
        self.console, self.instance = console, console.instance
        self.query = request.query_params
        asked = self.query.get("lang", "")
        self._remember = asked in LANGUAGES
        accepted = request.headers.get("accept-language", "")[:2].lower()
        self.words = Words(asked if self._remember else request.cookies.get(COOKIE, accepted))

    def page(self, template: str, here: str = "crm", status: int = 200, **values: Any) -> Response:
        """A page."""
        return self._dressed(HTMLResponse(self.console.render(template, self.words, here, **values), status))

    def go_to(self, path: str) -> Response:
        """Send the browser to another page of the console."""
        return self._dressed(RedirectResponse(f"/console/{path}", 303))

    def file(self, name: str, text: str) -> Response:
        """A CSV file to keep."""
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return self._dressed(Response(text.encode("utf-8-sig"), media_type="text/csv", headers=disposition))

    def alert(self, refusal: CrmRefusal) -> str:
        """A refusal in words, as short as Marketo's."""
        return self.words(f"refusal.{refusal.reason}", detail=refusal.detail)

    def _dressed(self, response: Response) -> Response:
        response.headers.update(HEADERS)
        if self._remember:
            response.set_cookie(COOKIE, self.words.language, path="/console", samesite="lax", httponly=True)
        return response
