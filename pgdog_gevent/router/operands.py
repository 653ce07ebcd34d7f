"""Values in a text that can be read as keys: literals and parameters, and their casts where those change nothing."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.keys import Constant, Operand, Parameter
from pgdog_gevent.sharding.key import KeyType

_FAMILIES: Final[Mapping[str, KeyType]] = {
    'int2': KeyType.BIGINT,
    'int4': KeyType.BIGINT,
    'int8': KeyType.BIGINT,
    'uuid': KeyType.UUID,
    'text': KeyType.TEXT,
    'varchar': KeyType.TEXT,
}
"""Types by their names in the catalog; those of one family have the same values, as long as no length is given."""
_FAMILIES_BY_OID: Final[Mapping[int, KeyType]] = {
    21: KeyType.BIGINT,
    23: KeyType.BIGINT,
    20: KeyType.BIGINT,
    2950: KeyType.UUID,
    25: KeyType.TEXT,
    1043: KeyType.TEXT,
}
_DIGITS: Final = re.compile(r'-?[0-9]{1,19}')


def family_of_oid(type_oid: int) -> KeyType | None:
    return _FAMILIES_BY_OID.get(type_oid)


def family_of_type(name: pg.TypeName) -> KeyType | None:
    """Whose values a type has, if it is no array."""
    return None if name.array_bounds or name.setof else _family(name)


def family_of_array(name: pg.TypeName) -> KeyType | None:
    """Whose values the elements of an array have."""
    return _family(name) if len(name.array_bounds) == 1 and not name.setof else None


def _family(name: pg.TypeName) -> KeyType | None:
    names = [part.string.sval for part in name.names]
    if not names or names[:-1] not in ([], ['pg_catalog']) or name.typmods or name.pct_type:
        return None
    return _FAMILIES.get(names[-1])


def operand(node: pg.Node, family: KeyType) -> Operand | None:
    """A value that is compared with a column of ``family``; ``None``: no such value, or one that cannot be read."""
    match node.WhichOneof('node'):
        case 'param_ref':
            return Parameter(node.param_ref.number)
        case 'a_const':
            return _constant(node.a_const, family)
        case 'type_cast' if family_of_type(node.type_cast.type_name) is family:
            return operand(node.type_cast.arg, family)
        case _:
            return None


def array(node: pg.Node, family: KeyType) -> Operand | None:
    """An array that a column of ``family`` is compared with, if it is a literal or a parameter."""
    match node.WhichOneof('node'):
        case 'param_ref':
            return Parameter(node.param_ref.number)
        case 'a_const' if node.a_const.isnull or node.a_const.HasField('sval'):
            return _constant(node.a_const, family)
        case 'type_cast' if family_of_array(node.type_cast.type_name) is family:
            return array(node.type_cast.arg, family)
        case _:
            return None


def elements(node: pg.Node, family: KeyType) -> tuple[Operand, ...] | None:
    """The elements of ``ARRAY[...]``."""
    if node.HasField('type_cast'):
        return elements(node.type_cast.arg, family) if family_of_array(node.type_cast.type_name) is family else None
    return operands(node.a_array_expr.elements, family) if node.HasField('a_array_expr') else None


def operands(nodes: Sequence[pg.Node], family: KeyType) -> tuple[Operand, ...] | None:
    """The values of a list, if all can be read."""
    found = tuple(value for node in nodes if (value := operand(node, family)) is not None)
    return found if len(found) == len(nodes) else None


def family_of_value(node: pg.Node) -> KeyType | None:
    """Whose value a literal is that stands for itself, not next to a column; ``None``: not known."""
    match node.WhichOneof('node'):
        case 'a_const' if node.a_const.HasField('sval'):
            return KeyType.TEXT
        case 'a_const' if _constant(node.a_const, KeyType.BIGINT) is not None and not node.a_const.isnull:
            return KeyType.BIGINT
        case 'type_cast':
            return family_of_type(node.type_cast.type_name)
        case _:
            return None


def is_null(node: pg.Node) -> bool:
    return node.HasField('a_const') and node.a_const.isnull


def _constant(const: pg.A_Const, family: KeyType) -> Constant | None:
    if const.isnull:
        return Constant(None)
    match const.WhichOneof('val'):
        case 'sval':
            return Constant(const.sval.sval)
        case 'ival' if family is KeyType.BIGINT:
            return Constant(str(const.ival.ival))
        case 'fval' if family is KeyType.BIGINT and _DIGITS.fullmatch(const.fval.fval):
            return Constant(const.fval.fval)
        case _:
            return None
