"""The fast lane must not be told from the careful way, whatever comes before, in the midst of, or after its turns."""

from collections.abc import Iterator

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from tests.integration.clients import connect, on_another_server, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.extended import EXECUTE, Frames, ask, ask_simply, bind, describe, letters, parse, values
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire

ROWS = b"SELECT repeat('x', 500000)"
"""More than a server keeps back until the end of the turn: it has passed when what follows is answered."""
FAILS = b'SELECT n, 1 / (n - 3000) FROM generate_series(1, 4000) n'
"""Begins with such rows, and fails."""


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy with two server connections that knows which functions there are: until then nothing is plain."""
    running = proxy(config_toml(postgres, database, default_pool_size=2), users_toml())
    with connect(running) as client:
        client.execute('SELECT 1')
    running.wait_for_log('functions have been read')
    return running


@pytest.fixture
def other(app: RunningProxy) -> Iterator[Wire]:
    """Another client."""
    with Wire.to_proxy(app) as wire:
        yield wire


def run(sql: bytes) -> bytes:
    """The messages that have a text executed."""
    return parse(b'', sql) + bind(b'') + EXECUTE


def elsewhere(app: RunningProxy, wire: Wire, sql: bytes) -> list[bytes]:
    """What a query returns on the server connection that the client has not had last."""
    with on_another_server(app):
        return values(ask_simply(wire, sql))


def test_portal_that_is_run_later_is_that_of_the_statement_that_was_bound(app: RunningProxy, wire: Wire) -> None:
    ask(wire, parse(b'back', b'ROLLBACK'))
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET work_mem TO '5MB'")
    ask(wire, bind(b'back'))
    assert letters(ask(wire, EXECUTE)) == 'CZ'
    assert elsewhere(app, wire, b'SHOW work_mem') == [b'4MB']


def test_portal_outlives_the_unnamed_statement_that_it_was_made_of(app: RunningProxy, wire: Wire) -> None:
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET work_mem TO '5MB'")
    ask(wire, parse(b'', b'ROLLBACK') + bind(b''))
    ask(wire, parse(b'', b'SELECT 1') + describe(b''))
    assert letters(ask(wire, EXECUTE)) == 'CZ'
    assert elsewhere(app, wire, b'SHOW work_mem') == [b'4MB']


def test_portal_is_of_what_was_parsed_before_its_bind(app: RunningProxy, wire: Wire) -> None:
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET work_mem TO '5MB'")
    ask(wire, parse(b'', b'ROLLBACK') + bind(b'') + parse(b'', b'SELECT 1'))
    assert letters(ask(wire, EXECUTE)) == 'CZ'
    assert elsewhere(app, wire, b'SHOW work_mem') == [b'4MB']


def test_rollback_after_rows_that_have_passed_undoes_settings(app: RunningProxy, wire: Wire) -> None:
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET application_name TO 'mine'")  # The server reports it, and its end.
    assert letters(ask(wire, run(ROWS) + run(b'ROLLBACK'))) == '12DC12CZ'
    assert elsewhere(app, wire, b'SHOW application_name') == [b'']


def test_commit_before_rows_that_have_passed_and_an_error_keeps_settings(
    app: RunningProxy, wire: Wire, other: Wire
) -> None:
    ask_simply(wire, b'BEGIN')
    ask_simply(wire, b"SET work_mem TO '5MB'")
    answers = letters(ask(wire, run(b'COMMIT') + run(FAILS)))
    assert (answers[:3], answers[-3:]) == ('12C', 'DEZ')
    assert values(ask_simply(other, b'SHOW work_mem')) == [b'4MB']
    assert elsewhere(app, wire, b'SHOW work_mem') == [b'5MB']


def test_commit_and_chain_before_an_insert_leaves_no_settings_to_the_next_client(app: RunningProxy) -> None:
    with connect(app) as holder, Wire.to_proxy(app) as wire:
        holder.execute('CREATE TABLE numbers (n int)')
        holder.execute('BEGIN')
        ask_simply(wire, b'BEGIN')
        ask_simply(wire, b"SET work_mem TO '5MB'")
        ask(wire, run(b'COMMIT AND CHAIN') + run(b'INSERT INTO numbers VALUES (1)'))
        wire.leave(reset=False)
        with connect(app) as other:
            assert one(other, 'SHOW work_mem') == '4MB'


def test_unnamed_statement_of_a_turn_that_fails_after_it_is_the_last_one(wire: Wire) -> None:
    answers = letters(ask(wire, run(ROWS) + run(FAILS)))
    assert (answers[:6], answers[-3:]) == ('12DC12', 'DEZ')
    assert letters(ask(wire, bind(b'') + EXECUTE))[-3:] == 'DEZ'
