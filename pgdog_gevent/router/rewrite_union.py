"""UNION of what each shard has: put together, and made distinct once more where equal rows may be on several shards.

ORDER BY there knows only columns of the output, so these are named anew, and the whole becomes a subquery.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.block import Block, CannotRewrite, block
from pgdog_gevent.router.blueprint import Folded, Scattered
from pgdog_gevent.router.fold import Carried, copy_limit
from pgdog_gevent.router.kinds import UNKNOWN, Kind, merges
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.limits import take_limits
from pgdog_gevent.router.nodes import column, integer, integer_constant, select, single_name, string, target
from pgdog_gevent.router.rewrite_scattered import SORT_COLUMN, sort_column, text

_SUBQUERY = '__pgdog_union'


def scatter_union(statement: pg.SelectStmt, known: Known) -> Scattered | Folded:
    """Put together what the shards answer to a set operation each of which has its own part of."""
    if not statement.sort_clause:
        each = _copied(statement)
        limits = take_limits(each)
        return Scattered(text(each), (), limits.limit, limits.offset)
    columns = _columns(statement, known)
    positions = [_position(item.sort_by.node, columns) for item in statement.sort_clause]
    if all(merges(columns[position].kind, known) for position in positions):
        return _merged(statement, columns, positions)
    return _fold(statement, columns, distinct=False)


def fold_union(statement: pg.SelectStmt, known: Known) -> Folded:
    """UNION of rows that may be the same on several shards."""
    return _fold(statement, _columns(statement, known), distinct=True)


def without_distinct(statement: pg.SelectStmt) -> pg.SelectStmt | None:
    """UNION ALL of the same, if a statement is made of UNION and UNION ALL only."""
    copy = _copied(statement)
    waiting = [copy]
    while waiting:
        each = waiting.pop()
        if each.op == pg.SETOP_NONE:
            continue
        if each.op != pg.SETOP_UNION or (each is not copy and (each.HasField('limit_count') or each.sort_clause)):
            return None
        each.all = True
        waiting += [each.larg, each.rarg]
    return copy


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    kind: Kind


def _columns(statement: pg.SelectStmt, known: Known) -> list[_Column]:
    """The output: the first SELECT names it, and all have to agree on what it is."""
    arms = [_arm(each, known) for each in _arms(statement)]
    if len({len(arm.outputs) for arm in arms}) != 1:
        raise CannotRewrite('the columns of a UNION are not known', 'Name the columns instead of *.')
    columns = []
    for outputs in zip(*(arm.outputs for arm in arms), strict=True):
        kinds = {arm.kind(output.value) for arm, output in zip(arms, outputs, strict=True)}
        columns.append(_Column(outputs[0].name, kinds.pop() if len(kinds) == 1 else UNKNOWN))
    return columns


def _arms(statement: pg.SelectStmt) -> Iterator[pg.SelectStmt]:
    if statement.op == pg.SETOP_NONE:
        yield statement
        return
    yield from _arms(statement.larg)
    yield from _arms(statement.rarg)


def _arm(statement: pg.SelectStmt, known: Known) -> Block:
    found = block(statement, known)
    if not found.complete or statement.values_lists:
        raise CannotRewrite('the columns of a UNION are not known', 'Name the columns instead of *.')
    return found


def _position(item: pg.Node, columns: list[_Column]) -> int:
    position, name = integer_constant(item), single_name(item)
    if position is not None and 1 <= position <= len(columns):
        return position - 1
    for index, each in enumerate(columns):
        if each.name == name:
            return index
    raise CannotRewrite('ORDER BY of a UNION is no column of its output', node=item)


def _merged(statement: pg.SelectStmt, columns: list[_Column], positions: list[int]) -> Scattered:
    whole = _wrapped(statement, columns)
    sort_columns = []
    for number, (item, position) in enumerate(zip(statement.sort_clause, positions, strict=True), 1):
        whole.target_list.append(target(column(f'c{position + 1}'), f'{SORT_COLUMN}{number}'))
        whole.sort_clause.append(_sorted(item, position))
        sort_columns.append(sort_column(item.sort_by, columns[position].kind.collation))
    copy_limit(statement, whole)
    limits = take_limits(whole)
    return Scattered(text(whole), tuple(sort_columns), limits.limit, limits.offset)


def _fold(statement: pg.SelectStmt, columns: list[_Column], *, distinct: bool) -> Folded:
    carried, final = Carried(), select('SELECT')
    for number, each in enumerate(columns, 1):
        if each.kind.collation is None:
            raise CannotRewrite('the collation of a column of a UNION is not known', 'Write COLLATE after it.')
        value = carried.own(column(f'c{number}'), each.kind.collation)
        final.target_list.append(target(value, each.name))
    if distinct:
        final.distinct_clause.append(pg.Node())
    for item in statement.sort_clause:
        final.sort_clause.append(_sorted(item, _position(item.sort_by.node, columns)))
    copy_limit(statement, final)
    return carried.folded(_wrapped(statement, columns), final, statement)


def _wrapped(statement: pg.SelectStmt, columns: list[_Column]) -> pg.SelectStmt:
    """A SELECT of all columns of the statement, without its ORDER BY and LIMIT."""
    names = [f'c{number}' for number, _ in enumerate(columns, 1)]
    whole = select(f'SELECT FROM (SELECT) AS {_SUBQUERY}')
    whole.target_list.extend(target(column(ours), each.name) for ours, each in zip(names, columns, strict=True))
    subquery = whole.from_clause[0].range_subselect
    subquery.alias.colnames.extend(map(string, names))
    inner = subquery.subquery.select_stmt
    inner.CopyFrom(statement)
    for name in ('sort_clause', 'limit_count', 'limit_offset'):
        inner.ClearField(name)
    inner.limit_option = pg.LIMIT_OPTION_DEFAULT
    return whole


def _sorted(item: pg.Node, position: int) -> pg.Node:
    copy = pg.Node()
    copy.CopyFrom(item)
    copy.sort_by.node.CopyFrom(integer(position + 1))
    return copy


def _copied(statement: pg.SelectStmt) -> pg.SelectStmt:
    copy = pg.SelectStmt()
    copy.CopyFrom(statement)
    return copy
