"""Many changes of one kind are one line, whose numbers add up; each stands by itself behind a fold."""

from __future__ import annotations

from runbook_lib.change.plan import Change, ChangeKind
from runbook_lib.guide.views.blocks import Fold, Grid
from runbook_lib.guide.views.change_reasons import change_blocks
from runbook_lib.text import say


def hide(name: str) -> Change:
    """A field that is hidden."""
    return Change(ChangeKind.HIDE_FIELD, name, {}, {}, say("Hide {field}.", field=name))


def test_changes_of_one_kind_are_counted_by_object() -> None:
    """158 fields to hide are one line: how many of each object, and why, said once."""
    names = [*(f"Account.A{n}__c" for n in range(41)), *(f"Contact.C{n}__c" for n in range(117))]
    summary, fold = change_blocks([hide(name) for name in names])
    assert isinstance(summary, Grid) and len(summary.rows) == 1
    assert (summary.rows[0][1], str(summary.rows[0][2])) == (158, "Account 41, Contact 117")
    assert isinstance(fold, Fold) and isinstance(fold.inside, Grid) and len(fold.inside.rows) == 158


def test_a_change_of_its_own_kind_is_not_told_twice() -> None:
    """Where every change is alone of its kind, nothing is folded: the lines say it all."""
    mark = Change(ChangeKind.MARK_USER, "sync@acme.example", {}, {}, say("Tick it."))
    (summary,) = change_blocks([hide("Lead.Old__c"), mark])
    assert isinstance(summary, Grid) and [row[1] for row in summary.rows] == [1, 1]


def test_every_kind_can_be_told() -> None:
    """Every kind has a word and a reason, those that take another back too."""
    changes = [Change(kind, "Lead.Old__c", {}, {}, say("Back.")) for kind in ChangeKind]
    (summary,) = change_blocks(changes)
    assert isinstance(summary, Grid) and len(summary.rows) == len(ChangeKind)
