"""Catalogs to compare."""

from collections.abc import Iterable

from pgdog_gevent.router.catalog import (
    Catalog,
    Collation,
    Column,
    FunctionNames,
    Name,
    Table,
    TableKind,
    Type,
    TypeKind,
)

NO_FUNCTIONS = FunctionNames()
C = Collation(provider='c', locale='C')
INT4 = Type(23, 'pg_catalog', 'int4', TypeKind.BASE, category='N', array=1007)
INT4_ARRAY = Type(1007, 'pg_catalog', '_int4', TypeKind.BASE, category='A', element=23)
PG_CLASS = Table('pg_catalog', 'pg_class', TableKind.TABLE)
ID = Column('id', 20, 'bigint', not_null=True)
NOTE = Column('note', 25, 'text', collation='default')
ORDERS = Table(
    'public',
    'orders',
    TableKind.TABLE,
    columns=(ID, NOTE),
    primary_key=('id',),
    unique_keys=(('id',),),
)
ORDERS_NAME = Name('public', 'orders')


def mood(oid: int, *labels: str) -> tuple[Type, Type]:
    """An enum and its array, at any numbers."""
    return (
        Type(oid, 'public', 'mood', TypeKind.ENUM, category='E', array=oid + 1, labels=labels),
        Type(oid + 1, 'public', '_mood', TypeKind.BASE, category='A', element=oid),
    )


def catalog(
    *tables: Table,
    types: Iterable[Type] = (),
    version: int = 150_003,
    collation: Collation = C,
    functions: FunctionNames = NO_FUNCTIONS,
    ids: str = '',
    id_schemas: frozenset[str] = frozenset(),
) -> Catalog:
    """The catalog of a database that has these tables and types beside those of the system."""
    return Catalog(
        server_version=version,
        encoding='UTF8',
        default_collation=collation,
        tables={table.key: table for table in (PG_CLASS, *tables)},
        types={each.oid: each for each in (INT4, INT4_ARRAY, *types)},
        collations={'C': C},
        functions=functions,
        ids=ids,
        id_schemas=id_schemas,
    )
