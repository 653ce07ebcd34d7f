"""The parser: that the generated classes fit the pglast that is installed, and what it refuses."""

from collections.abc import Iterator

import pytest
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet
from pglast import parser

from pgdog_gevent.router import parse as module
from pgdog_gevent.router.parse import Unparseable, parse

STATEMENTS = [
    'SELECT 1',
    "SELECT 'é', E'\\n', $1, NULL, 1.5, 2::int8, B'101', X'1F', true, interval '1 day'",
    'SELECT DISTINCT ON (a) a, b AS "B b" FROM ONLY public.t AS x (a, b) WHERE a IS NOT NULL '
    'ORDER BY a DESC NULLS LAST',
    'SELECT a, count(*) FILTER (WHERE b > 1), sum(c) OVER (PARTITION BY a ORDER BY b ROWS '
    'UNBOUNDED PRECEDING) FROM t GROUP BY ROLLUP (a) HAVING count(*) > 1 LIMIT 3 OFFSET 1',
    'SELECT * FROM a JOIN b USING (id) LEFT JOIN c ON a.x = c.y, LATERAL (SELECT 1) l FOR '
    'UPDATE OF a SKIP LOCKED',
    'WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT * FROM r',
    'SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT ALL SELECT 4',
    "SELECT CASE WHEN a = ANY (ARRAY[1, 2]) THEN b[1:2] ELSE (c).d END, a BETWEEN 1 AND 2, b "
    "LIKE 'x%', ROW(1, 2), COALESCE(a, 1)",
    "SELECT json_object('a' : 1), xmlelement(name x), current_user, now() AT TIME ZONE 'UTC', "
    "t.* FROM generate_series(1, 3) WITH ORDINALITY AS t",
    'SELECT grouping(a), percentile_cont(0.5) WITHIN GROUP (ORDER BY b) FROM t GROUP BY '
    'GROUPING SETS ((a), ())',
    'VALUES (1, 2), (3, DEFAULT)',
    'TABLE t',
    "INSERT INTO t (a, b) VALUES (1, 'x') ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING *",
    'INSERT INTO t OVERRIDING SYSTEM VALUE SELECT * FROM u',
    'UPDATE t SET (a, b) = (SELECT 1, 2), c = DEFAULT FROM u WHERE t.id = u.id RETURNING old.a, new.a',
    'DELETE FROM t USING u WHERE CURRENT OF c',
    'MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED '
    'THEN INSERT VALUES (1)',
    'SET search_path TO a, b',
    "SET LOCAL timezone = 'UTC'",
    'RESET ALL',
    'SHOW work_mem',
    'BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY',
    'COMMIT AND CHAIN',
    'ROLLBACK TO SAVEPOINT a',
    "PREPARE TRANSACTION 'gid'",
    'PREPARE p (int) AS SELECT $1',
    'EXECUTE p (1)',
    'DEALLOCATE ALL',
    'DISCARD ALL',
    'LISTEN c',
    "NOTIFY c, 'x'",
    'DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT 1',
    'FETCH FORWARD 3 FROM c',
    'CLOSE ALL',
    'CREATE TABLE t (id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text COLLATE "C" '
    'DEFAULT \'x\', CHECK (a > \'\')) PARTITION BY HASH (id)',
    'CREATE TEMPORARY TABLE t ON COMMIT DROP AS SELECT 1',
    'CREATE UNIQUE INDEX CONCURRENTLY i ON t USING btree (lower(a) DESC) INCLUDE (b) WHERE a > 1',
    'CREATE VIEW v AS SELECT 1 WITH LOCAL CHECK OPTION',
    'CREATE SEQUENCE s INCREMENT BY 2',
    'CREATE TYPE e AS ENUM (\'a\', \'b\')',
    'CREATE FUNCTION f(a int, OUT b text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT a$$',
    'CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
    'CREATE EXTENSION IF NOT EXISTS pg_trgm',
    'ALTER TABLE t ADD COLUMN c int, DROP COLUMN d CASCADE, ALTER COLUMN e TYPE text USING e::text',
    'DROP TABLE IF EXISTS a, b CASCADE',
    'TRUNCATE t RESTART IDENTITY',
    'GRANT SELECT (a), UPDATE ON t TO PUBLIC',
    'COPY t (a, b) FROM STDIN WITH (FORMAT csv, HEADER)',
    'COPY (SELECT 1) TO STDOUT',
    'EXPLAIN (ANALYZE, BUFFERS) SELECT 1',
    'VACUUM (ANALYZE) t',
    'ANALYZE t (a)',
    'LOCK TABLE t IN ACCESS EXCLUSIVE MODE NOWAIT',
    'DO $$BEGIN END$$',
    'CALL p(1)',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY m',
    "COMMENT ON TABLE t IS 'x'",
    "CREATE USER u PASSWORD 'x'",
    'CREATE PUBLICATION p FOR ALL TABLES',
    'BEGIN; SELECT 1; COMMIT',
]  # fmt: skip


@pytest.mark.parametrize('sql', STATEMENTS, ids=[sql[:40] for sql in STATEMENTS])
def test_tree_says_what_the_text_said(sql: str) -> None:
    """Names and numbers of the fields are those of the library: what it wrote, it reads again, and means the same."""
    again = parser.deparse_protobuf(parse(sql.encode()).SerializeToString())
    assert parser.fingerprint(again) == parser.fingerprint(sql)


@pytest.mark.parametrize('sql', STATEMENTS, ids=[sql[:40] for sql in STATEMENTS])
def test_tree_has_no_fields_that_the_classes_do_not_know(sql: str) -> None:
    assert [type(message).__name__ for message in messages(parse(sql.encode())) if len(UnknownFieldSet(message))] == []


def messages(root: Message) -> Iterator[Message]:
    yield root
    for field, value in root.ListFields():
        if field.message_type is not None:
            for message in value if field.is_repeated else (value,):
                yield from messages(message)


def test_classes_are_of_the_grammar_that_is_installed() -> None:
    major, minor = parser.get_postgresql_version()
    assert parse(b'SELECT 1').version == major * 10_000 + minor
    assert major == 18, 'pg_query_pb2 has to be generated anew'


@pytest.mark.parametrize('sql', [b'', b' \n', b';', b'; ;', b'-- nothing', b'/* nothing */'])
def test_text_without_a_statement_has_none(sql: bytes) -> None:
    assert len(parse(sql).stmts) == 0


def test_locations_are_byte_offsets() -> None:
    first, second = parse('SELECT \'é\'; SELECT "ü"'.encode()).stmts
    assert (first.stmt_location, first.stmt_len) == (0, 11)
    assert second.stmt_location == 13


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param(b'SELEC 1', id='not SQL'),
        pytest.param(b"SELECT 'x", id='string without an end'),
        pytest.param(b'SELECT 1;; SELEC', id='one of several is not SQL'),
        pytest.param('SELECT \'é\''.encode('latin-1'), id='not UTF-8'),
        pytest.param(b'SELECT ' + b'1+' * 40_000 + b'1', id='40,000 operators in a chain'),
        pytest.param(b'SELECT ' + b'(' * 40_000 + b'1' + b')' * 40_000, id='40,000 parentheses'),
        pytest.param(b'SELECT ' + b'f(' * 5_000 + b'1' + b')' * 5_000, id='5,000 calls inside each other'),
        pytest.param(b'SELECT ' + b'- ' * 40_000 + b'1', id='40,000 signs'),
    ],
)
def test_text_that_cannot_be_parsed_is_refused_and_nothing_crashes(sql: bytes) -> None:
    with pytest.raises(Unparseable):
        parse(sql)


def test_text_that_is_too_long_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, 'LONGEST_TEXT', 8)
    assert len(parse(b'SELECT 1').stmts) == 1
    with pytest.raises(Unparseable, match='too long'):
        parse(b'SELECT 1 ')
