"""01 shows the lead-conversion mapping before and after: what is added, what stays, that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from runbook_lib.change.decisions import Decisions, SetupDecision
from runbook_lib.change.plans import plan_for
from runbook_lib.guide.commands.rehearse import prepare_workspace, secret_variables
from runbook_lib.guide.state.environment import environment
from runbook_lib.guide.state.session import open_session
from runbook_lib.guide.steps.marketo_fields import MarketoFields
from runbook_lib.guide.views.fields.lead_conversion import conversion_after, conversion_before
from runbook_lib.guide.views.view import Fold, Grid, View
from runbook_lib.rehearsal.server import RehearsalServer
from runbook_lib.survey.snapshot import ConvertedField, Snapshot, Unknown
from tests.org_by_hand import NOW, small_org

SCORE, DATE = "mkto71_Lead_Score__c", "mkto71_Acquisition_Date__c"
OLD = ConvertedField("Region__c", "Contact", "Region__c")
TAKEN = ConvertedField(DATE, "Contact", "First_Seen__c")
ADDED = ConvertedField(SCORE, "Contact", SCORE)


def before(seen: Snapshot) -> str:
    """What Decide shows for the two fields."""
    decided = Decisions(setup=SetupDecision(marketo_fields=(SCORE, DATE)))
    plan = plan_for("01_marketo_fields", seen, decided, NOW)
    return View("en", "", tuple(conversion_before(plan, seen))).plain


def after(was: object, now: object) -> str:
    """What Prove shows."""
    pair = (small_org(conversion=mapping) for mapping in (was, now))
    return View("en", "", tuple(conversion_after(*pair))).plain


def test_before_each_line_has_its_fate() -> None:
    """A missing line is added, one of somebody else stays, one in the way is left alone and named."""
    told = before(small_org(conversion=(OLD, TAKEN))).splitlines()
    assert "1 mappings will be added, 2 stay as they are" in told[0]
    fates = {line.split()[0]: line for line in told[2:]}
    assert fates[f"Lead.{SCORE}"].endswith("‖ will be added") and f"Contact.{SCORE}" in fates[f"Lead.{SCORE}"]
    assert fates["Lead.Region__c"].endswith("✔ stays")
    assert "! stays: left alone" in fates[f"Lead.{DATE}"] and "Contact.First_Seen__c" in fates[f"Lead.{DATE}"]


def test_after_what_is_lost_comes_first() -> None:
    """Read back: a line that is gone stands on top, then what was added, then what is as before."""
    told = after((OLD, TAKEN), (OLD, ADDED)).splitlines()
    assert "1 added, 1 as before, 1 lost" in told[0]
    assert [line.split("  ")[-1].strip() for line in told[2:]] == ["✖ is lost", "✔ was added", "✔ as before"]
    assert "nothing was mapped" in after((), ())


def test_cannot_tell_shows_nothing() -> None:
    """Where the mapping cannot be read, no table pretends to know it; the claim beside it says so."""
    assert after(Unknown("no"), (OLD,)) == after((OLD,), Unknown("no")) == ""
    assert (
        list(conversion_before(plan_for("00", small_org(), Decisions(), NOW), small_org(conversion=None)))
        == []
    )


def test_many_lines_are_cut_and_counted() -> None:
    """An org with hundreds of mappings is shown in part, with the number of the others."""
    many = tuple(ConvertedField(f"A{n}__c", "Contact", f"A{n}__c") for n in range(300))
    (fold,) = conversion_after(small_org(conversion=many), small_org(conversion=many))
    assert isinstance(fold, Fold) and isinstance(grid := fold.inside, Grid)
    assert len(grid.rows) + grid.more == 300


def test_in_the_notebook(start_rehearsal: Callable[..., RehearsalServer], tmp_path: Path) -> None:
    """In world messy: Decide tells what is added, Prove reads every line back, and none is lost."""
    server = start_rehearsal("messy", people=50)
    workspace = prepare_workspace(tmp_path / "robot", server, "robot")
    with environment(secret_variables(server)), open_session(workspace.path) as session:
        step = MarketoFields(session, interactive=False)
        step.look(), step.check()
        decided = step.decide().plain
        step.do()
        proven = step.prove().plain
    assert "Lead conversion: 3 mappings will be added" in decided and "‖ will be added" in decided
    assert "read back from Salesforce: 3 added" in proven and "0 lost" in proven
