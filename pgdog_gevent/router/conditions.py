"""What the expression of a WHERE, ON or HAVING says of columns, as far as it can matter where rows are.

Whatever is not understood is ``Other``, which says nothing. NOT, CASE and the like are not looked into.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.keys import Constant, Operand
from pgdog_gevent.router.level import Level
from pgdog_gevent.router.nodes import is_star
from pgdog_gevent.router.operands import array, elements, family_of_type, operand, operands
from pgdog_gevent.router.relations import (
    And,
    Attribute,
    Between,
    Condition,
    Equal,
    Exists,
    InArray,
    InQuery,
    Never,
    NotNull,
    OneOf,
    Or,
    Other,
    Query,
)
from pgdog_gevent.sharding.key import KeyType

OTHER: Final = Other()
_COMPARISONS: Final = frozenset({'=', '<>', '<', '<=', '>', '>='})
_MIRRORED: Final[Mapping[str, str]] = {'=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<='}


def condition(node: pg.Node, level: Level) -> Condition:
    """What ``node`` says where it is true. Its calls and subqueries are written down."""
    match node.WhichOneof('node'):
        case None:
            return OTHER
        case 'bool_expr' if node.bool_expr.boolop == pg.AND_EXPR:
            return And(tuple(condition(arg, level) for arg in node.bool_expr.args))
        case 'bool_expr' if node.bool_expr.boolop == pg.OR_EXPR:
            return Or(tuple(condition(arg, level) for arg in node.bool_expr.args))
        case 'boolean_test' if node.boolean_test.booltesttype == pg.IS_TRUE:
            return condition(node.boolean_test.arg, level)
        case 'sub_link' if _subquery(node) is not None:
            return _of_subquery(node.sub_link, level)
        case 'a_expr' if _compared_subquery(node.a_expr) is not None:
            return _compared_with_subquery(node.a_expr, level)
    level.note(node)
    return _simple(node, level)


def attribute_of(node: pg.Node, level: Level) -> Attribute | None:
    """The column that an expression is, or whose value it has."""
    if node.HasField('type_cast'):
        found = attribute_of(node.type_cast.arg, level)
        family = family_of_type(node.type_cast.type_name)
        return found if found is not None and family is not None and found.family is family else None
    return level.scope.column(node.column_ref) if node.HasField('column_ref') else None


def _simple(node: pg.Node, level: Level) -> Condition:
    match node.WhichOneof('node'):
        case 'a_expr' if level.work.plain_operators:
            return _expression(node.a_expr, level)
        case 'null_test':
            return _null_test(node.null_test, level)
        case 'a_const' if node.a_const.isnull or (
            node.a_const.HasField('boolval') and not node.a_const.boolval.boolval
        ):
            return Never()
        case _:
            return OTHER


def _null_test(test: pg.NullTest, level: Level) -> Condition:
    attribute = attribute_of(test.arg, level)
    if attribute is None:
        return OTHER
    if test.nulltesttype == pg.IS_NOT_NULL:
        return NotNull((attribute,))
    return OTHER if attribute.family is None else OneOf(attribute, (Constant(None),), null_matches=True)


def _expression(expression: pg.A_Expr, level: Level) -> Condition:
    name = _operator(expression)
    match expression.kind:
        case pg.AEXPR_OP:
            return _comparison(expression, name, level)
        case pg.AEXPR_IN if name == '=':
            return _in_list(expression.lexpr, expression.rexpr.list.items, level)
        case pg.AEXPR_OP_ANY if name == '=':
            return _in_array(expression, level)
        case pg.AEXPR_NOT_DISTINCT:
            return _not_distinct(expression, level)
        case pg.AEXPR_BETWEEN:
            return _between(expression, level)
        case _:
            return OTHER


def _operator(expression: pg.A_Expr) -> str:
    """Its name, if it is one of pg_catalog; else empty."""
    *schema, name = (part.string.sval for part in expression.name)
    return name if schema in ([], ['pg_catalog']) else ''


def _comparison(expression: pg.A_Expr, name: str, level: Level) -> Condition:
    left, right = expression.lexpr, expression.rexpr
    if name == '=':
        return _equality(left, right, level)
    if left.HasField('row_expr') or right.HasField('row_expr') or name not in _COMPARISONS:
        return OTHER
    for column, value, operator in ((left, right, name), (right, left, _MIRRORED.get(name, ''))):
        found = _with_value(column, value, level, operand)
        if found is not None and operator in _INTERVALS:
            return _INTERVALS[operator](*found)
    return _strict(left, right, level)


_INTERVALS: Final[Mapping[str, Callable[[Attribute, Operand], Condition]]] = {
    '<': lambda attribute, value: Between(attribute, None, value, high_inclusive=False),
    '<=': lambda attribute, value: Between(attribute, None, value),
    '>': lambda attribute, value: Between(attribute, value, None, low_inclusive=False),
    '>=': lambda attribute, value: Between(attribute, value, None),
}


def _equality(left: pg.Node, right: pg.Node, level: Level) -> Condition:
    """What ``left = right`` says; rows are equal if they are so column by column."""
    if left.HasField('row_expr') or right.HasField('row_expr'):
        lefts, rights = left.row_expr.args, right.row_expr.args
        if len(lefts) != len(rights) or any(map(is_star, (*lefts, *rights))):
            return OTHER
        return And(tuple(_equality(*pair, level) for pair in zip(lefts, rights, strict=True)))
    for column, value in ((left, right), (right, left)):
        found = _with_value(column, value, level, operand)
        if found is not None:
            return OneOf(found[0], (found[1],))
    first, second = attribute_of(left, level), attribute_of(right, level)
    if first is not None and second is not None and first.family is second.family is not None:
        return Equal(first, second)
    return Never() if _are_different(left, right) else _strict(left, right, level)


def _are_different(left: pg.Node, right: pg.Node) -> bool:
    """``1 = 0``, as programs write it."""
    if not (left.HasField('a_const') and right.HasField('a_const')):
        return False
    values = left.a_const, right.a_const
    return all(each.HasField('ival') for each in values) and values[0].ival.ival != values[1].ival.ival


def _with_value(
    column: pg.Node, value: pg.Node, level: Level, read: Callable[[pg.Node, 'KeyType'], Operand | None]
) -> tuple[Attribute, Operand] | None:
    """A column that can be a key, and what it is compared with."""
    attribute = attribute_of(column, level)
    if attribute is None or attribute.family is None:
        return None
    found = read(value, attribute.family)
    readable = found is not None and _is_readable(found, attribute, level)
    return (attribute, found) if found is not None and readable else None


def _is_readable(value: Operand, attribute: Attribute, level: Level) -> bool:
    """Text is hashed as UTF-8; how other encodings write it is not known here."""
    if attribute.family is not KeyType.TEXT or level.work.known.catalog.encoding == 'UTF8':
        return True
    return isinstance(value, Constant) and (value.text is None or value.text.isascii())


def _strict(left: pg.Node, right: pg.Node, level: Level) -> Condition:
    """A comparison by an operator of PostgreSQL's own is not true of NULL."""
    columns = (attribute_of(left, level), attribute_of(right, level))
    found = tuple(column for column in columns if column is not None and column.plain)
    return NotNull(found) if found else OTHER


def _in_list(left: pg.Node, items: Sequence[pg.Node], level: Level) -> Condition:
    attribute = None if left.HasField('row_expr') else attribute_of(left, level)
    if attribute is not None and attribute.family is not None:
        values = operands(items, attribute.family)
        if values is not None and all(_is_readable(value, attribute, level) for value in values):
            return OneOf(attribute, values)
    return Or(tuple(_equality(left, item, level) for item in items))


def _in_array(expression: pg.A_Expr, level: Level) -> Condition:
    attribute = attribute_of(expression.lexpr, level)
    if attribute is None or attribute.family is None:
        return OTHER
    values = elements(expression.rexpr, attribute.family)
    if values is not None and all(_is_readable(value, attribute, level) for value in values):
        return OneOf(attribute, values)
    found = _with_value(expression.lexpr, expression.rexpr, level, array)
    return OTHER if found is None else InArray(*found)


def _not_distinct(expression: pg.A_Expr, level: Level) -> Condition:
    for column, value in ((expression.lexpr, expression.rexpr), (expression.rexpr, expression.lexpr)):
        found = _with_value(column, value, level, operand)
        if found is not None:
            return OneOf(found[0], (found[1],), null_matches=True)
    return OTHER


def _between(expression: pg.A_Expr, level: Level) -> Condition:
    low, high = expression.rexpr.list.items
    first = _with_value(expression.lexpr, low, level, operand)
    second = _with_value(expression.lexpr, high, level, operand)
    attribute = next((each[0] for each in (first, second) if each is not None), None)
    if attribute is None:
        return OTHER
    return Between(attribute, None if first is None else first[1], None if second is None else second[1])


def _subquery(node: pg.Node) -> pg.SubLink | None:
    """A subquery that says something where it is true: EXISTS, IN, = ANY."""
    if not node.HasField('sub_link'):
        return None
    link = node.sub_link
    names = [part.string.sval for part in link.oper_name]
    equality = link.sub_link_type == pg.ANY_SUBLINK and names in ([], ['='])
    return link if equality or link.sub_link_type == pg.EXISTS_SUBLINK else None


def _of_subquery(link: pg.SubLink, level: Level) -> Condition:
    query = level.subquery(link.subselect)
    if link.sub_link_type == pg.EXISTS_SUBLINK:
        if query.varies == 'LIMIT':
            query.varies = ''
        return Exists(query)
    level.note(link.testexpr)
    is_row = link.testexpr.HasField('row_expr')
    nodes: Iterable[pg.Node] = link.testexpr.row_expr.args if is_row else (link.testexpr,)
    attributes = tuple(attribute_of(node, level) for node in nodes)
    visible = [output for output in query.outputs if not output.hidden]
    if not level.work.plain_operators or query.open or len(visible) != len(attributes):
        return OTHER
    return _in_query(attributes, query, seen=True)


def _in_query(attributes: tuple[Attribute | None, ...], query: Query, *, seen: bool) -> Condition:
    """Compare columns with those of ``query``; with ``seen`` those that are equal are one from there on."""
    comparable: list[Attribute | None] = []
    for attribute, output in zip(attributes, query.outputs, strict=False):
        same = attribute is not None and attribute.family is output.family is not None
        comparable.append(attribute if same else None)
        if same and seen:
            output.seen_as = attribute
    return InQuery(tuple(comparable), query)


def _compared_subquery(expression: pg.A_Expr) -> pg.SubLink | None:
    """``column = (SELECT ...)``, on whichever side."""
    if expression.kind != pg.AEXPR_OP or _operator(expression) != '=':
        return None
    for node in (expression.rexpr, expression.lexpr):
        if node.HasField('sub_link') and node.sub_link.sub_link_type == pg.EXPR_SUBLINK:
            return node.sub_link
    return None


def _compared_with_subquery(expression: pg.A_Expr, level: Level) -> Condition:
    on_right = expression.rexpr.HasField('sub_link') and expression.rexpr.sub_link.sub_link_type == pg.EXPR_SUBLINK
    link, other = (expression.rexpr, expression.lexpr) if on_right else (expression.lexpr, expression.rexpr)
    query = level.subquery(link.sub_link.subselect)
    level.note(other)
    attribute = attribute_of(other, level)
    if attribute is None or not level.work.plain_operators or query.open or not query.outputs:
        return OTHER
    return _in_query((attribute,), query, seen=False)
