"""The Admin pages of the rehearsal, used by a robot as a person uses them: open, read, fill in, press.

Only in a rehearsal. Marketo itself has no interface for these pages, and the runbook makes none up:
against the live systems a person clicks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from runbook_lib.errors import ConsoleRefused, Defect
from runbook_lib.systems.transport import Transport
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.systems.connection import Connection


@dataclass(frozen=True)
class ConsoleForm:
    """A form of a page with one of its buttons."""

    label: str
    """What the button says."""
    action: str
    """Where it is sent, as a path."""
    method: str
    """GET or POST."""
    fields: dict[str, str]
    """Name → value as the page shows it; boxes and radio buttons only where they are ticked."""
    names: frozenset[str]
    """The names of all fields, also of boxes that are not ticked."""


@dataclass(frozen=True)
class ConsoleTable:
    """A table of a page."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ConsolePage:
    """A page as its reader sees it."""

    path: str
    title: str
    """Its heading."""
    status: str
    """The state of the sync that the page shows; empty where it shows none."""
    forms: dict[str, ConsoleForm]
    """By the label of the button; of several equal ones the first."""
    every_form: tuple[ConsoleForm, ...]
    alerts: tuple[str, ...]
    """What the page calls out: warnings, refusals."""
    tables: tuple[ConsoleTable, ...]
    links: dict[str, str]
    """Text of the link → path."""
    text: str
    """All that its main part says, in one line."""


class RehearsalConsole:
    """The rehearsal's Admin pages. Raises :class:`Defect` for a connection to the live systems."""

    def __init__(self, transport: Transport, connection: Connection) -> None:
        if connection.rehearsal is None:
            raise Defect(say("Only a rehearsal's Admin pages can be used by a robot."))
        self._transport = transport
        self._root = connection.rehearsal.url
        self._language = connection.language
        self._page: ConsolePage | None = None

    @property
    def page(self) -> ConsolePage:
        """The page that is open."""
        if self._page is None:
            raise Defect(say("No page of the console is open."))
        return self._page

    def open(self, path: str) -> ConsolePage:
        """Opens the page at ``path``, such as ``/console/``."""
        return self._show("GET", path)

    def submit(self, label: str, values: Mapping[str, str] | None = None) -> ConsolePage:
        """Fills ``values`` into the form with the button ``label`` and presses it; the page that follows.

        Of several buttons with that label, the one whose form already holds the hidden values among
        ``values``. Raises :class:`ConsoleRefused` where there is no such button, or where the page that
        follows says no.
        """
        form = self._choose(label, values or {})
        data = {**form.fields, **(values or {})}
        if form.method == "GET":
            return self._show("GET", form.action, params=data)
        return self._show("POST", form.action, data=data)

    def download(self, label: str) -> str:
        """The text of the file behind the link ``label``, such as a CSV export."""
        if label not in self.page.links:
            raise self._no_such(label, list(self.page.links))
        answer = self._transport.send("GET", urljoin(self._root, self.page.links[label]))
        if answer.status_code != 200:
            raise ConsoleRefused(
                say("The console did not return the file: HTTP {status}.", status=answer.status_code),
                where=self.page.links[label],
            )
        return answer.content.decode("utf-8-sig")

    def _choose(self, label: str, values: Mapping[str, str]) -> ConsoleForm:
        forms = [form for form in self.page.every_form if form.label == label]
        if len(forms) > 1:
            forms = [form for form in forms if form.fields.items() >= _preset(form, values).items()]
        forms = [form for form in forms if form.names >= set(values)] or forms
        if not forms:
            raise self._no_such(label, list(self.page.forms))
        unknown = set(values) - forms[0].names
        if unknown:
            raise ConsoleRefused(
                say("The form has no field {names}.", names=", ".join(sorted(unknown))), where=self.page.path
            )
        return forms[0]

    def _no_such(self, label: str, there: list[str]) -> ConsoleRefused:
        return ConsoleRefused(
            say("The page {title} has no {label}.", title=self.page.title, label=label),
            where=self.page.path,
            why=say("It has: {labels}.", labels=", ".join(there) or "–"),
        )

    def _show(self, method: str, path: str, **options: Any) -> ConsolePage:
        answer = self._transport.send(
            method, urljoin(self._root, path), headers={"Accept-Language": self._language}, **options
        )
        page, refusals = _read(answer.text, urlsplit(answer.url).path)
        if answer.status_code >= 400 or refusals:
            reason = " ".join(refusals or page.alerts) or f"HTTP {answer.status_code}"
            raise ConsoleRefused(
                say("The console refused: {told}", told=reason), where=page.path, code=str(answer.status_code)
            )
        self._page = page
        return page


def _preset(form: ConsoleForm, values: Mapping[str, str]) -> dict[str, str]:
    """Those of ``values`` for which the form brings a value of its own."""
    return {name: value for name, value in values.items() if form.fields.get(name)}


def _read(text: str, path: str) -> tuple[ConsolePage, list[str]]:
    """The page, and what it says in an alert of the class ``error``."""
    from lxml import html  # lazy: only the rehearsal's robot needs it

    root = html.document_fromstring(text or "<html></html>")
    forms = tuple(form for element in root.iter("form") for form in _forms(element, path))
    alerts = root.xpath("//*[@role='alert']")
    page = ConsolePage(
        path=path,
        title=_first(root, "//h1", "//title"),
        status=_first(root, "//*[@id='sync-status']", "//*[@data-status]", "//*[@role='status']"),
        forms=_first_of_each(forms),
        every_form=forms,
        alerts=tuple(_text(alert) for alert in alerts),
        tables=tuple(_table(element) for element in root.iter("table")),
        links={_text(link): urljoin(path, link.get("href")) for link in root.iter("a") if link.get("href")},
        text=_first(root, "//main", "//body"),
    )
    return page, [_text(alert) for alert in alerts if "error" in (alert.get("class") or "").split()]


_WITHOUT_TEXT = ("checkbox", "radio", "submit", "button", "image", "reset", "file")


def _first_of_each(forms: tuple[ConsoleForm, ...]) -> dict[str, ConsoleForm]:
    by_label: dict[str, ConsoleForm] = {}
    for form in forms:
        by_label.setdefault(form.label, form)
    return by_label


def _forms(element: Any, path: str) -> Iterator[ConsoleForm]:
    empty = {
        field.get("name"): "" for field in element.iter("input") if field.get("type") not in _WITHOUT_TEXT
    }
    fields = {name: value for name, value in {**empty, **dict(element.form_values())}.items() if name}
    names = frozenset(
        field.get("name") for field in element.iter("input", "select", "textarea") if field.get("name")
    )
    for button in element.xpath(".//button[not(@type) or @type='submit'] | .//input[@type='submit']"):
        pressed = {button.get("name"): button.get("value") or ""} if button.get("name") else {}
        yield ConsoleForm(
            label=_text(button) or button.get("value") or "",
            action=urljoin(path, button.get("formaction") or element.get("action") or path),
            method=(element.get("method") or "GET").upper(),
            fields={**fields, **pressed},
            names=names | set(pressed),
        )


def _table(element: Any) -> ConsoleTable:
    rows = [tuple(_text(cell) for cell in row.iter("td", "th")) for row in element.xpath(".//tr[td]")]
    return ConsoleTable(
        caption=_first(element, ".//caption"),
        columns=tuple(_text(cell) for cell in element.xpath("(.//tr[th and not(td)])[1]/th")),
        rows=tuple(rows),
    )


def _first(root: Any, *paths: str) -> str:
    return next((_text(nodes[0]) for path in paths if (nodes := root.xpath(path))), "")


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())
