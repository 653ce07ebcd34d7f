"""What a client does that leaves nothing in its session. Each task checks the answers to the last byte it can know."""

import hashlib
import threading

import psycopg
from psycopg import errors, pq

from tests.integration.load.visitor import Visitor, Wrong, expect, unique

ACCOUNTS = 200
BALANCE = 1000
LARGE = 10_000_000


def ask(visitor: Visitor) -> None:
    marker = unique()
    expect(visitor.one(f"SELECT '{marker}'"), marker, 'a simple query')


def prepared(visitor: Visitor) -> None:
    for number in visitor.random.sample(range(30), 3):
        marker = unique()
        sql = b'SELECT %s::text, %s::int, ' + b'%d' % number
        row = visitor.connection.execute(sql, (marker, number * 2), prepare=True).fetchone()
        expect(row, (marker, number * 2, number), 'a prepared statement')


def pipeline(visitor: Visitor) -> None:
    markers = [unique() for _ in range(visitor.random.randint(2, 30))]
    with visitor.connection.pipeline():
        cursors = [visitor.connection.execute('SELECT %s::text', (marker,)) for marker in markers]
    expect([cursor.fetchall() for cursor in cursors], [[(marker,)] for marker in markers], 'a pipeline')


def pipeline_with_error(visitor: Visitor) -> None:
    marker = unique()
    try:
        with visitor.connection.pipeline() as batch:
            first = visitor.connection.execute('SELECT %s::text', (marker,))
            batch.sync()
            visitor.connection.execute('SELECT 1 / %s::int', (0,))
            # A text of its own: if it is to be prepared now, psycopg does not notice that it is not.
            visitor.connection.execute('SELECT %s::text AS skipped', (marker,))
    except errors.DivisionByZero:
        expect(first.fetchall(), [(marker,)], 'the pipeline before its error')
    else:
        raise Wrong('a pipeline ended without its error')


def several_statements(visitor: Visitor) -> None:
    markers = [unique() for _ in range(3)]
    cursor = visitor.connection.execute(''.join(f"SELECT '{marker}';" for marker in markers).encode(), prepare=False)
    answers = [cursor.fetchone()]
    while cursor.nextset():
        answers.append(cursor.fetchone())
    expect(answers, [(marker,) for marker in markers], 'several statements in one query')


def do_block(visitor: Visitor) -> None:
    with visitor.connection.transaction():
        visitor.run("DO $$ BEGIN PERFORM set_config('load.local', 'yes', true); END $$")
        expect(visitor.one("SELECT current_setting('load.local')"), 'yes', 'what DO has set')
    try:
        visitor.run("DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = 'P1234'; END $$")
    except psycopg.Error as error:
        if error.sqlstate != 'P1234':
            raise
    else:
        raise Wrong('DO ended without its error')


def failing(visitor: Visitor) -> None:
    for sql in ('SELECT 1 / 0', "SELECT 'x'::int", 'SELECT * FROM no_such_table', 'SELEC 1'):
        try:
            visitor.run(sql)
        except (
            errors.DivisionByZero, errors.InvalidTextRepresentation, errors.UndefinedTable, errors.SyntaxError
        ):  # fmt: skip
            continue
        raise Wrong(f'no error: {sql}')
    ask(visitor)


def failed_transaction(visitor: Visitor) -> None:
    visitor.run('BEGIN')
    try:
        visitor.run('SELECT 1 / 0')
    except errors.DivisionByZero:
        pass
    try:
        visitor.run('SELECT 1')
    except errors.InFailedSqlTransaction:
        visitor.run('ROLLBACK')
    else:
        raise Wrong('a failed transaction went on')
    ask(visitor)


def transfer(visitor: Visitor) -> None:
    """Move money; a second insert in a savepoint is undone. Only a COMMIT that was asked for may have an effect."""
    marker = unique()
    source, destination = visitor.random.sample(range(ACCOUNTS), 2)
    amount = visitor.random.randint(1, 100)
    visitor.run('BEGIN')
    visitor.run('INSERT INTO journal VALUES (%s, %s, %s, %s)', marker, source, destination, amount)
    for account in sorted((source, destination)):  # In one order, so that there is no deadlock.
        change = amount if account == destination else -amount
        visitor.run('UPDATE account SET balance = balance + %s WHERE id = %s', change, account)
    visitor.run('SAVEPOINT doubt')
    visitor.run('INSERT INTO journal VALUES (%s, %s, %s, %s)', 'never', source, destination, amount)
    visitor.run('ROLLBACK TO SAVEPOINT doubt')
    if visitor.random.random() < 0.2:
        visitor.run('ROLLBACK')
        return
    visitor.logbook.asks_for_commit(marker)
    visitor.run('COMMIT')
    visitor.logbook.committed(marker)
    rows = visitor.one('SELECT count(*) FROM journal WHERE marker = %s', marker)
    expect(rows, 1, 'rows of a transfer that was committed')


def copy_in(visitor: Visitor) -> None:
    marker, rows = unique(), visitor.random.randint(0, 2000)
    with visitor.connection.transaction():
        with visitor.connection.cursor() as cursor, cursor.copy('COPY copied FROM STDIN') as copy:
            for number in range(rows):
                copy.write_row((marker, number))
        expect(
            visitor.connection.execute(
                'SELECT count(*), coalesce(sum(number), 0) FROM copied WHERE marker = %s', (marker,)
            ).fetchone(),
            (rows, sum(range(rows))), 'what was copied in',
        )  # fmt: skip
        visitor.run('DELETE FROM copied WHERE marker = %s', marker)


def copy_in_that_fails(visitor: Visitor) -> None:
    try:
        with visitor.connection.cursor() as cursor, cursor.copy('COPY copied FROM STDIN') as copy:
            for number in range(500):
                copy.write_row(('never', number if number < 400 else 'no number'))
    except errors.InvalidTextRepresentation:
        ask(visitor)
    else:
        raise Wrong('COPY took what is no number')


def copy_out(visitor: Visitor) -> None:
    marker, rows = unique(), visitor.random.randint(1, 5000)
    sql = f"COPY (SELECT '{marker}', n FROM generate_series(1, {rows}) n) TO STDOUT"
    with visitor.connection.cursor() as cursor, cursor.copy(sql.encode()) as copy:
        received = b''.join(bytes(part) for part in copy)
    wanted = b''.join(b'%b\t%d\n' % (marker.encode(), n + 1) for n in range(rows))
    expect(received == wanted, True, 'what was copied out')


def large(visitor: Visitor) -> None:
    """10 MB, in one value or in many rows."""
    marker = unique()
    if visitor.random.random() < 0.5:
        value = visitor.one('SELECT repeat(%s, %s)', marker, LARGE // len(marker))
        expect(value == marker * (LARGE // len(marker)), True, 'a large value')
        return
    with visitor.connection.cursor(binary=True) as cursor:
        cursor.execute("SELECT %s || n, repeat('x', 1000) FROM generate_series(1, %s) n", (marker, LARGE // 1000))
        rows = cursor.fetchall()
    digest = hashlib.sha1(''.join(row[0] + row[1] for row in rows).encode()).digest()
    wanted = ''.join(f'{marker}{n + 1}' + 'x' * 1000 for n in range(LARGE // 1000))
    expect(digest, hashlib.sha1(wanted.encode()).digest(), 'many rows')


def canceled(visitor: Visitor) -> None:
    """Cancel what would last longer than anybody waits."""
    connection = visitor.connection
    in_transaction = visitor.random.random() < 0.3
    if in_transaction:
        visitor.run('BEGIN')
    timer = threading.Timer(visitor.random.uniform(0.02, 0.3), connection.cancel_safe)
    timer.start()
    try:
        # A cancel that comes too early has no effect, so somebody has to wait for the next.
        visitor.run('SELECT pg_sleep(5)')
    except errors.QueryCanceled:
        pass
    finally:
        timer.join()
    if in_transaction:
        wanted = pq.TransactionStatus.INERROR, pq.TransactionStatus.INTRANS
        expect(connection.info.transaction_status in wanted, True, 'a canceled transaction')
        visitor.run('ROLLBACK')


def cursor_in_transaction(visitor: Visitor) -> None:
    marker = unique()
    with visitor.connection.transaction(), visitor.connection.cursor('rows') as cursor:
        cursor.execute("SELECT %s || n FROM generate_series(1, 100) n", (marker,))
        expect(cursor.fetchmany(10), [(f'{marker}{n + 1}',) for n in range(10)], 'the first rows of a cursor')
        cursor.scroll(50)
        expect(cursor.fetchone(), (f'{marker}61',), 'a row of a cursor')


def unusual_text(visitor: Visitor) -> None:
    """A statement that nobody has prepared before: caches overflow."""
    marker = unique()
    row = visitor.connection.execute(f"SELECT %s, '{marker}'".encode(), (marker,), prepare=True).fetchone()
    expect(row, (marker, marker), 'a statement of its own')
