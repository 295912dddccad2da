"""A Marketo instance: its state and rules. Nothing in here knows HTTP; this is the door for those who do."""

from runbook_lib.rehearsal.instance.crm import CrmRefusal, CrmState, FieldResult
from runbook_lib.rehearsal.instance.instance import READ_PERMISSIONS, Instance
from runbook_lib.rehearsal.instance.sync.cycle import Credentials

__all__ = ["READ_PERMISSIONS", "Credentials", "CrmRefusal", "CrmState", "FieldResult", "Instance"]
