"""VALUES lists as a query."""

from collections.abc import Sequence

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.level import Level, Unresolved
from pgdog_gevent.router.nodes import is_star
from pgdog_gevent.router.operands import family_of_value, is_null, operands
from pgdog_gevent.router.relations import Output, Values
from pgdog_gevent.sharding.key import KeyType


def values_query(select: pg.SelectStmt, level: Level) -> Values:
    """Resolve VALUES; the block of ``level`` has its subqueries."""
    query = Values(block=level.block)
    rows = [row.list.items for row in select.values_lists]
    if any(is_star(value) for row in rows for value in row):
        raise Unresolved('whole rows in VALUES')
    level.note(*select.values_lists, select.limit_count, select.limit_offset)
    level.work.survey.queries.append(level.block)
    for number, column in enumerate(zip(*rows, strict=False), 1):
        query.outputs.append(constant_column(query, f'column{number}', column, level))
    limited = select.HasField('limit_count') or select.HasField('limit_offset')
    query.varies = level.block.varies or ('LIMIT' if limited else '')
    return query


def constant_column(query: Values, name: str, nodes: Sequence[pg.Node], level: Level) -> Output:
    """A column whose values are all in the text, if they are."""
    output = Output(query, name, not_null=not any(map(is_null, nodes)))
    families = {family_of_value(node) for node in nodes if not is_null(node)}
    family = families.pop() if len(families) == 1 else None
    readable = family is not KeyType.TEXT or level.work.reads_text
    if family is not None and readable:
        output.family, output.plain = family, True
        output.constants = operands(nodes, family) or ()
    return output
