"""What simple-salesforce raises for a refusal of the imitation, read as far as tests ask for it."""

from __future__ import annotations

from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceError


def code_of(refused: pytest.ExceptionInfo[SalesforceError]) -> str:
    """The errorCode of the first error in the body."""
    errors: Any = refused.value.content
    return str(errors[0]["errorCode"])
