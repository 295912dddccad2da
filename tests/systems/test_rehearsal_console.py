"""The robot sees a page as a person does, presses what is there, and takes a no for a no."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from runbook_lib.errors import ConsoleRefused, Defect
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.systems.connection import Connection
from runbook_lib.systems.rehearsal_console import RehearsalConsole
from runbook_lib.systems.transport import Transport

PAGE = """<!DOCTYPE html><html><head><title>CRM – Admin</title></head><body><main>
<h1>Salesforce</h1><p role="status">Last Synced:  <time>2026-11-22</time></p>
<p role="alert" class="alert">Cannot be undone</p>
<form method="post" action="save"><input type="hidden" name="csrf" value="x1">
  <input name="username" value="ada"><input type="checkbox" name="sandbox" value="on">
  <input type="password" name="password"><select name="kind"><option>a<option selected>b</select>
  <button>Sync <b>Fields</b></button><button name="do" value="test">Test</button></form>
<form method="get" action="/console/crm/start"><input type="submit" value="Start"></form>
<table><caption>Mapped</caption><tr><th>Lead</th><th>Edit</th></tr>
<tr><td>A__c</td><td><form method="post" action="break"><input type="hidden" name="field" value="A__c">
  <button>Break Mapping</button></form></td></tr>
<tr><td>B__c</td><td><form method="post" action="break"><input type="hidden" name="field" value="B__c">
  <button>Break Mapping</button></form></td></tr></table>
<a href="fields.csv">Export</a></main></body></html>"""
NO = '<html><body><h1>Salesforce</h1><p role="alert" class="alert error">Wrong password</p></body></html>'


@pytest.fixture
def console(transport: Transport, scripted_connection: Connection) -> RehearsalConsole:
    """A console whose pages the test scripts."""
    return RehearsalConsole(transport, scripted_connection.model_copy(update={"language": "de"}))


def test_a_page_is_what_its_reader_sees(console: RehearsalConsole, scripted: Any) -> None:
    """Heading, status, buttons, warnings, tables and links; asked for in the connection's language."""
    scripted.script(PAGE)
    page = console.open("/console/crm/")
    assert (page.title, page.status) == ("Salesforce", "Last Synced: 2026-11-22")
    assert list(page.forms) == ["Sync Fields", "Test", "Start", "Break Mapping"]
    assert page.forms["Sync Fields"].fields == {"csrf": "x1", "username": "ada", "password": "", "kind": "b"}
    assert page.alerts == ("Cannot be undone",)
    (table,) = page.tables
    assert (table.caption, table.columns) == ("Mapped", ("Lead", "Edit"))
    assert [row[0] for row in table.rows] == ["A__c", "B__c"]
    assert page.links == {"Export": "/console/crm/fields.csv"}
    assert "Cannot be undone" in page.text
    assert console.page is page
    assert scripted.asked[0].headers["Accept-Language"] == "de"


def test_a_button_sends_its_form(console: RehearsalConsole, scripted: Any) -> None:
    """What the page brings and what is filled in is sent, and the page that follows is open."""
    scripted.script(PAGE, PAGE, PAGE)
    console.open("/console/crm/")
    console.submit("Sync Fields", {"username": "<eve>", "sandbox": "on", "password": "p&"})
    sent = scripted.asked[1]
    assert (sent.method, sent.target) == ("POST", "/console/crm/save")
    assert parse_qs(sent.body) == {
        "csrf": ["x1"], "username": ["<eve>"], "sandbox": ["on"], "password": ["p&"], "kind": ["b"],
    }  # fmt: skip
    console.submit("Start")
    assert (scripted.asked[2].method, scripted.asked[2].target) == ("GET", "/console/crm/start")


def test_one_of_several_buttons_is_chosen_by_its_row(console: RehearsalConsole, scripted: Any) -> None:
    """Of equal buttons the one is pressed whose form holds the given value."""
    scripted.script(PAGE, PAGE)
    console.open("/console/crm/")
    console.submit("Break Mapping", {"field": "B__c"})
    assert parse_qs(scripted.asked[1].body) == {"field": ["B__c"]}


def test_a_button_with_a_value_sends_it(console: RehearsalConsole, scripted: Any) -> None:
    """A button's own name and value go with its form."""
    scripted.script(PAGE, PAGE)
    console.open("/console/crm/")
    console.submit("Test")
    assert parse_qs(scripted.asked[1].body)["do"] == ["test"]


@pytest.mark.parametrize(
    ("label", "values"),
    [("Sync", {}), ("Sync Fields", {"token": "x"}), ("Break Mapping", {"field": "C__c"})],
)
def test_what_is_not_there_cannot_be_pressed(
    console: RehearsalConsole, scripted: Any, label: str, values: dict[str, str]
) -> None:
    """No such button, field or row: nothing is sent, and the error says what the page has."""
    scripted.script(PAGE)
    console.open("/console/crm/")
    with pytest.raises(ConsoleRefused):
        console.submit(label, values)
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("answer", [(422, NO), (200, NO), (404, "<html></html>"), (500, "")])
def test_a_no_of_the_page_is_an_error(console: RehearsalConsole, scripted: Any, answer: Any) -> None:
    """A page that refuses, whatever its status, is an error with its words; the page before stays open."""
    scripted.script(PAGE, answer)
    before = console.open("/console/crm/")
    with pytest.raises(ConsoleRefused) as fault:
        console.submit("Sync Fields", {"password": "hunter22"})
    assert ("Wrong password" in str(fault.value)) == (answer[1] == NO)
    assert "hunter22" not in str(fault.value)
    assert console.page is before


def test_a_file_is_downloaded(console: RehearsalConsole, scripted: Any) -> None:
    """The text behind a link comes without its byte order mark; no link, no file."""
    scripted.script(PAGE, "\ufeffName,Type\n", (404, ""))
    console.open("/console/crm/")
    assert console.download("Export") == "Name,Type\n"
    assert urlsplit(scripted.asked[1].target).path == "/console/crm/fields.csv"
    for label in ("Export", "Import"):
        with pytest.raises(ConsoleRefused):
            console.download(label)


def test_only_a_rehearsal_has_a_console(
    transport: Transport, a_connection: Callable[..., Connection]
) -> None:
    """Against the live systems a robot clicks nothing."""
    with pytest.raises(Defect):
        RehearsalConsole(transport, a_connection())
    live = a_connection(rehearsal={"world": "clean"})
    with pytest.raises(Defect):
        _ = RehearsalConsole(transport, live).page


@pytest.fixture
def real(
    rehearsal_server: RehearsalServer, a_connection: Callable[..., Connection]
) -> Iterator[RehearsalConsole]:
    """The console of the rehearsal itself."""
    connection = a_connection(
        rehearsal={"world": "clean", "url": rehearsal_server.url, "ca_file": str(rehearsal_server.ca_file)}
    )
    with Transport(connection) as transport:
        yield RehearsalConsole(transport, connection)


def test_the_rehearsals_pages_are_understood(
    real: RehearsalConsole, rehearsal_server: RehearsalServer
) -> None:
    """From the first page to the refusal of credentials that do not work."""
    page = real.open("/console/")
    assert page.title
    page = real.submit("Sync with Salesforce.com")
    fields = page.forms["Sync Fields"].names
    assert {"username", "password", "token", "sandbox"} <= fields
    values = {"username": rehearsal_server.world.sync_user.username, "password": "wrong", "token": "wrong"}
    with pytest.raises(ConsoleRefused):
        real.submit("Sync Fields", values)
