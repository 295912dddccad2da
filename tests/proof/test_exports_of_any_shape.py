"""Export files as people's programs leave them, and spoiled in every way: read or refused, never a crash."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from runbook_lib.guide.views.sync.errors import error_blocks
from runbook_lib.guide.views.view import View
from runbook_lib.proof.claims.exports import claim_imports
from runbook_lib.proof.imports import read_imports
from runbook_lib.text import LANGUAGES, translate
from tests.org_by_hand import small_org

FILES = 1_000 if os.environ.get("RUNBOOK_SOAK_MINUTES") else 50
HEADERS = {
    "status": (
        "Started At,Ended At,Object,Operation,Status,New,Updated,Deleted,Failed Item,Skipped",
        "Gestartet um;Beendet um;Objekt;Vorgang;Status;Neu;Aktualisiert;Gelöscht;Fehlgeschlagenes Element;"
        "Übersprungen",
        "Objeto;Operación;Estado;Nuevos;Eliminados",
    ),
    "errors": (
        "Failed On,Error Type,Object,Marketo Id,SFDC Id,Error Details,SFDC Message",
        "Fehlgeschlagen am;Objekt;Datensatz-ID;Fehlerdetails;SFDC-Nachricht",
        "Fecha del error;Objeto;Id. del registro;Detalles del error;Mensaje de SFDC",
    ),
    "names": (
        "Friendly Label,SOAP API Name,REST API Name",
        "Anzeigename;REST-API-Name",
        "Nombre;Nombre de API REST",
    ),
}  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(
        ["", "0", "1.200", "1 200", "12:00", "03/04/2026 10:00", "22.11.2026 10:00:00", "Contact", "Kontakt",
         "Failed", "Fehlgeschlagen", "Error", "STRING_TOO_LONG: x", "00Q5g0000000001AAA", "=1+1", "9" * 400,
         "required field missing", "Total", "\u202e", '"', "NaN", "-", "2026-02-31 10:00"]
    ),
    st.text(max_size=12),
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le")


@st.composite
def export(draw: st.DrawFn) -> bytes:
    """A header in one of the languages, some lines, one of Excel's encodings, and perhaps a spoiled place."""
    header = draw(st.sampled_from(HEADERS[draw(st.sampled_from(sorted(HEADERS)))]))
    comma = ";" if ";" in header else ","
    width = header.count(comma) + 1
    rows = draw(st.lists(st.lists(CELLS, min_size=0, max_size=width + 1), max_size=5))
    lines = [header, *(comma.join(row) for row in rows)]
    if draw(st.booleans()):
        lines.insert(0, f"sep={comma}")
    text = draw(st.sampled_from(["\r\n", "\n", "\r"])).join(lines)
    content = text.encode(draw(st.sampled_from(ENCODINGS)), errors="replace")
    if draw(st.booleans()):
        place = draw(st.integers(0, len(content)))
        content = content[:place] + draw(st.binary(max_size=6)) + content[place + draw(st.integers(0, 9)) :]
    return content


@given(st.lists(export(), min_size=1, max_size=2), st.sampled_from(["a.csv", "b.CSV", "c.xlsx"]))
@settings(derandomize=FILES < 1_000, max_examples=FILES, deadline=None)
def test_whatever_lies_there_is_told(contents: list[bytes], name: str) -> None:
    """Each file is read or named with what is wrong; every sentence can be said in every language."""
    with TemporaryDirectory() as folder:
        for number, content in enumerate(contents):
            (Path(folder) / f"{number}{name}").write_bytes(content)
        imported = read_imports(Path(folder))
        claims = list(claim_imports(imported, None, small_org()))
        for language in LANGUAGES:
            assert all(translate(claim.what, language) for claim in claims)
            assert View(language, "", tuple(error_blocks(imported.groups or (), "https://x.example"))).html
        assert all(str(folder) not in str(claim.what) for claim in claims)
