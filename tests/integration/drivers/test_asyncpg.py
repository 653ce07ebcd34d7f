"""asyncpg: its own protocol code, binary values, prepared statements for everything, a pool of its own."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from tests.integration.drivers.front import Front
from tests.integration.drivers.values import LARGE, MANY, VALUES

Connected = Callable[[asyncpg.Connection], Awaitable[None]]


def run(front: Front, act: Connected, **options: int) -> None:
    """Run ``act`` with a connection."""

    async def connect_and_act() -> None:
        connection = await asyncpg.connect(front.url(), timeout=10, command_timeout=20, **options)
        try:
            await act(connection)
        finally:
            await connection.close()

    asyncio.run(connect_and_act())


@pytest.mark.parametrize('cached', [0, 100], ids=['unnamed statements', 'cached statements'])
def test_values_come_back_as_they_were_sent(front: Front, cached: int) -> None:
    async def act(connection: asyncpg.Connection) -> None:
        columns = ', '.join(f'${number}::{name}' for number, name in enumerate(VALUES, 1))
        for _ in range(2):
            row = await connection.fetchrow(f'SELECT {columns}', *VALUES.values())
            assert tuple(row) == tuple(VALUES.values())
        assert await connection.fetchval('SELECT $1::text', LARGE) == LARGE
        assert await connection.fetchval('SELECT $1::int', None) is None
        rows = await connection.fetch('SELECT n FROM generate_series(1, $1) AS n', MANY)
        assert [n for (n,) in rows] == list(range(1, MANY + 1))

    run(front, act, statement_cache_size=cached)


def test_types_made_by_the_user_are_looked_up_and_decoded(front: Front) -> None:
    front.behind("CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE pair AS (a int, m mood[])")

    async def act(connection: asyncpg.Connection) -> None:
        found = await connection.fetchval("SELECT ROW(1, '{sad,ok}')::pair")
        assert (found['a'], found['m']) == (1, ['sad', 'ok'])
        assert await connection.fetchval('SELECT $1::pair', (7, ['ok'])) == (7, ['ok'])

    run(front, act)


def test_prepared_statements_follow_the_client(front: Front) -> None:
    async def act(connection: asyncpg.Connection) -> None:
        statement = await connection.prepare('SELECT $1::int * 2, pg_backend_pid()')
        assert [parameter.name for parameter in statement.get_parameters()] == ['int4']
        pids = []
        for n in range(9):
            with front.connections_held(n % 3):
                doubled, pid = await statement.fetchrow(n)
                assert doubled == 2 * n
                pids.append(pid)
                assert await connection.fetchval('SELECT $1::text || $2', 'a', str(n)) == f'a{n}'
        front.assert_moved(pids)

    run(front, act)


def test_transactions_and_savepoints_keep_what_is_committed(front: Front) -> None:
    front.behind('CREATE TABLE kept (x int PRIMARY KEY)')

    async def act(connection: asyncpg.Connection) -> None:
        async with connection.transaction(isolation='serializable'):
            await connection.execute('INSERT INTO kept VALUES ($1)', 1)
            with pytest.raises(asyncpg.UniqueViolationError) as raised:
                async with connection.transaction():
                    await connection.execute('INSERT INTO kept VALUES ($1)', 2)
                    await connection.execute('INSERT INTO kept VALUES ($1)', 1)
            assert (raised.value.sqlstate, raised.value.constraint_name) == ('23505', 'kept_pkey')
            await connection.execute('INSERT INTO kept VALUES (3)')
        transaction = connection.transaction()
        await transaction.start()
        with pytest.raises(asyncpg.DivisionByZeroError):
            await connection.fetchval('SELECT 1 / $1', 0)
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await connection.fetchval('SELECT 1')
        await transaction.rollback()

    run(front, act)
    assert front.behind('SELECT x FROM kept ORDER BY x') == [(1,), (3,)]


def test_a_cursor_fetches_in_portions_and_moves(front: Front) -> None:
    async def act(connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            found = [n async for (n,) in connection.cursor('SELECT generate_series(1, $1)', 1000, prefetch=7)]
            assert found == list(range(1, 1001))
            cursor = await connection.cursor('SELECT generate_series(1, 100)')
            assert await cursor.forward(90) == 90
            assert [n for (n,) in await cursor.fetch(100)] == list(range(91, 101))

    run(front, act)


def test_records_are_copied_both_ways(front: Front) -> None:
    front.behind('CREATE TABLE copied (n int8, t text, d interval)')
    records = [(n, f'row {n} ☃', timedelta(seconds=n)) for n in range(20_000)] + [(20_000, None, None)]

    async def act(connection: asyncpg.Connection) -> None:
        assert await connection.copy_records_to_table('copied', records=records) == 'COPY 20001'
        assert [tuple(row) for row in await connection.fetch('SELECT * FROM copied ORDER BY n')] == records
        output = io.BytesIO()
        await connection.copy_from_query('SELECT n, t FROM copied ORDER BY n LIMIT $1', 2, output=output, format='csv')
        assert output.getvalue().decode() == '0,row 0 ☃\n1,row 1 ☃\n'
        with pytest.raises(asyncpg.BadCopyFileFormatError):
            await connection.copy_to_table('copied', source=io.BytesIO(b'1\n'))
        assert await connection.fetchval('SELECT count(*) FROM copied') == 20_001

    run(front, act)


def test_executemany_inserts_all_or_nothing(front: Front) -> None:
    front.behind('CREATE TABLE many (x int PRIMARY KEY)')

    async def act(connection: asyncpg.Connection) -> None:
        await connection.executemany('INSERT INTO many VALUES ($1)', [(n,) for n in range(5000)])
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.executemany('INSERT INTO many VALUES ($1)', [(n,) for n in range(9999, 4000, -1)])
        assert await connection.fetchrow('SELECT count(*), max(x) FROM many') == (5000, 4999)

    run(front, act)


def test_a_timeout_cancels_and_the_session_goes_on(front: Front) -> None:
    async def act(connection: asyncpg.Connection) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await connection.execute('SELECT pg_sleep(60)', timeout=0.1)
        assert await connection.fetchval('SELECT 1') == 1

    run(front, act)
    assert front.behind("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query ~ '^SELECT pg_sl'") == [
        (0,)
    ]


def test_notices_and_notifications_arrive(front: Front) -> None:
    async def act(connection: asyncpg.Connection) -> None:
        notices: list[tuple[str, str]] = []
        heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        connection.add_log_listener(lambda _, message: notices.append((message.severity, message.message)))
        await connection.add_listener('news', lambda *said: heard.put_nowait((said[2], said[3])))
        await connection.execute("DO $$ BEGIN RAISE NOTICE 'look'; END $$")
        front.behind("NOTIFY news, 'paper'")
        assert await asyncio.wait_for(heard.get(), 10) == ('news', 'paper')
        assert notices == [('NOTICE', 'look')]
        await connection.remove_listener('news', lambda *said: None)

    run(front, act)


def test_a_reset_takes_back_what_the_client_has_set(front: Front) -> None:
    async def act(connection: asyncpg.Connection) -> None:
        await connection.execute("SET work_mem = '123kB'; SET search_path = elsewhere")
        with front.connections_held():
            assert await connection.fetchval('SHOW work_mem') == '123kB'
        await connection.reset()
        for held in range(3):
            with front.connections_held(held):
                assert await connection.fetchval('SHOW work_mem') == '4MB'
                assert await connection.fetchval('SHOW search_path') == '"$user", public'

    run(front, act)


def test_a_pool_of_the_driver_serves_many_tasks(front: Front) -> None:
    front.behind('CREATE TABLE counted (n int)')

    async def act() -> None:
        async with asyncpg.create_pool(front.url(), min_size=2, max_size=10) as pool:

            async def insert(n: int) -> int:
                async with pool.acquire() as connection, connection.transaction():
                    await connection.execute('INSERT INTO counted VALUES ($1)', n)
                    return int(await connection.fetchval('SELECT $1::int', n))

            assert await asyncio.gather(*map(insert, range(200))) == list(range(200))

    asyncio.run(act())
    assert front.behind('SELECT count(*), sum(n) FROM counted') == [(200, 19_900)]


def test_a_plan_that_no_longer_fits_its_table_is_made_anew(front: Front) -> None:
    front.behind('CREATE TABLE changing AS SELECT 1 AS a')

    async def act(connection: asyncpg.Connection) -> None:
        assert [tuple(row) for row in await connection.fetch('SELECT * FROM changing')] == [(1,)]
        front.behind("ALTER TABLE changing ADD b text DEFAULT 'new'")
        for _ in range(3):
            assert [tuple(row) for row in await connection.fetch('SELECT * FROM changing')] == [(1, 'new')]

    run(front, act)
