"""Types sort in the proxy as a real PostgreSQL sorts them, and pass through binary arrays unchanged."""

import random
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

import psycopg
import pytest
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGconn

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.merge.arrays import binary_array
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.pgtypes.order import order_of

chance = random.Random(5)

INTEGERS = (0, 1, -1, 127, 128, 255, 256, -128, -129, 9999, 10000, 10001, 32767, -32768)
MOMENTS = (
    '0001-01-01', '1999-12-31', '2000-01-01', '2000-01-01 BC', '2024-02-29', '4713-01-01 BC', 'infinity', '-infinity',
)  # fmt: skip
CLOCKS = ('00:00', '00:00:00.000001', '11:59:59.999999', '12:00', '23:59:59', '24:00')
NUMERICS = (
    '0', '0.00', '1', '1.0', '1.000000', '-1', '-1.0', '-1.0001', '-1.00010', '-0.9999', '9999', '10000', '10001',
    '99999999', '100000000', '100000000.0001', '-10000', '-10001', '-9999.5', '0.0001', '0.00001', '-0.00001', '1e400',
    '-1e400', '1e-400', '-1e-400', '1e-16000', '1e130000', '1e130000', 'NaN', '0.10000000000000000000000000000000000',
    '123456789012345678901234567890.12345678901234567890',
)  # fmt: skip
DURATIONS = (
    '0', '1 day', '24 hours', '1 month', '30 days', '-1 month', '-30 days', '1 month -30 days', '1 year', '360 days',
    '365 days', '-1 microsecond', '1 day -1 microsecond', '178000000 years', '-178000000 years', '2147483647 days',
    '1 month -30 days 1 second', '29 days 24:00:00',
)  # fmt: skip
TEXTS = (
    '', 'a', 'A', 'b', 'ab', 'a b', 'a ', 'a  ', ' a', 'a!', 'aa', 'a\t', 'ä', 'z', 'é', 'Z', '€', '𝄞', '\x01', '10',
    '9', 'a\x01', '\ufb00',
)  # fmt: skip
NETWORKS = (
    '10.0.0.0/8', '10.0.0.0/16', '10.1.0.0/16', '10.0.0.1', '10.0.0.1/8', '10.0.0.1/16', '10.255.255.255/8',
    '0.0.0.0/0', '255.255.255.255', '1.2.3.4/0', '10.0.0.2/31', '10.0.0.3/31', '::', '::/0', '::1', '::ffff:10.0.0.1',
    'fe80::1/64', 'fe80::/64', 'fe80::/10', 'ffff::/16',
)  # fmt: skip
BITS = ('', '0', '1', '00', '01', '10', '11', '0' * 8, '0' * 9, '00000001', '1' * 8, '1' * 9, '10000000', '100000000')
BYTES = (r'\x', r'\x00', r'\x0000', r'\x01', r'\x7f', r'\x80', r'\xff', r'\xff00', r'\x6162', r'\x61')


def integers(bits: int) -> list[str]:
    edges = [number for number in (*INTEGERS, 2**bits // 2 - 1, -(2**bits) // 2) if abs(2 * number + 1) < 2**bits]
    return [str(number) for number in (*edges, *(chance.randrange(-(2**bits) // 2, 2**bits // 2) for _ in range(60)))]


def unsigned(bits: int) -> list[str]:
    return [str(number) for number in (0, 1, 2**bits - 1, 2**bits // 2, *(chance.getrandbits(bits) for _ in range(60)))]


def floats(digits: int, most: int) -> list[str]:
    edges = ['0', '-0', 'NaN', 'Infinity', '-Infinity', '1', '-1']
    edges += [f'1e{most}', f'-1e{most}', f'1e-{most}', f'-1e-{most}']
    scales = (chance.randrange(-most + digits, most - digits) for _ in range(60))
    return edges + [f'{chance.uniform(-10, 10):.{digits}f}e{scale}' for scale in scales]


def numerics() -> list[str]:
    return [*NUMERICS, *(f'{chance.randint(-(10**n), 10**n)}e{-chance.randint(0, n)}' for n in range(60))]


def bytes_of(size: int) -> list[str]:
    return [chance.randbytes(size).hex() for _ in range(60)]


def texts() -> list[str]:
    return [*TEXTS, *(''.join(chance.choices('aAbB 0-é€𝄞', k=chance.randrange(6))) for _ in range(60))]


def ranges(bounds: list[str]) -> list[str]:
    made = ['empty', '(,)']
    for bound in bounds:
        made += [f'[{bound},{bound}]', f'({bound},)', f'[{bound},)', f'(,{bound})', f'(,{bound}]']
    for low, high in pairwise(bounds):
        made += [f'{opening}{low},{high}{closing}' for opening in '[(' for closing in '])']
    return made


VALUES = {
    'bool': ['t', 'f'],
    'int2': integers(16),
    'int4': integers(32),
    'int8': integers(64),
    'oid': unsigned(32),
    'xid8': unsigned(64),
    'float4': floats(5, 37),
    'float8': floats(15, 307),
    'numeric': numerics(),
    'money': integers(40),
    'text': texts(),
    'varchar': texts(),
    'name': texts(),
    'bpchar': texts(),
    'character(6)': texts(),
    '"char"': ['', 'a', 'A', 'b', '0', 'é', '€', '~'],
    'bytea': [*BYTES, *(r'\x' + value for value in bytes_of(3))],
    'uuid': bytes_of(16),
    'date': [*MOMENTS, *(f'{chance.randrange(1, 9999):04}-{chance.randrange(1, 13)}-15' for _ in range(40))],
    'time': [*CLOCKS, *(f'{chance.randrange(24)}:{chance.randrange(60)}:07.5' for _ in range(40))],
    'timetz': [f'{clock}{zone}' for clock in CLOCKS for zone in ('+00', '+01', '-01', '+15:59', '-12', '+00:00:01')],
    'timestamp': [*MOMENTS, *(f'2020-{chance.randrange(1, 13)}-03 {clock}' for clock in CLOCKS)],
    'timestamptz': [*MOMENTS, *(f'2020-01-03 {clock}{zone}' for clock in CLOCKS for zone in ('+00', '+01', '-01'))],
    'interval': [*DURATIONS, *(f'{chance.randrange(-99, 99)} d {chance.randrange(-999, 999)} h' for _ in range(40))],
    'inet': NETWORKS,
    'cidr': ['10.0.0.0/8', '10.0.0.0/16', '10.1.0.0/16', '10.0.0.1', '0.0.0.0/0', '::/0', '::1', '::/9'],
    'macaddr': bytes_of(6),
    'macaddr8': bytes_of(8),
    'bit(9)': [f'{chance.getrandbits(9):09b}' for _ in range(40)],
    'varbit': [*BITS, *(f'{chance.getrandbits(12):b}' for _ in range(40))],
    'pg_lsn': ['0/0', '0/1', '1/0', 'FFFFFFFF/FFFFFFFF', '80000000/0', '7FFFFFFF/FFFFFFFF', '16/B374D848'],
    'tid': ['(0,0)', '(0,1)', '(1,0)', '(0,65535)', '(4294967295,1)', '(256,2)', '(2,256)'],
    'int4range': ranges(['-5', '0', '7', '9']),
    'int8range': ranges(['-5', '0', '7', '9']),
    'numrange': ranges(['-1.5', '0', '0.5', '10000', 'Infinity']),
    'daterange': ranges(['-infinity', '2000-01-01', '2000-01-02', '2020-01-01', 'infinity']),
    'tsrange': ranges(['-infinity', '2000-01-01', '2000-01-02', 'infinity']),
    'tstzrange': ranges(['-infinity', '2000-01-01', '2000-01-02', 'infinity']),
}
SCALARS = 'SELECT value::%s AS x FROM unnest($1::text[]) AS value'
"""Many values of one type."""
ARRAYS = f"""
    SELECT unnested.x FROM ({SCALARS}) AS a, ({SCALARS}) AS b, LATERAL (
        VALUES (ARRAY[a.x]), (ARRAY[a.x, b.x]), (ARRAY[a.x, NULL]), (ARRAY[NULL, a.x, b.x]), ('{{}}'),
            (ARRAY[[a.x], [b.x]]), (ARRAY[[a.x, b.x]]), (array_fill(a.x, '{{2}}', '{{0}}')),
            (array_fill(a.x, '{{2}}', '{{1}}')), (array_fill(a.x, '{{2, 1}}', '{{0, 1}}'))
    ) AS unnested (x)
"""
"""Arrays of all pairs of these, of several shapes."""


@pytest.fixture(scope='module')
def server(postgres: Cluster) -> Iterator[PGconn]:
    with closing(psycopg.connect(postgres.dsn())) as session:
        session.execute("SET client_encoding = 'UTF8'")
        yield session.pgconn


def answer(server: PGconn, sql: str, array: bytes) -> tuple[int, list[tuple[bytes, ...]]]:
    """The type of the first column, and all rows in binary format."""
    result = server.exec_params(sql.encode(), [array], param_formats=[Format.BINARY], result_format=Format.BINARY)
    assert result.status == ExecStatus.TUPLES_OK, result.error_message
    columns = range(result.nfields)
    return result.ftype(0), [
        tuple(result.get_value(row, column) or b'' for column in columns) for row in range(result.ntuples)
    ]


def text_array(values: list[str]) -> bytes:
    return binary_array(oids.TEXT, [value.encode() for value in values])


def assert_same_order(server: PGconn, values: str, sample: list[str], collation: str) -> None:
    sql = f'SELECT x, dense_rank() OVER (ORDER BY x {collation}) FROM ({values}) AS value ORDER BY x {collation}'
    type_oid, rows = answer(server, sql, text_array(sample))
    order = order_of(type_oid, collation_is_c=True)
    assert order is not None
    terms = [(order(value), rank, value) for value, rank in rows]
    for (one, rank, value), (other, next_rank, next_value) in pairwise(terms):
        assert (one == other) == (rank == next_rank), (value, next_value)
        assert (one,) <= (other,), (value, next_value)


def collation_of(name: str) -> str:
    return 'COLLATE "C"' if name in {'text', 'varchar', 'name', 'bpchar', 'character(6)'} else ''


@pytest.mark.parametrize('name', VALUES)
def test_values_sort_as_on_a_server(server: PGconn, name: str) -> None:
    assert_same_order(server, SCALARS % name, list(VALUES[name]), collation_of(name))


@pytest.mark.parametrize('name', [name for name in VALUES if '(' not in name])
def test_arrays_sort_as_on_a_server(server: PGconn, name: str) -> None:
    assert_same_order(server, ARRAYS % (name, name), list(VALUES[name])[:12], collation_of(name))


@pytest.mark.parametrize('name', VALUES)
def test_values_come_out_of_an_array_as_they_went_in(server: PGconn, name: str) -> None:
    type_oid, rows = answer(server, SCALARS % name, text_array(list(VALUES[name])))
    values = [value for (value,) in rows]
    unnested = answer(server, f'SELECT unnest($1::{name}[])', binary_array(type_oid, values))
    assert unnested == (type_oid, rows)


def test_oids_are_those_of_the_server(postgres: Cluster) -> None:
    names = {oid: name for name, oid in vars(oids).items() if isinstance(oid, int)}
    found = postgres.execute('SELECT oid::int, upper(typname), typarray::int FROM pg_type')
    of_server = {oid: (name, array) for oid, name, array in found if oid in names}
    assert len(of_server) > 50
    assert of_server == {oid: (names[oid], oids.ARRAY_OF[oid]) for oid in of_server}
