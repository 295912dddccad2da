"""From the text of a query to its answer."""

from __future__ import annotations

from runbook_lib.rehearsal.database import Database
from runbook_lib.rehearsal.org.computed import ComputedRows
from runbook_lib.rehearsal.org.faults import OrgFault
from runbook_lib.rehearsal.org.permissions import Permissions
from runbook_lib.rehearsal.org.schema.catalog import Catalog
from runbook_lib.rehearsal.org.soql.excerpts import located
from runbook_lib.rehearsal.org.soql.parser import parse
from runbook_lib.rehearsal.org.soql.restrictions import check_one_batch, check_one_row
from runbook_lib.rehearsal.org.soql.result import QueryResult, fetch
from runbook_lib.rehearsal.org.soql.scope import Asking, QueryReach
from runbook_lib.rehearsal.org.soql.sql import MOST_GROUPS, Translator
from runbook_lib.rehearsal.org.switches import Switches


class Queries:
    """Answers queries."""

    def __init__(
        self, database: Database, catalog: Catalog, permissions: Permissions, switches: Switches
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._permissions = permissions
        self._computed = ComputedRows(database, catalog, permissions, switches)

    def answer(self, user_id: str, soql: str, reach: QueryReach) -> QueryResult:
        """The answer to a query; OrgFault with Salesforce's code when it is refused."""
        try:
            return self._answer(user_id, soql, reach)
        except OrgFault as fault:
            raise located(fault, soql) from None

    def _answer(self, user_id: str, soql: str, reach: QueryReach) -> QueryResult:
        query = parse(soql)
        asking = Asking(self._catalog, self._permissions, self._computed, user_id, reach)
        plan = Translator(asking, query).translate()
        if plan.is_count:
            count = int(self._database.sql(plan.sql, plan.parameters)[0][0])
            return QueryResult(plan.shape, plan.columns, [], count)
        result = QueryResult(plan.shape, plan.columns, fetch(self._database, plan.sql, plan.parameters))
        if plan.is_grouped and result.total > MOST_GROUPS:
            raise OrgFault(
                400,
                "EXCEEDED_ID_LIMIT",
                "Aggregate query does not support queryMore(), use LIMIT to "
                "restrict the results to a single batch",
            )
        check_one_batch(query, result.total)
        check_one_row(query, plan.columns, result.total)
        return result
