"""The tables that a statement makes or drops, and whether it changes what else there is."""

from collections.abc import Iterator

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg

_OTHER_DDL = frozenset(
    {
        'index_stmt', 'create_seq_stmt', 'create_schema_stmt', 'create_enum_stmt', 'composite_type_stmt',
        'create_range_stmt', 'create_domain_stmt', 'alter_object_schema_stmt', 'alter_operator_stmt', 'drop_stmt',
        'do_stmt',
    }
)  # fmt: skip
"""Apart from what has an effect of its own. DO may do anything."""
_DROPPED = frozenset({pg.OBJECT_TABLE, pg.OBJECT_FOREIGN_TABLE})


def changed_tables(node: Message) -> tuple[str, ...]:
    """Their names, without schema; temporary ones, which nobody else can see, are left out.

    So is what SELECT INTO makes: before it there was no such table, or it has been dropped.
    """
    if isinstance(node, pg.DropStmt):
        return tuple(_dropped(node)) if node.remove_type in _DROPPED else ()
    relation = _made(node)
    return (relation.relname,) if relation is not None and not is_temporary(relation) else ()


def changes_catalog(kind: str, node: Message) -> bool:
    """Whether there are other indexes, types... after a statement that makes and drops no ``changed_tables``.

    What a function may do that it calls does not count.
    """
    if isinstance(node, pg.SelectStmt):
        return node.HasField('into_clause') and not is_temporary(node.into_clause.rel)
    return kind in _OTHER_DDL


def is_temporary(relation: pg.RangeVar) -> bool:
    return relation.relpersistence == 't' or relation.schemaname == 'pg_temp'


def _made(node: Message) -> pg.RangeVar | None:
    match node:
        case pg.CreateStmt():
            return node.relation
        case pg.CreateForeignTableStmt():
            return node.base_stmt.relation
        case pg.CreateTableAsStmt():
            return node.into.rel
        case _:
            return None


def _dropped(node: pg.DropStmt) -> Iterator[str]:
    for named in node.objects:
        yield named.list.items[-1].string.sval
