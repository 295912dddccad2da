"""What the tests of the systems floor share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

from runbook_lib.systems.connection import Connection

# The first example also pays for lazy imports: a deadline per example would measure those.
settings.register_profile("systems", deadline=None)
settings.load_profile("systems")


@pytest.fixture(scope="session")
def a_connection() -> Callable[..., Connection]:
    """Makes a valid connection; its arguments replace whole tables or keys of the top level."""

    def make(**changes: Any) -> Connection:
        data: dict[str, Any] = {
            "name": "acme",
            "salesforce": {
                "environment": "production",
                "admin_username": "admin@acme.example",
                "sync_username": "marketo@acme.example",
            },
            "marketo": {"munchkin_id": "123-ABC-456", "client_id": "client"},
        }
        return Connection.model_validate(data | changes)

    return make
