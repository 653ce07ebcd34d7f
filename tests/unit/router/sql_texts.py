"""SQL texts for differential tests: ordinary statements with all that may hide in them an effect on the session."""

from hypothesis import strategies as st

_COMMENTS = (' /* ; */ ', '/**/', ' -- x\n', ' -- ; set a.b to 1\n', ' /* /* ; */ */ ')
_BLANKS = st.sampled_from([*' ' * 8, '\n', '\t', *_COMMENTS])
_SET_CONFIG = st.sampled_from(
    [
        'set_config',
        'SET_CONFIG',
        'pg_catalog.set_config',
        '"set_config"',
        'pg_catalog . "set_config"',
        'pg_catalog/**/./**/set_config',
        'U&"set\\005fconfig"',
        'u&"\\+000073et_config"',
        'U&"!0073et_config" UESCAPE \'!\'',
        'pg_catalog.U&"\\0073et_config"',
    ]
)
_VALUES = st.sampled_from(
    [
        '1',
        'a',
        "'x'",
        'count(*)',
        '$1',
        "';'",
        "'; set a.b to 1; '",
        "E'\\'; set a.b to 1 --'",
        '$$;$$',
        '$a$ $$ ; set_config $a$',
        "U&'\\003b'",
        '"a;b"',
        '"temp"',
        '"""set_config"""',
        "'set_config'",
        'lower(a)',
        'pg_advisory_lock(1)',
        'PG_ADVISORY_LOCK(1)',
        '"pg_try_advisory_lock"(1)',
        'U&"pg_advisory\\005flock"(1)',
        'pg_advisory_xact_lock(1)',
        'temp',
        'temporary_file',
        "'é'",
        '(SELECT 1)',
    ]
)
_CALLS = st.builds(
    '{}({}, {}, {})'.format,
    _SET_CONFIG,
    st.sampled_from(["'a.b'", "'work_mem'", "'a' || '.b'"]),
    st.sampled_from(["'c'", 'NULL', "';'"]),
    st.sampled_from(['false', 'true', 'a', "'f'", 'is_local => false']),
)
_NESTED = st.sampled_from(
    ['{}', '({})', 'lower({})', 'coalesce({}, 1)', '(SELECT {})', 'CASE WHEN a THEN {} END', '{}::text']
)
_EXPRESSIONS = st.builds(str.format, _NESTED, st.one_of(_VALUES, _VALUES, _CALLS))
_INTO = st.sampled_from(
    [
        '',
        '',
        '',
        'INTO t',
        'INTO TEMP t',
        'INTO/**/TEMPORARY/**/t',
        'INTO temp TABLE t',
        'into local temporary t',
        'INTO pg_temp.t',
        'INTO pg_temp . t',
        'into PG_TEMP.t',
        'INTO "pg_temp"."t"',
        'INTO U&"pg\\005ftemp".t',
        'INTO UNLOGGED t',
        'INTO "temp"',
    ]
)
_SELECTS = st.builds(
    'SELECT {blank}{first}{blank}{into}{blank}{source}{condition}{tail}'.format,
    blank=_BLANKS,
    first=_EXPRESSIONS,
    into=_INTO,
    source=st.sampled_from(['', 'FROM t', 'FROM temp', 'FROM lateral (SELECT 1) x']),
    condition=st.one_of(st.just(''), st.builds(' WHERE {} IS NULL'.format, _EXPRESSIONS)),
    tail=st.sampled_from(['', ' LIMIT 0', ' FOR UPDATE', ' UNION SELECT 1', ' HAVING false', ' ORDER BY 1']),
)
_OTHERS = st.sampled_from(
    [
        'INSERT INTO t VALUES ({})',
        'INSERT INTO t (a) SELECT {} RETURNING a',
        'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING RETURNING {}',
        'UPDATE t SET a = {}',
        'DELETE FROM t WHERE {} IS NULL',
        'WITH q AS (SELECT {}) SELECT 1',
        'WITH q AS (DELETE FROM t RETURNING {}) TABLE q',
        'VALUES (1, {})',
        'MERGE INTO t USING u ON true WHEN MATCHED THEN UPDATE SET a = {}',
        'EXPLAIN ANALYZE SELECT {}',
        'PREPARE p AS SELECT {}',
        'COPY (SELECT {}) TO STDOUT',
        'CREATE TABLE x AS SELECT {}',
        'CREATE TEMP TABLE x AS SELECT {}',
        'DECLARE c CURSOR WITH HOLD FOR SELECT {}',
    ]
)
_SINGLE = st.one_of(
    _SELECTS,
    _SELECTS,
    st.builds(str.format, _OTHERS, _EXPRESSIONS),
    st.sampled_from(['BEGIN', 'SET a.b TO 1', 'TABLE t', 'DISCARD ALL', "SELECT 'BEGIN'", 'LISTEN c', 'select']),
)
_ENDS = st.sampled_from(['', '', '', ';', ';;', ' -- x', '; -- ;', '; SET a.b TO 1', ';BEGIN', '; TABLE t; SET ROLE a'])


def _with_case(sql: str, upper: bool) -> str:
    """Upper case as far as it changes no meaning: escapes in U& have to stay as they are."""
    return sql.upper() if upper and '\\' not in sql else sql


TEXTS = st.builds('{}{}{}'.format, _BLANKS, st.builds(_with_case, _SINGLE, st.booleans()), _ENDS)
"""One statement or several, most of them well-formed."""
