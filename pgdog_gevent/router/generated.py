"""Defaults that give a row a key of the shard that it is inserted on: what ``pgdog-gevent setup`` installs."""

from collections.abc import Mapping
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.assigned import holds
from pgdog_gevent.router.catalog import Catalog, Column
from pgdog_gevent.router.deparse import expression
from pgdog_gevent.router.made_ids import OURS, PGDOGS
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.varying import function_name
from pgdog_gevent.router.walk import each
from pgdog_gevent.sharding.function import Hashed, ShardingFunction
from pgdog_gevent.sharding.key import KeyType

_SCHEMAS: Final = frozenset({OURS, PGDOGS})
_TYPES: Final[Mapping[str, KeyType]] = {
    'next_id_auto': KeyType.BIGINT,
    'next_id_seq': KeyType.BIGINT,
    'next_uuid_auto': KeyType.UUID,
}
INSTALLERS: Final = frozenset({'install_sharded_sequence', 'install_next_id'})
"""They have to be called on all shards."""


def generates_keys(column: Column, function: ShardingFunction, catalog: Catalog) -> bool:
    """Whether a row that gives no key gets one of the shard that it is inserted on, whichever that is."""
    if column.default is None or not column.agreed or not isinstance(function, Hashed):
        return False
    if column.identity or column.generated or not holds(column, function.key_type, catalog):
        return False
    try:
        value = expression(column.default)
    except NotProvable:
        return False
    while value.HasField('type_cast'):
        value = value.type_cast.arg
    return value.HasField('func_call') and _makes(value.func_call, catalog) is function.key_type


def installs(select: pg.SelectStmt) -> bool:
    """Whether a SELECT has columns generate their keys. Raises NotProvable if that is not all it does."""
    calls = [call for call in each(select, pg.FuncCall) if _installs(call)]
    if not calls:
        return False
    values = [node.res_target.val for node in select.target_list]
    more = len(values) != len(calls) or any(value.func_call not in calls for value in values)
    if more or select.from_clause or select.HasField('where_clause'):
        raise NotProvable(f'{function_name(calls[0])}() in a statement that does something else')
    return True


def _installs(call: pg.FuncCall) -> bool:
    return function_name(call) in INSTALLERS and _schema(call) in _SCHEMAS


def _makes(call: pg.FuncCall, catalog: Catalog) -> KeyType | None:
    return _TYPES.get(function_name(call)) if _schema(call) in catalog.id_schemas else None


def _schema(call: pg.FuncCall) -> str:
    return call.funcname[0].string.sval if len(call.funcname) == 2 else ''
