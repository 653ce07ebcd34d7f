"""Random statements and transactions over three shards are answered as by one PostgreSQL that holds all rows.

What the proxy refuses with 0A000 counts as refused. A case is made from its seed alone:
``SHARDED_SEED=4711 SHARDED_COUNT=1`` runs a single one in the long form.
"""

import itertools
import os

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from tests.integration.conftest import StartProxy
from tests.integration.measure import Measure, left_behind
from tests.integration.shards import LOCALES, Place, Places, another_copy, make_places, sharded_config, sharded_users
from tests.integration.sql.tables import TABLES, USERS, VISITS

ANSWERED = 0
"""So many statements of the short run the proxy answers at least: who refuses all is not right."""
SHORT = range(170)
"""Seeds of the short run, which makes about 300 statements of them."""
SEED = int(os.environ.get('SHARDED_SEED', '1000'))
COUNT = int(os.environ.get('SHARDED_COUNT', '6000'))
"""Of the long form: its first seed and the number of cases, for each of the two default collations."""

SABOTAGE = (
    pytest.param("DELETE FROM users WHERE id = 42", id='a row less'),
    pytest.param('UPDATE payments SET fee = fee::numeric(20,3) WHERE id % 2 = 0', id='a scale'),
    pytest.param('ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE', id='a constraint'),
    pytest.param('INSERT INTO payments (id, user_id) VALUES (500, 2)', id='a row more', marks=pytest.mark.soak),
    pytest.param('ALTER TABLE items ALTER stock TYPE int8', id='a type', marks=pytest.mark.soak),
    pytest.param('ALTER TABLE users RENAME level TO levels', id='a name', marks=pytest.mark.soak),
    pytest.param('ALTER TABLE kinds ALTER vc TYPE varchar(11)', id='a length', marks=pytest.mark.soak),
    pytest.param(
        'ALTER TABLE users ALTER nick TYPE text COLLATE "en-x-icu"', id='a collation', marks=pytest.mark.soak
    ),
    pytest.param("UPDATE notes SET slug = '' WHERE slug IS NULL", id='a null', marks=pytest.mark.soak),
    pytest.param(
        'CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;'
        'CREATE TRIGGER nothing BEFORE DELETE ON payments FOR EACH ROW EXECUTE FUNCTION nothing()',
        id='a trigger', marks=pytest.mark.soak,
    ),
)  # fmt: skip
"""What is done to a plain copy so that it answers wrongly."""
broken_numbers = itertools.count(1)


@pytest.fixture(scope='module')
def locale() -> str:
    """The default collation; the long form has another one as well."""
    return 'c'


@pytest.fixture(scope='module')
def places(locale: str, postgres: Cluster) -> Places:
    return make_places(postgres, locale)


def plain(place: Place) -> tuple[str, Place]:
    """A way in without a proxy."""
    [database] = place.databases
    return place.cluster.dsn(database), place


def sharded(places: Places, proxy: StartProxy) -> tuple[str, Place]:
    """The way in through a proxy of its own."""
    running = proxy(sharded_config(places), sharded_users())
    return running.dsn(SUPERUSER, PASSWORD, 'app'), places.shards


def test_statements_over_shards_are_answered_as_by_one_postgres(places: Places, proxy: StartProxy) -> None:
    with Measure(plain(places.whole), sharded(places, proxy)) as measure:
        tally = measure.run(SHORT)
    assert not tally.differences, tally.failures()
    assert tally.answered.total() >= ANSWERED, tally.report()


def test_measure_sees_no_difference_in_a_plain_copy(places: Places) -> None:
    with Measure(plain(places.whole), plain(places.copy)) as measure:
        tally = measure.run(SHORT)
    assert not tally.differences, tally.failures()
    assert not tally.refusals


@pytest.mark.parametrize('statement', SABOTAGE)
def test_measure_sees_that_something_is_wrong(places: Places, statement: str) -> None:
    broken = another_copy(places.copy, f'broken_{next(broken_numbers)}')
    broken.cluster.execute(statement, broken.databases[0])
    with Measure(plain(places.whole), plain(broken)) as measure:
        # Until it is seen.
        assert any(measure.run([seed]).differences for seed in range(2000))


def test_shards_have_the_rows_of_hash_partitions(places: Places) -> None:
    turned = Place(places.shards.cluster, places.shards.databases[::-1])
    halved = Place(places.shards.cluster, places.shards.databases[:2])
    assert not list(left_behind(places.whole, places.shards, TABLES))
    assert list(left_behind(places.whole, turned, [USERS])) == ['rows on a wrong shard of users']
    assert list(left_behind(places.whole, halved, [VISITS])) == ['rows of visits']


@pytest.mark.soak
@pytest.mark.parametrize('locale', [pytest.param(locale, id=locale) for locale in LOCALES], scope='module')
def test_thousands_of_statements_over_shards_are_answered_as_by_one_postgres(
    places: Places, proxy: StartProxy
) -> None:
    with Measure(plain(places.whole), sharded(places, proxy)) as measure:
        tally = measure.run(range(SEED, SEED + COUNT))
    print(tally.report())
    assert not tally.differences, tally.failures()


@pytest.mark.soak
@pytest.mark.parametrize('locale', [pytest.param(locale, id=locale) for locale in LOCALES], scope='module')
def test_measure_sees_no_difference_in_thousands_of_statements_of_a_plain_copy(places: Places) -> None:
    with Measure(plain(places.whole), plain(places.copy)) as measure:
        tally = measure.run(range(SEED, SEED + COUNT))
    print(tally.report())
    assert not tally.differences, tally.failures()
