"""The encodings in which a secret may turn up, to mask it in texts and to find it in files.

Two ways, because they answer two questions. *Masking* needs the exact spellings of a secret
(:func:`spellings`). *Finding* must also see what a spelling list misses, such as a password whose JSON was
put into JSON again, and so undoes the escapes of the file instead (:func:`find`).
"""

from __future__ import annotations

import base64
import html
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote_to_bytes
from xml.sax.saxutils import escape

SHORTEST = 6
"""Texts of fewer characters are not searched for: they would be found everywhere, also in digests."""


_QUOTATION_MARKS: tuple[dict[str, str], ...] = (
    {},
    {'"': "&quot;"},
    {'"': "&quot;", "'": "&apos;"},
    {'"': "&#34;", "'": "&#39;"},
)
"""How quotation marks are escaped, by whoever does."""


def spellings(secret: str) -> dict[str, tuple[str, ...]]:
    """Encoding → the spellings of ``secret`` in it; a spelling shorter than :data:`SHORTEST` is left out."""
    url = [quote(secret, safe=safe) for safe in ("", "/", "!'()*")] + [quote_plus(secret)]
    once = [json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)]
    escaped = [*(escape(secret, marks) for marks in _QUOTATION_MARKS), html.escape(secret)]
    named = {
        "plain": [secret],
        "base64": list(_base64_spellings(secret.encode())),
        "URL-encoded": url + [re.sub("%..", lambda match: match[0].lower(), text) for text in url],
        "XML-escaped": escaped,
        "JSON-escaped": once
        + [text.replace("/", r"\/") for text in once]
        + [json.dumps(t)[1:-1] for t in once],
    }
    return {
        encoding: tuple(dict.fromkeys(text for text in texts if len(text) >= SHORTEST))
        for encoding, texts in named.items()
    }


def find(content: bytes, secrets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yields (name of the secret, encoding) for every secret in ``content``: the first encoding seen."""
    searched = {name: secret for name, secret in secrets.items() if len(secret) >= SHORTEST}
    for encoding, view in _views(content):
        if not searched:
            return
        for name, secret in list(searched.items()):
            for kind, needles in _needles(secret, encoding):
                if any(needle in view for needle in needles):
                    yield name, kind
                    del searched[name]
                    break
        # Undoing escapes takes time, and letters and digits are never escaped: where those of a secret are
        # not in the content, no escaped spelling of it is either.
        if encoding == "base64":
            searched = {name: secret for name, secret in searched.items() if _core(secret) in content}


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """These files, and all files below those that are folders; links are not followed."""
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not file.is_symlink():
                yield file


def read_contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file; of a SQLite file also its values, which pages may hold in pieces."""
    content = path.read_bytes()
    yield content
    if content.startswith(b"SQLite format 3\0"):
        yield from _sqlite_values(path)


def _base64_spellings(secret: bytes) -> Iterator[str]:
    """The characters of Base64 that depend on the secret alone, for its three places in a group of three."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + secret).decode()
        beyond = (before + len(secret)) % 3
        # The first and the last characters are shared with the neighbors, which are not known.
        inner = coded[(0, 2, 3)[before] : len(coded) - (0, 3, 2)[beyond]]
        yield inner
        yield inner.translate(_URL_SAFE)


_URL_SAFE = str.maketrans("+/", "-_")


def _needles(secret: str, encoding: str) -> Iterator[tuple[str, list[bytes]]]:
    if encoding != "base64":
        yield encoding, [secret.encode()]
    if encoding == "plain":
        yield "plain", [secret.encode("utf-16-le"), secret.encode("utf-16-be")]
    yield "base64", [text.encode() for text in _base64_spellings(secret.encode()) if len(text) >= SHORTEST]


def _core(secret: str) -> bytes:
    """The longest run of letters and digits."""
    runs: list[bytes] = re.findall(rb"[A-Za-z0-9]*", secret.encode())
    return max(runs, key=len)


def _views(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The content, and the content with one or two layers of escapes undone; equal views only once."""
    yield "plain", content
    # Base64 of mail and PEM is broken into lines.
    yield "base64", content.replace(b"\r", b"").replace(b"\n", b"")
    seen = {content}
    for first, undo in _UNDO.items():
        once = undo(content)
        if once in seen:
            continue
        seen.add(once)
        yield first, once
        for again in _UNDO.values():
            twice = again(once)
            if twice not in seen:
                seen.add(twice)
                yield first, twice


def _undo_url(content: bytes) -> bytes:
    return unquote_to_bytes(content) if b"%" in content else content


def _undo_form(content: bytes) -> bytes:
    return _undo_url(content.replace(b"+", b" "))


def _undo_xml(content: bytes) -> bytes:
    return _ENTITY.sub(lambda match: html.unescape(match[0].decode()).encode(), content)


def _undo_json(content: bytes) -> bytes:
    return _JSON_ESCAPE.sub(_json_text, content) if b"\\" in content else content


def _json_text(match: re.Match[bytes]) -> bytes:
    escape_sequence: bytes = match[0]
    if escape_sequence in _JSON_SHORT:
        return _JSON_SHORT[escape_sequence]
    try:
        # Lone halves of surrogate pairs are no text; they are kept as they were.
        return str(json.loads(b'"' + escape_sequence + b'"')).encode()
    except UnicodeEncodeError:
        return escape_sequence


_JSON_SHORT: dict[bytes, bytes] = {
    b"\\" + letter: json.loads(b'"\\' + letter + b'"').encode()
    for letter in (b'"', b"\\", b"/", b"b", b"f", b"n", b"r", b"t")
}
_ENTITY = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{1,8});")
_JSON_ESCAPE = re.compile(rb'(?:\\u[0-9a-fA-F]{4})+|\\["\\/bfnrt]')
_UNDO: dict[str, Callable[[bytes], bytes]] = {
    "URL-encoded": _undo_form,
    "XML-escaped": _undo_xml,
    "JSON-escaped": _undo_json,
}


def _sqlite_values(path: Path) -> Iterator[bytes]:
    """Every text and blob of a SQLite file, one after the other; nothing where it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as database:
            database.text_factory = bytes
            for (table,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall():
                name = table.decode().replace('"', '""')
                rows = database.execute(f'SELECT * FROM "{name}"')  # noqa: S608 – quoted; SQLite binds no names
                yield b"\n".join(value for row in rows for value in row if isinstance(value, bytes))
    except sqlite3.Error:
        return
