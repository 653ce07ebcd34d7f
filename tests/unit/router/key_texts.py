"""SQL texts for the fuzz of keys: statements with literals of all kinds, random tokens, and both with bytes changed."""

import random
from collections.abc import Iterator

QUERIES = (
    'SELECT abalance FROM pgbench_accounts WHERE aid = 4711;',
    'UPDATE pgbench_accounts SET abalance = abalance + -1834 WHERE aid = 4711',
    "INSERT INTO h (tid, delta, mtime) VALUES (1, -5, CURRENT_TIMESTAMP), (2, 1.5, '2024-01-01 00:00:00+00')",
    'SELECT "q"."id", "q"."a" FROM "q" WHERE ("q"."id" IN (1, 2, 3) AND NOT "q"."hidden") ORDER BY 1 ASC LIMIT 21',
    'SELECT c.oid, n.nspname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace '
    "WHERE c.relname OPERATOR(pg_catalog.~) '^(t)$' COLLATE pg_catalog.default AND c.relkind IN ('r','p','')",
    "SELECT data->'a'->>'b', data #> '{a,1}', data @> '{\"a\":[1,2]}'::jsonb, data ? 'a', a[1:2], a[1] FROM t",
    "SELECT date '2024-01-01' + interval '1' day, interval(3) '5 s', extract(year from now()), x::numeric(10,2) FROM t",
    "SELECT count(*) FILTER (WHERE a > 5) OVER (PARTITION BY b ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING) FROM t",
    "SELECT set_config('search_path', 'a, b', false), set_config('work_mem', '4MB', true)",
    "SELECT set_config('search_path', 'a', true)",
    "SELECT set_config('timezone', NULL, false) LIMIT 5",
    "SET work_mem TO '64MB'",
    "SET LOCAL search_path TO 'a', 'b'",
    "SET LOCAL statement_timeout = 5000",
    "SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE",
    'SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE',
    'SET seed = 0.5',
    "SET ROLE 'someone'",
    "PREPARE p (int) AS SELECT $1 + 5, 'x'",
    "EXECUTE p (5, 'x')",
    "EXPLAIN (ANALYZE 'off') EXECUTE p (5)",
    'DEALLOCATE p',
    'BEGIN; INSERT INTO t VALUES (5); COMMIT',
    "LISTEN a; NOTIFY a, 'payload'",
    'SAVEPOINT a',
    'SELECT pg_advisory_lock(5), pg_advisory_unlock(5), nextval(\'s\'), currval(\'s\'), f(5), my.g(\'x\')',
    'SELECT setseed(0.5)',
    'DECLARE c CURSOR WITH HOLD FOR SELECT 5',
    'FETCH 5 FROM c',
    "COPY t FROM '/tmp/t' WITH (FORMAT csv, DELIMITER ',', HEADER 1)",
    "COPY t TO STDOUT",
    "CREATE TEMP TABLE t (a varchar(5) DEFAULT 'x', b float(5), c bit(5)) WITH (fillfactor = 70)",
    'CREATE TABLE t AS SELECT f(5) AS a LIMIT 5',
    'SELECT 5 AS a INTO TEMP t',
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 5'",
    "CREATE SEQUENCE s START 5 INCREMENT BY -5",
    'ALTER TABLE t ALTER COLUMN 5 SET STATISTICS 100',
    "ALTER TABLE t ADD PARTITION p FOR VALUES WITH (MODULUS 4, REMAINDER 1)",
    "CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 4, REMAINDER 1)",
    "COMMENT ON TABLE t IS 'text'",
    "DO 'BEGIN END'",
    "LOAD 'file'",
    "PREPARE TRANSACTION 'gid'",
    "COMMIT PREPARED 'gid'",
    "UPDATE pg_settings SET setting = '5' WHERE name = 'work_mem'",
    "VACUUM (PARALLEL 5) t",
    "SELECT * FROM json_table('[1]', '$[*]' COLUMNS (a int PATH '$'))",
    "SELECT a FROM t FETCH FIRST 5 ROWS WITH TIES FOR UPDATE",
    "SELECT 'a' LIKE 'b' ESCAPE '!', 'a' SIMILAR TO 'b', x IS NOT DISTINCT FROM 5, 5 BETWEEN 1 AND 9, 'a' || 5",
    "WITH RECURSIVE a(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM a WHERE n < 100) SELECT sum(n) FROM a",
    "MERGE INTO t USING u ON t.a = 5 WHEN MATCHED AND u.b > 5 THEN UPDATE SET b = 'x' WHEN NOT MATCHED THEN DO NOTHING",
    "CALL p(5, 'x')",
    "DISCARD ALL",
)  # fmt: skip
LITERALS = (
    '0', '5', '007', '99', '2147483647', '2147483648', '123456789', '1234567890', '99999999999999999999', '1.5', '.5',
    '5.', '0.', '1e5', '1.5e-5', '0x1f', '1_000', '-5', '+ 5', "''", "'x'", "'it''s'", "''''", "'é'", "'--'", "'/*'",
    "'a\"b'", "'$1'", "'$$'", "';'", "'a' 'b'", "'a'\n'b'", "'a'\n 'b'", r"'a\b'", r"'\'", "E'a'", r"e'\''", "B'1'",
    "X'ff'", "N'a'", "U&'a'", '$$a$$', '$a$b$a$', 'NULL', 'true', '$1', '$12', "'search_path'", "'work_mem'", "'on'",
)  # fmt: skip
TOKENS = (
    *LITERALS, *' \n\t\r\f\v', ' ', ' ', "'", '"', '"a"', '"a""b"', '"\'"', 'U&"a"', 'a', 'A_1', 'é', 'a$b', 'e',
    'E', 'u', 'U&', 'n', 'x', 'b', 'SELECT ', 'UESCAPE ', ' AND ', '.', '..', ',', ';', '(', ')', '[', ']', '{', '\\',
    ':', '::', ':=', '=>', '$', '$$', '$a', '-', '--', '/', '*', '/*', '*/', '+', '<', '>', '=', '!', '@', '#', '%',
    '^', '&', '|', '~', '`', '?', '_', '\0', '\x01', '\x7f', '\xa0',
)  # fmt: skip
BLANKS: tuple[str, ...] = (*' ' * 12, '', '\n', '  ', '\t', ' -- 5\n', '/* 5 */', " -- 'x'\n", "/* 'x' */")


def texts(seed: int, count: int) -> Iterator[bytes]:
    """``count`` texts, the same ones for the same ``seed``."""
    dice = random.Random(seed)
    for _ in range(count):
        kind = dice.random()
        if kind < 0.3:
            yield ''.join(dice.choices(TOKENS, k=dice.randint(1, 8))).encode()
        elif kind < 0.6:
            yield _filled(dice).encode()
        else:
            yield _mutated(dice, _filled(dice).encode())


def _filled(dice: random.Random) -> str:
    """A query whose literals and blanks are others."""
    query = dice.choice(QUERIES)
    return ''.join(_other(dice, piece) for piece in _pieces(query))


def _pieces(query: str) -> Iterator[str]:
    """Words, numbers, strings and blanks, of queries as those above."""
    begin = 0
    for index in range(1, len(query)):
        quoted = query.count("'", begin, index) % 2 == 1
        if not quoted and not (query[index - 1].isalnum() and query[index].isalnum()):
            yield query[begin:index]
            begin = index
    yield query[begin:]


def _other(dice: random.Random, piece: str) -> str:
    if piece == ' ':
        return dice.choice(BLANKS)
    if (piece.isdigit() or piece[0] == "'") and dice.random() < 0.4:
        return dice.choice(LITERALS)
    return piece


def _mutated(dice: random.Random, sql: bytes) -> bytes:
    """A text with some bytes changed."""
    for _ in range(dice.randint(1, 3)):
        at = dice.randint(0, len(sql))
        put = dice.choice((b'', bytes([dice.randrange(256)]), dice.choice(TOKENS).encode(), sql[at : at + 9] * 2))
        sql = sql[:at] + put + sql[at + dice.randint(0, 3) :]
    return sql
