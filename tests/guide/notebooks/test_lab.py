"""An admin in JupyterLab: no code in sight, forms that work, and nothing of it inaccessible."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from runbook_lib.rehearsal.world import load_world

PATIENCE = 180_000
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("RUNBOOK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
SECRETS = load_world("clean").secrets()
SAVES_ALL = {
    "@jupyter-widgets/jupyterlab-manager/plugin.jupyterlab-settings": {"saveState": True},
    "@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {"autosave": True, "autosaveInterval": 3},
}
"""“Save Widget State Automatically”, and a saving every three seconds."""
TYPED = {
    "Your Salesforce password": "salesforce_admin_password",
    "Your Salesforce security token": "salesforce_admin_token",
}
VISIBLE = ".jp-NotebookPanel:not(.lm-mod-hidden)"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@dataclass
class Lab:
    """JupyterLab on a rehearsal, and a browser in front of it."""

    browser: Browser
    page: Page
    url: str
    """Of the first notebook, with JupyterLab's token."""
    folder: Path
    """The workspace."""

    def open(self, notebook: str) -> Locator:
        """Opens a notebook and waits for its kernel; gives the notebook."""
        self.page.close()
        self.page = self.browser.new_page(viewport={"width": 1200, "height": 2400})
        self.page.goto(self.url.replace("00_start_here", notebook))
        title = self.page.locator(f"{VISIBLE} h1", has_text=re.compile(rf"^{notebook[:2]} "))
        title.wait_for(timeout=PATIENCE)
        self.page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=PATIENCE)
        return self.page.locator(VISIBLE)

    def run_all(self) -> None:
        """Run → Run All Cells, and waits until the last beat has shown something anew."""
        self.page.evaluate("document.querySelectorAll('.runbook-screen').forEach(e => e.dataset.old = 1)")
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        self.page.wait_for_function(
            "cells => { const last = [...document.querySelectorAll(cells)].pop();"
            " const screen = last?.querySelector('.runbook-screen:not([data-old])');"
            " return screen?.querySelector('.runbook')"
            " && !screen.querySelector('.runbook-line').textContent.endsWith('…'); }",
            arg=f"{VISIBLE} .jp-CodeCell",
            timeout=PATIENCE,
        )

    def wait_for_proof(self) -> None:
        """Waits until the last beat says that the step is proven, and the keyboard was led there."""
        self.wait_for_keyboard("Done: what was measured stands below.")
        self.page.locator(VISIBLE).get_by_text("Proven.").first.wait_for(timeout=PATIENCE)

    def wait_for_keyboard(self, line: str) -> None:
        """Waits until the keyboard stands at a line that ends so."""
        self.page.wait_for_function(
            "line => document.activeElement?.matches('.runbook-line')"
            " && document.activeElement.textContent.endsWith(line)",
            arg=line,
            timeout=PATIENCE,
        )

    def restart_kernel(self) -> None:
        """Kernel → Restart Kernel…, which forgets every widget."""
        self.page.get_by_role("menuitem", name="Kernel", exact=True).click()
        self.page.get_by_text("Restart Kernel…", exact=True).click()
        self.page.get_by_role("button", name="Confirm Kernel Restart").click()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, headless."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """``runbook lab --world clean --no-browser`` and a page."""
    folder, log = tmp_path_factory.mktemp("lab") / "acme", tmp_path_factory.mktemp("log") / "lab.log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "runbook_lib.cli",
        "lab",
        str(folder),
        "--world",
        "clean",
        "--no-browser",
    ]
    settings = tmp_path_factory.mktemp("settings")
    for plugin, setting in SAVES_ALL.items():
        file = settings / plugin
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(setting))
    with log.open("w") as told:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, f"--port={port}"],
            stdout=told,
            stderr=subprocess.STDOUT,
            env={**os.environ, "JUPYTERLAB_SETTINGS_DIR": str(settings)},
        )
        try:
            url = _address(log, process)
            yield Lab(browser, browser.new_page(), url, folder)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = monotonic() + PATIENCE / 1000
    while monotonic() < deadline and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\S+token=\w+", log.read_text(encoding="utf-8")):
            return found.group()
        sleep(0.1)
    pytest.fail(log.read_text(encoding="utf-8"))


def saved(lab: Lab, act: Callable[[], None]) -> str:
    """Everything in the folder of the notebooks, checkpoints too, once ``act`` has led to a new saving."""
    file = lab.folder / "notebooks" / "00_start_here.ipynb"
    before = file.stat().st_mtime_ns
    act()
    deadline = monotonic() + PATIENCE / 1000
    while file.stat().st_mtime_ns == before:
        assert monotonic() < deadline, "nothing was saved"
        lab.page.wait_for_timeout(100)
    texts = {path: _text_of(path) for path in file.parent.rglob("*") if path.is_file()}
    assert any(".ipynb_checkpoints" in str(path) for path in texts)
    return "".join(texts.values())


def _text_of(path: Path) -> str:
    """Empty where JupyterLab has just put its draft (``.~…``) in the place of the notebook."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def test_what_is_typed_is_never_saved(lab: Lab) -> None:
    """With the state of all widgets saved, by hand and by itself, before and after the press: no secret is
    in a notebook or its checkpoint, while the state of the form itself is (so that the setting is on)."""
    notebook = lab.open("00_start_here")

    def type_in() -> None:
        lab.run_all()  # the outputs are new, so that JupyterLab saves them by itself soon
        for label, name in TYPED.items():
            notebook.get_by_label(label).first.fill(SECRETS[name])

    def by_hand() -> None:
        lab.page.get_by_role("menuitem", name="File", exact=True).click()
        lab.page.get_by_text("Save Notebook", exact=True).click()

    for act in (type_in, by_hand):
        content = saved(lab, act)
        assert not [name for name, value in SECRETS.items() if value in content]
    assert "application/vnd.jupyter.widget-state+json" in content  # else nothing was tried
    notebook.get_by_label("Client secret of the Marketo API client").first.fill("typed, and not right")
    notebook.get_by_role("button", name="Store").first.click()
    notebook.get_by_text("Stored.").first.wait_for(timeout=PATIENCE)
    content = saved(lab, by_hand)
    assert not [name for name, value in SECRETS.items() if value in content]
    assert "typed, and not right" not in content


def test_jupyterlab_asks_nothing_of_its_own(lab: Lab) -> None:
    """JupyterLab's question about its news, which lies on the forms, is answered with no beforehand."""
    lab.open("00_start_here")
    answer = lab.page.evaluate(
        "async () => (await fetch('/lab/api/settings/@jupyterlab/apputils-extension:notification')).json()"
    )
    assert answer["schema"]["properties"]["fetchNews"]["default"] == "false"


def test_the_first_notebook_by_hand(lab: Lab) -> None:
    """“Run All” asks for what is missing; typed in, the step is proven by itself; no code is in sight."""
    notebook = lab.open("00_start_here")
    lab.run_all()
    assert "First finish" in notebook.inner_text()
    notebook.get_by_label("Your Salesforce password").first.fill(SECRETS["salesforce_admin_password"])
    notebook.get_by_label("Your Salesforce security token").first.fill(SECRETS["salesforce_admin_token"])
    notebook.get_by_label("Client secret of the Marketo API client").first.fill(
        SECRETS["marketo_client_secret"]
    )
    notebook.get_by_role("button", name="Store").first.click()
    lab.wait_for_proof()
    assert SECRETS["salesforce_admin_password"] not in notebook.inner_html()
    assert notebook.locator(".jp-CodeCell:not(.jp-mod-inputHidden) .jp-Cell-inputArea:visible").count() == 0
    assert not notebook.get_by_text("step.prove()").is_visible()


def test_one_click_per_decision(lab: Lab) -> None:
    """In 01 a person ticks the fields, and says that they are to be made: after one “Run All”, each click
    shows its consequences in this cell and in those below, and leads the keyboard to what is next. Without
    its kernel the page says what to press."""
    notebook = lab.open("01_marketo_fields")
    lab.run_all()
    notebook.get_by_label("Your name").first.fill("Ada")
    notebook.get_by_role("button", name="Decide").first.click()
    make = notebook.get_by_role("button", name="Make these 16 changes in “Acme Corporation”")
    make.wait_for(timeout=PATIENCE)
    lab.wait_for_keyboard("Next: Confirm these changes with your name.")
    make.click()
    lab.wait_for_proof()
    expect(notebook.get_by_text("changes were made").first).to_be_visible()
    assert "First finish" not in notebook.inner_text()
    lab.restart_kernel()
    expect(notebook.get_by_text("choose Run ▸ Run All Cells").last).to_be_visible(timeout=PATIENCE)
    assert notebook.get_by_text("Proven.").last.is_visible()


def test_what_we_show_is_accessible(lab: Lab) -> None:
    """axe finds nothing to object to in what the beats show, forms included."""
    lab.open("03_security_token")
    lab.run_all()
    lab.page.evaluate(
        "document.querySelectorAll('.jp-OutputArea-output').forEach(e => e.classList.add('ours'))"
    )
    found = Axe().run(lab.page, context={"include": [[f"{VISIBLE} .jp-OutputArea-output.ours"]]})
    told = [(each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]]
    assert told == []


def test_a_new_sync_user_by_hand(lab: Lab) -> None:
    """In 02 a person says that a new user is to be made, with a profile of the org; then he is planned."""
    notebook = lab.open("02_sync_user")
    lab.run_all()
    notebook.get_by_label("A new user, created by the runbook").check()
    notebook.get_by_label("Username (unique across all Salesforce orgs)").fill("marketo.new@acme.example")
    assert notebook.get_by_label("New user: profile").locator("option").count() >= 3
    notebook.get_by_label("Your name").last.fill("Ada")
    notebook.get_by_role("button", name="Decide").first.click()
    planned = notebook.get_by_text("Create the sync user marketo.new@acme.example").first
    planned.wait_for(state="attached", timeout=PATIENCE)  # it stands in a fold
