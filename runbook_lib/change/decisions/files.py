"""The files of decisions as spreadsheets leave them: read strictly, every bad row at once, and written whole.

Columns stand in any order, and more than ours may stand there. The moment of a decision is nobody's to edit,
and spreadsheets rewrite it; where it cannot be read it is not known, and the decision counts all the same.
Written with a byte-order mark: without one Excel takes UTF-8 for Windows-1252.

What a spreadsheet would take for a formula is written with an apostrophe before it and read without, so that
a reason such as ``=1+1`` stays a text; also after a semicolon, where a German or Spanish Excel begins a new
cell. Source of the signs: OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from runbook_lib import text_files
from runbook_lib.change.decisions.headings import columns_of
from runbook_lib.change.decisions.rows import Row
from runbook_lib.change.decisions.setup import SetupDecision
from runbook_lib.disk import write_whole
from runbook_lib.errors import DecisionFileFault
from runbook_lib.spreadsheets import tables_in
from runbook_lib.systems.validation_messages import reason_of
from runbook_lib.text import Message, counted, joined, printable, say
from runbook_lib.text_files import Table, TableLine, UnreadableText

WHOLE_ROW = "row"
"""In place of a column, where several together are wrong."""
R = TypeVar("R", bound=Row | SetupDecision)
T = TypeVar("T", bound=Row)
Beside = Mapping[str, Callable[[Any], str | float]]
"""Column → what it tells of a row."""


def read_table(
    path: Path, row: type[T], faults: list[Message], notices: list[Message] | None = None
) -> list[T]:
    """The rows of the file ``path``; none without a file. Faults, with lines, are added to ``faults``, and to
    ``notices`` what does not matter to the decisions."""
    try:
        content = text_files.read_bytes(path)
    except FileNotFoundError:
        return []
    except UnreadableText as fault:
        faults.append(unreadable(path.name, fault))
        return []
    return rows_in(path.name, content, row, faults, notices)


def rows_in(
    file: str, content: bytes, row: type[T], faults: list[Message], notices: list[Message] | None = None
) -> list[T]:
    """The rows in the content of a table of any kind, of a workbook those of the sheet that has them; faults
    and notices as above, and there the file is called ``file``."""
    try:
        table = _best(tables_in(content), row)
    except UnreadableText as fault:
        faults.append(unreadable(file, fault))
        return []
    columns = columns_of(table.columns)
    if wrong := _columns_at_fault(file, columns, row):
        faults.append(wrong)
        return []
    lines = (line for line in table.lines if not _are_headings(line, columns, row))
    records = dict(_records(file, columns, lines, faults))
    rows = _rows(file, row, records.items(), faults)
    without = sum(bool(records[row.line].get("decided_at")) and row.decided_at is None for row in rows)
    if notices is not None and without:
        notices.append(_moments_unknown(file, without))
    return rows


def are_rows(content: bytes, row: type[Row]) -> bool:
    """Whether a table holds the columns of such rows, whatever is wrong in its lines; :class:`UnreadableText`
    where it is none."""
    return set(columns_of(_best(tables_in(content), row).columns)) >= _telling(row)


def _best(tables: Sequence[Table], row: type[Row]) -> Table:
    """The table that has the columns; where none has them, the one that comes nearest."""
    return max(tables, key=lambda table: len(_telling(row).intersection(columns_of(table.columns))))


def _telling(row: type[Row]) -> set[str]:
    return {*row.KEY, "decision"}


def _are_headings(line: TableLine, columns: Sequence[str], row: type[Row]) -> bool:
    """Whether the line repeats in words what the first line names, as the workbooks that we write do."""
    named = zip(columns, columns_of(line.cells), strict=False)
    return {column for column, cell in named if column == cell} >= _telling(row)


def _columns_at_fault(file: str, columns: Sequence[str], row: type[Row]) -> Message | None:
    if not columns:
        return say("{file}: is empty; its first line must name the columns.", file=file)
    if lacking := _lacking(columns, row):
        return say("{file}: has no column {columns}.", file=file, columns=", ".join(lacking))
    if twice := sorted({name for name in columns if columns.count(name) > 1 and name in _columns(row)}):
        return say("{file}: names the column {columns} twice.", file=file, columns=", ".join(twice))
    return None


def _lacking(columns: Sequence[str], row: type[Row]) -> list[str]:
    return [name for name in _required(row) if name not in columns]


def unreadable(file: str, fault: UnreadableText) -> Message:
    """Why ``file`` cannot be read, and on which line."""
    if fault.line:
        return say("{file}, line {line}: {reason}.", file=file, line=str(fault.line), reason=fault.reason)
    return say("{file}: {reason}.", file=file, reason=fault.reason)


def _moments_unknown(file: str, count: int) -> Message:
    return counted(
        count,
        say("{file}: a spreadsheet rewrote “decided_at” in one row; when it was decided is unknown.",
            file=file),
        say("{file}: a spreadsheet rewrote “decided_at” in {count} rows; when they were decided is "
"unknown.",
            file=file, count=count),
    )  # fmt: skip


def _why(column: str, reason: object) -> Message:
    """What is wrong; of a whole row it is called by no column, which a form does not have."""
    if column == WHOLE_ROW:
        return say("{reason}.", reason=reason)
    return say("{key}: {reason}.", key=column, reason=reason)


def checked(decision: R) -> R:
    """``decision`` as it may be written; ``DecisionFileFault`` naming every cell that must not be."""
    try:
        return reader(type(decision)).validate_python(asdict(decision))
    except ValidationError as wrong:
        raise DecisionFileFault(
            say("This decision cannot be recorded."),
            why=joined([_why(key, why) for key, why in reasons(wrong)], "\n"),
            fix=say("Decide again."),
        ) from None


def write_table(path: Path, row: type[T], rows: Sequence[T], beside: Beside | None = None) -> Path:
    """Write ``rows`` to the file ``path``: whole, or not at all.

    ``beside``: columns that help to decide, and are no decision; they stand behind those that say what is
    decided about, and reading the file passes over them.
    """
    text = io.StringIO(newline="")
    columns, lines = lines_of(row, rows, beside or {})
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return write_whole(path, "\ufeff" + text.getvalue())


def lines_of(row: type[T], rows: Iterable[T], beside: Beside) -> tuple[list[str], list[list[str | float]]]:
    """The columns of a file, and its lines: no text among them is one that a spreadsheet would compute."""
    ours = _columns(row)
    columns = [*row.KEY, *beside, *(name for name in ours if name not in row.KEY)]
    lines: list[list[str | float]] = []
    for entry in rows:
        data = reader(row).dump_python(entry, mode="json")
        cells = {name: tell(entry) for name, tell in beside.items()} | {
            name: str(data[name]) for name in ours
        }
        lines.append(
            [_as_text(cell) if isinstance(cell, str) else cell for cell in (cells[name] for name in columns)]
        )
    return columns, lines


def _records(
    file: str, columns: Sequence[str], lines: Iterable[TableLine], faults: list[Message]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Column → cell of each line; a line with more cells than columns is a fault, and left out."""
    for line in lines:
        if any(line.cells[len(columns) :]):
            faults.append(
                say(
                    "{file}, line {line}: has more cells than there are columns; put a cell that "
                    "contains the separator into quotation marks.",
                    file=file,
                    line=str(line.number),
                )
            )
            continue
        yield line.number, dict(zip(columns, map(_from_text, line.cells), strict=False))


def _rows(
    file: str, row: type[T], lines: Iterable[tuple[int, dict[str, str]]], faults: list[Message]
) -> list[T]:
    ours = _columns(row)
    rows: list[T] = []
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in lines:
        try:
            entry = reader(row).validate_python({name: cells[name] for name in ours if name in cells})
        except ValidationError as wrong:
            faults.extend(
                say(
                    "{file}, line {line}, {column}: {reason}.",
                    file=file,
                    line=line,
                    column=column,
                    reason=reason,
                )
                for column, reason in reasons(wrong)
            )
            continue
        key = tuple(str(getattr(entry, name)).lower() for name in row.KEY)
        if key in seen:
            faults.append(
                say("{file}, line {line}: the same as line {first}.", file=file, line=line, first=seen[key])
            )
        seen.setdefault(key, line)
        rows.append(replace(entry, line=line))
    return rows


def reasons(wrong: ValidationError) -> Iterator[tuple[str, object]]:
    """Column and reason of everything that is wrong in a row."""
    for fault in wrong.errors(include_url=False):
        column = ".".join(str(part) for part in fault["loc"]) or WHOLE_ROW
        given = str(fault["input"])
        known: dict[str, Message] = {
            "enum": say(
                "“{given}” is not one of {words}", given=given, words=fault.get("ctx", {}).get("expected", "")
            ),
            "string_pattern_mismatch": say("“{given}” is not a name that is allowed here", given=given),
        }
        yield column, known.get(fault["type"]) or reason_of(fault)


def _columns(row: type[Row]) -> list[str]:
    """The columns of a file: the row's own first; ``line`` is none."""
    common = [cell.name for cell in fields(Row)]
    return [*(cell.name for cell in fields(row) if cell.name not in common), *common[:-1]]


_built: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def reader(decision: type[R]) -> TypeAdapter[R]:
    """What checks and writes such a decision."""
    return _built(decision)


def _must_be_there(row: type[Row]) -> tuple[str, ...]:
    return tuple(reader(row).json_schema().get("required", ()))


_required: Callable[[Any], tuple[str, ...]] = cache(_must_be_there)


_FORMULA = "'*[=+\\-@＝＋－＠]"  # full-width signs count in East Asian spreadsheets


def _as_text(cell: str) -> str:
    return re.sub(f"(^|;)(\\s*)({_FORMULA})", r"\1\2'\3", printable(cell))


def _from_text(cell: str) -> str:
    return re.sub(f"(^|;)(\\s*)'({_FORMULA})", r"\1\2\3", cell)
