"""What a notebook was given: the literals of its parameters cell, and what papermill put behind it.

A kernel's namespace holds other people's names, too: of cells of one's own, of variable inspectors, of
startup scripts, of a notebook that ran before. So the cells that ran are read, and not the namespace.
papermill marks its cell with the comment ``# Parameters``, and with ``--inject-paths`` adds ``PAPERMILL_…``
of its own. Source: papermill, ``translators.py`` and ``parameterize.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_INJECTED = "# Parameters"
_PAPERMILLS_OWN = "PAPERMILL_"
_IN_EVERY_NOTEBOOK = {"workspace", "interactive"}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook. ``kind`` and ``explanation`` are what ``papermill --help-notebook`` says;
    its pattern takes letters, commas and brackets for a type. Source: papermill, ``translators.py``."""

    name: str
    kind: str
    default: Any
    explanation: str


EVERYWHERE = (
    Parameter("workspace", "str", ".", "Folder of the connection."),
    Parameter("interactive", "bool, or None", None, "Whether a person fills in forms. None finds out."),
    Parameter("result", "str", "", "Folder for result.json. Empty, beside the output."),
)
"""What every notebook takes."""
MINUTES = Parameter("minutes", "float", 15, "How long to wait for records to arrive.")


def given_parameters(cells: Sequence[str]) -> tuple[str, ...]:
    """The names that the notebook was given, in their order; ``cells``: the sources that ran, the newest
    last.

    Only the newest parameters cell counts, and what was injected after it; without such a cell there are
    none.
    """
    literals = [_literals(cell) for cell in cells]
    start = max((n for n, names in enumerate(literals) if _IN_EVERY_NOTEBOOK <= names.keys()), default=None)
    if start is None:
        return ()
    injected = (names for cell, names in zip(cells[start + 1 :], literals[start + 1 :], strict=True)
                if cell.lstrip().startswith(_INJECTED))  # fmt: skip
    known = dict.fromkeys(literals[start])
    for names in injected:
        known |= dict.fromkeys(names)
    return tuple(name for name in known if not name.startswith(_PAPERMILLS_OWN))


def _literals(cell: str) -> Mapping[str, ast.expr]:
    """Name → value of a cell that holds nothing but ``name = value``; nothing for any other cell."""
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError, RecursionError):  # a magic of IPython, or no Python at all
        return {}
    return dict(_assignments(body)) if all(map(_is_assignment, body)) else {}


def _is_assignment(statement: ast.stmt) -> bool:
    return all(isinstance(name, ast.Name) for name in _targets(statement)) and bool(_targets(statement))


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.AnnAssign):
        return [statement.target] if statement.value is not None else []
    return statement.targets if isinstance(statement, ast.Assign) else []


def _assignments(body: Iterable[ast.stmt]) -> Iterable[tuple[str, ast.expr]]:
    for statement in body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            names = (name.id for name in _targets(statement) if isinstance(name, ast.Name))
            yield from ((name, statement.value) for name in names)
