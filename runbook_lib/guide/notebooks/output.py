"""Where papermill writes the executed notebook, asked from inside of it.

papermill tells the notebook with ``--inject-output-path``, or ``--inject-paths``, and by a cell that it puts
behind the parameters. Without that its command line tells, as papermill itself reads it: papermill is the
process that started this kernel.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_OUTPUT_PATH = "PAPERMILL_OUTPUT_PATH"


def output_of(cells: Sequence[str]) -> Path | None:
    """The executed notebook's path; ``None`` where nobody tells. ``cells``: the sources that ran."""
    for cell in reversed(cells):
        for line in cell.splitlines():
            name, _, value = line.partition(" = ")
            if name == _OUTPUT_PATH:
                with suppress(ValueError, SyntaxError):
                    return Path(str(ast.literal_eval(value))).absolute()
    return _from_command_line()


def _from_command_line() -> Path | None:
    import psutil  # lazy: only a notebook that papermill runs by itself asks

    try:
        parent = psutil.Process().parent()
        words = parent.cmdline() if parent else []
        start = next(place for place, word in enumerate(words) if Path(word).stem == "papermill")
        path = _output_named(words[start + 1 :])
        return Path(parent.cwd()) / path if parent and path else None
    except (psutil.Error, StopIteration, OSError):
        return None


def _output_named(options: list[str]) -> str:
    """The output among papermill's ``options``; empty where there is none, or it is no file here."""
    from papermill.cli import papermill  # lazy: as above; it loads half of Jupyter

    context = papermill.make_context("papermill", options, resilient_parsing=True)
    path = str(context.params.get("output_path") or "")
    return "" if path == "-" or "://" in path or "{" in path else path
