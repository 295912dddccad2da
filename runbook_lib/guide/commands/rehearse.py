"""A workspace on a running rehearsal: its connection.toml, and the world's secrets by environment only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from runbook_lib.disk import reason_of_system
from runbook_lib.errors import DescribeFileFault, UsageFault
from runbook_lib.guide.commands.describe_reasons import reason_of
from runbook_lib.systems.connection import (
    Connection,
    MarketoSide,
    RehearsalSide,
    SalesforceSide,
    write_connection,
)
from runbook_lib.text import say
from runbook_lib.workspace import Workspace

if TYPE_CHECKING:
    from runbook_lib.rehearsal.server import RehearsalServer

Hands = Literal["robot", "person"]


@contextmanager
def stage(
    world: str, people: int | None = None, port: int = 0, org_schema: Path | None = None
) -> Iterator[RehearsalServer]:
    """The running rehearsal of ``world``. ``org_schema``: a folder of describe files as the org's schema.

    ``UsageFault`` for an unknown world or a port that is taken, ``DescribeFileFault`` for a file that is no
    describe.
    """
    from runbook_lib.rehearsal.org.faults import SchemaFault  # lazy: only a rehearsal loads the imitation
    from runbook_lib.rehearsal.server import RehearsalServer  # lazy: as above
    from runbook_lib.rehearsal.world_files import world_names  # lazy: as above

    if world not in world_names():
        raise UsageFault(
            say("There is no world “{name}”.", name=world),
            fix=say("Choose one of: {names}.", names=", ".join(world_names())),
        )
    try:
        server = RehearsalServer(world, people, port, org_schema)
    except SchemaFault as fault:
        reason = reason_of(fault.template, fault.values)
        what = say("{file}, {key}: not as Salesforce describes an object: {reason}.",
                   file=fault.file, key=fault.key, reason=reason)  # fmt: skip
        raise DescribeFileFault(what, where=str(org_schema or "")) from None
    try:
        server.start()
    except OSError as fault:
        raise UsageFault(
            say(
                "The rehearsal cannot listen on port {port}: {reason}.",
                port=str(port),
                reason=reason_of_system(fault),
            ),
            fix=say("Leave out --port to use any free one."),
        ) from None
    try:
        yield server
    finally:
        server.stop()


def rehearsal_connection(server: RehearsalServer, hands: Hands, language: str = "en") -> Connection:
    """What connection.toml says about this rehearsal."""
    world = server.world
    return Connection(
        name=_name(world.organization.my_domain or world.name),
        language=language,  # pydantic checks it
        salesforce=SalesforceSide(
            environment="sandbox" if world.organization.is_sandbox else "production",
            my_domain=world.organization.my_domain,
            admin_username=world.admin.username,
            sync_username=world.sync_user.username,
            admin_client_id=world.salesforce.admin_client_id,
            admin_flow=world.salesforce.admin_flow,  # type: ignore[arg-type]  # pydantic checks it
            sync_client_id=world.salesforce.sync_client_id,
        ),
        marketo=MarketoSide(
            munchkin_id=world.marketo.munchkin_id,
            client_id=world.marketo.client_id,
            authentication=world.marketo.authentication,  # type: ignore[arg-type]  # pydantic checks it
        ),
        rehearsal=RehearsalSide(
            world=world.name,
            url=server.url,
            page_url=server.page_url,
            ca_file=str(server.ca_file),
            hands=hands,
        ),
    )


def prepare_workspace(folder: Path, server: RehearsalServer, hands: Hands, language: str = "en") -> Workspace:
    """The workspace of this rehearsal in ``folder``, which is new, empty, or the workspace of a rehearsal.

    ``UsageFault`` where ``folder`` is the workspace of a live connection: its truth must not be mixed.
    """
    connection = rehearsal_connection(server, hands, language)  # where this fails, nothing is left behind
    workspace = Workspace.create(folder)
    if workspace.connection_file.exists():
        from runbook_lib.systems.connection import read_connection  # lazy: a new folder has none

        if not read_connection(workspace.connection_file).is_rehearsal:
            raise UsageFault(
                say("This folder is the workspace of a live connection, not of a rehearsal."),
                where=str(workspace.path),
                fix=say("Choose another folder with --workspace."),
            )
    write_connection(workspace.connection_file, connection)
    if hands == "robot" and server.world.organization.is_sandbox:
        _say_sandbox(workspace)
    return workspace


def _say_sandbox(workspace: Workspace) -> None:
    """What a person would say of the imitated Marketo, where the org is a sandbox."""
    from runbook_lib.change.decisions import setup_as_it_stands, write_setup  # lazy: few worlds need it

    setup = setup_as_it_stands(workspace)
    write_setup(workspace, replace(setup, marketo_environment="sandbox", decided_by="rehearsal"))


def new_folder(world: str) -> Path:
    """A folder of its own for this rehearsal: ``rehearsals/<world>-<utc>`` below the current one."""
    return Path("rehearsals") / f"{world}-{datetime.now(UTC):%Y%m%dT%H%M%S}"


def secret_variables(server: RehearsalServer) -> dict[str, str]:
    """The world's secrets as the variables in which the vault looks first:
    ``RUNBOOK_<CONNECTION>_<NAME>``."""
    name = _name(server.world.organization.my_domain or server.world.name)
    return {
        re.sub(r"[^A-Z0-9]", "_", f"RUNBOOK_{name}_{secret}".upper()): value
        for secret, value in server.world.secrets().items()
    }


def _name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", text) or "rehearsal"
