"""A seeded generator of statements and transactions: the same seed, the same case."""

import random
import re
from collections.abc import Iterator, Sequence

from tests.integration.sql.draft import Draft
from tests.integration.sql.failures import failure
from tests.integration.sql.kinds import Table
from tests.integration.sql.selects import select
from tests.integration.sql.statement import Case, Order, Program, Statement
from tests.integration.sql.tables import TABLES
from tests.integration.sql.writes import write

BEGINS = ('BEGIN', 'BEGIN', 'START TRANSACTION', 'BEGIN ISOLATION LEVEL REPEATABLE READ')
WRITTEN = re.compile(r'\b(?:INTO|UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?)\s+(\w+)')


def case(seed: int) -> Case:
    """Make the statement, or the transaction, of a seed."""
    chance = random.Random(seed)
    draw = chance.random()
    if draw < 0.76:
        return _one(chance)
    return _autocommitted(chance) if draw < 0.84 else _transaction(chance)


def _draft(chance: random.Random) -> Draft:
    return Draft(chance, parameterised=chance.random() < 0.5)


def _one(chance: random.Random) -> Statement:
    """A statement that reads, or fails."""
    if chance.random() < 0.96:
        return select(_draft(chance))
    while True:
        failing = failure(_draft(chance))
        # Outside a transaction nothing may be left behind if it does not fail.
        if failing.sql.startswith('SEL'):
            return failing


def _autocommitted(chance: random.Random) -> Program:
    writing = write(_draft(chance))
    tables = _written((writing,))
    return Program((writing, *map(_state, tables)), tables, committed=True)


def _transaction(chance: random.Random) -> Program:
    """BEGIN, some statements and savepoints, what the tables contain then, and the end."""
    body = list(_body(chance, depth=2))
    if chance.random() < 0.06:
        body.append(failure(_draft(chance)))
    committed = chance.random() < 0.3
    begin, end = chance.choice(BEGINS), chance.choice(('COMMIT', 'END')) if committed else 'ROLLBACK'
    tables = _written(body)
    return Program((_command(begin), *body, *map(_state, tables), _command(end)), tables, committed)


def _body(chance: random.Random, depth: int) -> Iterator[Statement]:
    for _ in range(chance.randint(1, 3)):
        draw = chance.random()
        if draw < 0.6:
            yield write(_draft(chance))
        elif draw < 0.8 or depth == 0:
            yield select(_draft(chance))
        else:
            yield from _savepoint(chance, depth)


def _savepoint(chance: random.Random, depth: int) -> Iterator[Statement]:
    """A savepoint, often with an error after it."""
    name = chance.choice(('a', 'b', '"S p"'))
    yield _command(f'SAVEPOINT {name}')
    yield from _body(chance, depth - 1)
    if chance.random() < 0.6:
        yield failure(_draft(chance))
        yield _command(f'ROLLBACK TO SAVEPOINT {name}')
    else:
        yield _command(chance.choice((f'RELEASE {name}', f'ROLLBACK TO {name}')))


def _command(sql: str) -> Statement:
    return Statement(sql, 'transaction', order=Order.ROWS)


def _written(statements: Sequence[Statement]) -> tuple[Table, ...]:
    """Find the tables that are written; visits go with users."""
    names = {name for statement in statements for name in WRITTEN.findall(statement.sql)}
    if 'users' in names:
        names.add('visits')
    return tuple(table for table in TABLES if table.name in names)


def _state(table: Table) -> Statement:
    """Read all of a table."""
    return Statement(f'SELECT {", ".join(table.names)} FROM {table.name}', 'state')
