"""CREATE TABLE AS, CREATE MATERIALIZED VIEW and SELECT INTO: each shard fills what it makes by itself."""

from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import Blueprint, Refused, Shards
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.locality import Local, locality
from pgdog_gevent.router.once import Alike
from pgdog_gevent.router.refusal import ONE_SHARD, NotProvable
from pgdog_gevent.router.schema_shard import only_shard
from pgdog_gevent.router.shard_local import spans_shards
from pgdog_gevent.router.tables import is_temporary
from pgdog_gevent.router.target import reads_sharded, users_function
from pgdog_gevent.router.text import Text

_FILL: Final = 'Create the table first, then use INSERT.'


def created_blueprint(create: pg.CreateTableAsStmt, known: Known, text: Text) -> Blueprint:
    """What CREATE ... AS means. Raises NotProvable."""
    if is_temporary(create.into.rel):
        raise NotProvable('a temporary table', ONE_SHARD, text.position(create.into.rel.location))
    if create.into.skip_data:
        return Shards(text.octets)
    if not create.query.HasField('select_stmt'):
        raise NotProvable('a table made of a prepared statement', _FILL)
    return _filled(create.query.select_stmt, create.into.rel, create.objtype == pg.OBJECT_MATVIEW, known, text)


def select_into_blueprint(select: pg.SelectStmt, known: Known, text: Text) -> Blueprint:
    """What SELECT INTO means. Raises NotProvable."""
    made = select.into_clause.rel
    if is_temporary(made):
        raise NotProvable('a temporary table', ONE_SHARD, text.position(made.location))
    query = pg.SelectStmt()
    query.CopyFrom(select)
    query.ClearField('into_clause')
    return _filled(query, made, False, known, text)


def _filled(query: pg.SelectStmt, made: pg.RangeVar, materialized: bool, known: Known, text: Text) -> Blueprint:
    if only_shard(query, known) is not None or only_shard(made, known) is not None:
        raise NotProvable('a table of a schema that is on one shard', ONE_SHARD)
    if reads_sharded((query,), query, known, text):
        _check_parts(query, materialized, known, text)
    else:
        _check_same(query, made, known, text)
    return Shards(text.octets)


def _check_parts(query: pg.SelectStmt, materialized: bool, known: Known, text: Text) -> None:
    """A view has on a shard what is made of the rows there. Of a table it is not known how it is to be sharded."""
    if not materialized:
        raise NotProvable('a table made of the rows of several shards', _FILL)
    proof = locality(query, known)
    if isinstance(proof, Refused):
        raise NotProvable.of(text.refused(proof))
    spans = spans_shards(query, proof, known, text) if isinstance(proof, Local) else None
    if spans is not None:
        raise NotProvable.of(spans)
    name = users_function(query, known)
    if name:
        raise NotProvable(f'function {name}(), which may read what other shards have')


def _check_same(query: pg.SelectStmt, made: pg.RangeVar, known: Known, text: Text) -> None:
    """All shards make the same, which must then be what the rules say of the new table."""
    copy = pg.SelectStmt()
    copy.CopyFrom(query)
    alike = Alike(copy, known, text)
    alike.settle(copy, by_row=True)
    if alike.once is not None:
        raise NotProvable('a table whose rows differ from shard to shard', _FILL)
    if _may_be_sharded(query, made, known):
        raise NotProvable('a sharded table made of rows that all shards have', _FILL)


def _may_be_sharded(query: pg.SelectStmt, made: pg.RangeVar, known: Known) -> bool:
    """Whether rules may be for the new table, by its name or those of its columns."""
    schema = made.schemaname or next(iter(known.search_path), '')
    targets = [node.res_target for node in query.target_list]
    names = {target.name or target.val.column_ref.fields[-1].string.sval for target in targets if _is_named(target)}
    certain = query.op == pg.SETOP_NONE and len(names) == len(targets)
    if not certain and any(rule.table is None for rule in known.rules.tables):
        return True
    return known.rules.key_of(schema, made.relname, names if certain else None) is not None


def _is_named(target: pg.ResTarget) -> bool:
    """Whether it is plain to see what a column of the output is called."""
    column = target.val.column_ref
    return bool(target.name) or (len(column.fields) > 0 and column.fields[-1].HasField('string'))
