"""ALTER TABLE that computes values for rows that are there: on all shards they must become the same."""

from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.defaults import varies
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.places import Standing, place
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.text import Text
from pgdog_gevent.router.walk import each

_SERIALS: Final = frozenset({'serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8'})
_FILLS: Final = frozenset({pg.AT_AddColumn, pg.AT_AlterColumnType, pg.AT_AddIdentity})
_HINT: Final = 'Add the column without a default, fill it, and set the default then.'


def check_filled(alter: pg.AlterTableStmt, known: Known, text: Text) -> None:
    """Raise NotProvable if rows of a table that is the same on all shards would get values that differ."""
    if place(alter.relation, known).standing is not Standing.EVERYWHERE:
        return
    for node in alter.cmds:
        command = node.alter_table_cmd
        if command.subtype in _FILLS and any(_differs(column, known) for column in each(command, pg.ColumnDef)):
            position = text.position(alter.relation.location)
            raise NotProvable(f'values for "{alter.relation.relname}" that differ from shard to shard', _HINT, position)


def _differs(column: pg.ColumnDef, known: Known) -> bool:
    names = column.type_name.names
    if names and names[-1].string.sval in _SERIALS:
        return True
    constraints = [node.constraint for node in column.constraints]
    numbered = any(constraint.contype == pg.CONSTR_IDENTITY for constraint in constraints)
    values = (column.raw_default, *(constraint.raw_expr for constraint in constraints))
    return numbered or any(varies(value, known.catalog) for value in values)
