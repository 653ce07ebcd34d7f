"""What the text of a function gives away."""

import pytest

from pgdog_gevent.router.function_text import digest

HARMLESS = {
    'nothing': '',
    'query': 'SELECT a, b FROM t WHERE c = $1',
    'UPDATE': 'UPDATE t SET a = 1',
    'UPDATE of a quoted name': 'UPDATE ONLY "My schema"."set" * AS x SET a = 1',
    'UPDATE after FOR UPDATE': 'SELECT 1 FROM t FOR UPDATE; UPDATE t SET a = 1',
    'UPDATE after THEN': 'BEGIN IF TRUE THEN UPDATE t SET a = 1; ELSE UPDATE t SET a = 2; END IF; END',
    'UPDATE in WITH': 'WITH x AS (UPDATE t SET a = 1 RETURNING *) SELECT * FROM x',
    'ON CONFLICT DO UPDATE': 'INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a',
    'ON CONFLICT DO NOTHING': 'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING',
    'MERGE': 'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b',
    'block': 'DECLARE n integer := 0; BEGIN FOR n IN 1..3 LOOP RAISE NOTICE \'%\', n; END LOOP; RETURN NEW; END',
    'command in a line comment': 'SELECT 1 -- SET x = 1\n + 1',
    'command in a comment': 'SELECT /* a /* b */ SET x = 1; */ 1',
    'command in a constant': "SELECT 'SET x = 1; EXECUTE it''s'",
    'command in an escaped constant': r"SELECT E'it\'s EXECUTE', e'\\'",
    'parameters': 'SELECT $1, $2 || a$b$c',
    'quoted keyword': 'SELECT "execute", "set" FROM t',
    'backslash in a constant': r"SELECT a ~ '^\d+\s'",
    'SQL-standard body': 'BEGIN ATOMIC\n SELECT 1;\n UPDATE t SET a = 1;\nEND',
}  # fmt: skip

UNSURE = {
    'EXECUTE': "BEGIN EXECUTE format('SELECT %s', a); END",
    'RETURN QUERY EXECUTE': 'BEGIN RETURN QUERY EXECUTE a; END',
    'SET': 'SET x = 1',
    'SET in capitals and not': 'sEt x = 1',
    'SET LOCAL after IF': "BEGIN IF TG_OP = 'UPDATE' THEN SET LOCAL x = 1; END IF; END",
    'SET after UPDATE': 'UPDATE t SET a = 1; SET x = 1',
    'SET after FOR UPDATE': 'BEGIN IF EXISTS (SELECT 1 FROM t FOR UPDATE) THEN SET x = 1; END IF; END',
    'SET after FOR NO KEY UPDATE': 'SELECT 1 FROM t FOR NO KEY UPDATE SET x = 1',
    'SET after ELSE': 'BEGIN IF a THEN UPDATE t SET a = 1; ELSE SET x = 1; END IF; END',
    'SET after LOOP': 'BEGIN FOR r IN UPDATE t SET a = 1 RETURNING a LOOP SET x = 1; END LOOP; END',
    'SET after BEGIN': 'DECLARE "update" integer; BEGIN SET x = 1; END',
    'SET after a comment': 'BEGIN /* UPDATE t */ SET x = 1; END',
    'SET CONSTRAINTS': 'BEGIN SET CONSTRAINTS ALL DEFERRED; END',
    'RESET': 'BEGIN RESET x; END',
    'DISCARD': 'DISCARD ALL',
    'LISTEN': 'LISTEN a',
    'UNLISTEN': 'BEGIN UNLISTEN *; END',
    'LOAD': "LOAD 'auto_explain'",
    'PREPARE': 'PREPARE a AS SELECT 1',
    'DEALLOCATE': 'DEALLOCATE ALL',
    'DECLARE WITH HOLD': 'DECLARE a CURSOR WITH HOLD FOR SELECT 1',
    'TEMP': 'BEGIN CREATE TEMP TABLE t (a int) ON COMMIT DROP; END',
    'INTO TEMPORARY': 'SELECT 1 AS a INTO TEMPORARY t',
    'pg_temp': 'INSERT INTO pg_temp.t VALUES (1)',
    'CREATE, which the path may make temporary': 'CREATE TABLE t (a int)',
    'UPDATE pg_settings': "UPDATE pg_settings SET setting = 'x' WHERE name = 'y'",
    'DO with a constant': "BEGIN DO 'BEGIN END'; END",
    'DO with a language': "BEGIN DO LANGUAGE plpgsql 'BEGIN END'; END",
    'DO at the end': 'BEGIN DO',
    'dollar quotes': 'SELECT $$ SET x = 1 $$',
    'dollar quotes with a tag': 'SELECT $a$ SET x = 1 $a$',
    'constant that standard_conforming_strings ends elsewhere': r"SELECT 'a\', ' SET x = 1; --'",
    'continued escaped constant': "SELECT E'a'\n'b\\'; SET x = 1; --'",
    'Unicode identifier': r'SELECT U&"\0073et_config"(1)',
    'Unicode constant': r"SELECT u&'\0073'",
    'constant without end': "SELECT 'a",
    'quoted name without end': 'SELECT "a',
    'comment without end': 'SELECT 1 /* /* */',
    'name that is too long': f'SELECT {"a" * 64}()',
    'name of too many bytes': f'SELECT "{"ä" * 32}"()',
}  # fmt: skip


@pytest.mark.parametrize('text', HARMLESS.values(), ids=HARMLESS)
def test_what_leaves_nothing_is_sure(text: str) -> None:
    assert not digest(text).unsure


@pytest.mark.parametrize('text', UNSURE.values(), ids=UNSURE)
def test_what_may_leave_something_is_unsure(text: str) -> None:
    assert digest(text).unsure


@pytest.mark.parametrize(
    ('text', 'word'),
    [
        ('SELECT Set_Config(a, b, true)', 'set_config'),
        ('SELECT pg_catalog."set_config"(a, b, true)', 'set_config'),
        ('SELECT "Two ""words"""()', 'two "words"'),
        ('SELECT--\rf()', 'f'),
        ('SELECT a||f(b)', 'f'),
        ('SELECT 1f(b)', 'f'),
        ('SELECT ünter.über()', 'über'),
        ('SELECT a\u00a0b()', 'a\u00a0b'),
        ("SELECT 'a'f('b')", 'f'),
        ('PERFORM x.f(b)', 'f'),
    ],
)  # fmt: skip
def test_words_are_the_names_that_it_may_call(text: str, word: str) -> None:
    assert word in digest(text).words


@pytest.mark.parametrize('text', ["SELECT 'set_config'", 'SELECT 1 -- set_config', 'SELECT /* set_config */ 1'])
def test_constants_and_comments_have_no_words(text: str) -> None:
    assert 'set_config' not in digest(text).words


@pytest.mark.parametrize(
    ('text', 'writes'),
    [
        ('SELECT a FROM t', False),
        ("SELECT 'insert', \"update\" FROM t", False),
        ('INSERT INTO t VALUES (1)', True),
        ('WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x', True),
        ('TRUNCATE t', True),
    ],
)  # fmt: skip
def test_what_fires_triggers_writes(text: str, writes: bool) -> None:
    assert digest(text).writes is writes
