"""Which texts the fast lane may place at a glance."""

import pytest

from pgdog_gevent.router.texts import Texts
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.unit.router.sharded import KNOWN, SHARDS

PLACED = 'by its parameter'
NOWHERE = 'with care'


def place_of(sql: str) -> str | int:
    texts: Texts[None] = Texts(KNOWN, 10)
    texts.statements(sql.encode())
    route = texts.routes.get(sql.encode())
    if route is None:
        return NOWHERE
    assert route.modulus == SHARDS
    return PLACED if route.parameter else route.shard


@pytest.mark.parametrize(
    ('sql', 'place'),
    [
        ('SELECT * FROM users WHERE id = 7', partition_of_int(7, SHARDS)),
        ('SELECT * FROM users WHERE id = -7', partition_of_int(-7, SHARDS)),
        ('SELECT * FROM users WHERE id = $1', PLACED),
        ('DELETE FROM users WHERE id = $1', PLACED),
        ('SELECT * FROM users WHERE id = $1 AND name = $1', NOWHERE),
        ('SELECT * FROM users WHERE id = $1::text::bigint', NOWHERE),
        ('SELECT * FROM users WHERE id IN ($1, $2)', NOWHERE),
        ('SELECT * FROM users WHERE id IN (1, 2)', NOWHERE),
        ('SELECT * FROM users WHERE id = $1 OR true', NOWHERE),
        ('SELECT * FROM users WHERE id IS NOT DISTINCT FROM $1', NOWHERE),
        ('SELECT * FROM users', NOWHERE),
        ('SELECT 1', NOWHERE),
        ("SELECT '$1' FROM users WHERE id = $1", NOWHERE),
        ('SELECT * FROM users WHERE id = 7; SELECT * FROM users WHERE id = 7', NOWHERE),
        ('/* pgdog_shard: 1 */ SELECT * FROM users WHERE id = 7', NOWHERE),
        ('SELECT * FROM users WHERE id = 9223372036854775808', NOWHERE),
    ],
)
def test_text_is_placed_by_one_integer_or_not_at_all(sql: str, place: str | int) -> None:
    assert place_of(sql) == place


def test_route_is_forgotten_with_its_text() -> None:
    texts: Texts[None] = Texts(KNOWN, 2)
    for key in range(5):
        texts.statements(b'SELECT * FROM users WHERE id = %d' % key)
    assert len(texts) == 2
    assert len(texts.routes) == 2
