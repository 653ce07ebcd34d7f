"""How several shards compute an aggregate: what each says of its rows, and what is made of all that.

In the SQL here ``x`` is the argument, and ``a``, ``b``, ``c`` are the columns of the shards' answers. The results are
PostgreSQL's to the last digit, of sums of floating point as far as any order of adding up is PostgreSQL's.
"""

from dataclasses import dataclass
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import PG_CATALOG
from pgdog_gevent.router.kinds import Kind
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import expression, function_name, replaced, single_name


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ORDINARY: Final = _names(
    """
    any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every json_agg
    json_agg_strict json_object_agg json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict
    jsonb_agg jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique
    jsonb_object_agg_unique_strict max min mode percentile_cont percentile_disc range_agg range_intersect_agg regr_avgx
    regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp
    string_agg sum var_pop var_samp variance xmlagg
    """
)
"""PostgreSQL's own."""


@dataclass(frozen=True, slots=True)
class Form:
    """An aggregate in two steps."""

    partial: tuple[str, ...]
    """Each is one call."""
    final: str


_COUNT: Final = 'coalesce(pg_catalog.sum(a), 0)::bigint'
_SUM: Final = Form(('pg_catalog.sum(x)',), 'pg_catalog.sum(a)')
_SUM_OF_INTEGERS: Final = Form(('pg_catalog.sum(x)',), 'pg_catalog.sum(a)::bigint')

_AVERAGES: Final = dict.fromkeys(
    ('int2', 'int4', 'int8', 'numeric'),
    Form(('pg_catalog.sum(x)', 'pg_catalog.count(x)'), 'pg_catalog.sum(a) / pg_catalog.sum(b)'),
) | {
    'interval': Form(('pg_catalog.sum(x)', 'pg_catalog.count(x)'), 'pg_catalog.sum(a) / pg_catalog.sum(b)::float8'),
    'float8': Form(('pg_catalog.sum(x)', 'pg_catalog.count(x)'), 'pg_catalog.sum(a) / pg_catalog.sum(b)::float8'),
    'float4': Form(
        ('pg_catalog.sum(x::float8)', 'pg_catalog.count(x)'), 'pg_catalog.sum(a) / pg_catalog.sum(b)::float8'
    ),
}

# Of integers and numeric: count, sum, sum of squares. A difference of nothing is 0 without digits.
_EXACT_PARTS: Final = ('pg_catalog.count(x)', 'pg_catalog.sum(x)', 'pg_catalog.sum(x::numeric * x::numeric)')
_EXACT_SPREAD: Final = """(
    pg_catalog.sum(a) * pg_catalog.sum(c) - pg_catalog.sum(b::numeric) * pg_catalog.sum(b::numeric))"""
_EXACT_VARIANCE: Final = """CASE WHEN pg_catalog.sum(a) > {fewest} THEN
    CASE WHEN {spread} <= 0 THEN 0::numeric ELSE {spread} / (pg_catalog.sum(a) * (pg_catalog.sum(a) - {fewest})) END
END"""
# sqrt() may give more digits than its argument has, and a second rounding must not go up where one would not.
_EXACT_DEVIATION: Final = """(SELECT CASE WHEN v = 'NaN'::numeric OR v = 0 THEN v
        WHEN (r - half) * (r - half) > v THEN pg_catalog.round(r - 2 * half, pg_catalog.scale(v)) ELSE r END
    FROM (SELECT v, pg_catalog.round(pg_catalog.sqrt(v), pg_catalog.scale(v)) AS r,
            ('5e-' || (pg_catalog.scale(v) + 1))::numeric AS half
        FROM (SELECT {variance} AS v) AS variance) AS root)"""

# Of floating point: count, sum, sum of squares of what each differs from the mean of its shard.
_FLOAT_PARTS: Final = ('pg_catalog.count(x)', 'pg_catalog.sum(x::float8)', 'pg_catalog.regr_sxx(x, x)')
_FLOAT_VARIANCE: Final = """(SELECT CASE WHEN pg_catalog.sum(n) > {fewest} THEN
        pg_catalog.sum(q + n * (s / n - m) * (s / n - m)) / (pg_catalog.sum(n) - {fewest}) END
    FROM (SELECT n, s, q, pg_catalog.sum(s) OVER () / pg_catalog.sum(n) OVER () AS m
        FROM unnest(pg_catalog.array_agg(a::float8), pg_catalog.array_agg(b), pg_catalog.array_agg(c))
            AS parts(n, s, q)
        WHERE n > 0) AS deviations)"""
_ALIKE: Final = frozenset({'min', 'max', 'bool_and', 'bool_or', 'every', 'bit_and', 'bit_or', 'bit_xor', 'any_value'})
"""Aggregates that are made of themselves."""
_EXTREMES: Final = frozenset({'min', 'max'})
_SPREADS: Final = {
    'variance': ('variance', 1),
    'var_samp': ('variance', 1),
    'var_pop': ('variance', 0),
    'stddev': ('deviation', 1),
    'stddev_samp': ('deviation', 1),
    'stddev_pop': ('deviation', 0),
}
_EXACT: Final = frozenset({'int2', 'int4', 'int8', 'numeric'})
_FLOATS: Final = frozenset({'float4', 'float8'})
_SUMS: Final = {'int2': _SUM_OF_INTEGERS, 'int4': _SUM_OF_INTEGERS} | dict.fromkeys(
    ('int8', 'numeric', 'float4', 'float8', 'interval', 'money'), _SUM
)


def is_aggregate(call: pg.FuncCall, known: Known) -> bool:
    """Whether a call is one of an aggregate, and not of a window function."""
    if call.HasField('over'):
        return False
    names = {call.funcname[-1].string.sval}
    marked = call.agg_star or call.agg_distinct or call.agg_within_group or call.HasField('agg_filter')
    return marked or bool(call.agg_order) or not names.isdisjoint(ORDINARY | known.catalog.functions.aggregates)


def takes_distinct(call: pg.FuncCall) -> bool:
    """Whether it matters to an aggregate that values are distinct."""
    return call.agg_distinct and function_name(call) not in _EXTREMES


def form_of(call: pg.FuncCall, argument: Kind, known: Known) -> Form | None:
    """How to compute an aggregate in two steps; ``None`` if that is not known.

    ``argument``: what is known of the argument, of an aggregate that has one.
    """
    name = function_name(call)
    if not name or call.agg_order or call.agg_within_group or call.func_variadic:
        return None
    if call.agg_star:
        return Form(('pg_catalog.count(*)',), _COUNT) if name == 'count' else None
    if len(call.args) != 1 or (name in known.catalog.functions.users and not _is_certain(argument, known)):
        return None
    return _form(name, argument.type)


def _is_certain(argument: Kind, known: Known) -> bool:
    """Whether PostgreSQL's own aggregate is meant, though users have made one of that name."""
    return bool(argument.type) and '.' not in argument.type and PG_CATALOG not in known.search_path


def _form(name: str, type_name: str) -> Form | None:
    if name == 'count':
        return Form(('pg_catalog.count(x)',), _COUNT)
    if name in _ALIKE:
        return Form((f'pg_catalog.{name}(x)',), f'pg_catalog.{name}(a)')
    if name == 'sum':
        return _SUMS.get(type_name)
    if name == 'avg':
        return _AVERAGES.get(type_name)
    return _spread(name, type_name) if name in _SPREADS else None


def _spread(name: str, type_name: str) -> Form | None:
    what, fewest = _SPREADS[name]
    if type_name in _EXACT:
        variance = _EXACT_VARIANCE.format(spread=_EXACT_SPREAD, fewest=fewest)
        return Form(_EXACT_PARTS, variance if what == 'variance' else _EXACT_DEVIATION.format(variance=variance))
    if type_name in _FLOATS:
        variance = _FLOAT_VARIANCE.format(fewest=fewest)
        return Form(_FLOAT_PARTS, variance if what == 'variance' else f'pg_catalog.sqrt({variance})')
    return None


def filled(sql: str, parts: dict[str, pg.Node]) -> pg.Node:
    """The tree of SQL of a ``Form``, with each of ``parts`` where its name stands."""
    return replaced(expression(sql), lambda node: parts.get(single_name(node)))
