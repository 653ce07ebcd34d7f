"""What the demo shows: statements as a client sends them, their answers, and where each of them went."""

from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import Final

import click
import psycopg
from psycopg.rows import TupleRow

from pgdog_gevent.admin.route import chosen, read_in_background
from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.config.settings import Config
from pgdog_gevent.frontend.bound import NOTHING_BOUND
from pgdog_gevent.router.planner import plan
from pgdog_gevent.router.wording import how, where, why

SCHEMA: Final = (
    'CREATE TABLE countries (code text PRIMARY KEY, name text)',
    'CREATE TABLE users (id bigint PRIMARY KEY, name text, country text REFERENCES countries)',
    'CREATE TABLE payments (user_id bigint REFERENCES users, id bigint, amount numeric, PRIMARY KEY (user_id, id))',
)
STORY: Final = (
    "INSERT INTO countries VALUES ('NL', 'Netherlands'), ('PT', 'Portugal')",
    "INSERT INTO users VALUES (1, 'Anna', 'NL'), (2, 'Bela', 'PT'), (3, 'Cato', 'NL'), (4, 'Duarte', 'PT')",
    'INSERT INTO payments VALUES (1, 1, 30), (1, 2, 12.50), (2, 1, 80), (3, 1, 45), (3, 2, 5), (4, 1, 100)',
    'SELECT * FROM users WHERE id = 3',
    'SELECT name, amount FROM users JOIN payments ON user_id = users.id WHERE users.id = 3',
    'SELECT c.name, count(*), sum(amount), avg(amount)::numeric(9, 2)\n'
    'FROM payments JOIN users u ON u.id = user_id JOIN countries c ON code = country\n'
    'GROUP BY c.name ORDER BY c.name',
    'SELECT * FROM payments ORDER BY amount DESC LIMIT 3',
    'BEGIN',
    'UPDATE payments SET amount = amount - 10 WHERE user_id = 2 AND id = 1',
    'UPDATE payments SET amount = amount + 10 WHERE user_id = 3 AND id = 1',
    'COMMIT',
    'SELECT * FROM payments WHERE user_id IN (2, 3) ORDER BY user_id, id',
)
_TRANSACTION: Final = {'BEGIN': 'no shard yet', 'COMMIT': 'the shards that take part'}


def tell(conninfo: str, config: Config, database: str) -> None:
    """Do all of it as any client would, and print each statement with its answer and its route."""
    with psycopg.connect(conninfo, autocommit=True) as client:
        for sql in SCHEMA:
            show(sql, client.execute(sql), 'all shards, in one transaction')
        with read_in_background(config) as clusters:
            cluster = chosen(clusters, database)
            for sql in STORY:
                show(sql, client.execute(sql.encode()), route(sql, cluster))


def route(sql: str, cluster: Cluster) -> str:
    """Where a statement goes, and why; the texts that servers get are left out."""
    if sql in _TRANSACTION:
        return _TRANSACTION[sql]
    [one] = cluster.layout.texts(cluster.layout.path_set_by({})).statements(sql.encode())
    found = plan(one.blueprint, NOTHING_BOUND, cluster.topology.shards)
    manner = next(how(found))
    reason = why(one.blueprint, NOTHING_BOUND, cluster.topology.shards)
    return f'{where(found)}, because {reason}; {manner}'


def show(sql: str, cursor: psycopg.Cursor[TupleRow], route_in_words: str) -> None:
    """Print a statement and its answer as psql does, and below it the route."""
    lines = (f'demo=> {sql};', *answer(cursor), f'--> {route_in_words}', '')
    click.echo(indent('\n'.join(lines), '    '))


def answer(cursor: psycopg.Cursor[TupleRow]) -> Iterable[str]:
    """The rows of an answer, or what has been done if there are none."""
    if cursor.description is None:
        return (cursor.statusmessage or '',)
    names = [column.name for column in cursor.description]
    return table(names, [[str(value) for value in row] for row in cursor])


def table(names: list[str], rows: list[list[str]]) -> Iterator[str]:
    """Lay out rows under their names, as psql does."""
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
    yield _line(names, widths)
    yield '-+-'.join('-' * width for width in widths)
    for row in rows:
        yield _line(row, widths)


def _line(row: list[str], widths: list[int]) -> str:
    return ' | '.join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
