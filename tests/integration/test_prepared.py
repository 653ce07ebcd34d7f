"""Prepared statements where it gets hard: many, large, in long pipelines, on servers that do not have them."""

import threading

import psycopg
import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend
from tests.integration.clients import PATIENCE, connect, eventually, on_another_server, one
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.extended import DESCRIBE_PORTAL, EXECUTE, ask, bind, close, describe, letters, parse, values
from tests.integration.proxy import RunningProxy
from tests.integration.wire import Wire

PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql"


@pytest.fixture
def app(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """A proxy with two server connections."""
    return proxy(config_toml(postgres, database, default_pool_size=2), users_toml())


def test_sixty_five_thousand_parameters_pass(wire: Wire, postgres: Cluster, database: str) -> None:
    count = 65_535
    sql = b'SELECT cardinality(ARRAY[' + b','.join(b'$%d' % n for n in range(1, count + 1)) + b']::text[])'
    messages = parse(b's', sql), bind(b's', *[b'x'] * count), EXECUTE
    with Wire.to_cluster(postgres, database) as direct:
        answers = ask(wire, *messages)
        assert answers == ask(direct, *messages)
    assert values(answers) == [b'65535']


@pytest.mark.parametrize('name', [b'', b's'], ids=['unnamed', 'named'])
def test_statement_of_five_megabytes_passes(app: RunningProxy, wire: Wire, name: bytes) -> None:
    sql = b"SELECT length('" + b'x' * 5_000_000 + b"')"
    assert values(ask(wire, parse(name, sql), bind(name), EXECUTE)) == [b'5000000']
    with on_another_server(app):
        assert values(ask(wire, bind(name), EXECUTE)) == [b'5000000']
        assert values(ask(wire, bind(name), EXECUTE)) == [b'5000000']


def test_driver_prepares_five_megabytes(app: RunningProxy) -> None:
    with connect(app) as client:
        client.prepare_threshold = 0
        sql = f"SELECT length('{'x' * 5_000_000}')"
        for _ in range(2):
            assert one(client, sql) == 5_000_000


def test_ten_thousand_messages_of_one_pipeline_are_answered_to_a_client_that_reads_at_the_end(wire: Wire) -> None:
    runs = [bind(b's', b'%d' % number) + EXECUTE for number in range(5_000)]
    sending = threading.Thread(target=wire.send, args=(parse(b's', b'SELECT $1::int') + b''.join(runs) + query.SYNC,))
    sending.start()
    sending.join(PATIENCE)
    answers = wire.read_until(Backend.READY_FOR_QUERY)
    assert values(answers) == [b'%d' % number for number in range(5_000)]


def test_flush_brings_the_answers_before_the_sync(wire: Wire) -> None:
    wire.send(parse(b's', b'SELECT 1') + describe(b's') + query.FLUSH)
    answers = wire.read_until(Backend.ROW_DESCRIPTION)
    wire.send(bind(b's') + EXECUTE + query.FLUSH)
    answers += wire.read_until(Backend.COMMAND_COMPLETE)
    assert letters([frame for frame in answers if frame[0] != Backend.PARAMETER_STATUS]) == '1tT2DC'
    assert letters(ask(wire, close(b's'))) == '3Z'


def test_names_are_free_again_after_close(wire: Wire) -> None:
    assert letters(ask(wire, parse(b's', b'SELECT 1'), parse(b's', b'SELECT 2'))) == '1EZ'
    answer = ask(wire, bind(b's'), EXECUTE, close(b's'), parse(b's', b'SELECT 2'), bind(b's'), EXECUTE)
    assert (letters(answer), values(answer)) == ('2DC312DCZ', [b'1', b'2'])
    assert letters(ask(wire, close(b's'), close(b's'), bind(b's'))) == '33EZ'


def test_statement_is_described_on_a_server_that_lacks_it(app: RunningProxy, wire: Wire) -> None:
    assert letters(ask(wire, parse(b's', b'SELECT $1::int AS a', 23))) == '1Z'
    with on_another_server(app):
        assert letters(ask(wire, describe(b's'), bind(b's', b'7'), EXECUTE)) == 'tT2DCZ'


def test_one_text_with_and_without_types_is_two_statements(app: RunningProxy, wire: Wire) -> None:
    text, int4, int8 = 25, 23, 20
    with Wire.to_proxy(app) as other:
        ask(wire, parse(b's', b'SELECT pg_typeof($1)::text', int4))
        ask(other, parse(b's', b'SELECT pg_typeof($1)::text', int8), parse(b't', b'SELECT pg_typeof($1)::text', text))
        for _ in range(2):
            assert values(ask(wire, bind(b's', b'1'), EXECUTE)) == [b'integer']
            assert values(ask(other, bind(b's', b'1'), EXECUTE, bind(b't', b'1'), EXECUTE)) == [b'bigint', b'text']


def test_two_clients_with_one_text_do_not_close_each_other(app: RunningProxy, wire: Wire) -> None:
    with Wire.to_proxy(app) as other:
        for client in (wire, other):
            assert letters(ask(client, parse(b's', b'SELECT 7'))) == '1Z'
        assert letters(ask(other, close(b's'))) == '3Z'
        assert letters(ask(other, bind(b's'), EXECUTE)) == 'EZ'
        assert values(ask(wire, bind(b's'), EXECUTE)) == [b'7']


# Mixed pipelines, with an error at each place

BAD = [
    bind(b'missing'), parse(b'c', b'SELEC'), describe(b'missing'), parse(b'd', b'SELECT 1 / 0') + bind(b'd') + EXECUTE,
]  # fmt: skip


def pipeline(place: int) -> list[bytes]:
    """Thirty messages, all good but for one."""
    messages = [message for turn in (b'x', b'y', b'z') for message in renamed(turn)]
    return [*messages[:place], BAD[place % len(BAD)], *messages[place:]]


def renamed(turn: bytes) -> list[bytes]:
    """The good messages with names of their own."""
    a, b = turn + b'a', turn + b'b'
    return [
        parse(a, b'SELECT 1'), bind(a), EXECUTE, describe(a), parse(b'', b'SELECT $1::int'), bind(b'', b'5'),
        DESCRIBE_PORTAL, EXECUTE, parse(b, b'SELECT 2'), close(a),
    ]  # fmt: skip


def test_an_error_anywhere_in_a_pipeline_is_what_postgres_makes_of_it(
    app: RunningProxy, postgres: Cluster, database: str
) -> None:
    after = [describe(name) for turn in (b'x', b'y', b'z') for name in (turn + b'a', turn + b'b')]
    for place in range(31):
        with Wire.to_cluster(postgres, database) as direct, Wire.to_proxy(app) as wire:
            assert ask(wire, *pipeline(place)) == ask(direct, *pipeline(place)), place
            for message in after:
                assert ask(wire, message) == ask(direct, message), place


# Limits


@pytest.fixture
def strict(proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    """One server connection that keeps one statement."""
    return proxy(config_toml(postgres, database, default_pool_size=1, prepared_statements_limit=1), users_toml())


def test_pipeline_may_use_more_statements_than_a_server_keeps(strict: RunningProxy) -> None:
    names = [b'a', b'b', b'c']
    with Wire.to_proxy(strict) as wire:
        for name in names:
            ask(wire, parse(name, b"SELECT '%b'" % name))
        for _ in range(2):
            answer = ask(wire, *(bind(name) + EXECUTE for name in names * 2))
            assert (letters(answer), values(answer)) == ('2DC' * 6 + 'Z', names * 2)
    with connect(strict) as probe:
        assert one(probe, PREPARED) == 1


def test_what_an_error_skips_is_neither_prepared_nor_closed(strict: RunningProxy) -> None:
    a, b = parse(b'a', b"SELECT 'a'"), parse(b'b', b"SELECT 'b'")
    with Wire.to_proxy(strict) as wire:
        for before in ((), (a,)):
            ask(wire, *before, close(b'a'))
            assert letters(ask(wire, bind(b'missing'), a, b)) == 'EZ'
            answer = ask(wire, a, bind(b'a'), EXECUTE)
            assert (letters(answer), values(answer)) == ('12DCZ', [b'a'])
            ask(wire, close(b'a'))


def test_next_client_finds_the_statement_of_the_last(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    app = proxy(config_toml(postgres, database, default_pool_size=1), users_toml())
    for _ in range(5):
        with Wire.to_proxy(app) as wire:
            ask(wire, parse(b's', b'SELECT 1'))
    with connect(app) as probe:
        assert one(probe, PREPARED) == 1


def test_statement_is_prepared_anew_when_it_is_old(proxy: StartProxy, postgres: Cluster, database: str) -> None:
    app = proxy(
        config_toml(
            postgres, database, default_pool_size=1, prepared_statements_ttl=300, prepared_statements_ttl_jitter=0
        ),
        users_toml(),
    )
    with Wire.to_proxy(app) as wire:
        sql = b'SELECT count(*), max(prepare_time) FROM pg_prepared_statements'
        first = ask(wire, parse(b's', sql), bind(b's'), EXECUTE)
        assert ask(wire, bind(b's'), EXECUTE)[1] in first
        eventually(lambda: ask(wire, bind(b's'), EXECUTE)[1] not in first, 'it has been prepared anew')
        assert values(ask(wire, bind(b's'), EXECUTE))[0].startswith(b'1\0')


# Without prepared statements of ours


@pytest.fixture(params=['transaction', 'session'])
def plain(request: pytest.FixtureRequest, proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    return proxy(
        config_toml(
            postgres, database, default_pool_size=2, prepared_statements='disabled', pooler_mode=request.param
        ),
        users_toml(),
    )


def test_without_carrying_a_named_statement_stays_with_its_server(plain: RunningProxy) -> None:
    with Wire.to_proxy(plain) as wire, Wire.to_proxy(plain) as other:
        assert letters(ask(wire, parse(b's', b'SELECT 1'))) == '1Z'
        for _ in range(3):
            assert letters(ask(other, parse(b'', b'SELECT 2'), bind(b''), EXECUTE)) == '12DCZ'
            assert values(ask(wire, bind(b's'), EXECUTE)) == [b'1']
        assert letters(ask(wire, bind(b'missing'))) == 'EZ'
        assert letters(ask(wire, close(b's'), bind(b's'))) == '3EZ'


def test_without_carrying_an_unnamed_statement_is_still_its_clients(plain: RunningProxy) -> None:
    with Wire.to_proxy(plain) as wire, Wire.to_proxy(plain) as other:
        assert letters(ask(wire, parse(b'', b'SELECT 1'))) == '1Z'
        assert letters(ask(other, parse(b'', b'SELECT 2'))) == '1Z'
        for _ in range(2):
            assert values(ask(wire, bind(b''), EXECUTE)) == [b'1']
            assert values(ask(other, bind(b''), EXECUTE)) == [b'2']
        assert letters(ask(wire, close(b''), bind(b''))) == '3EZ'


def test_without_carrying_drivers_see_nothing_strange(plain: RunningProxy) -> None:
    with connect(plain) as client, connect(plain) as other:
        client.prepare_threshold = 0
        other.execute('SELECT 1')
        for number in range(5):
            assert client.execute('SELECT %s::int', (number,)).fetchone() == (number,)
            other.execute('SELECT 1')
        with pytest.raises(psycopg.errors.DivisionByZero):
            client.execute('SELECT 1 / %s::int', (0,))
        assert client.execute('SELECT %s::int', (9,)).fetchone() == (9,)
