"""What a look is sure to ask, whatever the answers: asked first, and together, so that it costs few calls.

A composite call takes five queries beside ten describes. Each probe still asks its own question, in its own
place, and is given the answer of this moment; what it asks besides costs a call of its own as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook_lib.survey.people.extract import count_queries
from runbook_lib.survey.probes.org.account import account_questions
from runbook_lib.survey.probes.org.inventory import QUERIES
from runbook_lib.survey.probes.org.queries import questions
from runbook_lib.survey.probes.org.settings import health_questions, surroundings_questions
from runbook_lib.survey.probes.people import row_counts
from runbook_lib.survey.probes.sync_user import OWN_PERMISSIONS
from runbook_lib.survey.requirements import objects_of
from runbook_lib.survey.snapshot import Expected, Part
from runbook_lib.systems.salesforce.client import describe_path, query_path


def as_sync_user(wanted: frozenset[Part], objects: Sequence[str]) -> Iterator[str]:
    """What is asked of the sync user's own session."""
    if Part.VISIBLE in wanted:
        yield from map(describe_path, objects)
    if Part.SYSTEM_PERMISSIONS in wanted:
        yield query_path(OWN_PERMISSIONS.soql)
    if Part.ROWS in wanted:
        yield from map(query_path, row_counts())


def as_admin(wanted: frozenset[Part], expected: Expected, user_id: str | None) -> Iterator[str]:
    """What is asked of the admin's session; ``user_id``: the sync user's, where it is known already."""
    if Part.PRESENT in wanted:
        yield from map(describe_path, objects_of(expected))
    asked = [question.soql for question in questions(wanted, expected)]
    if user_id and Part.SYNC_USER in wanted:
        asked += [question.soql for question in account_questions(user_id, Part.OBJECT_ACCESS in wanted)]
    if Part.INVENTORY in wanted:
        asked += QUERIES
    elif Part.DUPLICATES in wanted:
        asked += count_queries()
    if Part.SURROUNDINGS in wanted:
        asked += [question.soql for question in surroundings_questions(expected.sync_username)]
    if Part.ACCOUNT in wanted:
        asked += [question.soql for question in health_questions(expected.sync_username)]
    if Part.ROWS in wanted:
        asked += row_counts()
    yield from map(query_path, asked)
