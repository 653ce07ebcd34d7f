"""A database of three shards for statements that write: tables of all kinds, and what a text means there."""

from dataclasses import replace

from pgdog_gevent.router.blueprint import Blueprint, ByKey, ByRow, Once, Refused, Repeated, Same
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.catalog import Column, FunctionNames, Name, Table, TableKind, Type, TypeKind, UniqueIndex
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.rules import Rules, ShardKey, TableRule
from pgdog_gevent.sharding.function import Hashed
from pgdog_gevent.sharding.key import KeyType
from tests.unit.router.catalogs import catalog

NUMBER = Hashed(KeyType.BIGINT, 3)
"""Of users, payments and their likes."""
WORD = Hashed(KeyType.TEXT, 3)
"""Of notes."""

TYPES = (
    Type(20, 'pg_catalog', 'int8', TypeKind.BASE, category='N'),
    Type(25, 'pg_catalog', 'text', TypeKind.BASE, category='S'),
    Type(1042, 'pg_catalog', 'bpchar', TypeKind.BASE, category='S'),
    Type(1043, 'pg_catalog', 'varchar', TypeKind.BASE, category='S'),
    Type(1184, 'pg_catalog', 'timestamptz', TypeKind.BASE, category='D'),
    Type(1700, 'pg_catalog', 'numeric', TypeKind.BASE, category='N'),
    Type(90001, 'public', 'moment', TypeKind.DOMAIN, base_type=1184),
)
FUNCTIONS = FunctionNames(
    aggregates=frozenset({'count', 'sum', 'max', 'min', 'avg', 'string_agg'}),
    set_returning=frozenset({'generate_series', 'unnest'}),
    users=frozenset({'total_of', 'uuid_generate_v4'}),
    operators=frozenset({'<<>>'}),
)


def _number(name: str, default: str | None = None, identity: str = '') -> Column:
    return Column(name, 20, 'bigint', default=default, identity=identity)


def _text(name: str) -> Column:
    return Column(name, 25, 'text', collation='default')


def _time(name: str, default: str | None = None) -> Column:
    return Column(name, 1184, 'timestamp with time zone', default=default)


def _table(name: str, *columns: Column, kind: TableKind = TableKind.TABLE) -> Table:
    first = columns[0].name if columns else ''
    index = UniqueIndex(f'{name}_pkey', (first,))
    return Table('public', name, kind, columns, (first,), unique_keys=((first,),), unique_indexes=(index,))


USERS = _table('users', _number('id'), _text('name'), _time('added', 'now()'))
PAYMENTS = _table(
    'payments', _number('id', "nextval('public.payments_id_seq'::regclass)"), _number('user_id'), _number('amount', '0')
)
SEVENS = _table('sevens', _number('user_id', "'7'::bigint"), _text('name'))
DRAWN = _table('drawn', _number('user_id', 'pgdog_gevent.next_id_auto()'), _text('name'))
NUMBERED = _table('numbered', _number('user_id', identity='d'), _text('name'))
NOTES = _table('notes', Column('slug', 1043, 'character varying(4)', collation='default'), _text('body'))
PADDED = _table('padded', Column('slug', 1042, 'character(4)', collation='default'), _text('body'))
COUNTRIES = _table('countries', _number('id'), _text('name'))
RATES = _table('rates', _number('id', identity='a'), _text('name'), _time('added', 'now()'), _number('value', '1'))
BYDEFAULT = _table('bydefault', _number('id', identity='d'), _text('name'))
GENERATED = _table('generated', _number('id'), Column('twice', 20, 'bigint', generated='s'), _text('name'))
DOMAINS = _table('domains', _number('id'), Column('at', 90001, 'public.moment'))
WATCHED = Table('public', 'watched', TableKind.TABLE, (_number('id'),), has_triggers=True)
RULED = Table('public', 'ruled', TableKind.TABLE, (_number('id'),), has_rules=True)
PART = Table('public', 'payments_old', TableKind.TABLE, PAYMENTS.columns, parents=(Name('public', 'payments'),))
VIEW = Table('public', 'rich', TableKind.VIEW, USERS.columns, view_tables=(Name('public', 'users'),))
POOR = Table('public', 'poor', TableKind.VIEW, COUNTRIES.columns, view_tables=(Name('public', 'countries'),))
HEIRS = Table('public', 'heirs', TableKind.TABLE, (_text('name'),))
HEIR = Table('public', 'heir', TableKind.TABLE, (_text('name'), _number('user_id')), parents=(Name('public', 'heirs'),))
LATE = Table('public', 'late', TableKind.TABLE, (_number('n'), _number('id')), primary_key=('id',))
PARTED = _table('parted', _number('id'), kind=TableKind.PARTITIONED)
PARTED_ONE = replace(WATCHED, name='parted_one', parents=(Name('public', 'parted'),))
NAMED = replace(
    _table('named', _number('id'), _text('name')),
    unique_indexes=(UniqueIndex('named_name', ('name',)), UniqueIndex('named_both', ('id', 'name'))),
)
FOLDED = _table('folded', Column('slug', 25, 'text', collation='public.any', deterministic=False), _text('body'))
MEASURES = _table('measures', _number('id'), kind=TableKind.PARTITIONED)

_SHARDED = (
    ('users', 'id', NUMBER),
    ('payments', 'user_id', NUMBER),
    ('sevens', 'user_id', NUMBER),
    ('drawn', 'user_id', NUMBER),
    ('numbered', 'user_id', NUMBER),
    ('notes', 'slug', WORD),
    ('padded', 'slug', WORD),
    ('named', 'id', NUMBER),
    ('folded', 'slug', WORD),
    ('heir', 'user_id', NUMBER),
)
KNOWN = Known(
    catalog=catalog(
        USERS, PAYMENTS, SEVENS, DRAWN, NUMBERED, NOTES, PADDED, COUNTRIES, RATES, BYDEFAULT, GENERATED, DOMAINS,
        WATCHED, RULED, PART, VIEW, POOR, HEIRS, HEIR, MEASURES, LATE, NAMED, FOLDED, PARTED, PARTED_ONE,
        types=TYPES,
        functions=FUNCTIONS,
        id_schemas=frozenset({'pgdog_gevent'}),
    ),
    rules=Rules(3, tuple(TableRule(None, name, ShardKey(key, function)) for name, key, function in _SHARDED)),
    search_path=('public',),
    shards=3,
)  # fmt: skip


def meaning(sql: str) -> Blueprint:
    """What a text means there."""
    return blueprint(parse(sql.encode()).stmts[0], sql, KNOWN)


def rows(sql: str) -> ByRow:
    """What an INSERT means whose rows have keys."""
    found = meaning(sql)
    assert isinstance(found, ByRow), found
    return found


def by_key(sql: str) -> ByKey:
    found = meaning(sql)
    assert isinstance(found, ByKey), found
    return found


def refusal(sql: str) -> str:
    """Why a text is refused."""
    found = meaning(sql)
    if isinstance(found, ByKey):
        found = found.several  # type: ignore[assignment]
    assert isinstance(found, Refused), found
    return found.why


def same(sql: str) -> tuple[str, Once | Repeated | None]:
    """What all shards are to do alike, and what is evaluated before."""
    several = by_key(sql).several
    assert isinstance(several, Same), several
    return several.sql.decode(), several.once
