"""The published schemas are those of what is written, and what is written keeps to them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from runbook_lib.guide.commands.schemas import FOLDER, PUBLISHED, schema_of, text_of
from runbook_lib.guide.engine.plain_run import PlainRun
from runbook_lib.guide.state.session import Session
from runbook_lib.guide.steps import STEPS
from runbook_lib.proof.report import write_report
from tests.guide.walking import walk

START = "00_start_here"


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_file_is_what_the_code_gives(name: str) -> None:
    """``python -m runbook_lib.guide.commands.schemas`` would change nothing."""
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == text_of(name)


def test_there_is_no_other_file() -> None:
    """Each published file has its schema, and no schema is left over."""
    assert {path.stem for path in FOLDER.glob("*.json")} == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_is_one_that_refuses(name: str) -> None:
    """It is valid JSON Schema, every field has to be there, and an empty object is refused."""
    schema = schema_of(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["required"]) == set(schema["properties"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({}, schema)


def test_a_real_result_and_a_real_report_validate(rehearsed: Session, tmp_path: Path) -> None:
    """What a notebook and the report leave behind after a walked step."""
    step = STEPS[START](rehearsed, interactive=False)
    step.run_plainly(PlainRun(rehearsed, START, tmp_path, None))
    jsonschema.validate(json.loads((tmp_path / "result.json").read_text("utf-8")), schema_of("result"))
    walk(rehearsed, START)
    write_report(rehearsed.workspace, rehearsed.journal)
    jsonschema.validate(json.loads(rehearsed.workspace.report_json.read_text("utf-8")), schema_of("report"))
