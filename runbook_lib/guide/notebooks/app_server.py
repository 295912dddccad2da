"""Voilà, and beside its pages the report and the click sheets, behind the same token; it begins with 00.

Voilà's own way to hand out files asks nobody for the token; this one is that of the Jupyter server. Source:
``voila/app.py`` and ``jupyter_server/base/handlers.py``.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from runbook_lib.guide.notebooks.pattern import without_menu
from runbook_lib.road import START_HERE

FIRST = f"/voila/render/{START_HERE.name}.ipynb"
PAGES = r"/voila/(report\.html|plans/[\w-]+\.html)"
"""Where links of a notebook to ``../report.html`` and ``../plans/`` lead."""


def as_page(_request: object, notebook: Any, cwd: str) -> Any:
    """The notebook as a page shows it: nobody is told to use a menu that it does not have."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = without_menu(cell.source)
    return notebook


def main() -> None:
    """Serves until it is stopped, with the arguments of the command line."""
    voila: Any = import_module("voila.app")  # an extra: nobody else needs it
    files = import_module("jupyter_server.base.handlers").AuthenticatedFileHandler
    redirect = import_module("tornado.web").RedirectHandler

    class WithReport(voila.Voila):  # type: ignore[misc]
        """Voilà on the notebooks of a workspace; the report stands beside their folder."""

        def init_handlers(self) -> list[Any]:
            """All addresses that are answered."""
            workspace = {"path": str(Path(self.root_dir).parent)}
            self.voila_configuration.prelaunch_hook = as_page
            first = (r"/", redirect, {"url": FIRST, "permanent": False})
            return [first, (PAGES, files, workspace), *super().init_handlers()]

    WithReport.launch_instance()


if __name__ == "__main__":
    main()
