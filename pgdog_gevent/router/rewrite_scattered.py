"""A SELECT whose rows are those of its shards put together: what each is sent, and how their rows are merged."""

from collections.abc import Iterator
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.block import Block, CannotRewrite
from pgdog_gevent.router.blueprint import Scattered, SortColumn
from pgdog_gevent.router.limits import take_limits
from pgdog_gevent.router.nodes import NotWritten, messages, target, written
from pgdog_gevent.router.volatile import FAMILIES, READS, WRITES

SORT_COLUMN: Final = '__pgdog_sort_'
"""The beginning of the names of columns that only the merge sees."""


def scattered(block: Block) -> Scattered:
    """Have each shard answer the same, sorted, and say by what the rows are merged."""
    statement = pg.SelectStmt()
    statement.CopyFrom(block.select)
    if statement.locking_clause and statement.HasField('limit_count'):
        raise CannotRewrite('FOR UPDATE or FOR SHARE with LIMIT would lock rows that are not returned')
    sort_columns = []
    for number, item in enumerate(block.select.sort_clause, 1):
        value = _sorted_by(block, item.sort_by.node)
        statement.target_list.append(target(value, f'{SORT_COLUMN}{number}'))
        sort_columns.append(sort_column(item.sort_by, block.kind(value).collation))
    limits = take_limits(statement)
    return Scattered(text(statement), tuple(sort_columns), limits.limit, limits.offset)


def sort_column(item: pg.SortBy, collation: str | None) -> SortColumn:
    """How an item of ORDER BY sorts."""
    descending = item.sortby_dir == pg.SORTBY_DESC
    if item.sortby_dir == pg.SORTBY_USING:
        descending = _descends(item)
    match item.sortby_nulls:
        case pg.SORTBY_NULLS_FIRST:
            nulls_first = True
        case pg.SORTBY_NULLS_LAST:
            nulls_first = False
        case _:
            nulls_first = descending
    return SortColumn(descending, nulls_first, collation)


def text(statement: pg.SelectStmt) -> bytes:
    try:
        return written(statement)
    except NotWritten as error:
        raise CannotRewrite(f'the statement cannot be written for each shard: {error}') from None


def _descends(item: pg.SortBy) -> bool:
    names = [part.string.sval for part in item.use_op]
    if names[:-1] not in ([], ['pg_catalog']) or names[-1] not in ('<', '>'):
        raise CannotRewrite(f'ORDER BY USING {names[-1]} over several shards', node=item)
    return names[-1] == '>'


def _sorted_by(block: Block, item: pg.Node) -> pg.Node:
    wanted = block.sorted(item)
    # It would be computed twice, and what the client sees is not what it is sorted by.
    if wanted.output is not None and any(_volatile(wanted.value)):
        raise CannotRewrite('ORDER BY a column of the output that is volatile', node=item)
    return wanted.value


def _volatile(value: pg.Node) -> Iterator[bool]:
    for message in messages(value):
        if isinstance(message, pg.FuncCall):
            name = message.funcname[-1].string.sval
            yield name in READS or name in WRITES or name.startswith(FAMILIES)
