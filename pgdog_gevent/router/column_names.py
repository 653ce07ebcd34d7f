"""The names that PostgreSQL gives to the columns of a SELECT that have none."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from pgdog_gevent.router import pg_query_pb2 as pg

UNNAMED: Final = '?column?'


class _Found(NamedTuple):
    name: str
    strong: bool
    """A weak name gives way to what is inside: a cast is called as what it casts, if that has a strong name."""


_NOTHING: Final = _Found(UNNAMED, strong=False)

_FIXED: Final = {
    'grouping_func': 'grouping',
    'merge_support_func': 'merge_action',
    'a_array_expr': 'array',
    'row_expr': 'row',
    'coalesce_expr': 'coalesce',
    'xml_serialize': 'xmlserialize',
    'json_parse_expr': 'json',
    'json_scalar_expr': 'json_scalar',
    'json_serialize_expr': 'json_serialize',
    'json_object_constructor': 'json_object',
    'json_array_constructor': 'json_array',
    'json_array_query_constructor': 'json_array',
    'json_object_agg': 'json_objectagg',
    'json_array_agg': 'json_arrayagg',
}
_XML: Final = {
    pg.IS_XMLCONCAT: 'xmlconcat',
    pg.IS_XMLELEMENT: 'xmlelement',
    pg.IS_XMLFOREST: 'xmlforest',
    pg.IS_XMLPARSE: 'xmlparse',
    pg.IS_XMLPI: 'xmlpi',
    pg.IS_XMLROOT: 'xmlroot',
}
_JSON: Final = {
    pg.JSON_EXISTS_OP: 'json_exists',
    pg.JSON_QUERY_OP: 'json_query',
    pg.JSON_VALUE_OP: 'json_value',
}
_SQL_VALUES: Final = {
    pg.SVFOP_CURRENT_DATE: 'current_date',
    pg.SVFOP_CURRENT_TIME: 'current_time',
    pg.SVFOP_CURRENT_TIME_N: 'current_time',
    pg.SVFOP_CURRENT_TIMESTAMP: 'current_timestamp',
    pg.SVFOP_CURRENT_TIMESTAMP_N: 'current_timestamp',
    pg.SVFOP_LOCALTIME: 'localtime',
    pg.SVFOP_LOCALTIME_N: 'localtime',
    pg.SVFOP_LOCALTIMESTAMP: 'localtimestamp',
    pg.SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
    pg.SVFOP_CURRENT_ROLE: 'current_role',
    pg.SVFOP_CURRENT_USER: 'current_user',
    pg.SVFOP_USER: 'user',
    pg.SVFOP_SESSION_USER: 'session_user',
    pg.SVFOP_CURRENT_CATALOG: 'current_catalog',
    pg.SVFOP_CURRENT_SCHEMA: 'current_schema',
}


def column_name(target: pg.ResTarget) -> str:
    """How the column of a target is called that is no star."""
    return target.name or _found(target.val).name


def _found(node: pg.Node) -> _Found:
    kind = node.WhichOneof('node') or ''
    if kind in _FIXED:
        return _Found(_FIXED[kind], strong=True)
    match kind:
        case 'column_ref':
            return _last(node.column_ref.fields)
        case 'a_indirection':
            last = _last(node.a_indirection.indirection)
            return last if last.strong else _found(node.a_indirection.arg)
        case 'func_call':
            return _last(node.func_call.funcname)
        case 'a_expr':
            return _Found('nullif', strong=True) if node.a_expr.kind == pg.AEXPR_NULLIF else _NOTHING
        case 'type_cast':
            return _or_weak(_found(node.type_cast.arg), node.type_cast.type_name.names[-1].string.sval)
        case 'case_expr':
            return _or_weak(_found(node.case_expr.defresult), 'case')
        case 'collate_clause':
            return _found(node.collate_clause.arg)
        case 'sub_link':
            return _sublink(node.sub_link)
        case _:
            return _operation(node, kind)


def _operation(node: pg.Node, kind: str) -> _Found:
    """Of what is called by which operation it is."""
    match kind:
        case 'min_max_expr':
            name = 'greatest' if node.min_max_expr.op == pg.IS_GREATEST else 'least'
        case 'sqlvalue_function':
            name = _SQL_VALUES[node.sqlvalue_function.op]
        case 'xml_expr':
            name = _XML.get(node.xml_expr.op, '')
        case 'json_func_expr':
            name = _JSON.get(node.json_func_expr.op, '')
        case _:
            name = ''
    return _Found(name, strong=True) if name else _NOTHING


def _last(fields: Iterable[pg.Node]) -> _Found:
    """Of several parts the last that is a name: no star, no subscript."""
    names = [field.string.sval for field in fields if field.HasField('string')]
    return _Found(names[-1], strong=True) if names else _NOTHING


def _or_weak(inner: _Found, name: str) -> _Found:
    return inner if inner.strong else _Found(name, strong=False)


def _sublink(link: pg.SubLink) -> _Found:
    match link.sub_link_type:
        case pg.EXISTS_SUBLINK:
            return _Found('exists', strong=True)
        case pg.ARRAY_SUBLINK:
            return _Found('array', strong=True)
        case pg.EXPR_SUBLINK:
            return _single_output(link.subselect.select_stmt)
        case _:
            return _NOTHING


def _single_output(select: pg.SelectStmt) -> _Found:
    while select.op != pg.SETOP_NONE:
        select = select.larg
    if not select.target_list:
        return _Found('column1', strong=True) if select.values_lists else _NOTHING
    target = select.target_list[0].res_target
    return _Found(target.name, strong=True) if target.name else _Found(_found(target.val).name, strong=True)
