"""The schema and its rows: all kinds of types, NULLs, duplicates, ties, extreme values; the same rows each time."""

import random
from collections.abc import Iterator

from tests.integration.sql.kinds import (
    BOOL,
    BYTEA,
    CHAR,
    DATE,
    FLOAT4,
    FLOAT8,
    INET,
    INT2,
    INT4,
    INT8,
    INTERVAL,
    INTS,
    JSONB,
    MOOD,
    NUMERIC,
    TEXT,
    TEXTS,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    UUID,
    VARCHAR,
    Column,
    Kind,
    Table,
    Term,
)

Row = tuple[str | None, ...]

TYPES = ("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",)
"""What is created before the tables."""
VIEWS = (
    'CREATE VIEW active_users AS SELECT id, name, level, score FROM users WHERE active',
    'CREATE VIEW totals AS SELECT user_id, count(*) AS n, sum(amount) AS total FROM payments GROUP BY user_id',
    'CREATE VIEW by_level AS SELECT level, count(*) AS n, max(score) AS best FROM users GROUP BY level',
)
"""What is created after them."""

ALL_IDS = (*(str(n) for n in range(1, 57)), '0', '-1', '-42', '2147483647', '2147483648', '4294967296',
           '9223372036854775807', '-9223372036854775808')  # fmt: skip
IDS = (*ALL_IDS, '57', '1000')
"""Keys of users, and some that no user has."""
NAMES = ('Ada', 'ada', 'Bob', 'bob', 'Élodie', 'elodie', 'Zoë', 'zoe', 'Ömer', 'O''Neil', 'a b', 'a-b', 'ab', '_x', '',
         ' lead', 'trail ', 'ß', 'ss', '日本', '10', '9', 'A', 'a', None)  # fmt: skip
WORDS = ('red', 'Red', 'green', 'blue', 'été', 'ete', "it's", 'back\\slash', '', '%', None)
AMOUNTS = ('0.00', '0.01', '1.00', '9.99', '10.00', '10.00', '100.00', '-5.25', '12345.67', '1000000000.00', None)
LOOSE_NUMBERS = ('1', '1.0', '1.00', '0', '0.000', '2.5', '2.50', '-3.10', '0.3333333333333333', '123456789.123', None)
FLOATS = ('0', '0.5', '1.25', '0.1', '0.2', '0.3', '-7.75', '100.125', '3.5', None)
SMALL = ('0', '1', '2', '3', '4', '5', '-1', '7', None)
MOMENTS = ('2024-01-01 00:00:00', '2024-02-29 12:30:00', '2024-02-29 12:30:00.000001', '1999-12-31 23:59:59.999999',
           '2038-01-19 03:14:08', '2024-03-31 01:30:00', None)  # fmt: skip
ZONED = tuple(None if moment is None else f'{moment}+00' for moment in MOMENTS)
DAYS = ('2024-01-01', '2024-01-31', '2024-02-29', '1969-12-31', '2000-01-01', None)
SPANS = ('1 day', '24:00:00', '1 mon', '30 days', '00:00:01', '-1 day', '1 year', '12 mons', '00:00:00.5', None)
UUIDS = tuple(f'{n * 2654435761 % 2**32:08x}-{n:04x}-4000-8000-{n * 40503:012x}' for n in range(1, 61))
SLUGS = tuple(f'{word}{n or ""}' for n in range(7) for word in ('note', 'Note', 'nöte', ' x', 'x ', "o'c", 'ab', ''))


def _column(name: str, kind: Kind, pool: tuple[str | None, ...], declaration: str = '', **facts: bool) -> Column:
    sequence = facts.pop('sequence', False)
    return Column(Term(name, kind, pool, **facts), declaration or kind.name, sequence)


USERS = Table('users', (
    _column('id', INT8, ALL_IDS, 'int8 PRIMARY KEY', key=True, sequence=True),
    _column('name', TEXT, NAMES),
    _column('nick', TEXT, NAMES, 'text COLLATE "C"'),
    _column('email', VARCHAR, WORDS, "varchar(40) DEFAULT 'none'"),
    _column('grade', CHAR, ('a', 'ab', 'abc', 'B', '', None), 'char(3)'),
    _column('level', INT2, SMALL, 'int2 DEFAULT 1', small=True),
    _column('visits', INT4, ('0', '1', '10', '10', '250', '-3', None), 'int4 CHECK (visits < 100000)', small=True),
    _column('score', NUMERIC, AMOUNTS, 'numeric(12,2)', small=True),
    _column('ratio', FLOAT8, FLOATS, small=True),
    _column('active', BOOL, ('t', 'f', None), 'bool NOT NULL DEFAULT true'),
    _column('born', DATE, DAYS),
    _column('mood', MOOD, ('sad', 'ok', 'happy', None)),
    _column('country', TEXT, ('DE', 'FR', 'IT', 'XX', None), 'text COLLATE "C"'),
), ('id',), len(ALL_IDS))  # fmt: skip

PAYMENTS = Table('payments', (
    _column('id', INT8, tuple(str(n) for n in range(1, 161)), 'int8 NOT NULL', sequence=True),
    _column('user_id', INT8, (*ALL_IDS[:40], *ALL_IDS[-6:], '57', '1000', None, None), key=True),
    _column('amount', NUMERIC, AMOUNTS, 'numeric(12,2)', small=True),
    _column('fee', NUMERIC, LOOSE_NUMBERS, 'numeric DEFAULT 1.50', loose=True, small=True),
    _column('at', TIMESTAMPTZ, ZONED, "timestamptz DEFAULT '2024-01-01 00:00:00+00'"),
    _column('kind', TEXT, WORDS, 'text COLLATE "C"'),
    _column('quantity', INT4, SMALL, small=True),
    _column('rate', FLOAT8, FLOATS, small=True),
), ('id',), 160, 'UNIQUE (user_id, id)')  # fmt: skip

VISITS = Table('visits', (
    _column('user_id', INT4, tuple(ALL_IDS[n % 30] for n in range(80)), 'int4', key=True, sequence=True),
    _column('day', DATE, tuple(f'2024-03-{1 + n // 30:02}' for n in range(80)), sequence=True),
    _column('pages', INT2, SMALL, small=True),
    _column('seconds', INTERVAL, SPANS, loose=True),
), ('user_id', 'day'), 80, 'PRIMARY KEY (user_id, day), FOREIGN KEY (user_id) REFERENCES users (id)')  # fmt: skip

ITEMS = Table('items', (
    _column('id', UUID, UUIDS, 'uuid PRIMARY KEY', key=True, sequence=True),
    _column('label', TEXT, NAMES),
    _column('price', NUMERIC, AMOUNTS, 'numeric(12,2)', small=True),
    _column('stock', INT4, SMALL, 'int4 DEFAULT 0', small=True),
    _column('added', TIMESTAMP, MOMENTS),
    _column('props', JSONB, ('{"a": 1}', '{"a": 1, "b": [1, null]}', '[]', 'null', '"x"', '{"b": "y"}', None)),
    _column('origin', INET, ('10.0.0.1', '10.0.0.0/8', '192.168.1.5/24', '::1', 'fe80::/10', None)),
), ('id',), len(UUIDS))  # fmt: skip

NOTES = Table('notes', (
    _column('n', INT4, tuple(str(n) for n in range(1, 71)), 'int4 NOT NULL', sequence=True, small=True),
    _column('slug', TEXT, (*SLUGS, None), key=True),
    _column('body', TEXT, WORDS),
    _column('title', TEXT, NAMES, 'text COLLATE "en-x-icu"'),
    _column('weight', FLOAT4, FLOATS, small=True),
), ('n',), 70, 'UNIQUE (slug, n)')  # fmt: skip

COUNTRIES = Table('countries', (
    _column('code', TEXT, ('DE', 'FR', 'IT', 'ES', 'PL', 'SE', 'NO', 'FI'), 'text COLLATE "C" PRIMARY KEY',
            sequence=True),
    _column('name', TEXT, NAMES[:8], sequence=True),
    _column('population', INT8, ('1000', '1000', '99', '5', None), small=True),
    _column('area', NUMERIC, LOOSE_NUMBERS, 'numeric DEFAULT 0.10', loose=True, small=True),
), ('code',), 8, volatile='seen timestamptz, token uuid')  # fmt: skip

LEVELS = Table('levels', (
    _column('level', INT2, ('0', '1', '2', '3', '4'), 'int2 PRIMARY KEY', sequence=True, small=True),
    _column('title', TEXT, WORDS),
), ('level',), 5)  # fmt: skip

KINDS = Table('kinds', (
    _column('id', INT8, (*ALL_IDS[:50], '5000', '5001', '5002', *ALL_IDS[-4:]), 'int8 PRIMARY KEY',
            key=True, sequence=True),
    _column('i2', INT2, ('32767', '-32768', '0', '1', '1', None)),
    _column('i4', INT4, ('2147483647', '-2147483648', '0', '1', '1', None)),
    _column('i8', INT8, ('9223372036854775807', '-9223372036854775808', '0', '1', '1', None)),
    _column('num', NUMERIC, ('NaN', 'Infinity', '-Infinity', '1e100', '-1e-40', *LOOSE_NUMBERS), loose=True),
    _column('f4', FLOAT4, ('NaN', 'Infinity', '-0', '0', '3.4028235e38', '1e-45', '0.1', None), loose=True),
    _column('f8', FLOAT8, ('NaN', '-Infinity', '-0', '0', '1.7976931348623157e308', '5e-324', '0.1', None), loose=True),
    _column('t', TEXT, NAMES),
    _column('c', TEXT, NAMES, 'text COLLATE "C"'),
    _column('vc', VARCHAR, ('a', 'a ', 'B', 'é', '', None), 'varchar(10)'),
    _column('ch', CHAR, ('a', 'B', 'é', '', 'abcde', None), 'char(5)'),
    _column('b', BOOL, ('t', 'f', None)),
    _column('d', DATE, ('infinity', '-infinity', '4713-01-01 BC', '5874897-12-31', *DAYS)),
    _column('tm', TIME, ('00:00:00', '24:00:00', '12:34:56.789', '12:34:56.789', None)),
    _column('ts', TIMESTAMP, ('infinity', '-infinity', '4713-01-01 00:00:00 BC', *MOMENTS)),
    _column('tz', TIMESTAMPTZ, ('infinity', '-infinity', *ZONED)),
    _column('iv', INTERVAL, SPANS, loose=True),
    _column('u', UUID, ('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', *UUIDS[:4])),
    _column('by', BYTEA, ('\\x', '\\x00', '\\x00ff', '\\xff', '\\x6162', None)),
    _column('j', JSONB, ('{}', '[1, 2]', '{"a": {"b": "é"}}', '1', 'true', 'null', None)),
    _column('ints', INTS, ('{}', '{1,2}', '{1,2,3}', '{NULL}', '{{1,2},{3,4}}', '[0:1]={7,8}', None)),
    _column('texts', TEXTS, ('{}', '{a,b}', '{"a b",NULL}', '{é}', '{B}', '{""}', None)),
    _column('m', MOOD, ('sad', 'ok', 'happy', None)),
    _column('ip', INET, ('10.0.0.1', '10.0.0.1/8', '::1', '255.255.255.255', None)),
), ('id',), 57)  # fmt: skip

TABLES = (USERS, PAYMENTS, VISITS, ITEMS, NOTES, COUNTRIES, LEVELS, KINDS)
"""Those that refer to others come after them."""
KEYED = tuple(table for table in TABLES if table.key is not None)


def rows(table: Table) -> Iterator[Row]:
    """Make the rows of a table, by columns in their order."""
    pick = random.Random(table.name)
    for number in range(table.rows):
        yield tuple(_field(column, number, pick) for column in table.columns)


def _field(column: Column, number: int, pick: random.Random) -> str | None:
    if column.sequence:
        return column.term.pool[number]
    value = pick.choice(column.term.pool)
    return column.term.pool[0] if value is None and 'NOT NULL' in column.declaration else value
