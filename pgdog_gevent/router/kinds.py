"""The type and the collation of an expression, as far as the catalogue and PostgreSQL's own rules tell.

Only what is certain is said: a sum is added up by other means if it is a bigint, and text sorts by its collation.
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import PG_CATALOG, Column
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import function_name, messages


class Kind(NamedTuple):
    """What is known of a value."""

    type: str = ''
    """The name in the catalogue of one of PostgreSQL's own types (``int4``); of another after its schema and a dot.

    Empty: not known.
    """
    collation: str | None = None
    """Its name as in ``Column``; empty: that of the database, or it needs none; ``None``: not known."""


UNKNOWN: Final = Kind()

Columns = Callable[[pg.ColumnRef], Kind]
"""What the columns of a block are."""

_INTEGERS: Final = ('int2', 'int4', 'int8')
_NUMBERS: Final = (*_INTEGERS, 'numeric', 'float4', 'float8')
"""Each can become any of those after it."""
NUMBERS: Final = frozenset(_NUMBERS)
_MOMENTS: Final = frozenset({'timestamp', 'timestamptz'})
_TEXTS: Final = frozenset({'text', 'varchar', 'bpchar', 'name', 'char', ''})
"""Types whose values may have a collation; of one that is not known that cannot be said either."""
_UNTYPED: Final = 'unknown'
"""A string literal or NULL: it takes its type from what stands beside it."""

_MOMENTS_NOW: Final = frozenset(
    {
        pg.SVFOP_CURRENT_DATE, pg.SVFOP_CURRENT_TIME, pg.SVFOP_CURRENT_TIME_N, pg.SVFOP_CURRENT_TIMESTAMP,
        pg.SVFOP_CURRENT_TIMESTAMP_N, pg.SVFOP_LOCALTIME, pg.SVFOP_LOCALTIME_N, pg.SVFOP_LOCALTIMESTAMP,
        pg.SVFOP_LOCALTIMESTAMP_N,
    }
)  # fmt: skip

_SORTED_BY_VALUE: Final = NUMBERS | {
    'bool', 'oid', 'bytea', 'uuid', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'money', 'inet',
    'cidr', 'macaddr', 'macaddr8', 'bit', 'varbit', 'pg_lsn', 'xid8',
}  # fmt: skip

_DIFFERENCES: Final = {
    ('-', 'date', 'date'): 'int4',
    ('-', 'timestamp', 'timestamp'): 'interval',
    ('-', 'timestamptz', 'timestamptz'): 'interval',
    ('-', 'time', 'time'): 'interval',
    ('+', 'interval', 'interval'): 'interval',
    ('-', 'interval', 'interval'): 'interval',
    ('+', 'date', 'interval'): 'timestamp',
    ('-', 'date', 'interval'): 'timestamp',
    ('+', 'date', 'int4'): 'date',
    ('-', 'date', 'int4'): 'date',
    ('+', 'money', 'money'): 'money',
    ('-', 'money', 'money'): 'money',
} | {(sign, moment, 'interval'): moment for sign in '+-' for moment in sorted(_MOMENTS)}

_RETURNS: Final = {
    name: type_name
    for type_name, names in {
        'int4': 'char_length character_length octet_length bit_length ascii strpos position array_length '
        'cardinality json_array_length jsonb_array_length array_ndims num_nulls num_nonnulls',
        'float8': 'date_part sin cos tan asin acos atan atan2 pi degrees radians cbrt',
        'numeric': 'to_number',
        'interval': 'make_interval justify_days justify_hours justify_interval',
        'int8': 'count row_number rank dense_rank',
        'timestamptz': 'now transaction_timestamp statement_timestamp clock_timestamp',
        'bool': 'starts_with isfinite bool_and bool_or every',
    }.items()
    for name in names.split()
}
_OF_ITS_ARGUMENT: Final = frozenset({'abs', 'min', 'max', 'lag', 'lead', 'first_value', 'last_value', 'nth_value'})
_AGGREGATES: Final = {
    'sum': {'int2': 'int8', 'int4': 'int8', 'int8': 'numeric'}
    | {name: name for name in ('numeric', 'float4', 'float8', 'interval', 'money')},
    'avg': dict.fromkeys((*_INTEGERS, 'numeric'), 'numeric')
    | {'float4': 'float8', 'float8': 'float8', 'interval': 'interval'},
}
_ROUNDING: Final = frozenset({'round', 'trunc', 'ceil', 'ceiling', 'floor', 'sign'})
"""Of numeric they are numeric, of all other numbers double precision."""
_EXTRACT_IS_NUMERIC: Final = 140000


def kind_of_column(column: Column, known: Known) -> Kind:
    found = known.catalog.plain_type(column.type_oid)
    collation = '' if column.collation == 'default' else column.collation
    if found is None:
        return Kind('', collation)
    return Kind(found.name if found.schema == PG_CATALOG else str(found.key), collation)


def kind_of(node: pg.Node, columns: Columns, known: Known) -> Kind:
    if node.HasField('column_ref'):
        return columns(node.column_ref)
    type_name = type_of(node, columns, known)
    type_name = 'text' if type_name == _UNTYPED else type_name
    collated = type_name in _TEXTS or '.' in type_name
    return Kind(type_name, _collation(node, columns, known) if collated else '')


def collation_named(names: Iterable[str], known: Known) -> str:
    """The name of a collation as the catalogue has it, which SQL writes in parts."""
    *schema, name = names
    collations = known.catalog.collations
    if schema:
        return name if schema == [PG_CATALOG] else f'{schema[0]}.{name}'
    own = next((f'{place}.{name}' for place in known.search_path if f'{place}.{name}' in collations), name)
    return name if name in collations else own


def _collation(node: pg.Node, columns: Columns, known: Known) -> str | None:
    if node.HasField('collate_clause'):
        return collation_named((part.string.sval for part in node.collate_clause.collname), known)
    for message in messages(node):
        if isinstance(message, pg.SubLink) or has_own_collation(message):
            return None
        if isinstance(message, pg.ColumnRef) and columns(message).collation != '':
            return None
    return ''


def has_own_collation(message: Message) -> bool:
    """Whether a part of an expression may bring a collation of its own: COLLATE, and values of ``name``."""
    match message:
        case pg.CollateClause():
            return True
        case pg.SQLValueFunction():
            return message.op not in _MOMENTS_NOW
        case pg.TypeName():
            return bool(message.names) and message.names[-1].string.sval == 'name'
        case pg.FuncCall():
            name = function_name(message)
            return not name or name.startswith(('pg_', 'current_', 'name'))
        case _:
            return False


def merges(kind: Kind, known: Known) -> bool | None:
    """Whether values sort by what they are, and not by rules that only a server has; ``None``: that is not known."""
    if kind.type in _SORTED_BY_VALUE:
        return True
    if not kind.type or kind.type.startswith('_'):
        return None
    if kind.type not in _TEXTS or kind.collation is None:
        return False
    if not kind.collation:
        return known.catalog.default_collation.bytewise
    found = known.catalog.collations.get(kind.collation)
    return found is not None and found.bytewise


def type_of(node: pg.Node, columns: Columns, known: Known) -> str:
    """The name of a type in pg_catalog; ``unknown`` for literals without one; empty if it cannot be said."""

    def inner(of: pg.Node) -> str:
        return type_of(of, columns, known)

    match node.WhichOneof('node'):
        case 'column_ref':
            return columns(node.column_ref).type
        case 'a_const':
            return _constant(node.a_const)
        case 'type_cast':
            return _named_type(node.type_cast.type_name, known)
        case 'a_expr':
            return _operation(node.a_expr, inner, known)
        case 'bool_expr' | 'null_test' | 'boolean_test':
            return 'bool'
        case 'case_expr':
            case = node.case_expr
            results = [when.case_when.result for when in case.args]
            return _joint(map(inner, [*results, case.defresult] if case.HasField('defresult') else results))
        case 'coalesce_expr':
            return _joint(map(inner, node.coalesce_expr.args))
        case 'min_max_expr':
            return _joint(map(inner, node.min_max_expr.args))
        case 'collate_clause':
            return inner(node.collate_clause.arg)
        case 'sub_link' if node.sub_link.sub_link_type not in (pg.EXPR_SUBLINK, pg.ARRAY_SUBLINK):
            return 'bool'
        case 'func_call':
            return _function(node.func_call, inner, known)
        case _:
            return ''


def _constant(constant: pg.A_Const) -> str:
    match constant.WhichOneof('val'):
        case 'ival':
            return 'int4'
        case 'fval':
            text = constant.fval.fval
            return 'int8' if text.lstrip('-').isdigit() and -(2**63) <= int(text) < 2**63 else 'numeric'
        case 'boolval':
            return 'bool'
        case 'bsval':
            return 'bit'
        case _:
            return _UNTYPED


def _named_type(named: pg.TypeName, known: Known) -> str:
    """A name that is not PostgreSQL's own may be a domain, or shadow nothing: it is not looked into."""
    if named.array_bounds or named.setof or named.pct_type:
        return ''
    *schema, name = (part.string.sval for part in named.names)
    if schema == [PG_CATALOG]:
        return name
    found = known.catalog.type_named(name, schema[0] if schema else None, known.search_path)
    return name if found is not None and found.schema == PG_CATALOG else ''


def _operation(operation: pg.A_Expr, inner: Callable[[pg.Node], str], known: Known) -> str:
    if operation.kind == pg.AEXPR_NULLIF:
        left, right = inner(operation.lexpr), inner(operation.rexpr)
        return left if right in (left, _UNTYPED) else ''
    if operation.kind != pg.AEXPR_OP or len(operation.name) != 1:
        return '' if operation.kind in (pg.AEXPR_OP, pg.AEXPR_OP_ANY, pg.AEXPR_OP_ALL) else 'bool'
    sign, right = operation.name[0].string.sval, inner(operation.rexpr)
    if not operation.HasField('lexpr'):
        return right if sign in ('-', '+') and right in NUMBERS | {'interval'} else ''
    left = inner(operation.lexpr)
    # An operator of the user would be preferred where PostgreSQL has none for exactly these types.
    return '' if left != right and sign in known.catalog.functions.operators else _arithmetic(sign, left, right)


def _arithmetic(sign: str, left: str, right: str) -> str:
    if sign in ('=', '<>', '<', '<=', '>', '>=') and left and right:
        return 'bool'
    if left in NUMBERS and right in NUMBERS:
        return _number(sign, left, right)
    if sign in '*/' and left == 'interval' and right in NUMBERS:
        return 'interval'
    if sign == '*' and right == 'interval' and left in NUMBERS:
        return 'interval'
    return _DIFFERENCES.get((sign, left, right), '')


def _number(sign: str, left: str, right: str) -> str:
    wider = max(left, right, key=_NUMBERS.index)
    if sign == '%':
        return wider if wider in (*_INTEGERS, 'numeric') else ''
    if sign not in ('+', '-', '*', '/'):
        return ''
    # There is no operator of real and another number: both become double precision.
    return 'float8' if wider == 'float4' and left != right else wider


def _joint(types: Iterable[str]) -> str:
    """The type of what may be any of several values: all alike, or the widest of numbers."""
    found = {each for each in types if each != _UNTYPED}
    if len(found) == 1:
        return found.pop()
    return max(found, key=_NUMBERS.index) if found and found <= NUMBERS else ''


def _function(call: pg.FuncCall, inner: Callable[[pg.Node], str], known: Known) -> str:
    name = function_name(call)
    if not name or name in known.catalog.functions.users:
        return ''
    arguments = [inner(argument) for argument in call.args]
    if name in _RETURNS:
        return _RETURNS[name]
    if name == 'extract':
        return 'numeric' if known.catalog.server_version >= _EXTRACT_IS_NUMERIC else 'float8'
    if name == 'date_trunc' and len(arguments) == 2 and arguments[1] in _MOMENTS:
        return arguments[1]
    if name == 'length' and arguments[:1] and arguments[0] in _TEXTS - {''}:
        return 'int4'
    if name == 'age' and arguments[:1] and arguments[0] in _MOMENTS:
        return 'interval'
    if name in _OF_ITS_ARGUMENT and arguments and arguments[0] in _SORTED_BY_VALUE:
        return arguments[0]
    if name in _AGGREGATES and arguments:
        return _AGGREGATES[name].get(arguments[0], '')
    if name in _ROUNDING and arguments and arguments[0] in NUMBERS:
        return 'numeric' if arguments[0] == 'numeric' or len(arguments) > 1 else 'float8'
    return name if name in NUMBERS and len(arguments) == 1 else ''
