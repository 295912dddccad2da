"""JupyterLab on a rehearsal with a browser in front of it, worked with the mouse or the keyboard alone."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from runbook_lib.rehearsal.world import load_world

PATIENCE = 180_000
SECRETS = load_world("clean").secrets()
SAVES_ALL = {
    "@jupyter-widgets/jupyterlab-manager/plugin.jupyterlab-settings": {"saveState": True},
    "@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {"autosave": True, "autosaveInterval": 3},
}
"""“Save Widget State Automatically”, and a saving every three seconds."""
SAVES_NOTHING = {"@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {"autosave": False}}
"""Nothing is saved unless asked: a tab that is restored beside another page asks nobody what to overwrite."""
VISIBLE = ".jp-NotebookPanel:not(.lm-mod-hidden)"
OLD = "document.querySelectorAll('.runbook-screen').forEach(screen => screen.dataset.old = 1)"
NAMED = """name => {
  const here = document.activeElement;
  const labels = [...(here.labels ?? [])].map(label => label.textContent).join(' ');
  const label = here.getAttribute('aria-label') || labels || here.textContent;
  return here.closest('.runbook-screen') !== null && label.trim().startsWith(name);
}"""
WATCH = """() => {
  window.lost = 0;
  const look = () => {
    window.lost += document.activeElement === document.body;
    requestAnimationFrame(look);
  };
  look();
}"""
OURS = "document.querySelectorAll('.jp-OutputArea-output').forEach(part => part.classList.add('ours'))"
CELLS = f"""[...document.querySelectorAll('{VISIBLE} .jp-Cell')].map(cell =>
  ['jp-CodeCell', 'jp-mod-active'].map(name => cell.classList.contains(name)).join())"""


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
        self.page.evaluate(OLD)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        self._wait_for_all()

    def run_all_by_keyboard(self) -> None:
        """The same without a mouse: the command palette, the command's name, Enter."""
        self.page.evaluate(OLD)
        self._open_palette()
        self.page.keyboard.type("Run All Cells")
        self.page.locator(".lm-CommandPalette-item.lm-mod-active", has_text="Run All Cells").wait_for()
        self.page.keyboard.press("Enter")
        self._wait_for_all()

    def _open_palette(self) -> None:
        """Pressed until it opens: a page that has only just come to rest may not hear the keys."""
        palette = self.page.locator(".lm-CommandPalette-input")
        deadline = monotonic() + PATIENCE / 1000
        while not palette.is_visible():
            assert monotonic() < deadline, "the command palette never opened"
            self.page.keyboard.press("Control+Shift+C")
            self.page.wait_for_timeout(500)

    def _wait_for_all(self) -> None:
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

    def tab_to(self, name: str, key: str = "Tab") -> None:
        """Presses ``key`` until the keyboard stands in what is called so; fails where it never comes."""
        for _ in range(40):
            self.page.keyboard.press(key)
            if self.page.evaluate(NAMED, name):
                return
        raise AssertionError(f"no {key} leads to {name}")

    def type_into(self, name: str, text: str) -> None:
        """Tabs to the box, and types in the place of what stands there."""
        self.tab_to(name)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def watch_the_keyboard(self) -> None:
        """From now on counts how often the keyboard stands nowhere (``lost``)."""
        self.page.evaluate(WATCH)

    def lost(self) -> int:
        """In how many frames since then the keyboard stood nowhere."""
        return int(self.page.evaluate("window.lost"))

    def cells(self) -> list[str]:
        """Of each cell whether it holds code and whether it is the active one, which no key may change."""
        cells: list[str] = self.page.evaluate(CELLS)
        return cells

    def violations(self) -> list[tuple[str, str]]:
        """What axe objects to in the open notebook: the rule, and the first element it names."""
        self.page.evaluate(OURS)
        found = Axe().run(self.page, context={"include": [[f"{VISIBLE} .jp-OutputArea-output.ours"]]})
        return [(broken["id"], broken["nodes"][0]["html"][:200]) for broken in found.response["violations"]]

    def choose_theme(self, theme: str) -> None:
        """Settings → Theme."""
        self._command("apputils:change-theme", theme=theme)
        self.page.wait_for_function(
            "theme => document.body.dataset.jpThemeName === theme", arg=theme, timeout=PATIENCE
        )

    def close_side_bar(self) -> None:
        """View → Show Left Sidebar, so that the notebook has all the room there is."""
        if self.page.locator("#jp-left-stack").is_visible():
            self._command("application:toggle-left-area")

    def _command(self, name: str, **arguments: str) -> None:
        self.page.evaluate("([name, args]) => jupyterapp.commands.execute(name, args)", [name, arguments])


@contextmanager
def open_lab(
    browser: Browser, place: Path, language: str = "en", preferred: Mapping[str, object] = SAVES_ALL
) -> Iterator[Lab]:
    """``runbook lab --world clean --no-browser`` and a page; all its files are in ``place``."""
    with opened("lab", place, language, preferred) as url:
        yield Lab(browser, browser.new_page(), url, place / "acme")


@contextmanager
def opened(
    command: str, place: Path, language: str = "en", preferred: Mapping[str, object] = SAVES_ALL
) -> Iterator[str]:
    """``runbook lab`` or ``app`` on a rehearsal in ``place``/acme; its address, with the token."""
    log, settings = place / "lab.log", place / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "jupyter_lab_config.json").write_text(json.dumps({"LabApp": {"expose_app_in_browser": True}}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for plugin, setting in preferred.items():
        file = settings / plugin
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(setting))
    arguments = [command, str(place / "acme"), "--world", "clean", "--language", language]
    arguments += ["--no-browser", f"--port={port}"]
    with log.open("w") as told:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "runbook_lib.cli", *arguments],
            stdout=told,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "JUPYTERLAB_SETTINGS_DIR": str(settings),
                "JUPYTER_CONFIG_PATH": str(settings),
            },
        )
        try:
            yield _address(log, process)
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
