"""What clients write on several shards: in transactions, and by single statements."""

from collections.abc import Callable

from tests.integration.clients import Connection
from tests.integration.two_phase import KEYS, NEW

Work = Callable[[Connection], None]


def says(*statements: str, extended: bool = False) -> Work:
    """Someone who says these, one after the other."""

    def work(client: Connection) -> None:
        for sql in statements:
            client.execute(sql.encode(), () if extended else None)

    return work


def copies(client: Connection) -> None:
    with client.cursor().copy('COPY users (id, age) FROM STDIN') as copy:
        for key in NEW:
            copy.write_row((key, 1))


def copies_everywhere(client: Connection) -> None:
    with client.cursor().copy('COPY countries FROM STDIN') as copy:
        copy.write_row(('fr', 'new'))


def pipelines(*statements: str) -> Work:
    """Someone who says these before hearing of any."""

    def work(client: Connection) -> None:
        with client.pipeline():
            for sql in statements:
                client.execute(sql.encode())

    return work


def _within(client: Connection, work: Work) -> None:
    with client.transaction():
        work(client)


ONE_BY_ONE = tuple(f'UPDATE users SET age = 1 WHERE id = {key}' for key in KEYS)
EXPLICIT: dict[str, Work] = {
    'simple': says('BEGIN', *ONE_BY_ONE, 'COMMIT'),
    'extended': says('BEGIN', *ONE_BY_ONE, 'COMMIT', extended=True),
    'one text': says(f'BEGIN; {"; ".join(ONE_BY_ONE)}; COMMIT'),
    'commit in another text': says('BEGIN', '; '.join(ONE_BY_ONE), 'COMMIT; SELECT 1'),
    'pipeline': pipelines('BEGIN', *ONE_BY_ONE, 'COMMIT'),
    'chain': says('BEGIN', *ONE_BY_ONE, 'COMMIT AND CHAIN', 'ROLLBACK'),
    'end': says('START TRANSACTION', 'UPDATE users SET age = 1', 'END'),
    'serializable': says('BEGIN ISOLATION LEVEL SERIALIZABLE', *ONE_BY_ONE, 'COMMIT'),
    'savepoint released': says('BEGIN', 'SAVEPOINT a', *ONE_BY_ONE, 'RELEASE a', 'COMMIT'),
    'savepoint left open': says('BEGIN', 'SAVEPOINT a', *ONE_BY_ONE, 'COMMIT'),
    'DDL': says('BEGIN', 'CREATE TABLE other (id bigint)', 'CREATE INDEX by_age ON users (age)', 'COMMIT'),
    'COPY': lambda client: _within(client, copies),
    'row locks': says('BEGIN', 'SELECT * FROM users FOR UPDATE', 'UPDATE users SET age = 1', 'COMMIT'),
}  # fmt: skip
IMPLICIT: dict[str, Work] = {
    'INSERT of several rows': says(f'INSERT INTO users (id) VALUES {", ".join(f"({key})" for key in NEW)}'),
    'the same, extended': says(f'INSERT INTO users (id) VALUES {", ".join(f"({key})" for key in NEW)}', extended=True),
    'UPDATE': says('UPDATE users SET age = 1'),
    'UPDATE, extended': says('UPDATE users SET age = 1', extended=True),
    'UPDATE RETURNING': says('UPDATE users SET age = 1 RETURNING id'),
    'DELETE': says('DELETE FROM users'),
    'TRUNCATE': says('TRUNCATE users'),
    'INSERT everywhere': says("INSERT INTO countries VALUES ('fr', 'new')"),
    'INSERT everywhere, extended': says("INSERT INTO countries VALUES ('fr', 'new')", extended=True),
    'UPDATE everywhere': says("UPDATE countries SET name = 'new'"),
    'DELETE everywhere': says('DELETE FROM countries'),
    'INSERT that one does and others repeat': says(
        "INSERT INTO countries VALUES (gen_random_uuid()::text, 'new') RETURNING code"
    ),
    'UPDATE that one does and others repeat': says('UPDATE countries SET name = random()::text'),
    'DELETE of what one has chosen': says('DELETE FROM countries WHERE random() >= 0'),
    'ON CONFLICT': says("INSERT INTO countries VALUES ('de', 'new') ON CONFLICT (code) DO UPDATE SET name = 'new'"),
    'MERGE': says(
        "MERGE INTO countries c USING (VALUES ('de')) AS v (code) ON c.code = v.code "
        "WHEN MATCHED THEN UPDATE SET name = 'new'"
    ),
    'COPY': copies,
    'COPY everywhere': copies_everywhere,
    'CREATE TABLE': says('CREATE TABLE other (id bigint)'),
    'ALTER TABLE': says('ALTER TABLE users ADD COLUMN more int', 'ALTER TABLE users DROP COLUMN more'),
    'CREATE INDEX': says('CREATE INDEX by_age ON users (age)'),
    'INSERT of a SELECT': says("INSERT INTO countries SELECT 'fr', 'new'"),
    'several statements in one text': says('; '.join(ONE_BY_ONE)),
}
ALL_WORK = {f'BEGIN, {name}': work for name, work in EXPLICIT.items()} | IMPLICIT
MOVED = says(f'UPDATE users SET id = {NEW[2]} WHERE id = {KEYS[0]}')
