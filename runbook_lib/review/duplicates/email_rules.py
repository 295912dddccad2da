"""When two e-mails count as one, as a rule and as the SQL that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from runbook_lib.survey.people.sql_text import quoted
from runbook_lib.survey.probes.shared_emails import SPACES


@dataclass(frozen=True)
class EmailRules:
    """When two e-mails count as one, beyond case and the spaces around them.

    ``plus``: what stands between a plus and the @ does not matter; ``gmail_dots``: nor do dots before
    @gmail.com.
    """

    plus: bool = False
    gmail_dots: bool = False


def address_sql(rules: EmailRules) -> str:
    """The column ``email`` as two people are compared by it; empty where there is none."""
    # trimming by a list of spaces is slow: only who begins or ends with anything but plain ASCII needs it
    is_plain = "ascii(email) BETWEEN 33 AND 126 AND ascii(right(email, 1)) BETWEEN 33 AND 126"
    trimmed = f"CASE WHEN {is_plain} THEN email ELSE trim(coalesce(email, ''), {quoted(SPACES)}) END"
    address = f"lower({trimmed})"
    if rules.plus:
        address = f"regexp_replace({address}, '\\+[^@]*@', '@')"
    if rules.gmail_dots:
        local = f"replace(split_part({address}, '@', 1), '.', '')"
        address = f"CASE WHEN {address} LIKE '%@gmail.com' THEN {local} || '@gmail.com' ELSE {address} END"
    return address
