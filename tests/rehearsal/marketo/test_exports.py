"""The imitation of bulk lead extract: its states on the clock, its bounds, and the words of its refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from runbook_lib.rehearsal.instance import Instance
from runbook_lib.rehearsal.instance.usage import UsageBook

SPAN = {"startAt": "2020-01-01T00:00:00Z", "endAt": "2020-01-31T00:00:00Z"}
JOB = {"fields": ["id"], "filter": {"createdAt": SPAN}}
Send = Callable[..., requests.Response]


@pytest.fixture
def instance(reading: Callable[[str], tuple[Instance, str]]) -> Instance:
    """An instance whose API calls are not used up."""
    instance, _ = reading("plain")
    instance.usage = UsageBook(instance.clock, instance.world.marketo.api_user)
    return instance


@pytest.fixture
def send(instance: Instance, reading: Callable[[str], tuple[Instance, str]]) -> Iterator[Send]:
    """Sends a request of the bulk API with a valid token; no job waits afterward."""
    _, url = reading("plain")
    declared = instance.world.marketo
    secret = {"client_id": declared.client_id, "client_secret": declared.client_secret}
    asked = {"grant_type": "client_credentials", **secret}
    token = requests.get(f"{url}/identity/oauth/token", params=asked, timeout=60).json()["access_token"]

    def send(method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return requests.request(
            method, f"{url}/bulk/v1/leads/export{path}", headers=headers, timeout=60, **options
        )

    yield send
    instance.clock.forward(3600)


def code(answer: requests.Response) -> str:
    """The code of a refusal."""
    return str(answer.json()["errors"][0]["code"])


def told(answer: requests.Response) -> dict[str, Any]:
    """What an answer tells of a job."""
    job: dict[str, Any] = answer.json()["result"][0]
    return job


def queued(send: Send, **more: Any) -> str:
    """A job that was just queued."""
    where = f"/{told(send('POST', '/create.json', json={**JOB, **more}))['exportId']}"
    send("POST", f"{where}/enqueue.json")
    return where


def test_a_job_goes_its_way(send: Send, instance: Instance) -> None:
    """Created, queued once, worked on, completed: renewed once a minute; its file is there only then."""
    job = told(send("POST", "/create.json", json=JOB))
    where = f"/{job['exportId']}"
    assert job["status"] == "Created" and send("GET", f"{where}/file.json").status_code == 404
    assert told(send("POST", f"{where}/enqueue.json"))["status"] == "Queued"
    assert code(send("POST", f"{where}/enqueue.json")) == "1029"
    seen = []
    for _ in range(8):
        instance.clock.forward(30)
        seen.append(told(send("GET", f"{where}/status.json"))["status"])
    assert seen[:2] == ["Queued", "Processing"] and seen[3] == "Processing" and seen[-1] == "Completed"
    done = told(send("GET", f"{where}/status.json"))
    content = send("GET", f"{where}/file.json").content
    assert (content, done["fileSize"]) == (b"id\n", len(b"id\n"))
    assert done["fileChecksum"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    part = send("GET", f"{where}/file.json", headers={"Range": "bytes=1-1"})
    assert (part.status_code, part.text, part.headers["Content-Range"]) == (206, "d", "bytes 1-1/3")


def test_two_are_worked_on_and_ten_may_wait(send: Send, instance: Instance) -> None:
    """The third waits until one of two is done; the eleventh finds no room."""
    jobs = [queued(send) for _ in range(10)]
    more = told(send("POST", "/create.json", json=JOB))["exportId"]
    assert code(send("POST", f"/{more}/enqueue.json")) == "1029"
    instance.clock.forward(61)
    assert [told(send("GET", f"{job}/status.json"))["status"] for job in jobs[:3]] == [
        "Processing", "Processing", "Queued",
    ]  # fmt: skip
    assert told(send("POST", f"{jobs[9]}/cancel.json"))["status"] == "Cancelled"
    assert told(send("POST", f"/{more}/enqueue.json"))["status"] == "Queued"
    listed = send("GET", ".json", params={"status": "Cancelled"}).json()["result"]
    assert [f"/{job['exportId']}" for job in listed] == [jobs[9]]


def test_the_days_allocation_is_spent_until_midnight(
    send: Send, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was exported today counts, for making a job as for queueing one."""
    monkeypatch.setattr("runbook_lib.rehearsal.marketo.export_queue.ExportQueue._used_today", lambda _: 10**9)
    answer = send("POST", "/create.json", json=JOB)
    assert code(answer) == "1029" and "quota" in answer.json()["errors"][0]["message"]


def test_columns_may_be_renamed_and_tabs_part_them(send: Send, instance: Instance) -> None:
    """The file is in the form and with the heads that were asked for."""
    job = queued(send, fields=["id", "email"], format="TSV", columnHeaderNames={"id": "Id"})
    instance.clock.forward(300)
    assert told(send("GET", f"{job}/status.json"))["format"] == "TSV"
    assert send("GET", f"{job}/file.json").text == "Id\temail\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"fields": ["id"], "filter": {"updatedAt": SPAN}}, "1035"),
        ({"fields": ["id"], "filter": {"createdAt": {**SPAN, "endAt": "2020-02-02T00:00:00Z"}}}, "1003"),
        ({"fields": ["nonsense"], "filter": {"createdAt": SPAN}}, "1006"),
        ({"filter": {"createdAt": SPAN}}, "1003"),
        ({**JOB, "format": "XLSX"}, "1003"),
    ],
)
def test_what_is_refused(send: Send, body: Any, expected: str) -> None:
    """Another filter, more than 31 days, a field that is none, none at all, and another form."""
    assert code(send("POST", "/create.json", json=body)) == expected
    assert code(send("GET", "/b0/status.json")) == "1013" and code(send("GET", "/all.json")) == "610"
