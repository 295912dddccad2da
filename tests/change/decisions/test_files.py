"""Files of decisions as spreadsheets leave them."""

from __future__ import annotations

import codecs
import csv
import io
import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from runbook_lib.change.decisions import (
    Decisions,
    DuplicateChoice,
    DuplicateDecision,
    FieldDecision,
    MappingDecision,
    Pairing,
    SetupDecision,
    Visibility,
    read_decisions,
    unreadable,
    write_duplicates,
    write_fields,
    write_mappings,
    write_setup,
)
from runbook_lib.change.decisions.files import write_table
from runbook_lib.errors import DecisionFileFault
from runbook_lib.workspace import Workspace

API_NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,30}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40).map(
    lambda text: " ".join(text.split())
)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
HEADER = "object,field,decision,reason,decided_by,decided_at"
REUSED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@st.composite
def field_decisions(draw: st.DrawFn) -> list[FieldDecision]:
    """Decisions about fields, each field once."""
    names = draw(
        st.lists(st.tuples(API_NAMES, API_NAMES), max_size=6, unique_by=lambda pair: (".".join(pair)).lower())
    )
    return [
        FieldDecision(
            *name,
            draw(st.sampled_from(Visibility)),
            reason=draw(TEXTS),
            decided_by=draw(TEXTS),
            decided_at=draw(MOMENTS),
        )
        for name in names
    ]


def write(workspace: Workspace, text: str, file: str = "fields.csv") -> None:
    """Puts a file of decisions into the workspace, byte for byte."""
    (workspace.decisions / file).write_bytes(text.encode())


def faults(workspace: Workspace) -> list[str]:
    """The lines of the fault that reading the decisions raises."""
    with pytest.raises(DecisionFileFault) as raised:
        read_decisions(workspace)
    return str(raised.value.what).splitlines()


def test_nothing_on_file_is_nothing_decided(workspace: Workspace) -> None:
    """Without files nobody has decided anything, which is no fault."""
    assert read_decisions(workspace) == Decisions()


@REUSED
@given(rows=field_decisions())
def test_fields_round_trip(workspace: Workspace, rows: list[FieldDecision]) -> None:
    """What is written is read again, whatever a person typed as the reason, formulas included."""
    write_fields(workspace, rows)
    assert read_decisions(workspace).fields == {row.full_name: row for row in rows}


def test_what_drives_a_terminal_reaches_no_file(workspace: Workspace) -> None:
    """A reason with an escape sequence or a turned direction is written without it; a family stays one."""
    reason = "gone\x1b[2J\u202etxt.exe 👨\u200d👩\u200d👧\u00a0ok"
    write_fields(workspace, [FieldDecision("Lead", "Tier__c", Visibility.HIDE, reason=reason)])
    written = (workspace.decisions / "fields.csv").read_text(encoding="utf-8")
    assert not {"\x1b", "\u202e"} & set(written) and "👨\u200d👩\u200d👧" in written
    assert "gone\ufffd[2J\ufffdtxt.exe" in read_decisions(workspace).fields["Lead.Tier__c"].reason


@REUSED
@given(
    names=st.lists(
        st.tuples(API_NAMES, API_NAMES), max_size=4, unique_by=lambda pair: tuple(x.lower() for x in pair)
    ),
    choice=st.sampled_from(Pairing),
    reason=TEXTS,
)
def test_mappings_round_trip(
    workspace: Workspace, names: list[tuple[str, str]], choice: Pairing, reason: str
) -> None:
    """Mapping decisions survive the file."""
    rows = tuple(MappingDecision(*pair, choice, reason=reason) for pair in names)
    write_mappings(workspace, rows)
    assert read_decisions(workspace).mappings == rows


def test_setup_and_duplicates_round_trip(workspace: Workspace) -> None:
    """The set-up (TOML) and the decision about duplicates survive their files."""
    setup = SetupDecision(("mkto71_Lead_Score__c",), create_user=True, user_email="it@acme.example",
                          decided_by="Ada", decided_at=datetime(2026, 11, 22, tzinfo=UTC))  # fmt: skip
    accepted = DuplicateDecision(DuplicateChoice.ACCEPT, reason="=they are tests", decided_by="Ada")
    write_setup(workspace, setup)
    write_duplicates(workspace, accepted)
    read = read_decisions(workspace)
    assert (read.setup, read.duplicates) == (setup, accepted)


def test_a_comment_in_the_setup_stays(workspace: Workspace) -> None:
    """A person's comment in setup.toml is still there after the notebook wrote into it."""
    write(workspace, "# agreed with IT\ncreate_user = false\n", "setup.toml")
    write_setup(workspace, SetupDecision())
    assert "# agreed with IT" in (workspace.decisions / "setup.toml").read_text()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_spreadsheets_are_understood(workspace: Workspace, delimiter: str, line_end: str, mark: str) -> None:
    """Comma, semicolon or tab; any line ends; with or without a mark; any order, case and more columns."""
    rows = [
        ["Decision", "My notes", "Field", "Decided at", "Object", "reason"],
        ["HIDE", "?", "Region__c", "2026-11-22 10:00", " Lead ", f'"a{delimiter} ""b"""'],
        ["", "", "", "", "", ""],
        ["keep", "", "Tier__c", "", "Account", ""],
    ]
    write(workspace, mark + line_end.join(delimiter.join(row) for row in rows) + line_end)
    read = read_decisions(workspace).fields
    assert set(read) == {"Lead.Region__c", "Account.Tier__c"}
    hidden = read["Lead.Region__c"]
    assert (hidden.decision, hidden.reason) == (Visibility.HIDE, f'a{delimiter} "b"'.replace("\t ", " "))
    assert hidden.decided_at == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_every_bad_row_is_named_at_once(workspace: Workspace) -> None:
    """Each fault of each file is told with its line; nothing is taken from any file."""
    write(workspace, f'{HEADER}\nLead,A__c,hid,,,\n,B__c,keep,"two\nlines",,\nLead,C__c,keep,,,yesterday\n'
                     "Lead,D__c,keep,,,\nlead,d__c,hide,,,\n")  # fmt: skip
    write(workspace, "people,decision,reason\nall,accept,\n", "duplicates.csv")
    write(workspace, 'marketo_fields = ["Score__c"]\ncolour = "red"\n', "setup.toml")
    told = faults(workspace)
    assert [line.split(":")[0] for line in told] == [
        "setup.toml",
        "setup.toml",
        "fields.csv, line 2, decision",
        "fields.csv, line 3, object",
        "fields.csv, line 7",
        "duplicates.csv, line 2, row",
    ]
    assert "the same as line 6" in told[4]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("object,field\n", "has no column decision"),
        ("object,object,field,decision\n", "names the column object twice"),
        (HEADER + '\nLead,A__c,keep,"open', "quotation marks"),
        (HEADER + "\nLead,A__c\n", "line 2, decision: is missing"),
    ],
)
def test_a_file_that_is_no_table(workspace: Workspace, text: str, told: str) -> None:
    """A file that cannot be a table of decisions is one clear fault."""
    write(workspace, text)
    (line,) = faults(workspace)
    assert told in line


def test_a_file_in_another_encoding(workspace: Workspace) -> None:
    """What a Western Excel saves as CSV or as Unicode text is understood; of other bytes one is told."""
    text = HEADER.replace(",", ";") + "\r\nLead;A__c;keep;für Köln;;\r\n"
    for encoding in ("cp1252", "utf-16"):
        (workspace.decisions / "fields.csv").write_bytes(text.encode(encoding))
        assert read_decisions(workspace).fields["Lead.A__c"].reason == "für Köln"
    (workspace.decisions / "fields.csv").write_bytes(HEADER.encode() + b"\nLead,A__c,keep,\x81,,")
    assert "CSV UTF-8" in faults(workspace)[0]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe" + HEADER.encode("utf-16-le")[:-1],
        b"\0\0\0\x01",
    ],
)
def test_an_encoding_that_is_not_read_is_named(workspace: Workspace, content: bytes) -> None:
    """UTF-16 that was cut short, and bytes that are no text: which encodings are read is told."""
    (workspace.decisions / "fields.csv").write_bytes(content)
    (told,) = faults(workspace)
    assert "UTF-8" in told and "UTF-16" in told and "Windows-1252" in told


SPOKEN = st.text(st.sampled_from("=+-@＝;,'\"\t\n aäñ€1|"), max_size=12).map(
    lambda text: " ".join(text.split())
)
"""What a person may type as a reason, with all signs that a spreadsheet or a separator could stumble over."""


@REUSED
@given(
    reasons=st.lists(SPOKEN, min_size=1, max_size=4),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
def test_a_spreadsheet_between_loses_nothing(
    workspace: Workspace, reasons: list[str], encoding: str, delimiter: str, line_end: str, quoting: Any
) -> None:
    """Written, saved by a spreadsheet in any of its ways, read: every reason is as it was typed."""
    if encoding == "cp1252":
        reasons = [reason.replace("＝", "=") for reason in reasons]  # it has no such sign
        assume(not any("ä€€" in reason for reason in reasons))  # its bytes are U+4000 in UTF-8
    rows = [
        FieldDecision("Lead", f"F{n}__c", Visibility.KEEP, reason=reason) for n, reason in enumerate(reasons)
    ]
    path = write_fields(workspace, rows)
    cells = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    saved = io.StringIO(newline="")
    csv.writer(saved, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(cells)
    path.write_bytes(saved.getvalue().encode(encoding))
    assert [row.reason for row in read_decisions(workspace).fields.values()] == reasons


@REUSED
@given(reasons=st.lists(SPOKEN, min_size=1, max_size=4))
def test_no_cell_is_a_formula(workspace: Workspace, reasons: list[str]) -> None:
    """Whatever is typed, no cell of the file begins a formula, by whichever separator it is split."""
    path = write_fields(
        workspace,
        [
            FieldDecision("Lead", f"F{n}__c", Visibility.KEEP, reason=reason, decided_by=reason)
            for n, reason in enumerate(reasons)
        ],
    )
    content = path.read_bytes()
    assert content.startswith(codecs.BOM_UTF8)  # without it Excel takes the file for cp1252
    text = content.decode("utf-8-sig")
    by_comma = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    by_semicolon = [cell for line in text.splitlines() for cell in line.split(";")]
    assert not [cell for cell in (*by_comma, *by_semicolon) if cell.strip().startswith(tuple("=+-@＝＋－＠"))]


def test_the_faulty_files_are_named(workspace: Workspace) -> None:
    """Only the files that have faults are named, so that the others can stay."""
    write_duplicates(workspace, DuplicateDecision(DuplicateChoice.MERGE, reason=""))
    assert unreadable(workspace) == ()
    write(workspace, "nonsense")
    assert unreadable(workspace) == (workspace.decisions / "fields.csv",)


@pytest.mark.parametrize("row", ["Region__c,,pair", ",Region__c,break", ",,leave", "Region c,Region__c,pair"])
def test_a_mapping_must_make_sense(workspace: Workspace, row: str) -> None:
    """Pairing and breaking need both fields, and names that can be API names."""
    write(workspace, f"lead_field,contact_field,decision\n{row}\n", "mappings.csv")
    assert len(faults(workspace)) == 1


def test_what_cannot_be_read_is_not_written(workspace: Workspace) -> None:
    """A decision that would be refused on reading is refused on writing, and the old file stays."""
    write_duplicates(workspace, DuplicateDecision(DuplicateChoice.MERGE, reason=""))
    with pytest.raises(DecisionFileFault, match="needs a reason"):
        write_duplicates(workspace, DuplicateDecision(DuplicateChoice.ACCEPT, reason=" "))
    assert read_decisions(workspace).duplicates == DuplicateDecision(DuplicateChoice.MERGE, reason="")


@pytest.mark.parametrize("first", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r\n'])
def test_the_separator_line_of_a_spreadsheet_is_read(workspace: Workspace, first: str) -> None:
    """A leading ``sep=;`` names the separator; the numbers of the lines are still those of the file."""
    head = HEADER.replace(",", ";")
    write(workspace, f"{first}{head}\r\nLead;Rating;keep;a, b;Ada;\r\n")
    (decision,) = read_decisions(workspace).fields.values()
    assert (decision.field, decision.reason) == ("Rating", "a, b")
    write(workspace, f"{first}{head}\r\nLead;Rating;perhaps;;;\r\n")
    assert "line 3" in faults(workspace)[0]


def test_a_line_with_too_many_cells_is_told(workspace: Workspace) -> None:
    """An unquoted comma in a reason would shift the cells: the line is named, empty surplus cells are not."""
    write(workspace, f"{HEADER}\nLead,Rating,keep,because, of that,Ada,,x\nLead,Title,keep,,,,,\n")
    (told,) = faults(workspace)
    assert "line 2" in told and "more cells" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [("Lead,Rating,keep," + "x" * 200_000, "longer than"), ('Lead,Rating,keep,"open', "quotation marks")],
)
def test_a_text_that_is_no_table_is_told_with_its_line(workspace: Workspace, text: str, told: str) -> None:
    """What is wrong is told, and not that the file should be saved in another encoding."""
    write(workspace, f"{HEADER}\n{text}")
    (fault,) = faults(workspace)
    assert "line 2" in fault and told in fault and "UTF-8" not in fault


def test_a_folder_in_the_place_of_a_file_is_told(workspace: Workspace) -> None:
    """A folder called fields.csv, or setup.toml, is a fault like any other."""
    (workspace.decisions / "fields.csv").mkdir()
    (workspace.decisions / "setup.toml").mkdir()
    assert ["cannot be opened" in line for line in faults(workspace)] == [True, True]


def test_a_moment_that_a_spreadsheet_rewrote_costs_no_decision(workspace: Workspace) -> None:
    """“decided_at” is nobody's to edit: where it cannot be read, it is not known, and that is said once."""
    rewritten = ("11/28/2026 12:00AM", "46354", "28.11.26", "0001-01-01T00:00:00+14:00")
    rows = "".join(f"Lead,F{n}__c,hide,,Ann,{moment}\n" for n, moment in enumerate(rewritten))
    write(workspace, f"{HEADER}\n{rows}Lead,Rating,keep,,Ada,2026-11-22T10:00:00Z\n")
    decisions = read_decisions(workspace)
    assert [row.decided_at is None for row in decisions.fields.values()] == [True] * 4 + [False]
    assert {row.decision for row in decisions.fields.values()} == {Visibility.HIDE, Visibility.KEEP}
    (notice,) = decisions.notices
    assert "fields.csv" in str(notice) and "4 rows" in str(notice)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_setup_of_any_editor_is_read(workspace: Workspace, encoding: str) -> None:
    """setup.toml is read in every encoding in which tables are."""
    text = 'decided_by = "Jörg"\r\nlast_name = "Müller"\r\n'
    (workspace.decisions / "setup.toml").write_bytes(text.encode(encoding))
    setup = read_decisions(workspace).setup
    assert setup is not None and (setup.decided_by, setup.last_name) == ("Jörg", "Müller")


def test_toml_that_is_nested_without_end_is_a_fault(workspace: Workspace) -> None:
    """Nesting that no reader follows is told like any other fault of the file."""
    (workspace.decisions / "setup.toml").write_text("a = " + "[" * 50_000, encoding="utf-8")
    assert "setup.toml" in faults(workspace)[0]


@REUSED
@given(
    rows=field_decisions(),
    notes=st.lists(SPOKEN, min_size=3, max_size=3),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_what_stands_beside_decides_nothing(
    workspace: Workspace, rows: list[FieldDecision], notes: list[str], delimiter: str
) -> None:
    """Columns that help to decide are read over, whatever stands in them, and none of their cells is a
    formula either."""
    told = {f"note {number}": lambda row, note=note: note for number, note in enumerate(notes)}
    path = write_table(workspace.decisions / "fields.csv", FieldDecision, rows, told)
    cells = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    assert cells[0][:6] == ["object", "field", *told, "decision"]
    assert not [cell for row in cells for cell in row if cell.strip().startswith(tuple("=+-@＝＋－＠"))]
    saved = io.StringIO(newline="")
    csv.writer(saved, delimiter=delimiter).writerows(cells)
    path.write_bytes(saved.getvalue().encode())
    assert list(read_decisions(workspace).fields.values()) == [
        replace(row, line=line) for line, row in enumerate(rows, start=2)
    ]


def test_what_a_spreadsheet_saves_counts_at_once(workspace: Workspace) -> None:
    """What was read before is not believed: a decision of as many letters, saved in place with the moment of
    the old file, is read; so is that a file is gone, and that it is wrong."""
    file = workspace.decisions / "fields.csv"
    text = f"{HEADER}\r\nLead,Email,keep,,Ada,\r\n"
    file.write_text(text)
    moment = file.stat().st_mtime_ns
    assert read_decisions(workspace).fields["Lead.Email"].decision is Visibility.KEEP
    with file.open("r+") as opened:
        opened.write(text.replace("keep", "hide"))
    os.utime(file, ns=(moment, moment))
    assert read_decisions(workspace).fields["Lead.Email"].decision is Visibility.HIDE
    file.write_text(text.replace("keep", "kept"))
    with pytest.raises(DecisionFileFault):
        read_decisions(workspace)
    file.unlink()
    assert read_decisions(workspace) == Decisions()
