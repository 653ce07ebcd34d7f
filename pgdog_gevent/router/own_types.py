"""Types that were created on each shard by itself, and have another OID on each: whose numbers clients get.

A client is told one number for each type, wherever its statements go: that of the shard of reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from struct import iter_unpack, pack
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Catalog, Type, TypeKind
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import messages
from pgdog_gevent.router.several_catalogs import oid_map
from pgdog_gevent.router.walk import cte_names

_OF_USERS: Final = 16_384
"""OIDs from here on are of what did not come with the server."""
_RECORD: Final = 2249
_RECORD_ARRAY: Final = 2287
_RECORDS: Final = frozenset({_RECORD, _RECORD_ARRAY})
"""What is in them is known only when they come."""
_NONE: Final[Mapping[int, int]] = {}


@dataclass(frozen=True, slots=True)
class TypeNumbers:
    """The numbers of types, by shard. Where a mapping has none for a type it is the same one."""

    reference: int = 0
    """The shard whose numbers clients know."""
    outward: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    """To those that clients know, for shards where some differ."""
    inward: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    """From those."""
    own: frozenset[int] = frozenset()
    """Types that have another number somewhere, by those that clients know."""
    nested: frozenset[int] = frozenset()
    """Types whose binary form may have numbers of ``own`` in it: arrays, rows, domains over these."""
    elements: Mapping[int, int] = field(default_factory=dict)
    """Those of the arrays among them."""
    base_types: Mapping[int, int] = field(default_factory=dict)
    """Those of the domains among them."""

    @classmethod
    def of(cls, by_shard: Mapping[int, Catalog], reference: int) -> 'TypeNumbers':
        known = by_shard.get(reference)
        if known is None:
            return cls()
        others = {shard: catalog for shard, catalog in by_shard.items() if shard != reference}
        outward = {shard: numbers for shard, catalog in others.items() if (numbers := _outward(catalog, known))}
        own = frozenset(number for numbers in outward.values() for number in numbers.values() if number)
        nested = _nested(known, own) if own else frozenset[int]()
        inward = {
            shard: {told: number for number, told in numbers.items() if told} for shard, numbers in outward.items()
        }
        arrays = {number: element for number in nested if (element := _element(known.types.get(number)))}
        arrays |= {_RECORD_ARRAY: _RECORD} if own else {}
        domains = {number: base for number in nested if (base := _base(known, number)) != number}
        return cls(reference, outward, inward, own, nested, arrays, domains)

    def differ_at(self, shard: int) -> bool:
        return shard in self.outward

    def told(self, shard: int, number: int) -> int:
        """The number that clients know of a type of a shard; 0 if they know none."""
        return self.outward.get(shard, _NONE).get(number, number)

    def types_at(self, shard: int, types: bytes) -> bytes:
        """The types of parameters, as in Parse, by the numbers of a shard."""
        return _mapped(types, self.inward.get(shard, _NONE))

    def types_told(self, shard: int, types: bytes) -> bytes:
        """Likewise by those that clients know."""
        return _mapped(types, self.outward.get(shard, _NONE))

    def concern(self, types: bytes) -> bool:
        """Whether any of these types has, or may have in it, a number of its own on some shard."""
        return bool(self.own) and any(number in self.own or number in self.nested for number in numbers_of(types))


def numbers_of(types: bytes) -> tuple[int, ...]:
    """The OIDs in a Parse."""
    return tuple(number for (number,) in iter_unpack('!I', types[2:]))


def _mapped(types: bytes, numbers: Mapping[int, int]) -> bytes:
    if not numbers:
        return types
    return types[:2] + b''.join(pack('!I', numbers.get(number, number)) for number in numbers_of(types))


def _outward(catalog: Catalog, reference: Catalog) -> Mapping[int, int]:
    """Also of types that ``reference`` does not have: their number is 0."""
    mapped = dict(oid_map(catalog, reference))
    for number, each in catalog.types.items():
        same = reference.types.get(number)
        if number >= _OF_USERS and number not in mapped and (same is None or same.key != each.key):
            mapped[number] = 0
    return mapped


def _nested(known: Catalog, own: frozenset[int]) -> frozenset[int]:
    """Rows of users, and what is made of types that have numbers in them, at any depth."""
    composite = (each.oid for each in known.types.values() if each.kind is TypeKind.COMPOSITE and each.oid >= _OF_USERS)
    found = _RECORDS | set(composite)
    while True:
        more = {
            each.oid
            for each in known.types.values()
            if each.element in own or each.element in found or each.base_type in found
        } - found
        if not more:
            return frozenset(found)
        found |= more


def _element(array: Type | None) -> int:
    return 0 if array is None else array.element


def _base(known: Catalog, number: int) -> int:
    plain = known.plain_type(number)
    return number if plain is None else plain.oid


def names_own_types(root: Message, known: Known) -> bool:
    """Whether parameters or columns of a statement may be of such types, as far as its text tells."""
    if not known.own_types:
        return False
    rows = _row_names(root)
    ctes = cte_names(root)
    return any(_names_own(message, known, rows, ctes) for message in messages(root))


def _names_own(message: Message, known: Known, rows: frozenset[str], ctes: frozenset[str]) -> bool:
    functions = known.catalog.functions
    match message:
        case pg.RangeVar():
            return (message.schemaname or message.relname not in ctes) and _has_own_columns(message, known)
        case pg.TypeName():
            return not _came_with_server(message, known)
        case pg.FuncCall():
            return message.funcname[-1].string.sval in functions.users
        case pg.A_Expr():
            return bool(message.name) and message.name[-1].string.sval in functions.operators
        case pg.ColumnRef():
            return message.fields[-1].string.sval in rows
        case pg.FetchStmt() | pg.ExecuteStmt():
            return True
        case _:
            return False


def _row_names(root: Message) -> frozenset[str]:
    """Names that stand for whole rows where a column's could stand."""
    aliases = {message.aliasname for message in messages(root) if isinstance(message, pg.Alias)}
    tables = {message.relname for message in messages(root) if isinstance(message, pg.RangeVar)}
    return frozenset(aliases | tables)


def _has_own_columns(relation: pg.RangeVar, known: Known) -> bool:
    table = known.catalog.table(relation.schemaname or None, relation.relname, known.search_path)
    if table is None:
        return True
    return any(column.type_oid in known.own_types for column in table.columns)


def _came_with_server(name: pg.TypeName, known: Known) -> bool:
    if not name.names:
        return not name.pct_type
    found = _type(name, known)
    return found is not None and found.oid < _OF_USERS


def _type(name: pg.TypeName, known: Known) -> Type | None:
    """A type, or that of the elements of an array."""
    words = [part.string.sval for part in name.names]
    schema = words[-2] if len(words) > 1 else None
    return None if name.pct_type else known.catalog.type_named(words[-1], schema, known.search_path)


def type_number(node: pg.Node, known: Known) -> int:
    """The OID of a type that is no array; 0 if the catalogue does not have it."""
    name = node.type_name
    found = _type(name, known) if name.names and not name.array_bounds else None
    return 0 if found is None else found.oid
