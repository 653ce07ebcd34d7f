"""What the names of columns mean: the range table of each block, and the scopes that a name is looked up in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.places import Place, Standing, place, standings
from pgdog_gevent.router.relations import Attribute, Entry

__all__ = ['Cte', 'Item', 'Named', 'Place', 'Scope', 'Standing', 'place', 'standings']

SYSTEM_COLUMNS: Final = frozenset({'ctid', 'xmin', 'cmin', 'xmax', 'cmax', 'tableoid'})
"""A table need not have columns of these names to have them."""


@dataclass(frozen=True, slots=True)
class Named:
    """A column under the name that it has here."""

    name: str
    attribute: Attribute


@dataclass(eq=False, slots=True)
class Item:
    """What a name in front of a dot can mean."""

    label: str
    columns: Sequence[Named]
    entry: Entry | None = None
    """Absent of an alias that a join has."""
    open: bool = False
    """It may have more columns than these."""


@dataclass(eq=False, slots=True)
class Cte:
    """A name that WITH gives to a query, and what the names in that query mean."""

    node: pg.CommonTableExpr
    scope: 'Scope'
    writes: bool = False
    names: tuple[str, ...] | None = None
    """Its columns, while its own recursive query is looked at; else it is looked up anew wherever it is named."""


@dataclass(eq=False, slots=True)
class Scope:
    """The names of one level; those that are not here are looked up in ``parent``."""

    parent: 'Scope | None' = None
    items: list[Item] = field(default_factory=list)
    columns: list[Named] = field(default_factory=list)
    """What names without a dot can mean."""
    open: bool = False
    """There may be more such columns."""
    ctes: dict[str, Cte] = field(default_factory=dict)
    lateral: bool = False
    """It has what stands before an item of the same FROM clause, as ``parent`` has more of that."""

    def column(self, ref: pg.ColumnRef) -> Attribute | None:
        """What a name means, as PostgreSQL has it; ``None``: nothing that is known, or no column."""
        names = names_of(ref)
        if not names or len(names) > 3:
            return None
        return self._unqualified(names[0]) if len(names) == 1 else self._qualified(names)

    def item(self, names: Sequence[str]) -> Item | None:
        """The range-table entry, or the join, that ``table`` or ``schema.table`` means."""
        for scope in self._levels():
            found = [item for item in scope.items if _is_named(item, names)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def cte(self, name: str) -> Cte | None:
        return next((scope.ctes[name] for scope in self._levels() if name in scope.ctes), None)

    def is_system_column(self, ref: pg.ColumnRef) -> bool:
        """Whether a name means something that a table has without its being a column of it."""
        names = names_of(ref)
        return bool(names) and names[-1] in SYSTEM_COLUMNS and self.column(ref) is None

    def _levels(self) -> Iterator['Scope']:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def _unqualified(self, name: str) -> Attribute | None:
        for scope in self._levels():
            found = _among(scope.columns, name)
            if found or scope.open:
                return found[0] if len(found) == 1 else None
        return None

    def _qualified(self, names: Sequence[str]) -> Attribute | None:
        item = self.item(names[:-1])
        found = [] if item is None else _among(item.columns, names[-1])
        return found[0] if len(found) == 1 else None


def names_of(ref: pg.ColumnRef) -> tuple[str, ...]:
    """The parts of a name; empty if there is a star among them."""
    if any(not part.HasField('string') for part in ref.fields):
        return ()
    return tuple(part.string.sval for part in ref.fields)


def _among(columns: Iterable[Named], name: str) -> list[Attribute]:
    return [column.attribute for column in columns if column.name == name]


def _is_named(item: Item, names: Sequence[str]) -> bool:
    if item.label != names[-1]:
        return False
    return len(names) == 1 or (item.entry is not None and item.entry.schema == names[0])
