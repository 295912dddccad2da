"""The imitation of bulk lead extract: its states, its bounds, and the words of its refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.usage import UsageBook

SPAN = {"startAt": "2020-01-01T00:00:00Z", "endAt": "2020-01-31T00:00:00Z"}


@pytest.fixture
def send(reading: Callable[[str], tuple[Instance, str]]) -> Callable[..., requests.Response]:
    """Sends a request of the bulk API with a valid token."""
    instance, url = reading("plain")
    declared = instance.world.marketo
    instance.usage = UsageBook(instance.clock, declared.api_user)
    secret = {"client_id": declared.client_id, "client_secret": declared.client_secret}
    asked = {"grant_type": "client_credentials", **secret}
    token = requests.get(f"{url}/identity/oauth/token", params=asked, timeout=10).json()["access_token"]

    def send(method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return requests.request(
            method, f"{url}/bulk/v1/leads/export/{path}", headers=headers, timeout=10, **options
        )

    return send


def code(answer: requests.Response) -> str:
    """The code of a refusal."""
    return str(answer.json()["errors"][0]["code"])


def test_a_job_goes_its_way(send: Callable[..., requests.Response]) -> None:
    """Created, queued once, completed; its file is there only then, also in parts."""
    job = send("POST", "create.json", json={"fields": ["id"], "filter": {"createdAt": SPAN}}).json()[
        "result"
    ][0]
    where = job["exportId"]
    assert job["status"] == "Created" and send("GET", f"{where}/file.json").status_code == 404
    assert send("POST", f"{where}/enqueue.json").json()["result"][0]["status"] == "Queued"
    assert code(send("POST", f"{where}/enqueue.json")) == "1029"
    told = send("GET", f"{where}/status.json").json()["result"][0]
    assert (told["status"], told["fileSize"]) == ("Completed", len("id\n"))
    assert send("GET", f"{where}/file.json").text == "id\n"
    part = send("GET", f"{where}/file.json", headers={"Range": "bytes=1-1"})
    assert (part.status_code, part.text) == (206, "d")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"fields": ["id"], "filter": {"updatedAt": SPAN}}, "1035"),
        ({"fields": ["id"], "filter": {"createdAt": {**SPAN, "endAt": "2020-02-02T00:00:00Z"}}}, "1003"),
        ({"fields": ["nonsense"], "filter": {"createdAt": SPAN}}, "1006"),
        ({"filter": {"createdAt": SPAN}}, "1003"),
    ],
)
def test_what_is_refused(send: Callable[..., requests.Response], body: Any, expected: str) -> None:
    """Another filter, more than 31 days, a field that is none, and none at all."""
    assert code(send("POST", "create.json", json=body)) == expected
    assert code(send("GET", "b0/status.json")) == "1003" and code(send("GET", "all.json")) == "610"
