"""Which texts the fast lane may place at a glance."""

from dataclasses import replace

import pytest

from pgdog_gevent.config.choices import SystemCatalogs
from pgdog_gevent.router.chosen_key import key
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.routes import ANYWHERE, CATALOGS, HOME, HOME_CATALOGS
from pgdog_gevent.router.texts import Texts
from pgdog_gevent.sharding.hashing import partition_of_int
from tests.unit.router.sharded import KNOWN, RULES, SHARDS

PLACED = 'by its parameter'
NOWHERE = 'with care'


def place_of(sql: str, known: Known = KNOWN) -> str | int:
    texts: Texts[None] = Texts(known, 10)
    texts.statements(sql.encode())
    route = texts.routes.get(sql.encode())
    if route is None:
        return NOWHERE
    assert route.modulus == (SHARDS if route.shard >= 0 else 0)
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
        ("SELECT '$1' FROM users WHERE id = $1", NOWHERE),
        ('SELECT * FROM users WHERE id = 7; SELECT * FROM users WHERE id = 7', NOWHERE),
        ('/* pgdog_shard: 1 */ SELECT * FROM users WHERE id = 7', NOWHERE),
        ('SELECT * FROM users WHERE id = 9223372036854775808', NOWHERE),
    ],
)
def test_text_is_placed_by_one_integer_or_not_at_all(sql: str, place: str | int) -> None:
    assert place_of(sql) == place


STICKY = replace(KNOWN, rules=replace(RULES, omnisharded={'countries': True}))


@pytest.mark.parametrize(
    ('sql', 'place'),
    [
        ('SELECT 1', ANYWHERE),
        ('SELECT * FROM rates WHERE rate = $1', ANYWHERE),
        ('TABLE countries', HOME),
        ('\n select * from countries where id = 7', HOME),
        ('SELECT * FROM pg_class', HOME_CATALOGS),
        ('EXPLAIN SELECT * FROM rates', NOWHERE),
        ('COPY rates TO STDOUT', NOWHERE),
        ('SELECT * FROM rates FOR UPDATE', NOWHERE),
        ('SELECT 1; SELECT 1', NOWHERE),
    ],
)
def test_text_that_all_shards_can_answer_goes_to_one_that_is_free_or_to_the_clients_own(
    sql: str, place: str | int
) -> None:
    assert place_of(sql, STICKY) == place


def test_catalogs_that_are_read_anywhere_are_told_from_tables() -> None:
    rules = replace(RULES, system_catalogs=SystemCatalogs.OMNISHARDED)
    assert place_of('SELECT * FROM pg_class', replace(KNOWN, rules=rules)) == CATALOGS


def test_texts_with_other_literals_go_the_same_way() -> None:
    texts: Texts[None] = Texts(STICKY, 10)
    texts.statements(b"SELECT * FROM countries WHERE name = 'a'")
    route = texts.keyed_routes[key(b"SELECT * FROM countries WHERE name = 'b'") or b'']
    assert route is not None
    assert route.shard == HOME


def test_route_is_forgotten_with_its_text() -> None:
    texts: Texts[None] = Texts(KNOWN, 2)
    for number in range(5):
        texts.statements(b'SELECT * FROM users WHERE id = %d' % number)
    assert len(texts) == 2
    assert len(texts.routes) == 2
