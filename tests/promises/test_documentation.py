"""What README and docs/ say is so: their commands, files, links, and the words they give for the screens."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from babel.messages.pofile import read_po
from typer import Context

from runbook_lib.cli.app import app
from runbook_lib.outcomes import exit_words
from runbook_lib.road import ROAD

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]
TUTORIALS = {"en": "tutorial.md", "de": "tutorial_de.md", "es": "tutorial_es.md"}
BEATS = ("Look", "Check", "Decide", "Do", "Prove", "REHEARSAL")
CODE = re.compile(r"```(?:sh|console)\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"`(runbook [^`\n]+|make [a-z][^`\n]*)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
SOURCE = re.compile(
    r"`((?:runbook_lib|tests|change|survey|review|proof|guide|systems|locale|rehearsal)/[\w./-]+)`"
)


def _lines(text: str) -> Iterator[str]:
    """Each command line of a page, from its blocks and from its sentences; without comments and prompts."""
    for block in CODE.findall(text):
        for line in block.splitlines():
            yield line.split("#")[0].strip().removeprefix(".venv/bin/")
    yield from INLINE.findall(text)


def commands(program: str) -> list[tuple[str, str]]:
    """Page and command line of each mention of ``program``."""
    said = (
        (page.relative_to(ROOT).as_posix(), line)
        for page in PAGES
        for line in _lines(page.read_text("utf-8"))
    )
    return sorted({(page, line) for page, line in said if line.split(" ")[0] == program and " " in line})


def parse(arguments: list[str]) -> Context:
    """What the real parser makes of a command line; raises what is wrong with it. Nothing is run."""
    command: Any = typer.main.get_command(app)
    context: Context | None = None
    rest = list(arguments)
    while hasattr(command, "get_command"):
        name = rest.pop(0)
        context = Context(command, parent=context)
        if (command := command.get_command(context, name)) is None:
            raise ValueError(f"no such command: {name}")
    # A sentence may name a command, or one of its options, without its arguments.
    in_full = any(not word.startswith("-") for word in rest)
    parsed: Context = command.make_context(name, rest, parent=context, resilient_parsing=not in_full)
    return parsed


@pytest.mark.parametrize(("page", "line"), commands("runbook"))
def test_every_command_is_one(page: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ``runbook …`` that a page names is taken by the real parser: command, arguments and options."""
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(line)[1:]
    for name in arguments:
        if name.endswith(".csv"):
            (tmp_path / name).touch()
    params = parse(arguments).params
    steps = [value for name, value in params.items() if name in ("gate", "step") and value]
    assert all(step == "STEP" or any(stop.name.startswith(step) for stop in ROAD) for step in steps), page


@pytest.mark.parametrize(
    "line", ["runbook approve acme 05_sync_fields --by Ann", "runbook lab --worlds clean"]
)
def test_a_wrong_command_is_found(line: str) -> None:
    """A missing or misspelled option is seen."""
    with pytest.raises(Exception, match="(?i)missing|no such"):
        parse(shlex.split(line)[1:])


def test_exit_codes_are_told_everywhere_as_they_are() -> None:
    """README and docs/automation.md have the exit codes of the outcomes, all and no other, in their words."""
    outcomes = {code: str(word) for code, word in exit_words().items()}
    table = dict(re.findall(r"^\| (\d+) \| (.+) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    assert [*map(int, table)] == [*outcomes]
    assert [code for code, meaning in table.items() if not meaning.startswith(outcomes[int(code)])] == []
    page = " ".join((ROOT / "docs" / "automation.md").read_text("utf-8").split())
    assert "Exit codes: " + " · ".join(f"{code} {word}" for code, word in outcomes.items()) + "." in page


def test_every_make_target_exists() -> None:
    """Every ``make …`` that a page names is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {(page, line.split()[1]) for page, line in commands("make")}
    assert named and sorted(link for link in named if link[1] not in targets) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_files_exist(page: Path) -> None:
    """What a page links to and each module that it names is there."""
    text = page.read_text("utf-8")
    links = [link for link in LINK.findall(text) if "://" not in link and not (page.parent / link).exists()]
    rooms = (ROOT, ROOT / "runbook_lib")
    names = [name for name in SOURCE.findall(text) if not any((room / name).exists() for room in rooms)]
    assert (links, names) == ([], [])


def test_every_page_is_on_the_site() -> None:
    """Each page below docs/ stands in the site's table of contents."""
    listed = re.findall(r"^([\w/-]+)$", (ROOT / "docs" / "index.md").read_text("utf-8"), re.MULTILINE)
    pages = [page.relative_to(ROOT / "docs").with_suffix("").as_posix() for page in PAGES[2:]]
    assert sorted(listed) == sorted(page for page in pages if page != "index")


@pytest.mark.parametrize("language", ["de", "es"])
def test_a_tutorial_says_what_the_screen_says(language: str) -> None:
    """The five parts and the strip are called as the notebooks call them in that language."""
    path = ROOT / "runbook_lib" / "locale" / language / "LC_MESSAGES" / "runbook.po"
    with path.open("rb") as file:
        words = {str(message.id): str(message.string) for message in read_po(file)}
    text = (ROOT / "docs" / "admins" / TUTORIALS[language]).read_text("utf-8")
    assert [words[beat] for beat in BEATS if f"**{words[beat]}**" not in text] == []
