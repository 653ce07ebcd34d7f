"""Texts as administrators may see them."""

import pytest

from pgdog_gevent.router.shown import shown_text


@pytest.mark.parametrize(
    ('sql', 'shown'),
    [
        ("SELECT * FROM t WHERE a = 'x' AND b = 1.5", 'SELECT * FROM t WHERE a = ? AND b = ?'),
        ('SELECT  a,\n b -- words\nFROM t /* pgdog_shard: 1 */ WHERE c=$1', 'SELECT a, b FROM t WHERE c=$1'),
        ("ALTER ROLE me PASSWORD 'secret'", 'ALTER ROLE me PASSWORD ?'),
        ("CREATE ROLE me LOGIN PASSWORD $$secret$$", 'CREATE ROLE me LOGIN PASSWORD ?'),
        ("CREATE USER MAPPING FOR me SERVER s OPTIONS (password 'secret')",
         'CREATE USER MAPPING FOR me SERVER s OPTIONS (password ?)'),
        ("SELECT B'01', X'ff', U&'d', N'n'", 'SELECT ?, ?, ?, N?'),
        ('SET a.b TO secret', 'SET a.b TO ?'),
        ('SET a.b = secret, public', 'SET a.b = ?, ?'),
        ('ALTER ROLE me SET a.b = secret', 'ALTER ROLE me SET a.b = ?'),
        ('BEGIN; SET a.b TO secret; SELECT c = d FROM t', 'BEGIN; SET a.b TO ?; SELECT c = d FROM t'),
        ('SET a.b TO secret; SELECT c = d FROM t', 'SET a.b TO ?; SELECT c = d FROM t'),
        ('CREATE FUNCTION f() RETURNS int SET a.b = secret RETURN 1',
         'CREATE FUNCTION f() RETURNS int SET a.b = ? RETURN ?'),
        ('SELECT "My Column" FROM "T"', 'SELECT "My Column" FROM "T"'),
        ('', ''),
        ('ALTER ROLE me PASSWORD secret', ''),
        ("SELECT 'a\\'secret'", ''),
        ("SELECT E'a\\nb'", ''),
        ('SELECT \'é\'', 'SELECT ?'),
        (f'SELECT {", ".join(["a"] * 1000)}', f'{"SELECT " + ", ".join(["a"] * 1000):.2000} ...'),
    ],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_no_value_is_shown(sql: str, shown: str) -> None:
    assert shown_text(sql.encode()) == shown


def test_a_text_in_another_encoding_is_not_shown() -> None:
    assert shown_text("SELECT 'é'".encode('latin-1')) == ''
