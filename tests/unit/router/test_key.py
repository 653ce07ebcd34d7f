"""Keys, held against PostgreSQL's own lexer; both forms of them against each other."""

from dataclasses import fields
from typing import NamedTuple

import pytest
from pglast import parser

from pgdog_gevent.router import key as pure
from pgdog_gevent.router.analyze import analyze
from pgdog_gevent.router.cache import MakeKey
from pgdog_gevent.router.key import keys_are_safe
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.shared import shared
from pgdog_gevent.router.statement import DEPENDS_ON_LITERALS, ORDINARY, ORDINARY_READ, Access, Statement
from tests.unit.router.key_texts import LITERALS, QUERIES, texts

try:
    from pgdog_gevent.router import _key as compiled
except ImportError:
    FORMS = [pytest.param(pure.key, id='pure')]
else:
    FORMS = [pytest.param(pure.key, id='pure'), pytest.param(compiled.key, id='compiled')]

F = frozenset({'f'})
CONSTANTS = frozenset({'ICONST', 'FCONST', 'SCONST'})


@pytest.mark.parametrize('key', FORMS)
@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ('', ''),
        ("SELECT a1, $1 FROM t WHERE b = 'x' AND c<-5", "SELECT a1, $1 FROM t WHERE b = '' AND c<-0"),
        ("SELECT 'it''s', '''', ''", "SELECT '', '', ''"),
        ('SELECT 123456789, 1234567890, 1.5, .5, 5.', 'SELECT 0, .0, .0, .0, .0'),
        ('SELECT (1)::numeric(10,2), a[1:2], b[1]', 'SELECT (0)::numeric(0,0), a[0:0], b[0]'),
        ('SELECT "it\'s 1", "a""b"."c" FROM "1"', 'SELECT "it\'s 1", "a""b"."c" FROM "1"'),
        ("SELECT 'a' 5 'b'\n'c'", "SELECT '' 0 ''\n''"),
        ("SELECT a.5, a1.5, $1.5, $1'a', $1a", "SELECT a.0, a1.0, $1.0, $1'', $1a"),
        ('SELECT é, \'é\', x*.5, "x".5, 5.*3', 'SELECT é, \'\', x*.0, "x".0, .0*0'),
        ('f(a => 1, b := 2) - 5 / 3', 'f(a => 0, b := 0) - 0 / 0'),
        ("SELECT '--', '/*', '$$', ';'", "SELECT '', '', '', ''"),
        ('\n\tSELECT\r1\v\f;', '\n\tSELECT\r0\v\f;'),
    ],
    ids=repr,
)
def test_key_has_other_literals(key: MakeKey, sql: str, expected: str) -> None:
    assert key(sql.encode()) == expected.encode()
    assert key(expected.encode()) == expected.encode()


@pytest.mark.parametrize('key', FORMS)
@pytest.mark.parametrize(
    'sql',
    [
        "'", "'a", "'a''", '"', '"a', '"a""',
        'SELECT 1 -- x', 'SELECT 1--1', 'SELECT /* x */ 1', 'SELECT 1 +/**/ 2', "'a'--\n'b'",
        '$$a$$', '$a$b$a$', '$', '$a', 'SELECT $1$', '$1$a$b$a$', "$1e'a'",
        "E'a'", "e'a'", "B'1'", "x'1f'", "N'a'", "U&'a'", 'U&"a"', "u&'a'", "date'2024-01-01'",
        r"'a\b'", r"'\'", r"'\\'", '\\',
        '1e5', '1.5e5', '1E-5', '0x1f', '0b1', '1_000', '1a', '1é', '1$1', '1..2', '1.2.3', '..5', '$1..5',
        "SELECT '\0'", 'SELECT 1\0', '"\0"', 'SELECT {', 'SELECT \x01', 'SELECT \x7f',
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_not_understood_has_no_key(key: MakeKey, sql: str) -> None:
    assert key(sql.encode()) is None


@pytest.mark.parametrize('key', FORMS)
@pytest.mark.parametrize('size', [2045, 2046, 2047, 2048, 2049, 100_000])
def test_long_text_has_a_key(key: MakeKey, size: int) -> None:
    assert key(b"SELECT '" + b'x' * size + b"', 5") == b"SELECT '', 0"
    assert key(b'SELECT ' + b'x' * size + b', 5') == b'SELECT ' + b'x' * size + b', 0'
    assert key(b'1' * size) == b'.0'
    assert key(b'x' * size + b"'") is None


@pytest.mark.parametrize('key', FORMS)
@pytest.mark.parametrize('filler', ['x', 'x ', '"', '1 ', '. ', 'a.', "'", "'x',", '1.', "' ", '(', '$1 ', '-', '/'])
@pytest.mark.timeout(20)
def test_long_text_is_read_in_linear_time(key: MakeKey, filler: str) -> None:
    sql = filler.encode() * (1_000_000 // len(filler))
    found = key(sql)
    assert found is None or len(found) <= len(sql)


class Token(NamedTuple):
    kind: str
    text: str


def tokens(sql: bytes) -> list[Token] | None:
    """As PostgreSQL sees them, constants without their values; ``None`` if it refuses the text."""
    text = sql.decode()
    try:
        found = parser.scan(text)
    except parser.ParseError:
        return None
    return [_token(one.name, text[one.start : one.end + 1]) for one in found]


def _token(kind: str, text: str) -> Token:
    """Integers of ten digits and more count as decimals, as they do for keys."""
    if kind == 'ICONST' and len(text) > 9:
        return Token('FCONST', '')
    return Token(kind, '' if kind in CONSTANTS else text)


def decodable(sql: bytes) -> bytes:
    """A text in UTF-8 that has the same ASCII characters at the same places between others."""
    try:
        sql.decode()
    except UnicodeDecodeError:
        return sql.decode('latin-1').encode()
    return sql


def check(sql: bytes) -> bool:
    """Demand of one text what has to be true of all. Says whether it has a key."""
    found = pure.key(sql)
    for form in FORMS:
        assert form.values[0](sql) == found  # type: ignore[operator]
    if found is None:
        return False
    assert len(found) <= len(sql)
    assert pure.key(found) == found
    readable = decodable(sql)
    readable_key = pure.key(readable)
    assert readable_key == (found.decode('latin-1').encode() if readable != sql else found)
    assert tokens(readable) == tokens(readable_key)
    said = shared(readable_key)
    assert said is None or said == analyze(readable)
    return True


def check_all(seed: int, count: int) -> None:
    with_key = 0
    for sql in texts(seed, count):
        try:
            with_key += check(sql)
        except AssertionError as error:
            raise AssertionError(f'{sql!r} with the key {pure.key(sql)!r}') from error
    print(f'{with_key} of {count} texts have a key')
    assert with_key > count // 10


@pytest.mark.parametrize('seed', range(4))
def test_key_has_the_tokens_of_the_text_and_says_the_same(seed: int) -> None:
    check_all(seed, 1500)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize('seed', range(100, 140))
def test_keys_of_a_million_texts_have_their_tokens_and_say_the_same(seed: int) -> None:
    check_all(seed, 25_000)


@pytest.mark.parametrize('sql', QUERIES)
def test_key_of_a_query_has_its_tokens_and_says_the_same(sql: str) -> None:
    assert check(sql.encode())


@pytest.mark.parametrize('sql', LITERALS)
def test_key_of_a_literal_has_its_tokens(sql: str) -> None:
    check(sql.encode())
    check(f'SELECT {sql}'.encode())


@pytest.mark.parametrize(
    'sql',
    [
        "SET work_mem TO ''",
        "SELECT set_config('', '', true)",
        "SELECT \"set_config\"('', '', false)",
        'PREPARE p AS SELECT 0',
        'EXECUTE p (0)',
        'EXPLAIN EXECUTE p (0)',
        'SELECT float(0)',
        'SELECT CAST(a AS float(0)) FROM t',
        'not SQL',
        'BEGIN; INSERT INTO t VALUES (0)',
    ],
)
def test_key_does_not_say_what_depends_on_literals(sql: str) -> None:
    assert shared(sql.encode()) is None


@pytest.mark.parametrize(
    ('sql', 'said'),
    [
        ("SELECT '' FROM t LIMIT 0", ORDINARY_READ),
        ("SELECT f(0, '')", Statement(functions=F, access=Access.READ, reads_if_stable=F)),
        ("UPDATE t SET a = f('')", Statement(functions=F)),
        ("SELECT nextval('')", Statement(advances_sequences=True)),
        ('SELECT pg_advisory_lock(0)', Statement(leaves='a session advisory lock')),
        ("SELECT 'set_config'", None),
        ("COPY t FROM ''", ORDINARY),
        ("COPY t TO ''", ORDINARY),
        ("COPY (SELECT t.to stdout FROM t) TO ''", ORDINARY),
        ('COPY t TO STDOUT', ORDINARY_READ),
        ('FETCH 0 FROM c', ORDINARY),
    ],
)
def test_key_says_what_all_its_texts_say(sql: str, said: Statement | None) -> None:
    assert shared(sql.encode()) == said


def test_decimals_do_not_pass_for_integers() -> None:
    """A grammar that wants an integer refuses a decimal, and so it does in the key."""
    found = pure.key(b'SELECT a::varchar(1.5)')
    assert found is not None
    with pytest.raises(Unparseable):
        parse(found)


def test_whether_it_depends_on_literals_is_said_of_every_field() -> None:
    assert set(DEPENDS_ON_LITERALS) == {field.name for field in fields(Statement)}


@pytest.mark.parametrize('encoding', ['UTF8', 'UNICODE', 'SQL_ASCII', 'LATIN1', 'LATIN10', 'WIN1252', 'EUC_JP'])
def test_keys_are_safe_where_ascii_is_ascii(encoding: str) -> None:
    assert keys_are_safe(encoding, 'on')


@pytest.mark.parametrize(
    ('encoding', 'strings'),
    [
        ('SJIS', 'on'), ('SHIFT_JIS_2004', 'on'), ('BIG5', 'on'), ('GBK', 'on'), ('UHC', 'on'), ('GB18030', 'on'),
        ('JOHAB', 'on'), ('', 'on'), ('utf-16', 'on'), ('UTF8', 'off'), ('UTF8', ''),
    ],
)  # fmt: skip
def test_keys_are_not_safe_elsewhere(encoding: str, strings: str) -> None:
    assert not keys_are_safe(encoding, strings)
