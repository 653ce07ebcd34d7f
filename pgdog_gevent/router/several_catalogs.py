"""The catalogs of several shards, as one that is true of all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from pgdog_gevent.router.catalog import UNCERTAIN, Catalog, Column, FunctionNames, Name, Table, Type

T = TypeVar('T')

_THE_SAME_EVERYWHERE: Final = 10_000
"""OIDs below this are written in PostgreSQL's sources."""


def merged(catalogs: Sequence[Catalog]) -> Catalog:
    """The first catalog, with what is not certain on all shards taken back.

    A key is one, or a column NOT NULL, only if it is so everywhere; a trigger is there if it is anywhere. Tables that
    the first shard does not have are left out. See ``drift.drift`` for the differences.
    """
    first, *others = catalogs
    return replace(
        first,
        server_version=min(catalog.server_version for catalog in catalogs),
        default_collation=_agreed([catalog.default_collation for catalog in catalogs], UNCERTAIN),
        tables={name: _table(table, _same(name, others)) for name, table in first.tables.items()},
        collations={
            name: _agreed([collation, *(each.collations.get(name, UNCERTAIN) for each in others)], UNCERTAIN)
            for name, collation in first.collations.items()
        },
        functions=_functions([catalog.functions for catalog in catalogs]),
    )


def _agreed(values: Sequence[T], otherwise: T) -> T:
    return values[0] if all(value == values[0] for value in values) else otherwise


def _same(name: Name, catalogs: Iterable[Catalog]) -> list[Table]:
    return [table for catalog in catalogs if (table := catalog.tables.get(name)) is not None]


def _table(table: Table, others: Sequence[Table]) -> Table:
    if all(other == table for other in others):
        return table
    everywhere = (table, *others)
    return replace(
        table,
        columns=tuple(_column(column, others) for column in table.columns),
        primary_key=_agreed([each.primary_key for each in everywhere], ()),
        unique_keys=tuple(key for key in table.unique_keys if all(key in each.unique_keys for each in others)),
        more_unique=any(each.more_unique or set(each.unique_keys) != set(table.unique_keys) for each in everywhere),
        unique_indexes=_united(each.unique_indexes for each in everywhere),
        foreign_keys=_united(each.foreign_keys for each in everywhere),
        view_tables=tuple(sorted(_united(each.view_tables for each in everywhere))),
        definition=_agreed([each.definition for each in everywhere], ''),
        has_triggers=any(each.has_triggers for each in everywhere),
        has_rules=any(each.has_rules for each in everywhere),
        row_security=any(each.row_security for each in everywhere),
    )


def _united(lists: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(each for those in lists for each in those))


def _column(column: Column, others: Sequence[Table]) -> Column:
    same = [each for table in others if (each := table.column(column.name)) is not None]
    return replace(
        column,
        not_null=all(each.not_null for each in (column, *same)),
        deterministic=all(each.deterministic for each in (column, *same)),
        agreed=len(same) == len(others) and all(_filled(each) == _filled(column) for each in same),
    )


def _filled(column: Column) -> tuple[str | None, str, str]:
    return column.default, column.identity, column.generated


def _functions(names: Sequence[FunctionNames]) -> FunctionNames:
    return FunctionNames(
        aggregates=frozenset().union(*(each.aggregates for each in names)),
        windows=frozenset().union(*(each.windows for each in names)),
        set_returning=frozenset().union(*(each.set_returning for each in names)),
        users=frozenset().union(*(each.users for each in names)),
        immutable=_wherever(names, lambda each: each.users, lambda each: each.immutable),
        own=_wherever(names, lambda each: each.users, lambda each: each.own),
        operators=frozenset().union(*(each.operators for each in names)),
        immutable_operators=_wherever(names, lambda each: each.operators, lambda each: each.immutable_operators),
    )


def _wherever(
    names: Sequence[FunctionNames],
    those: Callable[[FunctionNames], frozenset[str]],
    such: Callable[[FunctionNames], frozenset[str]],
) -> frozenset[str]:
    """Those that are such wherever there are any."""
    others = frozenset[str]().union(*(those(each) - such(each) for each in names))
    return frozenset[str]().union(*map(such, names)) - others


def oid_map(source: Catalog, target: Catalog) -> Mapping[int, int]:
    """The number at ``target`` of each type of ``source`` that has the same name there, and another number.

    Arrays go by their elements: what they are called depends on what else there is.
    """
    mapped: dict[int, int] = {}
    for each in source.types.values():
        found = _counterpart(each, source, target)
        if found != each.oid and found and each.oid >= _THE_SAME_EVERYWHERE:
            mapped[each.oid] = found
    return mapped


def _counterpart(each: Type, source: Catalog, target: Catalog) -> int:
    """The OID of the same type; 0: there is none."""
    element = source.type(each.element)
    if element is not None and element.array == each.oid:
        same = target.type_named(element.name, element.schema)
        return 0 if same is None else same.array
    same = target.type_named(each.name, each.schema)
    return 0 if same is None else same.oid


def reused(fresh: Catalog, known: Sequence[Catalog]) -> Catalog:
    """``fresh``, made of objects of ``known`` where those say the same: most is as it was, and on all shards so."""
    return replace(
        fresh,
        tables={name: _known(table, [each.tables.get(name) for each in known]) for name, table in fresh.tables.items()},
        types={oid: _known(each, [catalog.types.get(oid) for catalog in known]) for oid, each in fresh.types.items()},
    )


def _known(fresh: T, known: Iterable[T | None]) -> T:
    return next((each for each in known if each == fresh and each is not None), fresh)
