"""Clients that use asyncpg, which prepares whatever it is asked."""

import asyncio
from random import Random
from typing import Any

import asyncpg

from tests.integration.load.logbook import Watch
from tests.integration.load.visitor import PATIENCE, expect, unique

Guest = Any
"""asyncpg has no types that say more."""


def visit(dsn: dict[str, Any], random: Random, watch: Watch) -> None:
    """Connect, ask some things, go."""
    asyncio.run(_visit(dsn, random, watch))


async def _visit(dsn: dict[str, Any], random: Random, watch: Watch) -> None:
    guest = await asyncpg.connect(**dsn, ssl=False, timeout=PATIENCE, command_timeout=PATIENCE)
    try:
        for _ in range(random.randint(1, 8)):
            task = random.choice((_values, _prepared, _transaction, _cursor, _records, _timeout, _many))
            await task(guest, random)
            watch.well(f'asyncpg{task.__name__}')
        await guest.close(timeout=PATIENCE)
    finally:
        guest.terminate()


async def _values(guest: Guest, random: Random) -> None:
    marker, number = unique(), random.randint(0, 20)
    row = await guest.fetchrow(f'SELECT $1::text, $2::int, {number}', marker, number)
    expect(tuple(row), (marker, number, number), 'a row for asyncpg')


async def _prepared(guest: Guest, random: Random) -> None:
    statement = await guest.prepare('SELECT $1::text || $2::text')
    for _ in range(random.randint(1, 5)):
        marker = unique()
        expect(await statement.fetchval(marker, '!'), f'{marker}!', 'a prepared statement of asyncpg')


async def _transaction(guest: Guest, random: Random) -> None:
    marker = unique()
    try:
        async with guest.transaction():
            await guest.execute("INSERT INTO copied VALUES ('never', 1)")
            expect(await guest.fetchval('SELECT $1::text', marker), marker, 'a value in a transaction')
            async with guest.transaction():
                await guest.execute("SET LOCAL work_mem = '83kB'")
                expect(await guest.fetchval('SHOW work_mem'), '83kB', 'SET LOCAL')
            await guest.execute(f'SELECT {random.randint(1, 9)} / 0')
    except asyncpg.DivisionByZeroError:
        expect(await guest.fetchval('SHOW work_mem'), '4MB', 'a setting after a transaction')


async def _cursor(guest: Guest, random: Random) -> None:
    marker, rows = unique(), random.randint(1, 200)
    async with guest.transaction():
        cursor = guest.cursor('SELECT $1::text || n FROM generate_series(1, $2::int) n', marker, rows, prefetch=20)
        received = [row[0] async for row in cursor]
    expect(received, [f'{marker}{n + 1}' for n in range(rows)], 'rows of a cursor of asyncpg')


async def _records(guest: Guest, random: Random) -> None:
    marker, rows = unique(), random.randint(0, 500)
    transaction = guest.transaction()
    await transaction.start()
    await guest.copy_records_to_table('copied', records=[(marker, number) for number in range(rows)])
    total = await guest.fetchval('SELECT coalesce(sum(number), 0) FROM copied WHERE marker = $1', marker)
    expect(total, sum(range(rows)), 'records that asyncpg has copied')
    await transaction.rollback()


async def _timeout(guest: Guest, random: Random) -> None:
    """asyncpg cancels what takes too long."""
    try:
        await guest.fetchval('SELECT pg_sleep(5)', timeout=random.uniform(0.05, 0.2))
    except TimeoutError:
        marker = unique()
        expect(await guest.fetchval('SELECT $1::text', marker), marker, 'a value after a timeout')


async def _many(guest: Guest, random: Random) -> None:
    marker = unique()
    async with guest.transaction():
        await guest.executemany('INSERT INTO copied VALUES ($1, $2)', [(marker, n) for n in range(100)])
        expect(await guest.fetchval('SELECT count(*) FROM copied WHERE marker = $1', marker), 100, 'executemany')
        await guest.execute('DELETE FROM copied WHERE marker = $1', marker)
