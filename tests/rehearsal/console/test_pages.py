from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, Literal

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Page, expect, sync_playwright

from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.console.request import Console
from runbook_lib.rehearsal.console.wording import LANGUAGES, Words, wording
from runbook_lib.rehearsal.instance import CrmState, Instance
from runbook_lib.rehearsal.instance.sync.log import ERROR_COLUMNS, STATUS_COLUMNS
from runbook_lib.rehearsal.instance.sync.persistent import SyncWord
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.rehearsal.world import World, load_world
from tests.chromium import CHROMIUM

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

Wait = Callable[[Callable[[], bool]], None]


class Robot:
    """Gets a page, finds a form by the words on its button, and posts it."""

    def __init__(self, base_url: str, language: str = "en") -> None:
        self.root, self.words, self.session = base_url, Words(language), requests.Session()
        self.session.headers["Accept-Language"] = language
        self.open("")

    def open(self, path: str) -> Robot:
        """Open a page of the console."""
        return self._read(self.session.get(f"{self.root}/console/{path}", timeout=60))

    def press(self, key: str, **values: str) -> Robot:
        """Fill in the form whose button says the words of `key`, and press it."""
        forms = self.page.xpath("//form[.//button[normalize-space()=$label]]", label=self.words(key))
        assert forms, f"no button {self.words(key)!r} on {self.title}"
        form = next((form for form in forms if dict(form.form_values()).items() >= values.items()), forms[0])
        fields = dict(form.form_values()) | values
        where: dict[str, Any] = {"params" if form.method == "GET" else "data": fields}
        return self._read(self.session.request(form.method, self.root + form.action, timeout=60, **where))

    @property
    def title(self) -> str:
        """The heading of the page."""
        return str(self.page.xpath("string(//h1)")).strip()

    @property
    def status(self) -> str:
        """The status message in the upper right corner."""
        return str(self.page.xpath("normalize-space(//*[@role='status'])"))

    @property
    def alert(self) -> str:
        """What Marketo refuses, if it does."""
        return str(self.page.xpath("normalize-space(//*[@role='alert'])"))

    def _read(self, answer: requests.Response) -> Robot:
        self.answer, self.page = answer, html.document_fromstring(answer.text)
        return self


@pytest.fixture
def robot(base_url: str) -> Robot:
    """A robot on the first page."""
    return Robot(base_url)


@pytest.fixture
def plain_url(reading: Callable[[str], tuple[Instance, str]]) -> str:
    """An instance without any sync, only to be read."""
    return reading("plain")[1]


@pytest.fixture
def linked_url(reading: Callable[[str], tuple[Instance, str]]) -> str:
    """An instance after its initial sync, only to be read."""
    return reading("linked")[1]


def _typed(world: World) -> dict[str, str]:
    user = world.sync_user
    return {"username": user.username, "password": user.password, "token": user.security_token}


def _confirm(robot: Robot, world: World) -> None:
    robot.press("crm.sync_with_salesforce").press("credentials.sync_fields", **_typed(world))
    robot.press("fields.confirm_credentials")


# a robot -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_robot_walks_the_whole_way(
    base_url: str, ready_world: World, instance: Instance, wait_until: Wait, language: str
) -> None:
    """In each language every button of the way is found by its label, up to the status "Last Synced"."""
    robot = Robot(base_url, language)
    assert robot.title == robot.words("crm.title")
    _confirm(robot, ready_world)
    assert robot.title == robot.words("salesforce.title")
    robot.press("salesforce.edit_mappings").press("mappings.finish_mappings")
    robot.press("salesforce.start_salesforce_sync").press("start.start_sync")
    wait_until(lambda: robot.press("salesforce.refresh").status.startswith(robot.words("status.last_synced")))
    assert instance.crm.sync.status.word is SyncWord.LAST_SYNCED


def test_a_refused_login_shows_the_form_again(robot: Robot, ready_world: World, instance: Instance) -> None:
    """Marketo says no more than Salesforce's code; the page keeps the username and never a secret."""
    typed = _typed(ready_world) | {"password": "wrong"}
    robot.press("crm.sync_with_salesforce").press("credentials.sync_fields", **typed, sandbox="on")
    assert (robot.answer.status_code, instance.crm.state) == (422, CrmState.NONE)
    assert robot.alert == "Unable to log in to Salesforce: INVALID_LOGIN"
    fields = dict(robot.page.xpath("//form[.//input[@name='username']]")[0].form_values())
    assert (fields["username"], fields["sandbox"], fields["password"]) == (typed["username"], "on", "")
    assert ready_world.sync_user.security_token not in robot.answer.text
    robot.press("credentials.sync_fields", username="", password="")
    assert robot.alert == robot.words("refusal.incomplete")


def test_new_fields_are_listed_with_the_warning(robot: Robot, ready_world: World) -> None:
    """After Sync Fields the page tells which fields were made, before the credentials are confirmed."""
    robot.press("crm.sync_with_salesforce")
    assert "permanently" in robot.page.text_content()
    robot.press("credentials.sync_fields", **_typed(ready_world))
    assert "Lead.Customer_Number__c" in robot.page.text_content()
    assert robot.words("fields.confirm_warning") in robot.page.text_content()


def test_mappings_are_edited_by_forms(robot: Robot, ready_world: World, instance: Instance) -> None:
    """Break Mapping takes the row's two fields, Map Fields any two of the folder; a refusal shows the page
    again."""
    _confirm(robot, ready_world)
    robot.press("salesforce.edit_mappings")
    robot.press("mappings.break_mapping", lead_field="Region__c", contact_field="Region__c")
    assert robot.words("mappings.map_fields") not in robot.page.text_content()  # the folder is closed
    robot.press("mappings.unmapped")
    pair = {"lead_field": "Product_Interest__c", "contact_field": "Product_Interests__c"}
    robot.press("mappings.map_fields", **pair)
    pairs = {(lead.name, contact.name) for _, lead, contact in instance.fields.pairs()}
    assert ("Product_Interest__c", "Product_Interests__c") in pairs
    assert ("Region__c", "Region__c") not in pairs
    robot.press("mappings.map_fields", lead_field="Fit_Score__c", contact_field="Preferred_Language__c")
    assert (robot.answer.status_code, robot.title) == (422, robot.words("mappings.title"))
    robot.press("mappings.reset_schema")
    assert ("Region__c", "Region__c") in {(a.name, b.name) for _, a, b in instance.fields.pairs()}


def test_nothing_can_be_changed_after_start(robot: Robot, ready_world: World) -> None:
    """Pages that were open before the start are refused with a word, and nothing changes."""
    _confirm(robot, ready_world)
    robot.open("crm/start")
    late = Robot(robot.root).open("crm/mappings")
    robot.press("start.start_sync")
    late.press("mappings.reset_schema")
    assert (late.answer.status_code, late.alert) == (422, late.words("refusal.started"))
    for page in ("crm/credentials", "crm/mappings", "crm/start", "crm/salesforce-login"):
        assert robot.open(page).alert == robot.words("refusal.started")


def test_pages_too_early_lead_back(plain_url: str) -> None:
    """Edit Mappings and Start cannot be reached before their time."""
    robot = Robot(plain_url)
    for page in ("crm/mappings", "crm/start"):
        assert robot.open(page).alert == robot.words("refusal.too_early")


def test_forms_of_other_sites_are_refused(robot: Robot, ready_world: World, instance: Instance) -> None:
    """A post without the secret of a page of this server does nothing."""
    for secret in ({}, {"csrf": "guess"}, {"csrf": "ä"}):
        answer = requests.post(
            f"{robot.root}/console/crm/sync-fields", data=_typed(ready_world) | secret, timeout=60
        )
        assert answer.status_code == 403
    assert instance.crm.state is CrmState.NONE


def test_status_and_errors_are_shown_and_exported(linked_url: str) -> None:
    """Both tables have Marketo's columns, on the page and in the CSV file."""
    robot = Robot(linked_url)
    for page, columns in (("sync-status", STATUS_COLUMNS), ("sync-errors", ERROR_COLUMNS)):
        robot.open(page)
        link = robot.page.xpath("//main//a[normalize-space()='Export']/@href")[0]
        answer = requests.get(linked_url + link, timeout=60)
        assert answer.headers["content-type"].startswith("text/csv")
        assert next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))) == list(columns)
    shown = robot.open("sync-status").page.xpath("//table/thead//th")
    assert tuple(cell.text_content() for cell in shown) == STATUS_COLUMNS


def test_field_names_are_exported(linked_url: str) -> None:
    """Export Field Names lists each person field by label, SOAP name and REST name."""
    robot = Robot(linked_url).open("fields")
    link = robot.page.xpath("//main//a[normalize-space()='Export Field Names']/@href")[0]
    text = requests.get(linked_url + link, timeout=60).content.decode("utf-8-sig")
    rows = {row["REST API Name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["email"] == {
        "Friendly Label": "Email Address",
        "SOAP API Name": "Email",
        "REST API Name": "email",
    }
    assert "Region__c" in rows


def test_language_is_chosen_and_remembered(plain_url: str) -> None:
    """A language chosen once holds for the following pages; an unknown one is English."""
    robot = Robot(plain_url)
    assert robot.open("crm?lang=de").page.get("lang") == "de"
    assert robot.open("crm").page.get("lang") == "de"
    assert Robot(plain_url, "fr").page.get("lang") == "en"


def test_every_page_says_that_it_is_a_rehearsal(plain_url: str) -> None:
    """The banner is on every page, and the pages ask nobody else for anything."""
    robot = Robot(plain_url)
    for page in ("", "crm/credentials", "crm/salesforce-login", "sync-status", "sync-errors", "fields"):
        robot.open(page)
        assert "Rehearsal – nothing here is real" in robot.page.xpath("string(//aside)")
        assert not robot.page.xpath(
            "//script | //*[starts-with(@src, 'http')] | //link[contains(@href, '//')]"
        )
        assert "default-src 'none'" in robot.answer.headers["content-security-policy"]


def test_words_of_all_languages_name_the_same_values() -> None:
    """No language forgets a value or makes one up, and no key lacks English."""
    for section in wording().values():
        for texts in section.values():
            wanted = set(re.findall(r"{(\w+)}", texts["en"]))
            assert all(set(re.findall(r"{(\w+)}", text)) == wanted for text in texts.values())
            assert set(texts) <= set(LANGUAGES)


def test_names_from_the_org_are_escaped(
    base_url: str, ready_world: World, org: Org, instance: Instance
) -> None:
    """A label with markup is text on every page that shows it."""
    label = "<script>alert('x')</script>\"&"
    org.catalog["Lead"].fields["region__c"]["label"] = label
    robot = Robot(base_url)
    robot.press("crm.sync_with_salesforce").press("credentials.sync_fields", **_typed(ready_world))
    for page in ("crm", "fields"):
        robot.open(page)
        assert not robot.page.xpath("//script")
        assert label in robot.page.text_content()
    robot.open("crm").press("fields.confirm_credentials").press("salesforce.edit_mappings")
    assert not robot.page.xpath("//script") and label in robot.page.text_content()


def test_blocked_world_shows_the_tie() -> None:
    """An instance tied to a CRM offers no button but Refresh."""
    world = load_world("blocked")
    org = Org(world, Clock(), people=20)
    console = Console(Instance(world, org, org.clock))
    page = html.document_fromstring(console.render("salesforce.html", Words("en"), "crm", people=1))
    assert [button.text for button in page.iter("button")] == ["Refresh"]
    assert "connected to a CRM already" in page.text_content()
    org.database.close()


def test_login_with_salesforce(ready_world: World, org: Org, served: Callable[[Instance], str]) -> None:
    """Where the subscription uses OAuth a person logs in at Salesforce, and then the fields are synced."""
    world = replace(ready_world, marketo=replace(ready_world.marketo, authentication="oauth"))
    instance = Instance(world, org, org.clock, pace=0)
    robot = Robot(served(instance))
    robot.press("crm.sync_with_salesforce").press("credentials.login_with_salesforce")
    robot.press("credentials.allow", username=world.sync_user.username, password="wrong")
    assert robot.answer.status_code == 422
    robot.press("credentials.allow", username=world.sync_user.username, password=world.sync_user.password)
    assert instance.crm.state is CrmState.FIELDS_SYNCED
    robot.press("fields.confirm_credentials")
    assert robot.title == "Salesforce"


# a person in a browser -----------------------------------------------------------------------------------
@contextmanager
def _browser() -> Iterator[Page]:
    """A page of Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: install one to run the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser.new_page(locale="en-US")
        browser.close()


BOTH: Final = ("dark", "light")
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""A busy machine changes the theme some time after it was told to."""


def _assert_accessible(page: Page, themes: Sequence[Literal["dark", "light"]] = ("light",)) -> None:
    """axe finds nothing; in dark only contrast is asked, as nothing else differs."""
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        page.evaluate(PAINTED)
        only = {"runOnly": ["color-contrast"]} if theme == "dark" else {}
        found = Axe().run(page, options=only).response["violations"]
        assert [(theme, fault["id"], fault["nodes"][0]["html"]) for fault in found] == []


@pytest.fixture(scope="module")
def reader(reading: Callable[[str], tuple[Instance, str]]) -> Iterator[tuple[Page, list[str]]]:
    """One browser page for all languages, and the pages that it looks at: forms, tables, a refusal."""
    plain, linked = (f"{reading(kind)[1]}/console" for kind in ("plain", "linked"))
    with _browser() as page:
        yield page, [f"{plain}/crm/credentials", f"{plain}/crm/start", f"{linked}/sync-status"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_can_be_read(reader: tuple[Page, list[str]], language: str) -> None:
    """axe finds nothing in either theme; at 1024 px, and there at 200 %, nothing sticks out of the page; in
    dark the page is dark."""
    page, addresses = reader
    for address in addresses:
        page.goto(f"{address}?lang={language}")
        _assert_accessible(page, BOTH)
        for width in (1024, 512):
            page.set_viewport_size({"width": width, "height": 760})
            assert page.evaluate("document.documentElement.scrollWidth") == width
    page.emulate_media(color_scheme="dark")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(20, 23, 30)"


def test_the_card_of_secrets_can_be_read(
    reader: tuple[Page, list[str]], shared_rehearsal: RehearsalServer
) -> None:
    """The page with the secrets to type in is as readable as the console: both themes, 200 % at 1024 px."""
    page = reader[0]
    page.goto(f"{shared_rehearsal.page_url}/_rehearsal?lang=de")
    _assert_accessible(page, BOTH)
    for width in (1024, 512):
        page.set_viewport_size({"width": width, "height": 760})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 30)"


def test_a_person_walks_the_whole_way(
    reader: tuple[Page, list[str]], base_url: str, ready_world: World
) -> None:
    """In a browser every element is found by role and label, and no page has an accessibility fault."""
    page, user = reader[0], ready_world.sync_user
    page.context.clear_cookies()
    page.set_viewport_size({"width": 1280, "height": 760})
    page.goto(f"{base_url}/console/")
    _assert_accessible(page)
    page.get_by_role("button", name="Sync with Salesforce.com").click()
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill("wrong")
    page.get_by_label("Token").fill(user.security_token)
    page.get_by_role("button", name="Sync Fields").click()
    expect(page.get_by_role("alert")).to_contain_text("INVALID_LOGIN")
    _assert_accessible(page, BOTH)
    page.get_by_label("Password").fill(user.password)
    page.get_by_label("Token").fill(user.security_token)
    page.get_by_role("button", name="Sync Fields").click()
    _assert_accessible(page)
    page.get_by_role("button", name="Confirm Credentials").click()
    _assert_accessible(page)
    page.get_by_role("button", name="Edit Mappings").click()
    _assert_accessible(page)
    page.get_by_role("button", name="Unmapped Custom Fields").click()
    _assert_accessible(page, BOTH)
    page.get_by_label("Lead Field").select_option("Product_Interest__c")
    page.get_by_label("Contact Field").select_option("Product_Interests__c")
    page.get_by_role("button", name="Map Fields").click()
    page.get_by_role("button", name="Break Mapping: Region").click()
    page.get_by_role("button", name="Finish Mappings").click()
    page.get_by_role("button", name="Start Salesforce Sync").click()
    _assert_accessible(page)
    page.get_by_role("button", name="Start Sync").click()
    expect(page.get_by_role("status")).to_contain_text(re.compile("Sync in Progress|Last Synced"))
    expect(page.get_by_role("button", name="Edit Mappings")).to_have_count(0)
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("button", name="Aktualisieren")).to_be_visible()
    for link in ("Synchronisierungsstatus", "Sync Errors", "Field Management"):
        page.get_by_role("link", name=link).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(link)
        _assert_accessible(page)
