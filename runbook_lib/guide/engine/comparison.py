"""Reading everybody and comparing them: what notebook 07 looks at, and what it leaves behind.

The people themselves are deleted as soon as they were compared, unless :data:`KEEP_EXTRACT` is set; what
stays are ids, counts and reasons. After a fault they stay too, so that the next try goes on where it was.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook_lib.change.decisions import ComparisonRules
from runbook_lib.errors import UsageFault
from runbook_lib.guide.state.comparison import SHOW_PEOPLE, Compared, groups_file, probable_file, shows_people
from runbook_lib.guide.state.session import now
from runbook_lib.guide.state.traces.left_behind import people_at_work
from runbook_lib.review.duplicates.email_rules import EmailRules
from runbook_lib.review.duplicates.exact import find_exact
from runbook_lib.review.duplicates.probable.engines import DuckDbEngine, Engine, SparkEngine
from runbook_lib.review.duplicates.probable.search import ProbableSummary, find_probable
from runbook_lib.review.duplicates.summary import PersonDetail, draw_picture, write_csv
from runbook_lib.survey.people.columns import RULE
from runbook_lib.survey.people.extract import ExtractListener, ExtractProgress, extract_people
from runbook_lib.survey.people.marketo import InMarketo, extract_marketo
from runbook_lib.survey.people.marketo_bulk import BulkListener, BulkProgress
from runbook_lib.survey.people.pages import remove_folder
from runbook_lib.survey.probes.query import unknown
from runbook_lib.survey.snapshot import Unknown
from runbook_lib.systems.reach import CANNOT_TELL
from runbook_lib.text import Message, say

if TYPE_CHECKING:
    from runbook_lib.guide.state.session import Session

KEEP_EXTRACT = "RUNBOOK_KEEP_EXTRACT"
"""Environment variable: the people that were read stay in the workspace's folder ``extract/``."""
MARKETO_CALLS = "RUNBOOK_MARKETO_CALLS"
"""Environment variable: how many Marketo calls may be spent on people who are there already."""
ENGINE = "RUNBOOK_ENGINE"
"""Environment variable: where people are compared who share no e-mail: ``duckdb``, or ``spark``."""
FEW_CALLS = 20
"""Without it: enough for 5,000 e-mails, and little beside the 50,000 calls of a day."""
SESSION_SECONDS = 900
"""The shortest time after which an org may end an idle session. Source: Salesforce help, "Session
Settings"."""

MANY, PEOPLE_A_MINUTE = 100_000, 500_000
"""From so many people on it is told how long comparing takes; a laptop does at least so many a minute."""


def variables(show: bool, keep: bool, engine: str = "") -> dict[str, str]:
    """The environment in which notebook 07 shows people, keeps what was read, and compares elsewhere, where
    it was asked to."""
    asked = {name: "1" for name, wanted in ((SHOW_PEOPLE, show), (KEEP_EXTRACT, keep)) if wanted}
    return asked | ({ENGINE: engine} if engine else {})


def compare_people(session: Session, rules: ComparisonRules) -> Compared:
    """Reads everybody, compares them, and deletes what was read. Raises what the systems refuse."""
    where = _engine(session)  # a cluster that nobody named is told before anything is read
    with people_at_work(session.workspace):
        return _compare(session, rules, where)


def _compare(session: Session, rules: ComparisonRules, where: Engine) -> Compared:
    workspace, reader = session.workspace, session.admin()
    before = session.calls()["salesforce"]
    teller = ComparisonProgress(session.transport.tell)
    listener = ExtractListener(teller.foretell, teller.go_on)
    extract_people(reader, workspace.extract, now(), rules.fields, listener=listener)
    calls = session.calls()["salesforce"] - before
    in_marketo = _in_marketo(session, teller)
    groups = _for_owner_alone(groups_file(session))
    summary = find_exact(workspace.extract, email_rules(rules), groups)
    teller.compare(summary.people if rules.likelihood else 0)
    probable = _probable(session, rules, where)
    picture = draw_picture(workspace.extract, groups)
    csv = _tables(session)
    if not os.environ.get(KEEP_EXTRACT):
        remove_folder(workspace.extract)
    return Compared(summary, probable, picture, in_marketo, csv, calls, teller.calls)


def email_rules(rules: ComparisonRules) -> EmailRules:
    """When two e-mails count as one, by what was decided."""
    return EmailRules(rules.plus_addresses, rules.gmail_dots)


def _engine(session: Session) -> Engine:
    if os.environ.get(ENGINE, "") != "spark":
        return DuckDbEngine()
    master = session.connection.spark_master
    if not master:
        raise UsageFault(
            say("No Spark cluster is named."),
            where="connection.toml",
            fix=say('Write its address: spark_master = "spark://host:7077". Or leave out --engine spark.'),
        )
    return SparkEngine(master)


def _probable(session: Session, rules: ComparisonRules, where: Engine) -> ProbableSummary | None:
    file = probable_file(session)
    if not rules.likelihood:
        for old in (file, file.with_suffix(".csv")):
            old.unlink(missing_ok=True)
        return None
    return find_probable(
        session.workspace.extract,
        _for_owner_alone(file),
        rules.likelihood,
        email_rules(rules),
        tuple(RULE + field.lower() for field in rules.fields),
        where,
    )


def _tables(session: Session) -> tuple[Path, ...]:
    """The files for a tool that merges, one beside each file of groups."""
    detail = PersonDetail.PEOPLE if shows_people() else PersonDetail.IDS
    files = [file for file in (groups_file(session), probable_file(session)) if file.exists()]
    extract = session.workspace.extract
    return tuple(write_csv(extract, file, file.with_suffix(".csv"), detail) for file in files)


def _for_owner_alone(file: Path) -> Path:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)
    return file


def _in_marketo(session: Session, teller: ComparisonProgress) -> InMarketo | Unknown:
    given, began = os.environ.get(MARKETO_CALLS, ""), session.transport.moment()
    most = int(given) if given.isdigit() else FEW_CALLS
    try:
        listener = BulkListener(teller.foretell_exports, teller.go_on_exporting)
        return extract_marketo(session.marketo(), session.workspace.extract, now(), most, listener)
    except CANNOT_TELL as fault:  # then people of Salesforce are compared among themselves
        remove_folder(session.workspace.extract / "Marketo")
        return unknown(fault)
    finally:
        if session.transport.moment() - began > SESSION_SECONDS:  # an export may take hours
            session.admin.forget()
            session.sync.forget()


@dataclass
class ComparisonProgress:
    """Tells while people are read: what it will cost, then how fast it goes and how long it takes."""

    tell: Callable[[Message], None]
    calls: int = 0

    def foretell(self, people: Mapping[str, int], calls: int) -> None:
        """Before the first job."""
        self.calls = calls
        self._show(
            say(
                "{people} people are read, with at most {calls} Salesforce calls.",
                people=sum(people.values()),
                calls=calls,
            )
        )

    def go_on(self, progress: ExtractProgress) -> None:
        """After each page."""
        if progress.rows < progress.expected:
            self._show(
                say(
                    "{object}: {rows} of {expected} read, {speed} per second, about {seconds} seconds left.",
                    object=progress.object,
                    rows=progress.rows,
                    expected=progress.expected,
                    speed=progress.rows_per_second,
                    seconds=progress.seconds_left,
                )
            )

    def foretell_exports(self, jobs: int, calls: int) -> None:
        """Before the first export of Marketo."""
        self._show(
            say(
                "The people in Marketo are read in {jobs} exports, two at a time, with at most {calls} "
                "calls. An export takes two minutes or more: this may take hours. What has been read "
                "is kept if it is stopped.",
                jobs=jobs,
                calls=calls,
            )
        )

    def go_on_exporting(self, progress: BulkProgress) -> None:
        """After each export."""
        if progress.done < progress.of:
            self._show(
                say(
                    "Marketo: {done} of {of} exports read, {people} people, about {minutes} minutes left.",
                    done=progress.done,
                    of=progress.of,
                    people=progress.people,
                    minutes=-(-round(progress.seconds_left) // 60),
                )
            )

    def compare(self, people: int) -> None:
        """Before people without a common e-mail are compared, where that takes a while."""
        if people >= MANY:
            self._show(
                say(
                    "{people} people are compared with each other; that takes about {minutes} minutes.",
                    people=people,
                    minutes=-(-people // PEOPLE_A_MINUTE),
                )
            )

    def _show(self, text: Message) -> None:
        """One line, which the next one replaces; nothing outside a notebook."""
        if "IPython" in sys.modules:
            self.tell(text)
