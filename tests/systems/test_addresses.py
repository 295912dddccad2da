"""Addresses as people paste them are recognized, or refused; none becomes a host that cannot exist."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.systems.addresses import PARTITIONS, munchkin_id, my_domain

DOCUMENTED = re.compile(
    rf"[a-z0-9-]+(--[a-z0-9-]+)?(\.({'|'.join(PARTITIONS)}))?\.my\.salesforce\.com"
)  # Salesforce Help, "My Domain URL Formats"
NAME = st.from_regex(r"[a-z]([a-z0-9]|-[a-z0-9]){0,12}", fullmatch=True)
SANDBOX = st.just("") | st.from_regex(r"--[a-z][a-z0-9]{0,8}(\.sandbox)?", fullmatch=True)
PAGES = st.sampled_from(
    [".my.salesforce.com", ".lightning.force.com", ".my.salesforce-setup.com", ".my.site.com", ""]
)


@given(
    name=NAME,
    sandbox=SANDBOX,
    page=PAGES,
    scheme=st.sampled_from(["", "https://", "http://", "HTTPS://"]),
    path=st.sampled_from(["", "/", "/lightning/setup/SetupOneHome/home", "/?ec=302", ":443/x"]),
    spaces=st.sampled_from(["", " ", "\t"]),
)
def test_every_spelling_is_the_name(
    name: str, sandbox: str, page: str, scheme: str, path: str, spaces: str
) -> None:
    """Name, host or address of a page, however written: the name comes out, its host is a documented one."""
    if name in ("login", "test"):
        return
    typed = f"{spaces}{scheme}{name}{sandbox}{page}{path if page or scheme else ''}{spaces}"
    assert my_domain(typed) == name + sandbox
    assert DOCUMENTED.fullmatch(f"{my_domain(typed)}.my.salesforce.com")


@given(st.text(max_size=40))
def test_any_text_is_a_documented_host_or_refused(typed: str) -> None:
    """Whatever is typed: a name whose host is of the documented form, nothing at all, or a refusal."""
    try:
        name = my_domain(typed)
    except ValueError:
        return
    assert name == "" or DOCUMENTED.fullmatch(f"{name}.my.salesforce.com")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("https://login.salesforce.com", "login page of every org"),
        ("test.salesforce.com/", "login page of every org"),
        ("https://na139.salesforce.com/home", "many orgs"),
        ("cs12.salesforce.com", "many orgs"),
        ("acme.com", "My Domain is the first part"),
        ("acme--c.vf.force.com", "My Domain is the first part"),
        ("acme_corp", "My Domain is the first part"),
        ("acme.my.salesforce.com.evil.example", "My Domain is the first part"),
        ("-acme", "My Domain is the first part"),
        ("https://[acme", "My Domain is the first part"),
        ("acme corp", "My Domain is the first part"),
    ],
)
def test_what_is_no_my_domain_is_told(typed: str, told: str) -> None:
    """The refusal says what the address is, or what is meant; it is never patched into another host."""
    with pytest.raises(ValueError, match=told):
        my_domain(typed)


def test_a_name_that_looks_like_a_page_stays() -> None:
    """A company may call its org acme-lightning."""
    for end in ("", ".my.salesforce.com", ".lightning.force.com"):
        assert my_domain(f"acme-lightning{end}") == "acme-lightning"


@pytest.mark.parametrize(
    "typed",
    [
        "123-abc-456", " 123-Abc-456 ", "https://123-abc-456.mktorest.com", "123–ABC–456",
        "https://123-ABC-456.mktorest.com/rest/v1", "123-abc-456.mktorest.com/x", "123-ABC-456.mktoapi.com",
    ],
)  # fmt: skip
def test_a_munchkin_id_in_every_spelling(typed: str) -> None:
    """The id, its REST and SOAP address, in either case, with the dashes of a word processor."""
    assert munchkin_id(typed) == "123-ABC-456"


@pytest.mark.parametrize(
    "typed", ["", "123-ABC-45", "https://app-ab12.marketo.com", "x123-ABC-456", "123-abc-456.evil.example"]
)
def test_what_is_no_munchkin_id_is_told(typed: str) -> None:
    """The refusal says where Marketo shows the id."""
    with pytest.raises(ValueError, match="Admin > Munchkin"):
        munchkin_id(typed)
