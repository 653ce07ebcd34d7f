"""Functions that users made: which of them several shards may call."""

from dataclasses import replace

import pytest

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import ByKey, Everyone, Refused, Same, Several
from pgdog_gevent.router.blueprints import blueprint
from pgdog_gevent.router.catalog import FunctionNames
from pgdog_gevent.router.nodes import expression
from pgdog_gevent.router.parse import parse
from pgdog_gevent.router.varying import Variation, variation
from tests.unit.router.written_tables import FUNCTIONS, KNOWN

WITH_CITEXT = replace(
    FUNCTIONS,
    aggregates=FUNCTIONS.aggregates | {'merged'},
    users=FUNCTIONS.users | {'max', 'replace', 'twice', 'merged', 'dated', 'nextval'},
    immutable=frozenset({'max', 'replace', 'twice', 'merged', 'nextval'}),
    own=frozenset({'twice', 'merged', 'dated', 'total_of'}),
    operators=frozenset({'=', '<<>>'}),
    immutable_operators=frozenset({'='}),
)
CATALOG = replace(KNOWN.catalog, functions=WITH_CITEXT)


def several(sql: str) -> Several:
    found = blueprint(parse(sql.encode()).stmts[0], sql, replace(KNOWN, catalog=CATALOG))
    assert isinstance(found, ByKey), found
    return found.several


@pytest.mark.parametrize(
    ('schema', 'name', 'may_read'),
    [
        ('', 'lower', False),
        ('', 'twice', False),
        ('public', 'twice', False),
        ('', 'dated', True),
        ('public', 'dated', True),
        ('pg_catalog', 'dated', False),
        ('public', 'lower', True),
        ('', 'max', False),
        ('', 'merged', True),
    ],
)
def test_function_sees_more_than_its_arguments_unless_it_is_immutable(schema: str, name: str, may_read: bool) -> None:
    assert WITH_CITEXT.may_read(schema, name) is may_read


def test_nothing_is_immutable_as_long_as_nobody_says_so() -> None:
    assert FunctionNames(users=frozenset({'f'})).may_read('', 'f')


@pytest.mark.parametrize(
    ('sql', 'expected'),
    [
        ('twice(1)', Variation.NEVER),
        ('public.twice(1)', Variation.NEVER),
        ("replace('a', 'b', 'c')", Variation.NEVER),
        ("nextval('a')", Variation.BY_CALL),
        ('max(1)', Variation.UNKNOWN),
        ('dated(1)', Variation.UNKNOWN),
        ('public.lower(1)', Variation.UNKNOWN),
    ],
)
def test_immutable_function_is_the_same_everywhere(sql: str, expected: Variation) -> None:
    call = expression(sql)
    assert isinstance(call, pg.Node)
    assert variation(call.func_call, CATALOG) is expected


def test_immutable_functions_are_called_by_several_shards() -> None:
    assert not isinstance(
        several("select twice(id), max(name), replace(name, 'a', 'b') from users group by 1, 3"), Refused
    )
    assert isinstance(several('update users set name = twice(name)'), Everyone)
    assert isinstance(several("update countries set name = twice(name) where name = 'x'"), Same)


@pytest.mark.parametrize(
    'sql', ['select dated(id) from users', 'select merged(id) from users', 'delete from users where dated(id)']
)
def test_others_are_not(sql: str) -> None:
    found = several(sql)
    assert isinstance(found, Refused)
    assert 'may read' in found.why
