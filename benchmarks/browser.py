"""A notebook in JupyterLab, in a real browser: a cell is run by Shift+Enter, and timed until it shows all.

The clock is the browser's own: it begins with the key or the click, and ends two frames after the beat's
screen stands and its line no longer says that something goes on. Nothing waits without a deadline.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 180
"""Seconds after which a notebook, or a beat, is given up."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
LAB = """
import os, sys
from pathlib import Path
from runbook_lib.guide.notebooks.lab import open_lab
from runbook_lib.workspace import Workspace
sys.exit(open_lab(Workspace(Path(sys.argv[1])), {}, ("--no-browser", "--port=" + sys.argv[2])))
"""
_WATCH = """([panel, at]) => {
  const seen = { begin: 0, end: 0, lines: [] };
  window.waited = seen;
  const start = () => { seen.begin ||= performance.now(); };
  addEventListener("keydown", start, { capture: true, once: true });
  addEventListener("mousedown", start, { capture: true, once: true });
  let last = null, frames = 0;
  const look = () => {
    const cells = [...document.querySelectorAll(`${panel} .jp-CodeCell`)];
    const screen = cells[at]?.querySelector(".runbook-screen:not([data-old])");
    const line = screen?.querySelector(".runbook-line")?.textContent.trim() ?? "";
    if (seen.begin && line !== last) seen.lines.push([performance.now() - seen.begin, last = line]);
    const isDone = seen.begin && screen?.querySelector(".runbook") && !line.endsWith("…");
    frames = isDone ? frames + 1 : 0;
    if (frames > 2) seen.end = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}"""


CALM = 400
"""Milliseconds after which an idle kernel has nothing more to do."""
_IS_IDLE = """(calm) => {
  const isIdle = document.querySelector("#jp-main-statusbar").innerText.includes("| Idle");
  window.idleSince = isIdle ? window.idleSince || performance.now() : 0;
  return isIdle && performance.now() - window.idleSince > calm;
}"""
_IS_ACTIVE = """([panel, at]) =>
  document.querySelectorAll(`${panel} .jp-CodeCell`)[at]?.classList.contains("jp-mod-active")"""


@dataclass(frozen=True)
class Waited:
    """How long one beat took. ``silence``: the longest stretch of it in which its line said nothing new."""

    what: str
    seconds: float
    silence: float
    lines: tuple[str, ...]


def chromium() -> str | None:
    """The browser of this machine, where it has one."""
    return os.environ.get("RUNBOOK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def jupyterlab(workspace: Path, variables: Mapping[str, str]) -> Iterator[str]:
    """JupyterLab on a workspace; the address of its first notebook, with the token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = workspace.with_suffix(".log")
    settings = {"JUPYTERLAB_SETTINGS_DIR": str(workspace.with_suffix(".settings"))}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", LAB, str(workspace), str(port)],
            stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **settings, **variables},
            start_new_session=True,
        )  # fmt: skip
        try:
            yield _address(log, process)
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # JupyterLab is a child of that process
            process.wait(timeout=30)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if address := re.search(r"http://127\.0\.0\.1:\S+token=\w+", log.read_text(encoding="utf-8")):
            return address.group()
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab does not start: {log.read_text(encoding='utf-8')[-600:]}")


@dataclass
class Notebook:
    """One notebook that is open in the browser. ``opened``: seconds until its kernel was there."""

    page: Any
    name: str
    opened: float

    def run(self, at: int, what: str) -> Waited:
        """Goes to the code cell ``at`` and presses Shift+Enter; ``RuntimeError`` where it does not end."""
        self._select(at)
        self.page.evaluate(_WATCH, [PANEL, at])
        self.page.keyboard.press("Shift+Enter")
        return self._waited(what)

    def press(self, at: int, button: str, shown_at: int) -> Waited:
        """Presses a button of the code cell ``at``, and waits for what the cell ``shown_at`` shows anew."""
        cells = self.page.locator(f"{PANEL} .jp-CodeCell")
        self.page.evaluate(_WATCH, [PANEL, shown_at])
        cells.nth(at).get_by_role("button", name=button).first.click(timeout=1000 * PATIENCE)
        return self._waited(f"{self.name[:2]} “{button}”")

    def run_silently(self, at: int) -> None:
        """The same with a cell that shows no screen: until the kernel has been idle for a while. (A number
        in front of it cannot be waited for: a cell whose code is hidden has none.)"""
        self._select(at)
        self.page.keyboard.press("Shift+Enter")
        self.page.evaluate("() => { window.idleSince = 0; }")
        self.page.wait_for_function(_IS_IDLE, arg=CALM, timeout=1000 * PATIENCE)

    def _select(self, at: int) -> None:
        """Shift+Enter leads from cell to cell; through headings until the code cell is the active one."""
        for _ in range(8):
            if self.page.evaluate(_IS_ACTIVE, [PANEL, at]):
                return
            self.page.keyboard.press("Shift+Enter")
        raise RuntimeError(f"{self.name}: code cell {at} cannot be reached")

    def _waited(self, what: str) -> Waited:
        try:
            self.page.wait_for_function("() => window.waited.end > 0", timeout=1000 * PATIENCE)
        except Exception as late:
            raise RuntimeError(f"{what} does not end: {self.page.evaluate('() => window.waited')}") from late
        seen = self.page.evaluate("() => window.waited")
        took = seen["end"] - seen["begin"]
        moments = [0.0, *(at for at, _ in seen["lines"]), took]
        silence = max(after - before for before, after in zip(moments, moments[1:], strict=False))
        return Waited(what, took / 1000, silence / 1000, tuple(text for _, text in seen["lines"]))


def open_notebook(browser: Any, url: str, name: str) -> Notebook:
    """Opens a notebook in a page of its own, and waits for its kernel."""
    page = browser.new_page(viewport={"width": 1280, "height": 2400})
    begin = time.perf_counter()
    page.goto(url.replace("00_start_here", name))
    title = page.locator(f"{PANEL} h1", has_text=re.compile(rf"^{name[:2]} "))
    title.wait_for(timeout=1000 * PATIENCE)
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=1000 * PATIENCE)
    opened = time.perf_counter() - begin
    title.click()
    return Notebook(page, name, opened)
