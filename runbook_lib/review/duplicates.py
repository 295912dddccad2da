"""People who share an e-mail: Marketo "will not de-dupe", so they become people twice. Counts only leave here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbook_lib.survey.snapshot import DuplicateCounts


def normalised_email(email: str | None) -> str:
    """The e-mail as Marketo compares it: trimmed and in lower case; empty where there is none."""
    return (email or "").strip().casefold()


def count_duplicates(emails: Mapping[str, Iterable[str | None]]) -> DuplicateCounts:
    """Groups of people with one e-mail, from the e-mails of ``Lead`` (not converted) and of ``Contact``.

    A group is ``lead`` or ``contact`` when it has people of that kind only, else ``across``.
    """
    raise NotImplementedError
