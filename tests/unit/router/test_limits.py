"""LIMIT and OFFSET over several shards."""

import pytest

from pgdog_gevent.router.block import CannotRewrite
from pgdog_gevent.router.keys import Parameter
from pgdog_gevent.router.limits import Limits, take_limits
from pgdog_gevent.router.nodes import select, written

TEXTS = {
    'LIMIT 3': (' LIMIT 3', Limits(3, None)),
    'LIMIT 3 OFFSET 4': (' LIMIT 7', Limits(3, 4)),
    'OFFSET 4': ('', Limits(None, 4)),
    'LIMIT ALL OFFSET NULL': ('', Limits(None, None)),
    'LIMIT NULL OFFSET 2': ('', Limits(None, 2)),
    "LIMIT '3' OFFSET '4'::bigint": (' LIMIT 7', Limits(3, 4)),
    'LIMIT 3::int4': (' LIMIT 3', Limits(3, None)),
    'LIMIT 0': (' LIMIT 0', Limits(0, None)),
    'FETCH FIRST ROW ONLY': (' LIMIT 1', Limits(1, None)),
    'LIMIT 9223372036854775807 OFFSET 1': ('', Limits(2**63 - 1, 1)),
    'LIMIT -1 OFFSET 4': (' LIMIT -1 OFFSET 4', Limits(-1, 4)),
    'LIMIT 3 OFFSET -4': (' LIMIT 3 OFFSET -4', Limits(3, -4)),
    'OFFSET $1': (' OFFSET LEAST($1::bigint, 0)', Limits(None, Parameter(1))),
}
AND_OFFSET = (
    ' LIMIT CASE WHEN {0}::bigint < 0 THEN {0}::bigint'
    ' ELSE LEAST({0}::bigint::numeric + COALESCE({1}::bigint, 0), 9223372036854775807)::bigint END'
)
WITH_PARAMETERS = {
    'LIMIT $1': (AND_OFFSET.format('$1', 0), Limits(Parameter(1), None)),
    'LIMIT $2 OFFSET 5': (AND_OFFSET.format('$2', 5), Limits(Parameter(2), 5)),
    'LIMIT 3 OFFSET $1': (
        AND_OFFSET.format('3', '$1') + ' OFFSET LEAST($1::bigint, 0)',
        Limits(3, Parameter(1)),
    ),
    'LIMIT $1::int OFFSET $2': (
        AND_OFFSET.format('$1::int', '$2') + ' OFFSET LEAST($2::bigint, 0)',
        Limits(Parameter(1), Parameter(2)),
    ),
}


@pytest.mark.parametrize(('clause', 'expected'), (TEXTS | WITH_PARAMETERS).items(), ids=TEXTS | WITH_PARAMETERS)
def test_each_shard_is_asked_for_no_more_than_is_needed(clause: str, expected: tuple[str, Limits]) -> None:
    statement = select(f'SELECT a FROM t {clause}')
    limits = take_limits(statement)
    assert (written(statement).decode(), limits) == (f'SELECT a FROM t{expected[0]}', expected[1])


@pytest.mark.parametrize(
    'clause',
    ['LIMIT 1 + 1', 'LIMIT (SELECT 1)', 'OFFSET $1 + 1', 'LIMIT 1.5', "LIMIT 'x'", 'LIMIT $1::numeric', 'LIMIT f(1)'],
)
def test_what_has_to_be_computed_is_refused(clause: str) -> None:
    with pytest.raises(CannotRewrite, match='neither a number nor a parameter'):
        take_limits(select(f'SELECT a FROM t {clause}'))


def test_ties_are_refused() -> None:
    with pytest.raises(CannotRewrite, match='WITH TIES'):
        take_limits(select('SELECT a FROM t ORDER BY a FETCH FIRST 2 ROWS WITH TIES'))
