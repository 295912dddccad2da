"""A refused change is told with its own fix: the right that is missing, the name that is taken."""

from __future__ import annotations

import pytest

from runbook_lib.change.apply_errors import changes_refused, fix_for
from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.text import say


def _change(kind: ChangeKind) -> Change:
    return Change(kind, "Lead.mkto71_Lead_Score__c", {}, {}, say("x"))


@pytest.mark.parametrize("kind", ChangeKind)
def test_every_kind_names_the_right_it_needs(kind: ChangeKind) -> None:
    """Whoever lacks a right learns which one, and where it is given."""
    fix = str(fix_for(_change(kind), "INSUFFICIENT_ACCESS_OR_READONLY"))
    assert "lacks a user permission" in fix and "Setup" in fix


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        (ChangeKind.CREATE_FIELD, "DUPLICATE_DEVELOPER_NAME", "Deleted Fields"),
        (ChangeKind.CREATE_USER, "DUPLICATE_USERNAME", "another sync_username"),
        (ChangeKind.CREATE_USER, "LICENSE_LIMIT_EXCEEDED", "user license"),
        (ChangeKind.GRANT_FIELD, "UNABLE_TO_LOCK_ROW", "Wait"),
        (ChangeKind.GRANT_FIELD, "NEVER_HEARD_OF", "None"),
    ],
)
def test_a_code_has_its_own_fix(kind: ChangeKind, code: str, words: str) -> None:
    """Known codes are told with what ends them, unknown ones with nothing made up."""
    assert words in str(fix_for(_change(kind), code))


def test_each_fix_is_told_once() -> None:
    """Ten fields refused for one reason are ten lines and one fix; the general advice stands last."""
    reasons = {f"create-field:{n}": say("refused") for n in range(10)}
    counts = {"done": 0, "failed": 10, "unknown": 0, "left": 2}
    stop = changes_refused("01_marketo_fields", counts, reasons, [say("Mend it.")] * 10, "CODE")
    assert len(str(stop.why).splitlines()) == 10
    assert str(stop.fix).splitlines()[0] == "Mend it." and len(str(stop.fix).splitlines()) == 2
    assert stop.code == "CODE" and "Not attempted: 2" in str(stop.what)
