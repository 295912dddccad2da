"""What people read, in their language, and labels only in the vendors' words."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib import text
from runbook_lib.errors import Blocked
from runbook_lib.text import Label, Message, Moment, counted, every_wording, from_json, label, say, translate


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A German catalogue of two sentences, one of them marked as unsure."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "runbook.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "{count} fields in {place}"\nmsgstr "{count} Felder in {place}"\n\n'
        'msgid "the org"\nmsgstr "der Org"\n\n'
        '#, fuzzy\nmsgid "Stop"\nmsgstr "Halt"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(text, "_LOCALE", tmp_path)
    text._catalogue.cache_clear()
    yield
    text._catalogue.cache_clear()


def test_a_message_is_said_in_english_by_default() -> None:
    """A message as text is its English sentence."""
    assert str(say("{count} fields", count=3)) == "3 fields"


@pytest.mark.usefixtures("german")
def test_a_message_and_those_in_it_are_translated() -> None:
    """Values that are messages are said in the same language; what is missing stays English."""
    message = say("{count} fields in {place}", count=3, place=say("the org"))
    assert translate(message, "de") == "3 Felder in der Org"
    assert translate(message, "es") == "3 fields in the org"
    assert translate("plain text", "de") == "plain text"


@given(st.text())
def test_what_is_printable_drives_nothing(told: str) -> None:
    """No control character, surrogate or mark of direction is left, and nothing else is touched."""
    kept = text.printable(told)
    assert len(kept) == len(told) and text.printable(kept) == kept
    assert all(category(sign) not in ("Cc", "Cs", "Zl", "Zp") or sign in "\n\t" for sign in kept)
    assert all(
        before == after or category(before) in ("Cc", "Cs", "Cf", "Zl", "Zp")
        for before, after in zip(told, kept, strict=True)
    )


@pytest.mark.usefixtures("german")
def test_an_unsure_translation_is_not_shown() -> None:
    """What a translator marked fuzzy is shown in English."""
    assert translate(say("Stop"), "de") == "Stop"


@pytest.mark.usefixtures("german")
def test_an_error_is_translated_part_by_part() -> None:
    """Each part of an error is said in the reader's language."""
    error = Blocked(say("{count} fields in {place}", count=1, place="Lead"), fix=say("the org"))
    assert translate(error, "de") == "1 Felder in Lead\nder Org"


@given(st.text(), st.text(), st.integers())
def test_messages_survive_files(one: str, two: str, number: int) -> None:
    """A message put into JSON and read again is the same message."""
    message = say("{a} {b} {c} {d}", a=one, b=say("{x}", x=two), c=number, d=Label("marketo.sync_fields"))
    again = from_json(json.loads(json.dumps(message.to_json())))
    assert isinstance(again, Message)
    assert again == message
    assert hash(again) == hash(message)
    assert str(again) == str(message)


@pytest.mark.parametrize(("count", "told"), [(0, "0 Änderungen"), (1, "Eine Änderung"), (2, "2 Änderungen")])
def test_one_is_told_as_one(count: int, told: str) -> None:
    """Exactly one has a sentence of its own, none and many have the other."""
    one, many = say("One change was made."), say("{count} changes were made.", count=count)
    assert translate(counted(count, one, many), "de").startswith(told)


def test_what_json_does_not_know_is_kept_in_words() -> None:
    """An exception or a path in a message is written down as what it says."""
    message = say("{a} {b}", a=ValueError("line 1"), b=Path("x"))
    assert json.loads(json.dumps(message.to_json()))["values"] == {"a": "line 1", "b": "x"}


def test_other_json_is_left_alone() -> None:
    """What is no message comes back unchanged."""
    for data in ("text", 3, None, ["x"], {"template": "x"}, {"label": "x", "y": 1}):
        assert from_json(data) == data


def test_labels_are_the_vendors_words() -> None:
    """The label in a language, English where the vendor's wording is not attested, an error where unknown."""
    assert label("marketo.sync_fields", "de") == "Felder synchronisieren"
    assert label("marketo.break_mapping", "de") == "Break Mapping"
    assert translate(Label("marketo.sync_fields"), "es") == "Sincronizar campos"
    assert "Campos de sincronización" in every_wording("marketo.sync_fields")
    with pytest.raises(KeyError):
        label("marketo.no_such_button", "en")


def test_every_label_has_its_source() -> None:
    """Each row of labels.toml names where its words stand written, and what no document attests."""
    tables = tomllib.loads(
        (Path(text.__file__).parent / "locale" / "labels.toml").read_text(encoding="utf-8")
    )
    sources = tables.pop("source")
    rows = {f"{table}.{key}": row for table, keys in tables.items() for key, row in keys.items()}
    assert [key for key, row in rows.items() if row.get("source") not in sources] == []
    assert label("permission.convert_leads", "de") == "Leads konvertieren (Convert Leads)"


def test_a_moment_is_written_by_the_reader_s_language() -> None:
    """Each language writes a moment in its own way, in UTC; JSON keeps ISO 8601 and gives it back."""
    moment = Moment(datetime(2026, 11, 28, 22, 56, 30, tzinfo=UTC))
    assert [translate(say("{at}", at=moment), language) for language in ("en", "de", "es")] == [
        "Nov 28, 2026, 22:56 UTC",
        "28.11.2026, 22:56 UTC",
        "28 nov 2026, 22:56 UTC",
    ]
    assert from_json(say("{at}", at=moment).to_json()) == say("{at}", at=moment)
    assert Moment.of("soon") == "soon"
