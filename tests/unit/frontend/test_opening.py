"""Transactions of which no server has heard: what is answered, and where they go in the end."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.statement import Access
from tests.unit.backend.shards import NOTHING, Values
from tests.unit.frontend.exchanges import exchange

WRITE, READ, REPLICA = Access.WRITE, Access.READ, Access.REPLICA
IDLE, IN_TRANSACTION = TransactionStatus.IDLE, TransactionStatus.IN_TRANSACTION
UNANSWERED = ''


class Opened:
    """A client that says one thing after the other."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.opening = exchange.opening

    def say(self, *texts: str) -> list[str]:
        """The command tags of the answers; empty for each that a server has to give."""
        return [self._say(text.encode()) for text in texts]

    def _say(self, sql: bytes) -> str:
        answer = self.opening.answer(self.exchange.statement(sql), sql)
        tag = answer[5:-1].decode()
        assert answer == (response.command_complete(tag) if answer else b'')
        return tag

    @property
    def status(self) -> TransactionStatus:
        return self.exchange.state.status

    def goes(self, text: str) -> Access:
        """What server the transaction needs that goes on with a text."""
        return self.exchange.serve_for([self.exchange.statement(text.encode())])


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def opened(stack: ExitStack, general: Values = NOTHING) -> Opened:
    return Opened(stack.enter_context(exchange(general)))


@pytest.fixture
def client(stack: ExitStack) -> Opened:
    return opened(stack)


@pytest.mark.parametrize(
    ('begin', 'tag'),
    [
        ('BEGIN', 'BEGIN'),
        ('begin work', 'BEGIN'),
        ('BEGIN ISOLATION LEVEL SERIALIZABLE', 'BEGIN'),
        ('START TRANSACTION', 'START TRANSACTION'),
        ('  start transaction read only', 'START TRANSACTION'),
        ('/* traced */ START TRANSACTION', 'START TRANSACTION'),
        ('-- traced\nSTART TRANSACTION', 'START TRANSACTION'),
        ('/* START */ BEGIN', 'BEGIN'),
        ('BEGIN /* START */', 'BEGIN'),
    ],
)
def test_beginning_is_answered_as_the_server_would(client: Opened, begin: str, tag: str) -> None:
    assert client.say(begin) == [tag]
    assert (client.opening.pending, client.status) == (True, IN_TRANSACTION)


@pytest.mark.parametrize(
    ('end', 'tag'),
    [('COMMIT', 'COMMIT'), ('END', 'COMMIT'), ('ROLLBACK', 'ROLLBACK'), ('ABORT', 'ROLLBACK')],
)
def test_transaction_that_has_done_nothing_ends_without_a_server(client: Opened, end: str, tag: str) -> None:
    assert client.say('BEGIN', end) == ['BEGIN', tag]
    assert (client.opening.pending, client.status) == (False, IDLE)
    assert client.say('BEGIN') == ['BEGIN']


@pytest.mark.parametrize(
    'sql',
    [
        'COMMIT AND CHAIN', 'ROLLBACK AND CHAIN',
        "PREPARE TRANSACTION 'x'", "SET TRANSACTION SNAPSHOT '1-1'",
        'BEGIN', 'SAVEPOINT a', 'SELECT 1', 'COMMIT; SELECT 1', 'SELEC 1',
        'SET TRANSACTION READ ONLY; SELECT 1',
    ],
)  # fmt: skip
def test_what_needs_the_transaction_at_a_server_is_not_answered(client: Opened, sql: str) -> None:
    assert client.say('BEGIN', sql) == ['BEGIN', UNANSWERED]
    assert (client.opening.pending, client.status) == (True, IN_TRANSACTION)


@pytest.mark.parametrize('sql', ['COMMIT', 'ROLLBACK', 'SET TRANSACTION READ ONLY', 'SELECT 1', 'BEGIN; SELECT 1'])
def test_nothing_is_answered_outside_a_transaction_but_its_beginning(client: Opened, sql: str) -> None:
    assert client.say(sql) == [UNANSWERED]
    assert (client.opening.pending, client.status) == (False, IDLE)


def test_in_statement_mode_there_are_no_transactions(stack: ExitStack) -> None:
    client = opened(stack, {'pooler_mode': 'statement'})
    assert client.say('BEGIN') == [UNANSWERED]


def test_beginning_in_a_transaction_that_a_server_has_is_the_servers(client: Opened) -> None:
    client.exchange.state.status = IN_TRANSACTION
    assert client.say('BEGIN') == [UNANSWERED]
    assert not client.opening.pending


@pytest.mark.parametrize(
    ('said', 'access'),
    [
        pytest.param(('SET TRANSACTION READ ONLY',), REPLICA, id='read only'),
        pytest.param(('SET TRANSACTION READ ONLY', 'SET TRANSACTION READ WRITE'), WRITE, id='the last one counts'),
        pytest.param(
            ('SET TRANSACTION READ ONLY', 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ'), REPLICA, id='isolation'
        ),
        pytest.param(
            ('SET TRANSACTION READ ONLY', 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'), WRITE, id='serializable'
        ),
        pytest.param(('SET LOCAL search_path TO a',), WRITE, id='another parameter'),
        pytest.param(("SET LOCAL pgdog.role TO 'replica'",), REPLICA, id='replica'),
        pytest.param(('SET TRANSACTION READ ONLY', "SET LOCAL pgdog.role TO 'primary'"), WRITE, id='primary'),
    ],
)
def test_what_is_said_of_a_transaction_decides_where_it_goes(
    client: Opened, said: tuple[str, ...], access: Access
) -> None:
    assert client.goes('SELECT 1') is READ
    assert client.say('BEGIN', *said) == ['BEGIN'] + ['SET'] * len(said)
    assert client.goes('SELECT 1') is access


def test_transaction_says_what_it_is_for_itself_only(client: Opened) -> None:
    client.say('BEGIN READ ONLY', "SET LOCAL pgdog.role TO 'replica'", 'COMMIT', 'BEGIN')
    assert client.goes('SELECT 1') is WRITE


def test_mode_of_the_beginning_may_be_changed(client: Opened) -> None:
    client.say('BEGIN READ ONLY')
    assert client.goes('SELECT 1') is REPLICA
    client.say('SET TRANSACTION READ WRITE')
    assert client.goes('SELECT 1') is WRITE


def test_aggressive_strategy_waits_for_the_first_statement(stack: ExitStack) -> None:
    client = opened(stack, {'read_write_strategy': 'aggressive'})
    client.say('BEGIN')
    assert [client.goes('SELECT 1'), client.goes('DELETE FROM t')] == [READ, WRITE]


def test_transaction_that_is_closed_is_not_pending(client: Opened) -> None:
    client.say('BEGIN')
    client.opening.close()
    assert not client.opening.pending


@pytest.mark.parametrize(
    ('sql', 'access'),
    [
        ("SELECT set_config('timezone', 'UTC', true)", Access.WRITE),
        ("/* a */ SELECT set_config('pgdog.role', 'replica', true)", Access.REPLICA),
    ],
)
def test_set_config_is_answered_by_a_server(client: Opened, sql: str, access: Access) -> None:
    assert client.say('BEGIN', sql) == ['BEGIN', '']
    assert client.goes(sql) is access
