"""What a client does that leaves something in its session for a while. An error in the middle ends the visit."""

from psycopg import pq
from psycopg import sql as compose

from tests.integration.load.visitor import PATIENCE, ROLE, Visitor, expect, one, unique


def settings(visitor: Visitor) -> None:
    """Set, set locally, undo by ROLLBACK; from then on the session has what was committed."""
    random = visitor.random
    memory, marker = f'{random.randint(100, 999)}kB', unique()
    timeout = f'{random.randint(40, 55)}s'
    if random.random() < 0.5:
        visitor.run(f"SET work_mem = '{memory}'")
    else:
        visitor.run("SELECT set_config('work_mem', %s, false)", memory)
    visitor.settings['work_mem'] = memory
    with visitor.connection.transaction():
        visitor.run(f"SET LOCAL statement_timeout = '{timeout}'")
        visitor.run(f"SET load.marker = '{marker}'")
        expect(visitor.one('SHOW statement_timeout'), timeout, 'SET LOCAL')
    visitor.settings['load.marker'] = marker
    expect(visitor.one('SHOW statement_timeout'), '0', 'after SET LOCAL')
    visitor.run('BEGIN')
    visitor.run("SET work_mem = '77kB'")
    visitor.run('ROLLBACK')
    visitor.look_around()
    if random.random() < 0.5:
        visitor.run('RESET load.marker')
        visitor.settings['load.marker'] = ''


def role(visitor: Visitor) -> None:
    visitor.run(f'SET ROLE {ROLE}')
    expect(visitor.one('SELECT current_user'), ROLE, 'the role')
    ask_again = visitor.one('SELECT current_user || %s', '')
    expect(ask_again, ROLE, 'the role')
    visitor.run('RESET ROLE')
    with visitor.connection.transaction():
        visitor.run(f'SET LOCAL ROLE {ROLE}')
        expect(visitor.one('SELECT current_user'), ROLE, 'the local role')
    visitor.look_around()


def temporary_table(visitor: Visitor) -> None:
    marker = unique()
    visitor.run('CREATE TEMP TABLE mine (marker text)')
    visitor.run('INSERT INTO mine VALUES (%s)', marker)
    expect(visitor.connection.execute('SELECT * FROM mine').fetchall(), [(marker,)], 'a temporary table')
    if leaves(visitor):
        return
    visitor.run('DROP TABLE mine')
    visitor.look_around()


def temporary_table_of_a_transaction(visitor: Visitor) -> None:
    marker = unique()
    with visitor.connection.transaction():
        visitor.run('CREATE TEMP TABLE mine (marker text) ON COMMIT DROP')
        visitor.run('INSERT INTO mine VALUES (%s)', marker)
        expect(visitor.connection.execute('SELECT * FROM mine').fetchall(), [(marker,)], 'a temporary table')
    visitor.look_around()


def advisory_lock(visitor: Visitor) -> None:
    key = visitor.random.randint(1, 50)
    if not visitor.one('SELECT pg_try_advisory_lock(%s)', key):
        visitor.look_around()
        return
    pid = visitor.one('SELECT pg_backend_pid()')
    with visitor.connection.transaction():
        count = visitor.one('SELECT taken FROM locked WHERE id = %s', key)
        assert isinstance(count, int)
        visitor.run('UPDATE locked SET taken = %s WHERE id = %s', count + 1, key)
    # Nobody else has counted meanwhile: the lock has not been lost between these statements.
    expect(visitor.one('SELECT taken FROM locked WHERE id = %s', key), count + 1, 'what a lock protects')
    expect(visitor.one('SELECT pg_backend_pid()'), pid, 'the server that has the lock')
    if leaves(visitor):
        return
    expect(visitor.one('SELECT pg_advisory_unlock(%s)', key), True, 'unlocking')
    visitor.look_around()


def listen(visitor: Visitor) -> None:
    """Notifications come while the client waits, and those of others do not."""
    channel, marker = f'channel_{visitor.random.randint(1, 5)}', unique()
    visitor.run(f'LISTEN {channel}')
    visitor.channels.add(channel)
    with visitor.another() as other:
        one(other, 'SELECT pg_notify(%s, %s)::text', channel, marker)
    heard: list[str] = []
    for notification in visitor.connection.notifies(timeout=PATIENCE):
        # psycopg keeps what came between an earlier UNLISTEN and the last look.
        expect(notification.channel in visitor.channels, True, f'a channel that is listened to: {notification}')
        heard.append(notification.payload)
        if notification.payload == marker:
            break
    expect(marker in heard, True, 'a notification')
    if leaves(visitor):
        return
    visitor.run('UNLISTEN *')
    visitor.look_around()


def held_cursor(visitor: Visitor) -> None:
    marker = unique()
    text = compose.SQL('DECLARE held CURSOR WITH HOLD FOR SELECT {} || n FROM generate_series(1, 10) n')
    visitor.connection.execute(text.format(marker))
    for number in range(1, 4):
        expect(visitor.one('FETCH held'), f'{marker}{number}', 'a row of a held cursor')
    if leaves(visitor):
        return
    visitor.run('CLOSE held')
    visitor.look_around()


def sql_prepare(visitor: Visitor) -> None:
    marker = unique()
    visitor.run('PREPARE mine (text) AS SELECT $1')
    expect(visitor.one(f"EXECUTE mine ('{marker}')"), marker, 'EXECUTE')
    if leaves(visitor):
        return
    visitor.run('DEALLOCATE mine')
    visitor.look_around()


def discard_all(visitor: Visitor) -> None:
    visitor.run('SET statement_timeout = 54321')
    # The same text twice, and psycopg would not notice that the names it has prepared are gone.
    visitor.run(f'DISCARD ALL -- {unique()}')
    visitor.settings = dict(visitor.startup_settings)
    expect(visitor.one('SHOW statement_timeout'), '0', 'a setting after DISCARD ALL')
    visitor.look_around()


def leave_open(visitor: Visitor) -> None:
    """Go away in the middle of a transaction that must have no effect."""
    visitor.run('BEGIN')
    visitor.run('UPDATE account SET balance = balance + 1000000 WHERE id = %s', visitor.random.randint(0, 9))
    expect(visitor.connection.info.transaction_status, pq.TransactionStatus.INTRANS, 'an open transaction')
    visitor.connection.close()


def leaves(visitor: Visitor) -> bool:
    """Now and then a client goes and leaves it to others to clean up."""
    if visitor.random.random() < 0.3:
        visitor.connection.close()
    return visitor.connection.closed
