"""A process that has imported what notebooks use, and forks kernels: each is there at once and shares its
memory.

Runs as ``python -m runbook_lib.guide.notebooks.fork_server`` with a socket as its standard input, and ends
when the other end of that socket closes. A fork copies one thread only, so nothing here starts one, and no
socket of ZeroMQ is opened before the fork. Kernels are its children: they end by themselves when it does.
The first kernel waits for what all notebooks use and no more: the rest is loaded while nobody asks, or while
its notebook is at work.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NoReturn

from runbook_lib.guide.notebooks.forked_kernel import LAUNCHER, LENGTH
from runbook_lib.systems.salesforce import metadata
from runbook_lib.systems.secrets import maskable

USED_AT_ONCE = (
    LAUNCHER, "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
    "IPython.core.interactiveshell", "IPython.core.completer", "ipywidgets", "requests",
    "simple_salesforce.api", "sqlalchemy.dialects.sqlite", "babel.dates", "babel.messages.pofile",
    "filelock", "tomlkit", "jinja2", "runbook_lib.guide.notebooks.open_step",
    "runbook_lib.systems.http_adapter", "runbook_lib.systems.salesforce.client",
    "runbook_lib.systems.rehearsal_console",
)  # fmt: skip
"""Modules that every notebook imports; what is missing here is imported where it is needed."""
USED_LATER = (
    "pandas", "lxml.etree", "lxml.html", "simple_salesforce.metadata", "zeep.wsdl",
    "requests_toolbelt.multipart", "duckdb", "pyarrow.parquet", "splink.comparison_library",
    "sqlglot.dialects.duckdb", "pandera.pandas", "pandera.backends.pandas.builtin_checks",
    "pandera.strategies.pandas_strategies", "rapidfuzz", "rich.progress",
    "runbook_lib.systems.salesforce.bulk",
)  # fmt: skip
"""Modules that only some notebooks import, and seldom the first."""


def serve(channel: socket.socket) -> None:
    """Answers each request for a kernel with its process id, until the other end closes."""
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # ipykernel reads it when it is imported
    _load(USED_AT_ONCE)
    maskable.own_texts()
    rest = _loading_the_rest()
    while not _is_asked(channel) and next(rest, None) is not None:
        pass
    gc.freeze()  # pages that the collector would touch stay shared with the kernels
    signal.signal(signal.SIGCHLD, _fetch_ended)
    while (request := _receive(channel)) is not None:
        asked, descriptor = request
        if (pid := os.fork()) == 0:
            channel.close()
            _become_kernel(asked, descriptor)
        os.close(descriptor)
        channel.sendall(LENGTH.pack(pid))
        for _ in rest:
            pass


def _is_asked(channel: socket.socket) -> bool:
    return bool(select.select([channel], [], [], 0)[0])


def _loading_the_rest() -> Iterator[str]:
    """Loads one after the other, each when the next is asked for, and tells its name."""
    for module in USED_LATER:
        _load([module])
        yield module
    metadata.read_wsdl()
    yield "the WSDL"
    gc.collect()
    gc.freeze()


def _load(modules: Iterable[str]) -> None:
    for module in modules:
        with suppress(ImportError):
            importlib.import_module(module)


def _fetch_ended(*_: object) -> None:
    """A kernel that ended leaves no zombie, and its times are counted."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _receive(channel: socket.socket) -> tuple[dict[str, Any], int] | None:
    """What is asked for, with the descriptor that the kernel inherits; ``None`` where nobody asks."""
    head, descriptors, _, _ = socket.recv_fds(channel, LENGTH.size, 1)
    if len(head) < LENGTH.size or not descriptors:
        return None
    body = bytearray()
    (length,) = LENGTH.unpack(head)
    while len(body) < length:
        part = channel.recv(length - len(body))
        if not part:
            return None
        body += part
    return json.loads(body), descriptors[0]


def _become_kernel(asked: dict[str, Any], descriptor: int) -> NoReturn:
    """What a started kernel would be: its own session, environment, command line; never returns."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)
        os.close(empty)
        os.set_inheritable(descriptor, False)
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.environ[asked["descriptor"]] = str(descriptor)
        os.chdir(asked["folder"])
        sys.argv = asked["command"]
        runpy.run_module(LAUNCHER, run_name="__main__", alter_sys=True)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=os.dup(0)))
    os._exit(0)  # modules of C++ would complain that objects of theirs are still in use
