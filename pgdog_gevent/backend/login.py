"""Connections of the proxy's own: those of pools may all be held by sessions that wait for what it finds out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

from pgdog_gevent.backend.connect import LoginRefused, Target, connect
from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.credentials import KeyCache
from pgdog_gevent.errors import CannotConnectNow, ServerUnreachable
from pgdog_gevent.protocol.query import TERMINATE


def log_in(targets: Sequence[Target], keys: KeyCache, name: str) -> BackendConnection:
    """Log in as one user after the other, until one is let in. Raises ServerUnreachable, LoginRefused."""
    parameters = MappingProxyType({'application_name': name})
    failure: ServerUnreachable | CannotConnectNow = CannotConnectNow('no user can log in there by itself')
    for target in targets:
        try:
            return connect(replace(target, parameters=parameters, attempts=1), keys)
        except LoginRefused as refused:
            failure = refused
            if not refused.wrong_password:
                break
    raise failure


@contextmanager
def logged_in(targets: Sequence[Target], keys: KeyCache, name: str) -> Iterator[BackendConnection]:
    """Have such a connection for the length of a block. Raises as ``log_in``."""
    connection = log_in(targets, keys, name)
    try:
        yield connection
        terminate(connection)
    finally:
        connection.stream.close()


def terminate(connection: BackendConnection) -> None:
    """Say goodbye; the stream is still to be closed. Raises ServerLost."""
    connection.stream.write(TERMINATE)
    connection.stream.flush()
