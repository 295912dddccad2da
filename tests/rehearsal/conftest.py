"""What the tests of the Marketo instance share: an org whose sync user is ready, and the instance."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache

import pytest
from starlette.applications import Starlette

from runbook_lib.rehearsal import console
from runbook_lib.rehearsal.clock import Clock
from runbook_lib.rehearsal.declared import NotImitated
from runbook_lib.rehearsal.instance import Credentials, Instance
from runbook_lib.rehearsal.listener import Listener
from runbook_lib.rehearsal.marketo import routes as marketo
from runbook_lib.rehearsal.org import Org
from runbook_lib.rehearsal.server import not_imitated
from runbook_lib.rehearsal.world import World, load_world

PEOPLE = 120
SYNCED = ("Lead", "Contact", "Account", "Opportunity", "Campaign", "Task", "Event")


@pytest.fixture(scope="session")
def ready_world() -> World:
    """World "clean" after steps 01 and 02: the sync user has his permissions."""
    world = load_world("clean")
    sync_profile = world.sync_user.profile
    profiles = tuple(
        replace(
            profile,
            objects=dict.fromkeys(SYNCED, "crudv"),
            permissions=(*(profile.permissions or ()), "ApiEnabled", "ViewSetup", "ViewAllUsers"),
        )
        if profile.name == sync_profile
        else profile
        for profile in world.profiles
    )
    return replace(world, profiles=profiles)


@pytest.fixture
def org(ready_world: World) -> Iterator[Org]:
    """A fresh org with a few people."""
    org = Org(ready_world, Clock(), people=PEOPLE)
    yield org
    org.database.close()


@pytest.fixture
def instance(org: Org) -> Iterator[Instance]:
    """An instance beside the org that is not connected to it yet."""
    instance = Instance(org.world, org, org.clock, pace=0)
    yield instance
    instance.stop()


@pytest.fixture
def credentials(ready_world: World) -> Credentials:
    """What an administrator types into Marketo's form."""
    user = ready_world.sync_user
    return Credentials(user.username, user.password + user.security_token, sandbox=False)


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """Waits until something holds, and fails when it does not within a minute."""

    def wait(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline, "waited a minute in vain"
            time.sleep(0.01)

    return wait


def connect(instance: Instance, credentials: Credentials) -> None:
    """Click everything there is to click, and wait for the initial sync."""
    instance.crm.enter_credentials(credentials)
    instance.crm.sync_fields()
    instance.crm.confirm_credentials()
    instance.crm.start_sync()
    instance.catch_up()


@pytest.fixture
def synced(instance: Instance, credentials: Credentials) -> Instance:
    """The instance after its initial sync."""
    connect(instance, credentials)
    return instance


@contextmanager
def _listening(instance: Instance) -> Iterator[str]:
    """REST API and console of an instance over plain HTTP, apart from the rest of the rehearsal."""
    app = Starlette(
        routes=[*marketo.routes(instance), *console.routes(instance)],
        exception_handlers={NotImitated: not_imitated},
    )
    listener = Listener(app, 0, None)
    listener.start()
    yield f"http://127.0.0.1:{listener.port}"
    listener.stop()


@pytest.fixture
def served() -> Iterator[Callable[[Instance], str]]:
    """Serves an instance until the test ends, and gives its base URL."""
    with ExitStack() as stack:
        yield lambda instance: stack.enter_context(_listening(instance))


@pytest.fixture
def base_url(instance: Instance, served: Callable[[Instance], str]) -> str:
    """The served instance of one test."""
    return served(instance)


@pytest.fixture(scope="module")
def reading(ready_world: World) -> Iterator[Callable[[str], tuple[Instance, str]]]:
    """Instances that tests only read, with their base URLs: "plain" before any sync, "linked" after it."""
    with ExitStack() as stack:

        @cache
        def started(kind: str) -> tuple[Instance, str]:
            org = Org(ready_world, Clock(), people=PEOPLE)
            stack.callback(org.database.close)
            instance = Instance(ready_world, org, org.clock, pace=0)
            stack.callback(instance.stop)
            if kind == "linked":
                user = ready_world.sync_user
                connect(
                    instance, Credentials(user.username, user.password + user.security_token, sandbox=False)
                )
            return instance, stack.enter_context(_listening(instance))

        yield started
