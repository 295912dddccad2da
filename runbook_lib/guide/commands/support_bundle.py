"""What support needs and nothing that is anybody's: versions, the journal without values, the table of calls.

Searched for every secret before it is written. No system is called.
"""

from __future__ import annotations

import json
import platform
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import SecretLeaked
from runbook_lib.text import say

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session
    from runbook_lib.journal import Entry

PACKAGES = (
    "marketo-salesforce-runbook", "duckdb", "ipywidgets", "jupyterlab", "pandas", "papermill", "requests",
    "simple-salesforce", "splink", "SQLAlchemy", "zeep",
)  # fmt: skip
KEPT = frozenset(
    {
        "beat", "calls", "check", "code", "exit_code", "for_ever", "gate", "kind", "outcome", "refused",
        "seconds", "status", "tried", "versions",
    }
)  # fmt: skip
"""Members of a payload that are ours or the vendor's own words, and nobody's data."""
_WORD = re.compile(r"[A-Za-z0-9_.\- ]{0,60}")
ABOUT = """Support bundle of the Marketo-Salesforce sync runbook.

versions.json  the runbook, Python, the operating system, the packages it stands on
journal.json   every entry: when, which step, which kind; sentences without what fills their gaps; no value
calls.json     every kind of call: how often, how long, which status, the shape of the answers, request ids

No person, no address, no record, no id and no secret is in it. Of fields there are API names: those of
Salesforce's custom ones are left out, those that somebody made in Marketo cannot be told from Marketo's own.
Read it before you send it: it is plain text.
"""


def write_bundle(session: Session, file: Path | None = None) -> Path:
    """The zip in ``file``, or ``support-<utc>.zip`` in the workspace; its path.

    Raises ``SecretLeaked`` where a secret is found in what would be written; then nothing is.
    """
    texts = {
        "ABOUT.txt": ABOUT,
        "versions.json": _json(_versions()),
        "journal.json": _json([redacted(entry) for entry in session.journal.entries()]),
        "calls.json": _json(session.known_calls()),
    }
    texts = {name: str(session.vault.mask(text)) for name, text in texts.items()}
    _require_clean(session, texts)
    target = file or session.workspace.path / f"support-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in texts.items():
            bundle.writestr(name, text)
    return target


def redacted(entry: Entry) -> dict[str, Any]:
    """An entry of the journal without what it says of anybody."""
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "run": entry.run,
        "step": entry.step,
        "beat": entry.beat,
        "kind": entry.kind.value,
        "payload": _shape(entry.payload),
    }


def _shape(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"template", "values"}:
            return value["template"]  # a sentence of ours; what fills its gaps stays here
        return {name: _member(name, member) for name, member in value.items() if _is_ours(name)}
    if isinstance(value, list):
        shapes: list[Any] = []
        for member in value:
            shape = _shape(member)
            if shape not in shapes:
                shapes.append(shape)
        return {"count": len(value), "of": shapes[:3]} if value else []
    if value is None or isinstance(value, bool):
        return value
    return type(value).__name__ if not isinstance(value, str) else "text"


def _member(name: str, value: Any) -> Any:
    """A member of a payload: as it is where it is nobody's data."""
    if name in KEPT and isinstance(value, dict):
        return {key: item for key, item in value.items() if isinstance(item, str | int | float)}
    is_word = isinstance(value, int | float) or (isinstance(value, str) and _WORD.fullmatch(value))
    return value if name in KEPT and is_word else _shape(value)


def _is_ours(name: str) -> bool:
    return bool(re.fullmatch(r"[a-z_]{1,40}", name))


def _versions() -> dict[str, Any]:
    return {
        "python": sys.version.split()[0],
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _require_clean(session: Session, texts: Mapping[str, str]) -> None:
    leaks = {(name, secret) for name, text in texts.items() for secret, _ in session.vault.find_in_text(text)}
    if leaks:
        raise SecretLeaked(
            say(
                "The support bundle would contain a secret: {names}. It was not written.", names=_named(leaks)
            ),
            fix=say("Send these names, and nothing else, to whoever maintains the runbook."),
        )


def _named(leaks: Iterable[tuple[str, str]]) -> str:
    return ", ".join(sorted(f"{secret} ({file})" for file, secret in leaks))


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=False)
