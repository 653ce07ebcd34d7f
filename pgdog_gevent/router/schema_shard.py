"""Definitions in schemas that are on one shard each."""

from collections.abc import Iterator

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.router.walk import each


def only_shard(statement: Message, known: Known) -> int | None:
    """The shard of the schemas that a definition names; ``None``: they are not on one shard.

    Raises NotProvable if some are, and others are elsewhere.
    """
    if not known.rules.schemas and known.rules.other_schemas is None:
        return None
    shards = {_shard(schema, known) for schema in _schemas(statement, known)}
    if len(shards) > 1:
        raise NotProvable('a statement about schemas of different shards')
    return shards.pop() if shards else None


def _shard(schema: str, known: Known) -> int | None:
    found = known.rules.schema_shard(schema)
    return found if isinstance(found, int) else None


def _schemas(statement: Message, known: Known) -> Iterator[str]:
    """Those that are written, and those of tables that are found without."""
    for relation in each(statement, pg.RangeVar):
        found = known.catalog.table(relation.schemaname or None, relation.relname, known.search_path)
        yield found.schema if found is not None else relation.schemaname or next(iter(known.search_path), '')
    if isinstance(statement, pg.CreateSchemaStmt):
        yield statement.schemaname
    elif isinstance(statement, pg.DropStmt):
        yield from _dropped(statement, known)


def _dropped(drop: pg.DropStmt, known: Known) -> Iterator[str]:
    for node in drop.objects:
        if drop.remove_type == pg.OBJECT_SCHEMA:
            yield node.string.sval
            continue
        parts = node.list.items or node.type_name.names or node.object_with_args.objname
        names = [part.string.sval for part in parts]
        if len(names) == 2:
            yield names[0]
        elif names:
            found = known.catalog.table(None, names[-1], known.search_path)
            yield found.schema if found is not None else next(iter(known.search_path), '')
