"""A view as the query that it stands for, as if that were written where the view is named."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Catalog, Table, TableKind
from pgdog_gevent.router.level import Level, Work, everything_below
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.places import Place, Standing
from pgdog_gevent.router.relations import Query
from pgdog_gevent.router.scope import Scope
from pgdog_gevent.router.seen import expect_all_seen
from pgdog_gevent.router.varying import Variation, is_moment, variation

_STANDINGS: Final = frozenset({Standing.KEYLESS, Standing.EVERYWHERE})
_PATH: Final = ('pg_catalog', 'pg_temp')
"""What names without schema mean in a definition: that is how the catalogue reads it."""
_OF_THE_CLIENT: Final = frozenset({pg.SVFOP_CURRENT_ROLE, pg.SVFOP_CURRENT_USER, pg.SVFOP_USER, pg.SVFOP_SESSION_USER})
_DEFINITIONS: Final = 500


def view_query(found: Place, node: pg.RangeVar, level: Level) -> Query | None:
    """The query of the view that ``node`` names; ``None``: it is none, or its query is not known."""
    table = found.table
    if table is None or table.kind is not TableKind.VIEW or found.standing not in _STANDINGS:
        return None
    definition = _parsed(table.definition)
    return None if definition is None else _looked_into(table, definition, node, level)


def _looked_into(view: Table, definition: pg.SelectStmt, node: pg.RangeVar, level: Level) -> Query | None:
    around = level.work
    position = around.position(node.location)
    work = Work(replace(around.known, search_path=_PATH), around.survey, around.build)
    work.depth, work.view = around.depth, position
    query = work.build(work, definition, Scope(), level.block)
    expect_all_seen(definition, work)
    if _varies(definition, around.known.catalog):
        work.survey.varying_views.append(position)
    names = [output.name for output in query.outputs if not output.hidden]
    return query if names == [column.name for column in view.columns] else None


@lru_cache(_DEFINITIONS)
def _parsed(definition: str) -> pg.SelectStmt | None:
    """The tree of a definition, which nobody must change; ``None`` if it is unknown, or no SELECT."""
    try:
        statements = parse(definition.encode()).stmts
    except Unparseable:
        return None
    return statements[0].stmt.select_stmt if statements and statements[0].stmt.HasField('select_stmt') else None


def _varies(definition: pg.SelectStmt, catalog: Catalog) -> bool:
    """Whether the answer depends on the moment, on chance, or on which server gives it."""
    return any(_is_varying(message, catalog) for message in everything_below(definition))


def _is_varying(message: Message, catalog: Catalog) -> bool:
    match message:
        case pg.SQLValueFunction():
            return message.op not in _OF_THE_CLIENT
        case pg.FuncCall():
            return variation(message, catalog) in (Variation.BY_STATEMENT, Variation.BY_CALL)
        case pg.A_Const():
            return is_moment(message)
    return False
