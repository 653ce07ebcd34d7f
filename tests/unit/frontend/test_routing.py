"""Which kind of server a request needs: what its client asks for, and else what its statements do."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pgdog_gevent.backend.settings import Settings
from pgdog_gevent.config.choices import Role
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.router.statement import Access, Begin, Statement
from tests.unit.backend.shards import NOTHING, Values
from tests.unit.frontend.exchanges import exchange

WRITE, READ, REPLICA = Access.WRITE, Access.READ, Access.REPLICA
READS, WRITES, CALLS, UNKNOWN_CALL = 'SELECT 1', 'DELETE FROM t', 'SELECT price()', 'SELECT other()'
TO_REPLICA, TO_PRIMARY = '/* pgdog_role: replica */ ', '/* pgdog_role: primary */ '
AGGRESSIVE: Values = {'read_write_strategy': 'aggressive'}
READ_ONLY: Settings = {'default_transaction_read_only': b'SET default_transaction_read_only TO on'}


def role(name: str) -> Settings:
    return {'pgdog.role': f"SET pgdog.role TO '{name}'".encode()}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


class Client:
    """Asks for what servers texts need."""

    def __init__(
        self, stack: ExitStack, general: Values = NOTHING, user: Values = NOTHING, startup: Settings | None = None
    ) -> None:
        self.exchange: Exchange = stack.enter_context(exchange(general, user, startup or {}))

    def read(self, *texts: str) -> list[Statement]:
        return [self.exchange.statement(text.encode()) for text in texts]

    def sets(self, sql: str) -> None:
        """It sets a parameter."""
        for effects in self.read(sql)[0].effects:
            for effect in effects:
                self.exchange.parameters.take(effect, rolled_back=False)

    def needs(self, *texts: str, local: Role | None = None) -> Access:
        return self.exchange.routing.access(self.read(*texts), local)

    def transaction_needs(self, begin: str, *following: str, local: Role | None = None) -> Access:
        """As asked for when the first statements have come, after a BEGIN."""
        [statement] = self.read(begin)
        [[mode]] = statement.effects
        assert isinstance(mode, Begin)
        return self.exchange.routing.of_transaction(statement, mode, local, self.read(*following))


# Statements


@pytest.mark.parametrize(
    ('texts', 'access'),
    [
        pytest.param((READS,), READ, id='read'),
        pytest.param((WRITES,), WRITE, id='write'),
        pytest.param((READS, 'SELECT 2'), READ, id='two reads'),
        pytest.param((READS, WRITES), WRITE, id='a read and a write'),
        pytest.param((CALLS,), READ, id='function that is known to read'),
        pytest.param((UNKNOWN_CALL,), WRITE, id='function of which nothing is known'),
        pytest.param(('SELECT 1 FOR UPDATE',), WRITE, id='read that locks'),
        pytest.param(('SET search_path TO a',), WRITE, id='setting'),
        pytest.param(('BEGIN; SELECT 1',), WRITE, id='transaction in a text of several statements'),
    ],
)
def test_statements_go_where_all_of_them_can_be_done(stack: ExitStack, texts: tuple[str, ...], access: Access) -> None:
    assert Client(stack).needs(*texts) is access


def test_where_the_catalog_has_no_say_only_the_text_counts(stack: ExitStack) -> None:
    client = Client(stack, {'function_volatility': 'ignore'})
    assert [client.needs(text) for text in (UNKNOWN_CALL, WRITES)] == [READ, WRITE]


# What clients ask for


@pytest.mark.parametrize(
    ('text', 'access'),
    [(TO_REPLICA + WRITES, REPLICA), (TO_PRIMARY + READS, WRITE), (TO_REPLICA + READS, REPLICA)],
    ids=['write to a replica', 'read to the primary', 'read to a replica'],
)
def test_comment_counts_more_than_what_the_statement_does(stack: ExitStack, text: str, access: Access) -> None:
    assert Client(stack).needs(text) is access


def test_first_comment_of_several_statements_counts(stack: ExitStack) -> None:
    client = Client(stack)
    assert client.needs(READS, TO_PRIMARY + READS, TO_REPLICA + READS) is WRITE


def test_role_that_is_set_counts_more_than_what_the_statement_does(stack: ExitStack) -> None:
    client = Client(stack)
    client.sets("SET pgdog.role TO 'replica'")
    assert [client.needs(READS), client.needs(WRITES)] == [REPLICA, REPLICA]
    client.sets("SET pgdog.role TO 'primary'")
    assert [client.needs(READS), client.needs(WRITES)] == [WRITE, WRITE]
    client.sets('RESET pgdog.role')
    assert [client.needs(READS), client.needs(WRITES)] == [READ, WRITE]


def test_what_is_no_role_asks_for_nothing(stack: ExitStack) -> None:
    client = Client(stack)
    client.sets("SET pgdog.role TO 'auto'")
    assert client.needs(READS) is READ


def test_what_is_asked_for_counts_in_order(stack: ExitStack) -> None:
    """``pgdog.role`` at the start, a comment, SET LOCAL, SET: each of the later ones says the contrary."""
    client = Client(stack)
    client.sets("SET pgdog.role TO 'primary'")
    assert client.needs(READS) is WRITE
    assert client.needs(READS, local=Role.REPLICA) is REPLICA
    assert client.needs(TO_PRIMARY + READS, local=Role.REPLICA) is WRITE
    started = Client(stack, startup=role('replica'))
    started.sets("SET pgdog.role TO 'primary'")
    assert started.needs(TO_PRIMARY + READS, local=Role.PRIMARY) is REPLICA


# Transactions


@pytest.mark.parametrize(
    ('begin', 'access'),
    [
        ('BEGIN', WRITE),
        ('BEGIN READ ONLY', REPLICA),
        ('START TRANSACTION READ ONLY', REPLICA),
        ('BEGIN READ WRITE', WRITE),
        ('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY', REPLICA),
        ('BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY', WRITE),
    ],
)
def test_transaction_goes_where_its_beginning_says(stack: ExitStack, begin: str, access: Access) -> None:
    client = Client(stack)
    assert client.transaction_needs(begin) is access
    assert client.transaction_needs(begin, READS) is access
    assert client.needs(begin, READS) is access


@pytest.mark.parametrize(
    ('begin', 'following', 'access'),
    [
        pytest.param('BEGIN', (READS,), READ, id='read'),
        pytest.param('BEGIN', (WRITES,), WRITE, id='write'),
        pytest.param('BEGIN', (READS, WRITES), WRITE, id='a read and a write'),
        pytest.param('BEGIN', (), WRITE, id='nothing yet'),
        pytest.param('BEGIN READ WRITE', (READS,), WRITE, id='read write'),
        pytest.param('BEGIN READ ONLY', (WRITES,), REPLICA, id='read only'),
    ],
)
def test_aggressive_strategy_goes_by_the_first_statement(
    stack: ExitStack, begin: str, following: tuple[str, ...], access: Access
) -> None:
    client = Client(stack, AGGRESSIVE)
    assert client.transaction_needs(begin, *following) is access
    assert client.needs(begin, *following) is access


@pytest.mark.parametrize('strategy', ['conservative', 'aggressive'])
def test_transactions_of_who_reads_by_default_go_to_a_replica_unless_they_say_otherwise(
    stack: ExitStack, strategy: str
) -> None:
    general: Values = {'read_write_strategy': strategy}
    by_user = Client(stack, general, user={'read_only': True})
    by_session = Client(stack, general, startup=READ_ONLY)
    for client in (by_user, by_session):
        found = [client.transaction_needs(begin, READS) for begin in ('BEGIN', 'BEGIN READ WRITE', 'BEGIN READ ONLY')]
        assert found == [REPLICA, WRITE, REPLICA]


def test_default_that_is_set_later_counts_too(stack: ExitStack) -> None:
    client = Client(stack)
    client.sets('SET default_transaction_read_only TO on')
    assert client.transaction_needs('BEGIN', WRITES) is REPLICA
    client.sets('SET default_transaction_read_only TO off')
    assert client.transaction_needs('BEGIN', WRITES) is WRITE


def test_what_is_asked_for_counts_more_than_what_a_transaction_says(stack: ExitStack) -> None:
    client = Client(stack, AGGRESSIVE)
    assert client.transaction_needs(TO_PRIMARY + 'BEGIN READ ONLY', READS) is WRITE
    assert client.transaction_needs('BEGIN READ ONLY', TO_PRIMARY + READS) is WRITE
    assert client.transaction_needs('BEGIN', WRITES, local=Role.REPLICA) is REPLICA
    assert client.transaction_needs(TO_REPLICA + 'BEGIN', TO_PRIMARY + READS) is REPLICA
    client.sets("SET pgdog.role TO 'replica'")
    assert client.transaction_needs('BEGIN READ WRITE', WRITES) is REPLICA


def test_what_is_serializable_by_default_goes_to_the_primary_unless_it_says_otherwise(stack: ExitStack) -> None:
    client = Client(stack, AGGRESSIVE)
    client.sets("SET default_transaction_isolation TO 'serializable'")
    assert [client.needs(READS), client.transaction_needs('BEGIN READ ONLY', READS)] == [WRITE, WRITE]
    assert client.transaction_needs('BEGIN ISOLATION LEVEL READ COMMITTED, READ ONLY', READS) is REPLICA
