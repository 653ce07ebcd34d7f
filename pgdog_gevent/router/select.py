"""What a SELECT means where there are several shards: whom it concerns, and how several of them answer as one would."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from pgdog_gevent.config.choices import SystemCatalogs
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.aggregates import ORDINARY
from pgdog_gevent.router.any_shard import any_shard
from pgdog_gevent.router.block import Block, CannotRewrite, block
from pgdog_gevent.router.blueprint import Blueprint, ByKey, OneShard, Refused, Scattered, Several
from pgdog_gevent.router.builtins import READ_UNSEEN
from pgdog_gevent.router.catalog import Table
from pgdog_gevent.router.described import FUNCTIONS, describes, may_have_oids, tables_of
from pgdog_gevent.router.keys import EVERY
from pgdog_gevent.router.kinds import merges
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.locality import Local, Replicated, locality
from pgdog_gevent.router.nodes import messages, outside_sublinks
from pgdog_gevent.router.places import Standing, place_of_table, standings
from pgdog_gevent.router.predicates import keys_of
from pgdog_gevent.router.refusal import ONE_SHARD
from pgdog_gevent.router.rewrite_compared import fold_compared, is_plain
from pgdog_gevent.router.rewrite_grouped import fold_grouped, fold_rows, is_grouped
from pgdog_gevent.router.rewrite_scattered import scattered
from pgdog_gevent.router.rewrite_union import fold_union, scatter_union, without_distinct
from pgdog_gevent.router.varying import function_of_row
from pgdog_gevent.router.volatile import FAMILIES, WRITES
from pgdog_gevent.sharding.function import Numbered

_SHARDED: Final = frozenset({Standing.SHARDED, Standing.KEYLESS, Standing.ONE_SHARD})
_WRITES: Final = (pg.InsertStmt, pg.UpdateStmt, pg.DeleteStmt, pg.MergeStmt)


def select_blueprint(select: pg.SelectStmt, sql: str, known: Known) -> Blueprint:
    """Say how a SELECT is answered, VALUES and TABLE among them; ``sql`` is the text that it stands in."""
    try:
        return _blueprint(select, sql, known)
    except CannotRewrite as error:
        return _refused(error, sql)


def _blueprint(select: pg.SelectStmt, sql: str, known: Known) -> Blueprint:
    found = standings(select, known)
    if not found & _SHARDED:
        return _unsharded(select, found, sql, known)
    keys, proven = keys_of(select, known), locality(select, known)
    match proven:
        case Replicated():
            return _unsharded(select, found, sql, known)
        case Refused():
            refused = replace(proven, position=_position(proven.position - 1, sql))
            return ByKey(keys, _distinct_union(select, sql, known) or refused)
        case Local():
            return ByKey(keys, several_of(select, sql, known, proven))


def _unsharded(select: pg.SelectStmt, found: frozenset[Standing], sql: str, known: Known) -> Blueprint:
    """Of what is the same on all shards any one knows all; what lives in one place is looked for in the first."""
    if any(isinstance(message, _WRITES) for message in messages(select)):
        raise CannotRewrite('WITH writes to a table that is the same on all shards')
    unseen = next((call for call in _calls(select) if _reads_unseen(call)), None)
    if unseen is not None and (known.rules.tables or known.rules.schemas):
        raise CannotRewrite(f'function {_name(unseen)}(), which may read sharded tables', ONE_SHARD, unseen)
    own = found - {Standing.EVERYWHERE, Standing.SYSTEM}
    locks = any(isinstance(message, pg.LockingClause) for message in messages(select))
    effects = any(_acts(call) or _is_users(call, known) for call in _calls(select))
    of_rows = any(function_of_row(message, known.catalog) for message in messages(select))
    if own or locks or effects or of_rows:
        return OneShard()
    return _of_catalogs(select, sql, known) if Standing.SYSTEM in found else any_shard(select, sql, known)


def _of_catalogs(select: pg.SelectStmt, sql: str, known: Known) -> Blueprint:
    """What shards say of their schema, and of themselves."""
    tables = tables_of(select, known)
    if known.rules.system_catalogs is SystemCatalogs.SHARDED and _reads_one_catalog(select, tables):
        several = several_of(select, sql, known, Local(Numbered(known.shards)))
        alike = describes(tables[0], known) and (_sorts_unknown(several) or (known.own_types and may_have_oids(select)))
        if not (alike or isinstance(several, Refused)):
            return ByKey(EVERY, several)
    own = (table for table in tables if place_of_table(table, known).standing is Standing.SYSTEM)
    if all(describes(table, known) for table in own):
        return any_shard(select, sql, known, catalogs=True)
    return OneShard()


def _sorts_unknown(several: Several) -> bool:
    """Whether it may turn out that names cannot be sorted here."""
    return isinstance(several, Scattered) and any(sort.collation is None for sort in several.order_by)


def _reads_one_catalog(select: pg.SelectStmt, tables: Sequence[Table]) -> bool:
    """Whether no rows are joined, so that OIDs of two shards do not meet."""
    relations = [message for message in messages(select) if isinstance(message, pg.RangeVar | pg.CommonTableExpr)]
    return select.op == pg.SETOP_NONE and len(relations) == 1 and [table.system for table in tables] == [True]


def _distinct_union(select: pg.SelectStmt, sql: str, known: Known) -> Several | None:
    """UNION, if all that stands against it is that it makes rows distinct."""
    if select.op != pg.SETOP_UNION or select.all:
        return None
    every_row = without_distinct(select)
    if every_row is None or not isinstance(locality(every_row, known), Local):
        return None
    try:
        return fold_union(select, known)
    except CannotRewrite as error:
        return _refused(error, sql)


def several_of(select: pg.SelectStmt, sql: str, known: Known, local: Local) -> Several:
    """Say how several shards answer a SELECT, each of which has its own part of the rows."""
    try:
        if select.op != pg.SETOP_NONE:
            return scatter_union(select, known)
        return _of_block(block(select, known), local)
    except CannotRewrite as error:
        return _refused(error, sql)


def _of_block(found: Block, local: Local) -> Several:
    windows_are_local = all(_partitions_by_key(window, found, local) for window in _windows(found))
    distinct, merged = _is_distinct(found, local), not _sorts_by_collation(found)
    if is_grouped(found):
        alone = _groups_by_key(found, local) and windows_are_local and distinct and merged
        return scattered(found) if alone else fold_grouped(found)
    if not windows_are_local:
        return fold_rows(found)
    ties = found.select.limit_option == pg.LIMIT_OPTION_WITH_TIES
    return scattered(found) if distinct and merged and not ties else fold_compared(found)


def _groups_by_key(found: Block, local: Local) -> bool:
    items = list(found.select.group_clause)
    if any(item.HasField('grouping_set') for item in items):
        return False
    each = chain.from_iterable(item.row_expr.args if item.HasField('row_expr') else [item] for item in items)
    return any(local.is_key(found.grouped(item)) for item in each)


def _is_distinct(found: Block, local: Local) -> bool:
    """Whether rows of different shards are distinct, if they have to be."""
    if not found.select.distinct_clause:
        return True
    if is_plain(found.select):
        return (local.apart and bool(local.key_outputs)) or any(local.is_key(output.value) for output in found.outputs)
    return any(local.is_key(found.sorted(item).value) for item in found.select.distinct_clause)


def _sorts_by_collation(found: Block) -> bool:
    """Whether rows are in an order that only PostgreSQL knows, and a server can be given all that are needed."""
    if found.select.locking_clause or not found.complete:
        return False
    values = [found.sorted(item.sort_by.node).value for item in found.select.sort_clause]
    merged = [merges(found.kind(value), found.known) for value in values]
    return False in merged or (None in merged and found.select.HasField('limit_count'))


def _windows(found: Block) -> Iterator[pg.WindowDef]:
    for item in [*found.select.target_list, *found.select.sort_clause, *found.select.distinct_clause]:
        for message in outside_sublinks(item):
            if isinstance(message, pg.FuncCall | pg.JsonAggConstructor) and message.HasField('over'):
                yield message.over


def _partitions_by_key(window: pg.WindowDef, found: Block, local: Local) -> bool:
    if any(local.is_key(item) for item in window.partition_clause):
        return True
    # A window has another's partitions if it refers to it.
    names = {window.name, window.refname} - {''}
    others = (item.window_def for item in found.select.window_clause if item.window_def.name in names)
    return any(_partitions_by_key(other, found, local) for other in others if other is not window)


def _calls(select: pg.SelectStmt) -> Iterator[pg.FuncCall]:
    return (message for message in messages(select) if isinstance(message, pg.FuncCall))


def _name(call: pg.FuncCall) -> str:
    return call.funcname[-1].string.sval


def _reads_unseen(call: pg.FuncCall) -> bool:
    return _name(call) in READ_UNSEEN or (_name(call) == 'ts_rewrite' and len(call.args) == 2)


def _acts(call: pg.FuncCall) -> bool:
    """Whether a function does something, or speaks of the server that it is called on."""
    if _name(call) in FUNCTIONS:
        return False
    return _name(call) in WRITES or _name(call).startswith((*FAMILIES, 'pg_'))


def _is_users(call: pg.FuncCall, known: Known) -> bool:
    """Whether a call may be one of a function that did not come with the server, and so may do anything."""
    schema = call.funcname[-2].string.sval if len(call.funcname) > 1 else ''
    plain = not schema and _name(call) in ORDINARY
    return not plain and known.catalog.functions.may_read(schema, _name(call))


def _refused(error: CannotRewrite, sql: str) -> Refused:
    return Refused(error.why, error.hint, _position(error.location, sql))


def _position(offset: int, sql: str) -> int:
    """The character at a byte offset, counted from 1; 0 if the offset is not known, which is -1."""
    return 0 if offset < 0 else len(sql.encode()[:offset].decode(errors='replace')) + 1
