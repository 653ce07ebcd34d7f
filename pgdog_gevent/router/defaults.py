"""What a column gets that is given no value, as an expression that can be written into a statement."""

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Catalog, Column, Table, TypeKind
from pgdog_gevent.router.deparse import expression
from pgdog_gevent.router.nodes import messages
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.varying import HOLD_TIMES, Variation, names_object, reads_moment, variation

_TIMES = frozenset({'date', 'time', 'timetz', 'timestamp', 'timestamptz'})


def default_of(table: Table, column: Column, catalog: Catalog) -> pg.Node | None:
    """The default of a column; ``None``: it is NULL, or generated. Raises NotProvable if it is not known."""
    if column.generated:
        return None
    if not column.agreed:
        raise NotProvable(f'the default of column "{column.name}", which differs from shard to shard')
    if column.identity:
        return _next_of_identity(table, column)
    if column.default is not None:
        return _placeless(expression(column.default))
    of_type = catalog.type(column.type_oid)
    if of_type is None or of_type.kind is TypeKind.DOMAIN:
        raise NotProvable(f'the default of column "{column.name}", which may be that of its domain')
    return None


def varies(value: pg.Node, catalog: Catalog) -> bool:
    """Whether servers may compute different values."""
    return any(_varies(node, catalog) for node in messages(value) if isinstance(node, pg.Node))


def takes_time(column: Column, catalog: Catalog) -> bool:
    """Whether a string that is assigned to a column may be read as a time."""
    plain = catalog.plain_type(column.type_oid)
    return plain is None or plain.name in _TIMES | HOLD_TIMES


def _varies(node: pg.Node, catalog: Catalog) -> bool:
    match node.WhichOneof('node'):
        case 'sqlvalue_function':
            return True
        case 'func_call':
            return variation(node.func_call, catalog) is not Variation.NEVER
        case 'type_cast':
            return reads_moment(node.type_cast) or names_object(node.type_cast)
        case _:
            return False


def _next_of_identity(table: Table, column: Column) -> pg.Node:
    name = '.'.join(f'"{_doubled(part, chr(34))}"' for part in (table.schema, table.name))
    arguments = ', '.join(f"'{_doubled(part, chr(39))}'" for part in (name, column.name))
    return _placeless(expression(f'pg_catalog.nextval(pg_catalog.pg_get_serial_sequence({arguments}))'))


def _doubled(name: str, quote: str) -> str:
    return name.replace(quote, quote * 2)


def _placeless(value: pg.Node) -> pg.Node:
    """It is nowhere in the text of the client."""
    for message in messages(value):
        if 'location' in message.DESCRIPTOR.fields_by_name:
            message.location = -1  # type: ignore[attr-defined]
    return value
