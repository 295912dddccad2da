"""The road on the schema of a real org."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from runbook_lib.errors import DescribeFileFault
from runbook_lib.guide.commands.describe_reasons import KNOWN
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables, stage
from runbook_lib.guide.notebooks.runner import count_proven
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.rehearsal.org.schema import recorded
from runbook_lib.road import ROAD
from runbook_lib.text import translate
from tests.guide.conftest import PEOPLE, Runbook
from tests.guide.walking import walk_on

DESCRIBES = Path(__file__).parents[3] / "shared" / "data" / "describes"


@pytest.mark.skipif(not DESCRIBES.is_dir(), reason="the recorded describes are not beside this checkout")
def test_the_road_on_recorded_describes(tmp_path: Path) -> None:
    """A folder of describes of a real org, among them an Account of 250 fields, is walked to its end."""
    with stage("clean", int(PEOPLE), org_schema=DESCRIBES) as server:
        folder = prepare_workspace(tmp_path / "acme", server, "robot").path
        with environment(secret_variables(server)), open_session(folder) as session:
            walk_on(session, ROAD[0].name, ROAD[-1].name)
            assert count_proven(session) == len(ROAD)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("nonsense", "das ist kein JSON"),
        (
            '{"name": "Lead", "fields": [{"name": "X", "type": "moon"}]}',
            "'moon' ist kein Feldtyp von Salesforce",
        ),
        ('{"name": "Lead", "fields": []}', "hier nennt eine Beschreibung die Felder ihres Objekts"),
    ],
)
def test_why_it_is_none_is_said_in_the_readers_language(content: str, reason: str, tmp_path: Path) -> None:
    """The imitation speaks English alone; the guide translates what it says, with what fills its gaps."""
    (tmp_path / "Lead.json").write_text(content)
    with pytest.raises(DescribeFileFault) as told, stage("clean", org_schema=tmp_path):
        pass
    assert reason in translate(told.value.what, "de")


def test_every_reason_can_be_translated() -> None:
    """Whatever the imitation finds wrong with a file stands in the catalogues, too."""
    folder = Path(recorded.__file__).parent
    sources = "".join(
        file.read_text("utf-8") for file in (folder / "recorded.py", folder / "describe_files.py")
    )
    known = {message.template for message in KNOWN}
    calls = re.findall(r'SchemaFault\(\s*[^"]*?(?:f?"[^"]*",\s*)?"([^"]*)"', sources)
    whats = re.findall(r'what = "([^"]*)"', sources)
    assert {text for text in (*calls, *whats) if " " in text} <= known and len(calls) > 10
    assert all(template in sources for template in known)


def test_a_file_that_is_no_describe(runbook: Runbook, tmp_path: Path) -> None:
    """It is named, with the key that is wrong; nothing is started."""
    (tmp_path / "Lead.json").write_text(json.dumps({"name": "Lead", "fields": [{"label": "x"}]}))
    said = runbook("rehearse", "--org-schema", tmp_path, "--workspace", tmp_path / "acme")
    assert said.returncode == 64
    assert "Lead.json" in said.stderr and "Traceback" not in said.stderr
