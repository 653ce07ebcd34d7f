"""A database with sharded tables, as the tests of the router know it."""

from collections.abc import Mapping, Sequence

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import (
    Catalog,
    Collation,
    Column,
    FunctionNames,
    Name,
    Table,
    TableKind,
    Type,
    TypeKind,
)
from pgdog_gevent.router.keys import BoundValue
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.rules import Rules, ShardKey, TableRule
from pgdog_gevent.sharding.function import Hashed, LookedUp, Sha1
from pgdog_gevent.sharding.key import KeyType
from pgdog_gevent.sharding.lookup import Answers

SHARDS = 3
BY_ID = Hashed(KeyType.BIGINT, SHARDS)
BY_UUID = Hashed(KeyType.UUID, SHARDS)
BY_NAME = Hashed(KeyType.TEXT, SHARDS)
BY_TENANT = Sha1(KeyType.BIGINT, SHARDS)
BY_LOOKUP = LookedUp(KeyType.BIGINT, 'SELECT $1', BY_ID, Answers(1000))

TYPES = {
    'bigint': 20,
    'integer': 23,
    'smallint': 21,
    'numeric': 1700,
    'text': 25,
    'character varying(20)': 1043,
    'character(4)': 1042,
    'uuid': 2950,
    'timestamp with time zone': 1184,
    'boolean': 16,
    'user_number': 20001,
}


def column(text: str) -> Column:
    """``name type``, with ``!`` after the name if it is not null and ``~`` if its collation is nondeterministic."""
    name, _, kind = text.partition(' ')
    return Column(
        name.rstrip('!~'), TYPES[kind], kind, not_null='!' in name, deterministic='~' not in name, collation='default'
    )


def table(name: str, columns: str, kind: TableKind = TableKind.TABLE, reads: Sequence[str] = ()) -> Table:
    schema, _, short = name.rpartition('.')
    found = tuple(column(each.strip()) for each in columns.split(','))
    primary = (found[0].name,) if found[0].not_null else ()
    views = tuple(Name('public', each) for each in reads)
    unique = (primary,) if primary else ()
    return Table(schema or 'public', short, kind, found, primary, unique, view_tables=views)


TABLES = (
    table('users', 'id! bigint, name text, country integer, referrer bigint, code character varying(20)'),
    table('payments', 'id! bigint, user_id! bigint, amount numeric, at timestamp with time zone'),
    table('clicks', 'user_id integer, url text, n integer'),
    table('items', 'id! uuid, owner bigint, name text'),
    table('notes', 'title! text, body text, item uuid'),
    table('folded', 'title~ text, body text'),
    table('padded', 'code character(4), body text'),
    table('domained', 'id user_number, body text'),
    table('tenants', 'id! bigint, name text'),
    table('looked_up', 'id! bigint, name text'),
    table('countries', 'id! integer, name text, big bigint'),
    table('rates', 'country! integer, rate numeric, user_id bigint'),
    table('old.archive', 'id! bigint, name text'),
    table('user_names', 'id bigint, name text', TableKind.VIEW, ['users']),
    table('country_names', 'id integer, name text', TableKind.VIEW, ['countries']),
    table('pg_catalog.pg_class', 'oid integer, relname text'),
)

_KEYS = {
    'users': ShardKey('id', BY_ID),
    'payments': ShardKey('user_id', BY_ID),
    'clicks': ShardKey('user_id', BY_ID),
    'items': ShardKey('id', BY_UUID),
    'notes': ShardKey('title', BY_NAME),
    'folded': ShardKey('title', BY_NAME),
    'padded': ShardKey('code', BY_NAME),
    'domained': ShardKey('id', BY_ID),
    'tenants': ShardKey('id', BY_TENANT),
    'looked_up': ShardKey('id', BY_LOOKUP),
}

CATALOG = Catalog(
    server_version=170000,
    encoding='UTF8',
    default_collation=Collation('c', 'C'),
    tables={each.key: each for each in TABLES},
    types={
        20: Type(20, 'pg_catalog', 'int8', TypeKind.BASE),
        20001: Type(20001, 'public', 'user_number', TypeKind.DOMAIN, base_type=20),
    },
    functions=FunctionNames(aggregates=frozenset({'my_sum'}), users=frozenset({'my_sum', 'balance'})),
)
RULES = Rules(SHARDS, tuple(TableRule('public', name, key) for name, key in _KEYS.items()), schemas={'old': 2})
KNOWN = Known(CATALOG, RULES, ('public',), SHARDS)


def statement(sql: str) -> Message:
    """The tree of the only statement in a text."""
    node = parse(sql.encode()).stmts[0].stmt
    found = getattr(node, str(node.WhichOneof('node')))
    assert isinstance(found, pg.SelectStmt | pg.InsertStmt | pg.UpdateStmt | pg.DeleteStmt | pg.MergeStmt)
    return found


class Values:
    """Parameters as values, in text, of the type that goes with them."""

    def __init__(self, *values: object, types: Mapping[type, int] | None = None) -> None:
        self._values = values
        self._types = types or {int: 20, str: 25, list: 1016}

    def parameter(self, number: int) -> BoundValue:
        value = self._values[number - 1]
        if value is None:
            return BoundValue(0, 0, None)
        text = f'{{{",".join(map(_element, value))}}}' if isinstance(value, list) else str(value)
        return BoundValue(self._types[type(value)], 0, text.encode())


def _element(value: object) -> str:
    return 'NULL' if value is None else str(value)
