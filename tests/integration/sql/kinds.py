"""Types, columns and tables, as the grammar sees them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, and what can be done with it."""

    name: str
    oid: int
    """0 for a type that has another OID in each database."""
    family: str
    """Types of one family can be compared with each other."""
    least: bool = True
    """Whether ``min`` and ``max`` exist."""
    bare: bool = False
    """Whether literals are written without quotes."""

    @property
    def number(self) -> bool:
        """Whether ``sum``, ``avg`` and ``stddev`` exist."""
        return self.family == 'number'

    @property
    def integer(self) -> bool:
        """Whether it is an integer."""
        return self in (INT2, INT4, INT8)

    @property
    def float(self) -> bool:
        """Whether sums depend on the order in which rows are added."""
        return self in (FLOAT4, FLOAT8)

    @property
    def text(self) -> bool:
        """Whether functions of text take it."""
        return self.family == 'text'


INT2 = Kind('int2', 21, 'number', bare=True)
INT4 = Kind('int4', 23, 'number', bare=True)
INT8 = Kind('int8', 20, 'number', bare=True)
NUMERIC = Kind('numeric', 1700, 'number', bare=True)
FLOAT4 = Kind('float4', 700, 'number')
FLOAT8 = Kind('float8', 701, 'number')
TEXT = Kind('text', 25, 'text')
VARCHAR = Kind('varchar', 1043, 'text')
CHAR = Kind('bpchar', 1042, 'text')
BOOL = Kind('bool', 16, 'bool', least=False)
DATE = Kind('date', 1082, 'date')
TIME = Kind('time', 1083, 'time')
TIMESTAMP = Kind('timestamp', 1114, 'date')
TIMESTAMPTZ = Kind('timestamptz', 1184, 'date')
INTERVAL = Kind('interval', 1186, 'interval')
UUID = Kind('uuid', 2950, 'uuid', least=False)
BYTEA = Kind('bytea', 17, 'bytea', least=False)
JSONB = Kind('jsonb', 3802, 'jsonb', least=False)
INTS = Kind('int4[]', 1007, 'ints')
TEXTS = Kind('text[]', 1009, 'texts')
MOOD = Kind('mood', 0, 'mood')
INET = Kind('inet', 869, 'inet')


@dataclass(frozen=True, slots=True)
class Term:
    """A column or an expression that a statement can name."""

    sql: str
    kind: Kind
    pool: tuple[str | None, ...]
    """Values that it may have, in PostgreSQL's text form."""
    loose: bool = False
    """Whether equal values of it may be written differently."""
    small: bool = False
    """Whether numbers leave room for arithmetic, and sums of floats for a tolerance."""
    key: bool = False
    """Whether it is the sharding key of its table."""

    def called(self, sql: str) -> 'Term':
        """The same under another name."""
        return replace(self, sql=sql)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    term: Term
    """Its ``sql`` is the column's name."""
    declaration: str
    """The type and what follows it in CREATE TABLE."""
    sequence: bool = False
    """Whether row n has the n-th value of the pool; otherwise any."""

    @property
    def name(self) -> str:
        """The name."""
        return self.term.sql


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    name: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...]
    """Columns that together are different in every row."""
    rows: int
    constraints: str = ''
    """What follows the columns in CREATE TABLE."""
    volatile: str = ''
    """Columns that no two servers have the same values in; no statement reads them."""

    @property
    def key(self) -> Term | None:
        """The sharding key; a table without one is on all shards."""
        return next((column.term for column in self.columns if column.term.key), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def definition(self) -> str:
        """Return CREATE TABLE."""
        parts = [f'{column.name} {column.declaration}' for column in self.columns]
        parts += [part for part in (self.constraints, self.volatile) if part]
        return f'CREATE TABLE {self.name} ({", ".join(parts)})'

    def terms(self, alias: str) -> Iterator[Term]:
        """Its columns, under an alias."""
        for column in self.columns:
            yield column.term.called(f'{alias}.{column.name}')
