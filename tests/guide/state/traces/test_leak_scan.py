"""The search for secrets after a run: what can be made again is emptied, the record never."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.errors import SecretLeaked
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.state.traces.leak_scan import search_run, stamps, unsearched
from runbook_lib.journal import Kind
from runbook_lib.systems.secrets.words import SECRET_WORDS
from runbook_lib.text import translate

SECRET = "Xk29-never-in-a-text"
NAME = "salesforce_admin_password"
Write = Callable[[str], Path]


@pytest.fixture
def write(rehearsed: Session, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the administrator's password into a file of the workspace; the file."""
    variable = f"RUNBOOK_{rehearsed.connection.name}_{NAME}".upper().replace("-", "_")
    monkeypatch.setenv(variable, SECRET)

    def to(place: str) -> Path:
        path = rehearsed.workspace.path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"a {SECRET} b")
        return path

    return to


@pytest.mark.parametrize("place", ["runs/now/03.ipynb", "report.html", "snapshots/x.json", "plans/05-x.json"])
def test_what_the_run_produced_is_emptied(rehearsed: Session, write: Write, place: str) -> None:
    """A produced file with a secret in it loses its content, and is named; the secret is not."""
    before = stamps(rehearsed.workspace)
    path = write(place)
    with pytest.raises(SecretLeaked, match=NAME) as told:
        search_run(rehearsed, before)
    assert path.read_bytes() == b"" and str(path) in str(told.value) and SECRET not in str(told.value)


@pytest.mark.parametrize(
    "place",
    [
        "decisions/fields.csv",
        "approvals/05.json",
        "imports/sync.csv",
        "notebooks/00_start_here.ipynb",
        "notebooks/.ipynb_checkpoints/03_security_token-checkpoint.ipynb",
    ],
)
def test_the_record_is_named_and_left(rehearsed: Session, write: Write, place: str) -> None:
    """A secret in the record fails the run and is named, and not a byte is changed."""
    before = stamps(rehearsed.workspace)
    path = write(place)
    content = path.read_bytes()
    with pytest.raises(SecretLeaked, match="could not be changed") as told:
        search_run(rehearsed, before)
    assert path.read_bytes() == content and str(path) in str(told.value)


def test_connection_toml_and_the_journal_are_never_emptied(rehearsed: Session, write: Write) -> None:
    """A secret in a comment of connection.toml or in an entry is named; both are there as before."""
    file = rehearsed.workspace.connection_file
    file.write_text(file.read_text() + f"# {SECRET}\n")
    rehearsed.vault.mask = lambda value: value  # type: ignore[method-assign]  # a defect that lets it through
    rehearsed.journal._mask = lambda value: value
    rehearsed.journal.append("00_start_here", "look", Kind.read, {"note": SECRET})
    with pytest.raises(SecretLeaked) as told:
        search_run(rehearsed, stamps(rehearsed.workspace))
    assert str(file) in str(told.value) and "journal.db (1)" in str(told.value)
    assert SECRET in file.read_text() and rehearsed.journal.verify() is None


def test_a_word_that_stood_there_before_removes_nothing(rehearsed: Session, write: Write) -> None:
    """A value that an earlier run had written already may be a word of the org: named, and all is kept."""
    write("snapshots/earlier.json")
    before = stamps(rehearsed.workspace)
    path = write("runs/now/03.ipynb")
    with pytest.raises(SecretLeaked, match="could not be changed"):
        search_run(rehearsed, before)
    assert SECRET in path.read_text()


def test_earlier_files_are_not_searched(rehearsed: Session, write: Write) -> None:
    """What earlier runs left was searched then."""
    write("runs/earlier/03.ipynb")
    search_run(rehearsed, stamps(rehearsed.workspace))


def test_a_mistyped_everyday_word_destroys_nothing(
    rehearsed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password “Marketo” is told to be too ordinary, and no file counts as a leak."""
    monkeypatch.setenv(f"RUNBOOK_{rehearsed.connection.name}_{NAME}".upper().replace("-", "_"), "Marketo")
    before = stamps(rehearsed.workspace)
    report = rehearsed.workspace.report_html
    report.write_text("Marketo")
    rehearsed.journal.append("00_start_here", "look", Kind.read, {"Marketo": "Marketo"})
    search_run(rehearsed, before)
    assert report.read_text() == "Marketo"
    assert rehearsed.journal.entries()[-1].payload == {"Marketo": "Marketo"}
    assert translate(SECRET_WORDS[NAME], "de") in translate(unsearched(rehearsed), "de")
