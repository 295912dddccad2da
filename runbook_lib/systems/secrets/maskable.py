"""Which secrets can be told from ordinary text, and so be masked and searched for.

A password mistyped as ``Marketo`` stands in every file of every run. Masking it would blacken the journal,
and searching for it would call each of those files a leak. Such a secret is neither masked nor searched for,
and people are told so. A secret is ordinary where it

- has fewer than :data:`~runbook_lib.systems.secrets.leaks.SHORTEST` characters,
- is a number of fewer than :data:`SHORTEST_NUMBER` digits, which a time or a run's id may hold, or
- stands, in whatever case, in our own texts (code, catalogues, names of the standard schema), in what the
  programs that run notebooks write into them, or in connection.toml.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from runbook_lib.systems.secrets.leaks import SHORTEST

SHORTEST_NUMBER = 12
_PACKAGE = Path(__file__).parents[2]
_SUFFIXES = (".py", ".toml", ".po", ".csv", ".html", ".j2", ".css", ".js")
_WORLDS = _PACKAGE / "rehearsal" / "worlds"
"""Hold the secrets of the rehearsals: the one place of the package whose texts are no ordinary ones."""
_OF_NOTEBOOKS = (
    "cells cell_type code markdown metadata outputs output_type execute_result display_data stream stdout "
    "stderr execution_count source hidden source_hidden editable deletable jupyter papermill "
    "default_parameters duration start_time end_time completed exception environment_variables input_path "
    "output_path parameters version injected-parameters language_info codemirror_mode file_extension "
    "mimetype text/x-python nbconvert_exporter pygments_lexer ipython3 kernelspec display_name "
    "Python 3 (ipykernel) language nbformat_minor nbformat application/vnd.jupyter.widget-view+json "
    "dataframe thead tbody border text-align"
)


def is_ordinary(secret: str, connection_texts: Iterable[str] = ()) -> bool:
    """Whether ``secret`` cannot be told from ordinary text; ``connection_texts``: values of
    connection.toml."""
    if len(secret) < SHORTEST or (secret.isdigit() and len(secret) < SHORTEST_NUMBER):
        return True
    sought = secret.casefold()
    return any(sought in text.casefold() for text in connection_texts) or sought in own_texts()


@lru_cache(maxsize=1)
def own_texts() -> str:
    """All texts of the product in small letters; read once by each process."""
    files = sorted(path for path in _PACKAGE.rglob("*") if path.suffix in _SUFFIXES)
    texts = [
        path.read_text(encoding="utf-8", errors="replace") for path in files if _WORLDS not in path.parents
    ]
    return "\n".join([_OF_NOTEBOOKS, *texts]).casefold()
