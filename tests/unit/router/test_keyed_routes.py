"""Texts that differ in literals alone: where one goes without being parsed is where it goes when it is."""

import pytest

from pgdog_gevent.router.key import key
from pgdog_gevent.router.texts import Texts
from pgdog_gevent.sharding import quick
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.unit.router.sharded import KNOWN, SHARDS

NUMBERS = (0, 1, 7, 42, 1000, 123_456_789)


def placed(learnt: str, sql: str) -> int | None:
    """The shard of a text by what has been learnt of another one; ``None`` if it has to be parsed."""
    texts: Texts[object] = Texts(KNOWN, 100)
    texts.statements(learnt.encode())
    route = texts.keyed_routes.get(key(sql.encode()) or b'')
    return None if route is None else quick.shard_of_text(sql.encode(), route.before, route.behind, route.modulus)


@pytest.mark.parametrize(
    'template',
    [
        'SELECT * FROM users WHERE id = {}',
        "SELECT name, 'a' FROM users WHERE id = {}",
        "SELECT * FROM users WHERE id = {} AND name = 'it''s'",
        'DELETE FROM users WHERE id = {}',
    ],
)
@pytest.mark.parametrize('number', NUMBERS)
def test_text_goes_where_its_key_says(template: str, number: int) -> None:
    assert placed(template.format(5), template.format(number)) == partition_of_int(number, SHARDS)


@pytest.mark.parametrize(
    'template',
    [
        'SELECT * FROM users WHERE id = -{}',
        'SELECT * FROM users WHERE id = {} OR id = 3',
        'SELECT * FROM users WHERE id > {}',
        'SELECT * FROM users LIMIT {}',
        'SELECT * FROM users WHERE id + 1 = {}',
        'SELECT * FROM users WHERE NOT id = {}',
    ],
)
def test_text_whose_shard_takes_more_than_one_integer_is_parsed(template: str) -> None:
    assert placed(template.format(5), template.format(7)) is None


def test_integer_of_another_kind_has_another_key() -> None:
    assert placed('SELECT * FROM users WHERE id = 5', 'SELECT * FROM users WHERE id = 1234567890123') is None
