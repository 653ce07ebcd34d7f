"""Which key a value becomes when it is assigned to a column: by INSERT, or by SET.

An assignment casts to the column's type, which may change the value: ``5.5`` becomes 6, blanks at the end are cut off
where they are too many. A value of which it is not certain what becomes of it is no key.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Catalog, Column
from pgdog_gevent.router.deparse import expression
from pgdog_gevent.router.keys import Constant, KeyIs, Keys, Operand, Parameter
from pgdog_gevent.router.refusal import NotProvable
from pgdog_gevent.sharding.function import Hashed, Sha1, ShardingFunction
from pgdog_gevent.sharding.key import KeyType

_NULL: Final = Constant(None)
_WHOLE: Final = re.compile(r'-?[0-9]+')
_LIMITED: Final = re.compile(r'character(?P<varying> varying)?(?:\((?P<length>[0-9]+)\))?')
_BPCHAR: Final = 1042
_CASTS: Final[Mapping[KeyType, frozenset[str]]] = {
    KeyType.BIGINT: frozenset({'int2', 'int4', 'int8', 'text', 'varchar'}),
    KeyType.UUID: frozenset({'uuid', 'text', 'varchar'}),
    KeyType.TEXT: frozenset({'text', 'varchar'}),
    KeyType.VECTOR: frozenset({'vector', 'text', 'varchar'}),
}
"""Casts that leave a key what it is, or fail."""
_KEY_TYPES: Final[Mapping[KeyType, frozenset[str]]] = {
    KeyType.BIGINT: frozenset({'int2', 'int4', 'int8'}),
    KeyType.UUID: frozenset({'uuid'}),
    KeyType.TEXT: frozenset({'text', 'varchar', 'bpchar'}),
    KeyType.VECTOR: frozenset({'vector'}),
}
"""Of columns."""


def assigned(value: pg.Node, column: Column, key_type: KeyType, catalog: Catalog) -> Operand | None:
    """The key that ``column`` has after ``value`` is assigned to it; ``None`` if that cannot be told."""
    if not holds(column, key_type, catalog):
        return None
    if value.HasField('set_to_default'):
        return default_key(column, key_type, catalog)
    operand = _operand(value, key_type)
    if not isinstance(operand, Constant) or operand.text is None:
        return None if isinstance(operand, Parameter) and is_padded(column, catalog) else operand
    return Constant(_cut(operand.text, length_of(column), is_padded(column, catalog)))


def default_key(column: Column, key_type: KeyType, catalog: Catalog) -> Operand | None:
    """The key of a row that gives none; ``None`` if that cannot be told."""
    of_domain = catalog.plain_type(column.type_oid) is not catalog.type(column.type_oid)
    if column.identity or column.generated or not column.agreed or (of_domain and column.default is None):
        return None
    if column.default is None:
        return _NULL
    value = expression(column.default)
    return None if value.HasField('set_to_default') else assigned(value, column, key_type, catalog)


def stored_at(function: ShardingFunction, keys: Iterable[Operand], column: Column) -> Keys:
    """Where rows are stored with one of these keys. Raises NotProvable if that can be told only row by row."""
    operands = tuple(keys)
    cut = length_of(column) and any(isinstance(operand, Parameter) for operand in operands)
    if cut or not isinstance(function, Hashed | Sha1):
        raise NotProvable(f'a statement in which rows get sharding keys "{column.name}"')
    return KeyIs(function, operands, null_matches=True)


def holds(column: Column, key_type: KeyType, catalog: Catalog) -> bool:
    """Whether values of a column are keys of this type. Of a domain of text it is not known how long they can be."""
    plain = catalog.plain_type(column.type_oid)
    if plain is None or plain.name not in _KEY_TYPES[key_type]:
        return False
    return plain.oid == column.type_oid or key_type is not KeyType.TEXT


def length_of(column: Column) -> int:
    """How many characters a column takes; 0 if it takes any number."""
    limited = _LIMITED.fullmatch(column.type_name)
    return int(limited['length'] or 0) if limited else 0


def is_padded(column: Column, catalog: Catalog) -> bool:
    """Whether blanks at the end are no part of a value: ``char(n)``."""
    plain = catalog.plain_type(column.type_oid)
    return plain is not None and plain.oid == _BPCHAR


def _cut(text: str, length: int, padded: bool) -> str:
    """What is stored. What is too long, and not by blanks, stays: it is an error on any shard."""
    if length and len(text) > length and not text[length:].strip(' '):
        text = text[:length]
    return text.rstrip(' ') if padded else text


def _operand(value: pg.Node, key_type: KeyType) -> Operand | None:
    while value.HasField('type_cast'):
        cast = value.type_cast
        if not _keeps(cast.type_name, key_type):
            return None
        value = cast.arg
    if value.HasField('param_ref'):
        return Parameter(value.param_ref.number)
    return constant(value.a_const) if value.HasField('a_const') else None


def _keeps(cast: pg.TypeName, key_type: KeyType) -> bool:
    """Whether a cast to this type leaves a key what it is."""
    *schema, name = (part.string.sval for part in cast.names)
    known = name in _CASTS[key_type] and (not schema or schema == ['pg_catalog'] or key_type is KeyType.VECTOR)
    return known and not cast.typmods and not cast.array_bounds


def constant(literal: pg.A_Const) -> Constant | None:
    """The value of a literal that reads the same as text, whatever its type is."""
    if literal.isnull:
        return _NULL
    match literal.WhichOneof('val'):
        case 'ival':
            return Constant(str(literal.ival.ival))
        case 'fval' if _WHOLE.fullmatch(literal.fval.fval):
            return Constant(str(int(literal.fval.fval)))
        case 'sval':
            return Constant(literal.sval.sval)
        case _:
            return None
