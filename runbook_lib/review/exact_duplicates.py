"""People with one e-mail, found in the Parquet files of an extract: DuckDB compares them out of core.

What is written about a group holds no e-mail and no name: ids, owners, counts and a reason in a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runbook_lib.survey.emails import SPACES

KINDS = ("lead", "contact", "across", "marketo")
"""``marketo``: one person of Salesforce, of whom Marketo has another that is not linked to Salesforce."""
MEMORY = "1GB"
GROUP_COLUMNS = (
    "group_id", "key_digest", "kind", "size", "keep_object", "keep_id", "keep_reason", "opt_out_conflict",
    "members",
)  # fmt: skip


@dataclass(frozen=True)
class EmailRules:
    """When two e-mails count as one, beyond case and the spaces around them.

    ``plus``: what stands between a plus and the @ does not matter; ``gmail_dots``: nor do dots before
    @gmail.com.
    """

    plus: bool = False
    gmail_dots: bool = False


@dataclass(frozen=True)
class ExactSummary:
    """What was found, in counts. ``people`` and ``without_email`` are of Salesforce alone.

    ``conflicts``: groups whose opt-outs contradict each other; ``None``: opt-outs are not visible.
    """

    people: int
    without_email: int
    groups: Mapping[str, int] = field(default_factory=dict)
    members: Mapping[str, int] = field(default_factory=dict)
    conflicts: int | None = None


_PERSON = """
CREATE TEMP VIEW person AS
SELECT object, id, owner_id, opted_out, created, last_activity, object = 'Lead' AS is_lead,
       object = 'Marketo' AS in_marketo, {address} AS address
FROM read_parquet({files}, union_by_name = true)
WHERE object <> 'Marketo' OR sfdc_id IS NULL
"""
# Whose address comes once is put aside by a number of eight bytes, so that only the others are ever collected
# whole; two addresses that share such a number are told apart in the second step.
_GROUPS = """
COPY (
    WITH twice AS MATERIALIZED (
        SELECT hash(address) AS key FROM person WHERE address <> '' GROUP BY 1 HAVING count(*) > 1
    ), shared AS (
        SELECT count(*) AS size, count_if(NOT in_marketo) AS ours, count_if(is_lead) AS leads,
               coalesce(bool_or(opted_out) AND bool_or(NOT opted_out), false) AS opt_out_conflict,
               arg_min({{'object': object, 'id': id, 'last_activity': last_activity}},
                       (in_marketo, is_lead, last_activity IS NULL, -epoch(last_activity),
                        coalesce(created, TIMESTAMP '9999-01-01'), id)) AS keep,
               count_if(NOT is_lead AND NOT in_marketo) AS contacts,
               list({{'object': object, 'id': id, 'owner_id': owner_id}} ORDER BY object, id) AS members
        FROM person WHERE address <> '' AND hash(address) IN (SELECT key FROM twice)
        GROUP BY address HAVING count(*) > 1 AND count_if(NOT in_marketo) > 0
    )
    SELECT row_number() OVER (ORDER BY size DESC, keep.id) AS group_id,
           left(sha256(array_to_string(list_transform(members, lambda each: each.object || each.id), ' ')),
                16) AS key_digest,
           CASE WHEN ours = 1 THEN 'marketo' WHEN leads = ours THEN 'lead' WHEN leads = 0 THEN 'contact'
                ELSE 'across' END AS kind,
           size, keep.object AS keep_object, keep.id AS keep_id,
           CASE WHEN ours = 1 THEN 'only_in_salesforce' WHEN contacts = 1 THEN 'only_contact'
                WHEN keep.last_activity IS NOT NULL THEN 'last_activity' ELSE 'oldest' END AS keep_reason,
           opt_out_conflict, members
    FROM shared ORDER BY group_id
) TO {out} (FORMAT parquet, USE_TMP_FILE false)
"""
_COUNTS = (
    "SELECT kind, count(*), sum(size)::BIGINT, count_if(opt_out_conflict) FROM read_parquet($out) GROUP BY 1"
)
_ALL = """
SELECT count(*), coalesce(count_if(address = ''), 0), count(opted_out) FROM person WHERE NOT in_marketo
"""


def find_exact(folder: Path, rules: EmailRules, out: Path) -> ExactSummary:
    """Writes the groups of people in ``folder`` who share an e-mail to the Parquet file ``out``.

    Columns: :data:`GROUP_COLUMNS`; the biggest group first. ``keep_…``: the record that a sensible admin
    keeps: a contact rather than a lead, then the one with the latest activity, then the oldest.
    ``key_digest``: of the ids of the members, so that a decision about a group is one about these records.
    """
    import duckdb  # lazy: only notebook 07 compares people

    work = out.with_name(out.name + ".work")
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(work)}) as engine:
        engine.execute("SET enable_progress_bar = false")  # nothing but a notebook's own output is shown
        files = _text(str(folder / "**" / "*.parquet"))
        engine.execute(_PERSON.format(address=_address(rules), files=files))
        engine.execute(_GROUPS.format(out=_text(str(out))))
        rows = engine.execute(_COUNTS, {"out": str(out)}).fetchall()
        everybody = engine.execute(_ALL).fetchone()
    people, without_email, told = everybody or (0, 0, 0)
    groups, members = (
        {**dict.fromkeys(KINDS, 0), **{row[0]: int(row[column]) for row in rows}} for column in (1, 2)
    )
    conflicts = None if people and not told else sum(int(row[3]) for row in rows)
    return ExactSummary(people, without_email, groups, members, conflicts)


def _address(rules: EmailRules) -> str:
    # trimming by a list of spaces is slow: only who begins or ends with anything but plain ASCII needs it
    is_plain = "ascii(email) BETWEEN 33 AND 126 AND ascii(right(email, 1)) BETWEEN 33 AND 126"
    trimmed = f"CASE WHEN {is_plain} THEN email ELSE trim(coalesce(email, ''), {_text(SPACES)}) END"
    address = f"lower({trimmed})"
    if rules.plus:
        address = f"regexp_replace({address}, '\\+[^@]*@', '@')"
    if rules.gmail_dots:
        local = f"replace(split_part({address}, '@', 1), '.', '')"
        address = f"CASE WHEN {address} LIKE '%@gmail.com' THEN {local} || '@gmail.com' ELSE {address} END"
    return address


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
