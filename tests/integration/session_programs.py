"""Random statements that change a session: what a client may do to its settings, locks, cursors and the rest."""

import random
from collections.abc import Iterator

from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.query import Bind, Execute, Parse

# Statements of all kinds of state, so chosen that two clients of one database never wait for each other.
STATEMENTS = (
    "SET work_mem = '{n}MB'", "SET LOCAL work_mem = '{n}1MB'", 'RESET work_mem', 'SHOW work_mem',
    "SET search_path = s{n}, public", 'RESET search_path', "SET TIME ZONE 'Etc/GMT-{n}'", 'SET timezone TO DEFAULT',
    "SET application_name = 'app {n}'", "SET DateStyle = 'German'", "SET client_encoding = 'LATIN{n}'",
    "SET IntervalStyle = 'iso_8601'", "SET my.own = '{n}'", 'RESET ALL', 'DISCARD ALL', 'RESET my.own',
    "SELECT set_config('work_mem', '{n}2MB', false)", "SELECT set_config('work_mem', '{n}3MB', true)",
    "SELECT set_config('my.own', '{n}', false), set_config('statement_timeout', '{n}min', false), 1",
    'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY',
    'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
    'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    'SET ROLE role_{n}', 'SET ROLE NONE', 'RESET ROLE', 'SET SESSION AUTHORIZATION role_{n}',
    'RESET SESSION AUTHORIZATION', 'SET SESSION AUTHORIZATION DEFAULT', 'SET LOCAL ROLE role_{n}',
    'BEGIN', 'BEGIN', 'BEGIN', 'START TRANSACTION READ ONLY', 'COMMIT', 'COMMIT', 'COMMIT', 'ROLLBACK', 'END',
    'COMMIT AND CHAIN', 'ROLLBACK AND CHAIN', 'SAVEPOINT a', 'SAVEPOINT b', 'ROLLBACK TO a', 'RELEASE a', 'RELEASE b',
    'CREATE TEMP TABLE t{n} (a int)', 'DROP TABLE IF EXISTS t{n}', 'DROP TABLE t{n}', 'SELECT count(*) FROM t{n}',
    'CREATE TEMP TABLE t{n} ON COMMIT DROP AS SELECT 1', 'DISCARD TEMP', 'SELECT 1 AS a INTO TEMP t{n}',
    'SELECT pg_advisory_lock({own}{n})', 'SELECT pg_try_advisory_lock({n})', 'SELECT pg_advisory_unlock({own}{n})',
    'SELECT pg_advisory_lock_shared(7)', 'SELECT pg_advisory_unlock_shared(7)', 'SELECT pg_advisory_unlock({n})',
    'SELECT pg_advisory_lock({own}, {n})', 'SELECT pg_advisory_unlock({own}, {n})', 'SELECT pg_advisory_unlock_all()',
    'SELECT pg_advisory_xact_lock({own}{n})', 'SELECT pg_advisory_lock({own}{n}), 1 / 0',
    'PREPARE p{n} AS SELECT {n}', 'PREPARE p{n} (int) AS SELECT $1 + {n}', 'EXECUTE p{n}', 'EXECUTE p{n} (1)',
    'DEALLOCATE p{n}', 'DEALLOCATE ALL', 'DISCARD PLANS', 'DISCARD SEQUENCES',
    'DECLARE c{n} CURSOR WITH HOLD FOR SELECT {n}', 'DECLARE c{n} CURSOR FOR SELECT generate_series(1, 3)',
    'FETCH c{n}', 'CLOSE c{n}', 'CLOSE ALL',
    'LISTEN l{n}', 'UNLISTEN l{n}', 'UNLISTEN *',
    'SELECT 1', 'SELECT 1 / 0', 'SELEC', '', 'INSERT INTO numbers VALUES ({n})', 'SELECT lock_in_secret({own}{n})',
    'SELECT current_user, session_user', "SET LOCAL my.own = 'x'", 'SET nothing_such = 1',
    "DO $$BEGIN PERFORM pg_advisory_lock({own}{n}); END$$", 'SELECT plain({n})',
)  # fmt: skip
PARAMETERS = (('work_mem', '4{n}MB'), ('my.own', 'x{n}'), ('timezone', 'Etc/GMT+{n}'), ('nothing_such', '{n}'))
PROBE = (
    b"SELECT name, setting FROM pg_settings WHERE name NOT LIKE '%.%' ORDER BY name;"
    b"SELECT locktype, mode, classid, objid, objsubid FROM pg_locks"
    b"  WHERE pid = pg_backend_pid() AND locktype = 'advisory' ORDER BY 1, 2, 3, 4, 5;"
    b'SELECT name, statement FROM pg_prepared_statements WHERE from_sql ORDER BY 1;'
    b'SELECT pg_listening_channels() ORDER BY 1; SELECT name, is_holdable FROM pg_cursors ORDER BY 1;'
    b'SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() ORDER BY 1;'
    b"SELECT current_user, session_user, nullif(current_setting('my.own', true), '')"
)
"""What a session is, as PostgreSQL sees it.

Left out: parameters of libraries, which are there once a library has been loaded. A custom parameter that has once been
set is '' ever after, not NULL.
"""
SETUP = (
    'CREATE TABLE numbers (n int)',
    *(f'CREATE SCHEMA s{n}' for n in (1, 2)),
    'GRANT ALL ON TABLE numbers TO PUBLIC',
    'CREATE FUNCTION plain(n int) RETURNS int LANGUAGE sql AS $$SELECT n$$',
    'CREATE FUNCTION lock_in_secret(n int) RETURNS void LANGUAGE plpgsql AS '
    '$$BEGIN PERFORM pg_advisory_lock(n); END$$',
    "CREATE FUNCTION set_in_secret() RETURNS void LANGUAGE plpgsql AS "
    "$$BEGIN PERFORM set_config('work_mem', '99MB', false); END$$",
)
ROLES = ('role_1', 'role_2')
"""Roles of the cluster that the statements take on."""


class Steps:
    """Endless rounds, each a message that ends in ReadyForQuery; ``own`` is a number that no other client has."""

    def __init__(self, seed: int, own: int) -> None:
        self._random = random.Random(seed)
        self._own = own

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        pick = self._random
        if pick.random() < 0.1:
            return query.query('; '.join(self._statement() for _ in range(pick.randint(2, 4))).encode())
        if pick.random() < 0.1:
            return self._bound_setting()
        sql = self._statement().encode()
        return query.query(sql) if pick.random() < 0.6 else _extended(sql, ())

    def _statement(self) -> str:
        return self._filled(self._random.choice(STATEMENTS))

    def _bound_setting(self) -> bytes:
        name, value = self._random.choice(PARAMETERS)
        local = self._random.choice((b'false', b'false', b'true'))
        return _extended(b'SELECT set_config($1, $2, $3)', (name.encode(), self._filled(value).encode(), local))

    def _filled(self, text: str) -> str:
        return text.format(n=self._random.randint(1, 2), own=self._own)


def _extended(sql: bytes, parameters: tuple[bytes, ...]) -> bytes:
    bind = Bind(b'', b'', (), parameters, ())
    return Parse(b'', sql, b'\0\0').encode() + bind.encode() + Execute(b'', 0).encode() + query.SYNC
