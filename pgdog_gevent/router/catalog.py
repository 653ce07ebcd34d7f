"""What the catalog of one database says: tables, columns, keys, types, collations, and the kinds of its functions.

Made by ``monitor``, read by the planner. OIDs are those of the server that it was read from; everything else is told by
name, so that the catalogs of several shards can be compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

PG_CATALOG: Final = 'pg_catalog'
SYSTEM_SCHEMAS: Final = frozenset({PG_CATALOG, 'information_schema'})


class Name(NamedTuple):
    """The name of a table or type, as the catalog has it: nothing is quoted or folded."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f'{self.schema}.{self.name}'


class TableKind(Enum):
    """What can stand where a table can; the values are those of ``pg_class.relkind``."""

    TABLE = 'r'
    PARTITIONED = 'p'
    VIEW = 'v'
    MATERIALIZED_VIEW = 'm'
    FOREIGN = 'f'
    SEQUENCE = 'S'
    COMPOSITE = 'c'
    """No table, but it has columns, and takes a name that no table can have."""


class TypeKind(Enum):
    """The values are those of ``pg_type.typtype``."""

    BASE = 'b'
    COMPOSITE = 'c'
    DOMAIN = 'd'
    ENUM = 'e'
    PSEUDO = 'p'
    RANGE = 'r'
    MULTIRANGE = 'm'


@dataclass(frozen=True, slots=True)
class Column:
    """One column, its values as in ``pg_attribute``."""

    name: str
    type_oid: int
    type_name: str
    """As format_type() writes it, with the schema of types outside of pg_catalog: ``numeric(10,2)``."""
    not_null: bool = False
    """Whether no row has NULL there; a constraint that is NOT VALID says nothing."""
    default: str | None = None
    """SQL; absent for generated columns, whose expression is not known."""
    identity: str = ''
    """``a``: ALWAYS, ``d``: BY DEFAULT, empty: it is none."""
    generated: str = ''
    """``s``: STORED, ``v``: VIRTUAL, empty: it is not."""
    collation: str = ''
    """Its name, with the schema outside of pg_catalog; ``default`` is that of the database. Empty: it has none."""
    deterministic: bool = True
    """Whether values that are equal by this collation are the same bytes."""
    agreed: bool = True
    """Whether all shards fill it in the same way: by this default, as this identity, or not."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``on_delete`` and ``on_update`` are letters of ``pg_constraint``: ``a`` is NO ACTION, ``c`` is CASCADE..."""

    name: str
    columns: tuple[str, ...]
    table: Name
    """The table that is referenced."""
    referenced: tuple[str, ...]
    """Its columns, in the order of ``columns``."""
    on_delete: str = 'a'
    on_update: str = 'a'


class UniqueIndex(NamedTuple):
    """Whatever keeps rows from being alike: all unique indexes and exclusion constraints."""

    name: str
    """Also that of its constraint, if it has one."""
    columns: tuple[str, ...] = ()
    """Those that have to be equal if rows are to conflict, in the order of their names; expressions are left out."""


@dataclass(frozen=True, slots=True)
class Table:
    """Whatever can stand in FROM. Of the system's own, the columns and all that follows are not read."""

    schema: str
    name: str
    kind: TableKind
    columns: tuple[Column, ...] = ()
    """In the order of ``SELECT *``."""
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    """Columns by unique index, sorted, the primary key among them. Only valid indexes on all rows and plain columns."""
    more_unique: bool = False
    """There are others: unique indexes on expressions or some rows, exclusion constraints, keys without overlaps."""
    unique_indexes: tuple[UniqueIndex, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    parents: tuple[Name, ...] = ()
    """Those that it inherits from, or the one that it is a partition of."""
    partition: bool = False
    view_tables: tuple[Name, ...] = ()
    """What a view names, sorted: tables, other views, sequences. What the functions read that it calls is not there."""
    definition: str = ''
    """The query of a view that is not materialized; names without schema are those of pg_catalog. Empty: unknown."""
    has_triggers: bool = False
    """Triggers of users; not those of foreign keys, nor any that is disabled."""
    has_rules: bool = False
    """Rules of users, which rewrite statements; not the one that makes it a view."""
    row_security: bool = False

    @property
    def key(self) -> Name:
        """Its name with schema."""
        return Name(self.schema, self.name)

    @property
    def system(self) -> bool:
        """Whether it came with the server."""
        return self.schema in SYSTEM_SCHEMAS

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Type:
    """One row of ``pg_type``; an OID of 0 says that there is none."""

    oid: int
    schema: str
    name: str
    kind: TypeKind
    category: str = 'U'
    """As in ``pg_type.typcategory``."""
    element: int = 0
    """Of an array, the type of its elements."""
    array: int = 0
    """The type of arrays of it."""
    base_type: int = 0
    """Of a domain, what it is made from, which may be a domain."""
    labels: tuple[str, ...] = ()
    """Of an enum, in their order."""

    @property
    def key(self) -> Name:
        """Its name with schema."""
        return Name(self.schema, self.name)


@dataclass(frozen=True, slots=True)
class Collation:
    """How text is compared. Two that are equal give the same order, on whatever server."""

    provider: str
    """As in ``pg_collation``: ``c`` is libc, ``i`` ICU, ``b`` builtin. Empty: the shards do not agree on it."""
    locale: str
    """What decides the order."""
    ctype: str = ''
    """What decides upper and lower case; empty: ``locale`` does."""
    version: str = ''
    """That of the library in use; empty: it has none, or the server cannot tell."""
    deterministic: bool = True
    rules: str = ''

    @property
    def bytewise(self) -> bool:
        """Whether the order is that of the bytes."""
        return self.provider == 'b' or (self.provider == 'c' and self.locale in ('C', 'POSIX'))


UNCERTAIN: Final = Collation(provider='', locale='', deterministic=False)
"""One that is not the same on all shards."""


@dataclass(frozen=True, slots=True)
class FunctionNames:
    """The kinds of functions, by name without schema, as the catalog has it; a name may be of several kinds."""

    aggregates: frozenset[str] = frozenset()
    windows: frozenset[str] = frozenset()
    """Those that need OVER; aggregates take it, too."""
    set_returning: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    """All that did not come with the server: such a name may mean something else than PostgreSQL's own function."""
    immutable: frozenset[str] = frozenset()
    """Those of ``users`` that users made in IMMUTABLE forms only. An aggregate is as what it calls."""
    own: frozenset[str] = frozenset()
    """Those of ``users`` that no function of PostgreSQL has."""
    operators: frozenset[str] = frozenset()
    """The operators that did not come with the server."""
    immutable_operators: frozenset[str] = frozenset()
    """Those of them that users made of IMMUTABLE functions only."""

    def may_read(self, schema: str, name: str) -> bool:
        """Whether a call may be one of a user's function that sees more than its arguments; ``schema`` as written."""
        if schema == PG_CATALOG or (not schema and name not in self.users):
            return False
        return name not in self.immutable or name in self.own & self.aggregates


@dataclass(frozen=True, slots=True)
class Catalog:
    """One database, as it was at one moment. Temporary tables are not there."""

    server_version: int
    """As server_version_num: 150003."""
    encoding: str
    """That of the database, as PostgreSQL spells it: ``UTF8``."""
    default_collation: Collation
    tables: Mapping[Name, Table]
    types: Mapping[int, Type]
    collations: Mapping[str, Collation] = field(default_factory=dict)
    """Those that columns use, those of users, and those that compare bytes; named as in ``Column``, but ``default``."""
    functions: FunctionNames = FunctionNames()
    ids: str = ''
    """What is noted here of the shard that its functions make ids for: ``made_ids.note``."""
    id_schemas: frozenset[str] = frozenset()
    """The schemas whose functions make ids that belong where they are made; known of several shards only."""
    _oids: Mapping[Name, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, '_oids', {each.key: oid for oid, each in self.types.items()})

    def table(self, schema: str | None, name: str, search_path: Sequence[str] = ()) -> Table | None:
        """Find what a name means, as PostgreSQL does.

        In ``search_path`` there is no ``$user`` any more, and no schema that the user may not use. Temporary tables
        would come first; whoever has any knows.
        """
        places = _places(schema, search_path)
        return next((found for place in places if (found := self.tables.get(Name(place, name)))), None)

    def type(self, oid: int) -> Type | None:
        return self.types.get(oid)

    def type_named(self, name: str, schema: str | None = None, search_path: Sequence[str] = ()) -> Type | None:
        """Find a type by its name in the catalog (``int4``, not ``integer``), where ``table`` would look."""
        places = _places(schema, search_path)
        oid = next((oid for place in places if (oid := self._oids.get(Name(place, name)))), 0)
        return self.types.get(oid)

    def plain_type(self, oid: int) -> Type | None:
        """What is left of a type if domains are taken off."""
        found = self.types.get(oid)
        while found is not None and found.kind is TypeKind.DOMAIN:
            found = self.types.get(found.base_type)
        return found

    def collation(self, column: Column) -> Collation | None:
        """How values of a column are compared; ``None`` if it has no collation."""
        if not column.collation:
            return None
        return self.default_collation if column.collation == 'default' else self.collations.get(column.collation)

    def referencing(self, table: Table) -> Iterator[tuple[Table, ForeignKey]]:
        """The foreign keys that reference a table, each with the table that has it."""
        for other in self.tables.values():
            for key in other.foreign_keys:
                if key.table == table.key:
                    yield other, key

    def children(self, table: Table) -> Iterator[Table]:
        """Its partitions, or what inherits from it; their own are not among them."""
        return (other for other in self.tables.values() if table.key in other.parents)

    def family(self, table: Table) -> Iterator[Table]:
        """A table, and all that has rows of it: partitions, theirs, and what inherits from it."""
        children: dict[Name, list[Table]] = {}
        for other in self.tables.values():
            for parent in other.parents:
                children.setdefault(parent, []).append(other)
        waiting = [table]
        while waiting:
            each = waiting.pop()
            yield each
            waiting += children.get(each.key, ())

    def reads(self, table: Table) -> frozenset[Name]:
        """What a statement reads that names ``table``: itself or, if it is a view, what that reads, at any depth."""
        if table.kind is not TableKind.VIEW:
            return frozenset({table.key})
        read, waiting = {table.key}, [table]
        while waiting:
            for name in waiting.pop().view_tables:
                found = self.tables.get(name)
                if name not in read and found is not None and found.kind is TableKind.VIEW:
                    waiting.append(found)
                read.add(name)
        return frozenset(name for name in read if not self._is_view(name))

    def _is_view(self, name: Name) -> bool:
        found = self.tables.get(name)
        return found is not None and found.kind is TableKind.VIEW


def _places(schema: str | None, search_path: Sequence[str]) -> Sequence[str]:
    """The schemas that are looked into, in order."""
    if schema is not None:
        return (schema,)
    return search_path if PG_CATALOG in search_path else (PG_CATALOG, *search_path)
