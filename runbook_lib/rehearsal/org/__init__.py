"""A Salesforce org: its state and rules. Nothing in here knows HTTP; this is the door for those who do."""

from runbook_lib.rehearsal.org.faults import LoginFault, OrgFault, SchemaFault
from runbook_lib.rehearsal.org.login.session import LoginHost, OrgSession
from runbook_lib.rehearsal.org.org import Org
from runbook_lib.rehearsal.org.soql.result import QueryResult

__all__ = ["LoginFault", "LoginHost", "Org", "OrgFault", "QueryResult", "SchemaFault", "OrgSession"]
