"""A database of three shards, for statements that read: sharded tables, and one that is the same everywhere."""

from dataclasses import replace

from pgdog_gevent.router.block import Block, block
from pgdog_gevent.router.blueprint import Blueprint, ByKey, Folded, Refused, Scattered, Several
from pgdog_gevent.router.catalog import (
    Catalog,
    Collation,
    Column,
    FunctionNames,
    Table,
    TableKind,
    Type,
    TypeKind,
)
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import select
from pgdog_gevent.router.rules import Rules, ShardKey, TableRule
from pgdog_gevent.router.select import select_blueprint
from pgdog_gevent.sharding.function import Hashed
from pgdog_gevent.sharding.key import KeyType

NUMBER = Hashed(KeyType.BIGINT, 3)
_TYPES = {
    'bool': 16, 'int8': 20, 'int2': 21, 'int4': 23, 'text': 25, 'json': 114, 'float4': 700, 'float8': 701, 'money': 790,
    'bpchar': 1042, 'varchar': 1043, 'date': 1082, 'time': 1083, 'timestamp': 1114, 'timestamptz': 1184,
    'interval': 1186, 'numeric': 1700, 'uuid': 2950, 'jsonb': 3802, 'name': 19, '_int4': 1007,
}  # fmt: skip
_MOOD = Type(90001, 'public', 'mood', TypeKind.ENUM, category='E')
_CENTS = Type(90002, 'public', 'cents', TypeKind.DOMAIN, base_type=20)
_OTHERS = {'mood': _MOOD, 'cents': _CENTS}
_COLLATED = frozenset({'text', 'bpchar', 'varchar'})


def _columns(text: str) -> tuple[Column, ...]:
    """``name type collation``, by commas; without a collation it is the database's."""
    columns = []
    for part in text.split(','):
        name, type_name, *collation = part.split()
        oid = _TYPES[type_name] if type_name in _TYPES else _OTHERS[type_name].oid
        default = 'default' if type_name in _COLLATED else ''
        columns.append(Column(name, oid, type_name, collation=collation[0] if collation else default))
    return tuple(columns)


def _table(name: str, columns: str) -> Table:
    return Table('public', name, TableKind.TABLE, _columns(columns), primary_key=('id',), unique_keys=(('id',),))


TABLES = (
    _table('users', 'id int8, name text, born date, score int4, mood mood'),
    _table(
        'orders',
        'id int8, user_id int8, total numeric, items int4, weight float8, small int2, ratio float4, pause interval, '
        'fee money, made timestamptz, cents cents, tags _int4, note jsonb, paid bool, code uuid',
    ),
    _table('words', 'id int8, german text de-x-icu, bytewise text C, plain text, label name C, app text app.mine'),
    _table('countries', 'id int8, name text'),
)
TENANT = Table('tenant', 'bills', TableKind.TABLE, _columns('id int8'))
_ICU = Collation(provider='i', locale='de')
COLLATIONS = {'C': Collation(provider='c', locale='C'), 'de-x-icu': _ICU, 'app.mine': _ICU}
FUNCTIONS = FunctionNames(
    aggregates=frozenset({'count', 'sum', 'max', 'min', 'avg', 'string_agg', 'median'}),
    set_returning=frozenset({'generate_series', 'unnest'}),
    users=frozenset({'median', 'total_of'}),
    operators=frozenset({'%'}),
)
_SHARDED = (('users', 'id'), ('orders', 'user_id'), ('words', 'id'))


def known(
    *,
    collation: Collation = _ICU,
    search_path: tuple[str, ...] = ('public',),
    version: int = 150_003,
    users: frozenset[str] = frozenset(),
) -> Known:
    """The database; ``collation`` is its default."""
    types = [Type(oid, 'pg_catalog', name, TypeKind.BASE) for name, oid in _TYPES.items()]
    catalog = Catalog(
        server_version=version,
        encoding='UTF8',
        default_collation=collation,
        tables={table.key: table for table in (*TABLES, TENANT)},
        types={each.oid: each for each in (*types, _MOOD, _CENTS)},
        collations=COLLATIONS,
        functions=replace(FUNCTIONS, users=FUNCTIONS.users | users),
    )
    tables = tuple(TableRule(None, table, ShardKey(column, NUMBER)) for table, column in _SHARDED)
    rules = Rules(3, tables, schemas={'tenant': 2})
    return Known(catalog, rules, search_path, 3)


KNOWN = known()
BYTEWISE = known(collation=COLLATIONS['C'])


def meaning(sql: str, known: Known = KNOWN) -> Blueprint:
    """What a SELECT means there."""
    return select_blueprint(select(sql), sql, known)


def several(sql: str, known: Known = KNOWN) -> Several:
    """How several shards answer a SELECT."""
    found = meaning(sql, known)
    assert isinstance(found, ByKey), found
    return found.several


def scattered(sql: str, known: Known = KNOWN) -> Scattered:
    found = several(sql, known)
    assert isinstance(found, Scattered), found
    return found


def folded(sql: str, known: Known = KNOWN) -> tuple[str, str]:
    """The partial text and the final one."""
    found = several(sql, known)
    assert isinstance(found, Folded), found
    return found.partial.decode(), found.final.decode()


def refusal(sql: str, known: Known = KNOWN) -> Refused:
    """Why a SELECT is refused."""
    found = meaning(sql, known)
    refused = found.several if isinstance(found, ByKey) else found
    assert isinstance(refused, Refused), refused
    return refused


def block_of(sql: str, known: Known = KNOWN) -> Block:
    return block(select(sql), known)
