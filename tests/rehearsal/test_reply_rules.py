"""Reply rules: any answer in place of the rehearsal's own, as data, posted to /_rehearsal/replies."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from runbook_lib.rehearsal.server import RehearsalServer


def post(server: RehearsalServer, *rules: Any) -> requests.Response:
    """Posts rules to the control."""
    data = list(rules) if len(rules) > 1 else rules[0]
    return requests.post(
        f"{server.url}/_rehearsal/replies", json=data, verify=str(server.ca_file), timeout=60
    )


def get(server: RehearsalServer, path: str = "/services/data", **options: Any) -> requests.Response:
    """One request to the rehearsal; redirects are shown, not followed."""
    options.setdefault("method", "GET")
    return requests.request(
        url=f"{server.url}{path}", verify=str(server.ca_file), timeout=60, allow_redirects=False, **options
    )


@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_body_keeps_the_connection(rehearsal_server: RehearsalServer, status: int) -> None:
    """HTTP gives these no body; the next answer comes over the same connection, whatever the rule says."""
    post(rehearsal_server, {"path": "/services/data/?$", "status": status, "body": {"a": 1}, "times": 1})
    url, bundle = f"{rehearsal_server.url}/services/data", str(rehearsal_server.ca_file)
    with requests.Session() as session:
        statuses = [session.get(url, verify=bundle, timeout=10) for _ in range(2)]
    assert [(answer.status_code, bool(answer.content)) for answer in statuses] == [
        (status, False),
        (200, True),
    ]


def test_a_rule_answers_word_for_word(rehearsal_server: RehearsalServer) -> None:
    """Status, headers and body are the rule's own; other requests are answered as ever."""
    rule = {"path": "/services/data/?$", "status": 302, "headers": {"Location": "https://proxy.example/"}}
    assert post(rehearsal_server, {**rule, "body": "<html>log in</html>"}).status_code == 201
    answer = get(rehearsal_server)
    assert (answer.status_code, answer.text) == (302, "<html>log in</html>")
    assert answer.headers["Location"] == "https://proxy.example/"
    assert get(rehearsal_server, "/services/data/v67.0").status_code == 401
    assert [entry.fault for entry in rehearsal_server.log.entries()][-2:] == ["reply_rule", ""]


def test_a_rule_strikes_as_often_as_it_says(rehearsal_server: RehearsalServer) -> None:
    """`skip` requests pass first, then `times` are answered, and the control tells how many it saw."""
    post(rehearsal_server, {"path": "/services/data", "skip": 1, "times": 2, "status": 429})
    assert [get(rehearsal_server).status_code for _ in range(4)] == [200, 429, 429, 200]
    (listed,) = get(rehearsal_server, "/_rehearsal/replies").json()
    assert (listed["matched"], listed["status"]) == (4, 429)


@pytest.mark.parametrize(
    ("rule", "request_made"),
    [
        ({"method": "post"}, {"method": "POST"}),
        ({"host": "mktorest"}, {"headers": {"Host": "123-abc-456.mktorest.com"}}),
        ({"query": "FROM Lead$"}, {"params": {"q": "SELECT Id FROM Lead"}}),
        ({"body_match": "password"}, {"method": "POST", "data": "<password>x</password>"}),
    ],
)
def test_what_a_rule_can_tell_apart(
    rehearsal_server: RehearsalServer, rule: dict[str, Any], request_made: dict[str, Any]
) -> None:
    """Method, host, query and body are matched, and a request without them is not."""
    post(rehearsal_server, {**rule, "path": "/services/data", "status": 418})
    assert get(rehearsal_server).status_code == 200
    assert get(rehearsal_server, **request_made).status_code == 418


def test_a_request_that_no_rule_meets_keeps_its_body(
    rehearsal_server: RehearsalServer, admin_salesforce: Any
) -> None:
    """Looking into a body for a rule leaves it whole for the rehearsal."""
    post(rehearsal_server, {"path": "/services", "body_match": "never said"})
    made = admin_salesforce.restful("sobjects/Lead", method="POST", json={"LastName": "A", "Company": "B"})
    assert made["success"]


def test_a_patch_changes_one_value(rehearsal_server: RehearsalServer, admin_salesforce: Any) -> None:
    """The rehearsal answers, and the named values alone are of another shape."""
    post(rehearsal_server, {"path": ".*/query/?$", "patch": {"records": None, "done": {"is": "no"}}})
    answer = admin_salesforce.restful("query", params={"q": "SELECT Id FROM Organization"})
    assert (answer["records"], answer["done"], answer["totalSize"]) == (None, {"is": "no"}, 1)


def test_the_world_acts_though_it_is_answered_for(
    rehearsal_server: RehearsalServer, admin_salesforce: Any
) -> None:
    """With `after_write` what was asked is done, and the client hears something else."""
    post(rehearsal_server, {"method": "POST", "path": ".*/Lead", "status": 503, "after_write": True})
    with pytest.raises(Exception, match="503|Response content"):
        admin_salesforce.restful("sobjects/Lead", method="POST", json={"LastName": "Zz", "Company": "B"})
    assert admin_salesforce.query("SELECT COUNT() FROM Lead WHERE LastName = 'Zz'")["totalSize"] == 1


def test_a_body_can_be_cut_off(rehearsal_server: RehearsalServer) -> None:
    """After so many bytes the connection is gone, though more were promised."""
    post(rehearsal_server, {"path": "/services/data", "body": {"records": ["x" * 100]}, "cut_after": 20})
    with pytest.raises(requests.exceptions.RequestException):
        get(rehearsal_server)


def test_rules_end(rehearsal_server: RehearsalServer) -> None:
    """Deleting takes them out of force; a reset does, too."""
    post(rehearsal_server, {"path": "/services/data", "status": 429}, {"path": "/rest", "status": 429})
    assert get(rehearsal_server, "/_rehearsal/replies", method="DELETE").status_code == 204
    assert get(rehearsal_server).status_code == 200
    post(rehearsal_server, {"path": "/services/data", "status": 429})
    rehearsal_server.reset()
    assert get(rehearsal_server).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"match": "POST"}, "unknown key: match"),
        ({"path": "("}, "path is not a regular expression"),
        ({"status": "none"}, "status"),
        ({"times": -1}, "times"),
        ({"headers": {"Retry-After": 3}}, "headers"),
        ("no object", "JSON object"),
    ],
)
def test_a_rule_that_cannot_strike_is_refused(
    rehearsal_server: RehearsalServer, wrong: Any, told: str
) -> None:
    """A rule that would never do anything proves nothing: it is refused with the reason."""
    answer = post(rehearsal_server, wrong)
    assert (answer.status_code, told in answer.text) == (400, True)
