"""The columns of tables and subqueries, as the entries of a range table have them."""

from pgdog_gevent.router.catalog import Catalog, Column
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.operands import family_of_oid
from pgdog_gevent.router.places import Place
from pgdog_gevent.router.relations import Attribute, Block, Entry, Output, Query
from pgdog_gevent.sharding.key import KeyType, TypeOid


def table_entry(place: Place, block: Block, location: int, known: Known) -> Entry:
    """An entry for a table, with its columns; one of them is the key."""
    entry = Entry(block, place=place, location=location, open=place.table is None)
    if place.table is not None:
        entry.schema = place.table.schema
        entry.attributes = [_attribute(column, entry, known.catalog) for column in place.table.columns]
    key = entry.shard_key
    entry.key = next((each for each in entry.attributes if key is not None and each.name == key.column), None)
    return entry


def _attribute(column: Column, entry: Entry, catalog: Catalog) -> Attribute:
    plain = column.type_oid < TypeOid.FIRST_NORMAL
    return Attribute(column.name, entry, _family(column, catalog), column.not_null, plain)


def _family(column: Column, catalog: Catalog) -> KeyType | None:
    family = family_of_oid(column.type_oid)
    if family is None and column.type_oid >= TypeOid.FIRST_NORMAL:
        plain = catalog.plain_type(column.type_oid)
        family = None if plain is None else family_of_oid(plain.oid)
    return None if family is KeyType.TEXT and not column.deterministic else family


def query_entry(query: Query, block: Block) -> Entry:
    """An entry for a subquery or a CTE."""
    entry = Entry(block, query=query, open=query.open)
    entry.attributes = [_of_output(output, entry) for output in query.outputs]
    return entry


def _of_output(output: Output, entry: Entry) -> Attribute:
    attribute = Attribute(output.name, entry, output.family, output.not_null, output.plain, output)
    output.seen_as = attribute
    return attribute
