"""COPY: rows go to their shards, or to all; rows come from all."""

from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.any_shard import any_shard
from pgdog_gevent.router.assigned import holds, is_padded, length_of
from pgdog_gevent.router.blueprint import (
    AnyShard,
    Blueprint,
    ByKey,
    CopyOut,
    CopyRows,
    CopyToAll,
    Everyone,
    OneShard,
    Refused,
    Scattered,
)
from pgdog_gevent.router.copy_options import copy_options
from pgdog_gevent.router.defaults import default_of, varies
from pgdog_gevent.router.described import describes
from pgdog_gevent.router.keys import EVERY
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.once import Alike
from pgdog_gevent.router.places import Standing, place
from pgdog_gevent.router.refusal import ONE_SHARD, NotProvable
from pgdog_gevent.router.rules import ShardKey
from pgdog_gevent.router.target import Target, target
from pgdog_gevent.router.text import Text

_FILE: Final = 'Read or write it at the client, with STDIN or STDOUT.'


def copy_blueprint(copy: pg.CopyStmt, known: Known, text: Text) -> Blueprint:
    """What a COPY of a table means. Raises NotProvable."""
    _check_client(copy)
    if not copy.is_from:
        return _out_of_table(copy, known, text)
    into = target(copy.relation, known, text)
    if into.shard is not None:
        return OneShard(into.shard)
    return _to_all(copy, into, known, text) if into.key is None else _rows(copy, into, into.key, known)


def copied_query(copy: pg.CopyStmt, inner: Blueprint) -> Blueprint:
    """What a COPY of a query means, of which ``inner`` is what the query means. Raises NotProvable."""
    _check_client(copy)
    match inner:
        case AnyShard() | OneShard():
            return inner
        case ByKey(keys, Scattered(order_by=(), limit=None, offset=None) | Everyone()):
            return CopyOut(keys, copy_options(copy.options))
        case ByKey(keys, Refused() as refused):
            return ByKey(keys, refused)
        case ByKey(keys, _):
            return ByKey(keys, Refused('COPY of a query whose rows have to be put together', ONE_SHARD))
        case Refused():
            raise NotProvable.of(inner)
        case _:
            raise NotProvable('COPY of a statement that writes to several shards', ONE_SHARD)


def _check_client(copy: pg.CopyStmt) -> None:
    if copy.is_program or copy.filename:
        raise NotProvable('COPY with a file or program of the server', _FILE)


def _out_of_table(copy: pg.CopyStmt, known: Known, text: Text) -> Blueprint:
    found = place(copy.relation, known)
    match found.standing:
        case Standing.SHARDED:
            return CopyOut(EVERY, copy_options(copy.options))
        case Standing.EVERYWHERE:
            return any_shard(copy, text.sql, known)
        case Standing.SYSTEM if found.table is not None and describes(found.table, known):
            return any_shard(copy, text.sql, known, catalogs=True)
        case Standing.SYSTEM:
            return OneShard()
        case Standing.ONE_SHARD:
            return OneShard(found.shard)
        case _:
            position = text.position(copy.relation.location)
            raise NotProvable(f'COPY of "{copy.relation.relname}": {found.standing.value}', ONE_SHARD, position)


def _rows(copy: pg.CopyStmt, into: Target, key: ShardKey, known: Known) -> CopyRows:
    column, columns = into.column(key.column), _columns(copy, into)
    if key.column not in columns:
        raise NotProvable(f'COPY without the sharding key "{key.column}" among its columns')
    if not holds(column, key.function.key_type, known.catalog) or is_padded(column, known.catalog):
        raise NotProvable(f'COPY with a sharding key of type {column.type_name}')
    options = copy_options(copy.options, key.column)
    return CopyRows(key.function, columns.index(key.column), len(columns), options, length_of(column))


def _to_all(copy: pg.CopyStmt, into: Target, known: Known, text: Text) -> CopyToAll:
    """All get the same rows: defaults must not differ, nor what WHERE says of a row."""
    options, columns = copy_options(copy.options), _columns(copy, into)
    for column in into.table.columns:
        if column.name not in columns or options.default is not None:
            default = default_of(into.table, column, known.catalog)
            if default is not None and varies(default, known.catalog):
                raise NotProvable(
                    f'COPY into "{into.table.name}", which all shards have, with a default for "{column.name}"',
                    'Give all values, or use INSERT.',
                )
    condition = pg.Node()
    condition.CopyFrom(copy.where_clause)
    alike = Alike(copy, known, text)
    alike.settle(condition, by_row=True)
    if alike.once is not None:
        raise NotProvable('COPY with a condition that differs from shard to shard')
    return CopyToAll()


def _columns(copy: pg.CopyStmt, into: Target) -> list[str]:
    """What is in a row; of generated columns there is nothing."""
    if copy.attlist:
        return [node.string.sval for node in copy.attlist]
    return [column.name for column in into.table.columns if not column.generated]
