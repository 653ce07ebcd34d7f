"""What is known while shards are read, and who waits for that."""

import gevent
import pytest

from pgdog_gevent.backend.known_catalog import KnownCatalog, ServerSchema, forget_all
from pgdog_gevent.router.drift import MISSING, Drift
from tests.unit.router.catalogs import ORDERS, ORDERS_NAME, catalog

EMPTY, FULL = catalog(), catalog(ORDERS)


@pytest.fixture
def known() -> KnownCatalog:
    """Of two shards, which have not been read."""
    known = KnownCatalog('shop')
    known.configure((0, 1), heeds_changes=True)
    return known


@pytest.fixture
def read(known: KnownCatalog) -> KnownCatalog:
    """The same, both read."""
    for shard in (0, 1):
        known.learn(shard, EMPTY, 0)
    return known


def test_nothing_is_known_until_all_shards_have_been_read(known: KnownCatalog) -> None:
    known.learn(1, FULL, 0)
    assert (known.current, known.outdated) == (None, True)
    known.learn(0, FULL, 0)
    assert (known.current, known.outdated) == (FULL, False)


def test_shards_that_cannot_be_read_are_not_waited_for(known: KnownCatalog) -> None:
    known.fail(0, 'refused', 0)
    assert known.outdated
    known.learn(1, FULL, 0)
    assert (known.current, known.reference, known.failures) == (FULL, 1, {0: 'refused'})
    known.learn(0, FULL, 0)
    assert (known.current, known.reference, known.failures) == (FULL, 0, {})


def test_where_no_shard_can_be_read_nothing_is_known(known: KnownCatalog) -> None:
    for shard in (0, 1):
        known.fail(shard, 'refused', 0)
    assert (known.current, known.outdated) == (None, True)


def test_shards_are_compared(known: KnownCatalog) -> None:
    known.learn(0, FULL, 0)
    known.learn(1, EMPTY, 0)
    assert known.drift == (Drift(1, 'public.orders', MISSING),)


def test_shards_are_compared_again_when_one_has_changed(read: KnownCatalog) -> None:
    read.learn(1, FULL, 0)
    assert read.drift == (Drift(0, 'public.orders', MISSING),)


def test_what_was_read_before_a_change_is_outdated(read: KnownCatalog) -> None:
    read.forget()
    assert read.outdated
    read.learn(0, FULL, 0)
    read.learn(1, FULL, 1)
    assert read.outdated
    read.learn(0, FULL, 1)
    assert (read.outdated, read.current) == (False, FULL)


def test_last_good_reading_stays_while_a_shard_cannot_be_read(read: KnownCatalog) -> None:
    read.fail(0, 'refused', 0)
    read.fail(1, 'refused', 0)
    assert (read.outdated, read.current) == (False, EMPTY)


def test_first_place_has_what_was_read_after_the_change(read: KnownCatalog) -> None:
    read.forget()
    read.fail(0, 'refused', 1)
    read.learn(1, FULL, 1)
    assert (read.current, read.reference) == (FULL, 1)
    assert read.by_shard == {0: EMPTY, 1: FULL}


def test_changes_may_be_left_to_the_next_minute(read: KnownCatalog) -> None:
    read.configure((0, 1), heeds_changes=False)
    read.forget()
    assert not read.outdated


def test_shard_that_has_gone_is_forgotten(read: KnownCatalog) -> None:
    read.learn(1, FULL, 0)
    read.configure((0,), heeds_changes=True)
    assert (read.by_shard, read.drift) == ({0: EMPTY}, ())


def test_new_shard_has_to_be_read(read: KnownCatalog) -> None:
    read.configure((0, 1, 2), heeds_changes=True)
    assert (read.outdated, read.is_due(2), read.is_due(1)) == (True, True, False)


def test_nobody_waits_for_what_is_known(read: KnownCatalog) -> None:
    assert read.wait(patience=0.0) is read.current


def test_nobody_waits_where_nothing_is_read() -> None:
    assert KnownCatalog('shop').wait(patience=60.0) is None


def test_whoever_waits_has_it_read_and_gets_what_was_read(read: KnownCatalog) -> None:
    def read_all() -> None:
        assert read.awaited == 1
        for shard in (0, 1):
            gevent.spawn(read.learn, shard, FULL, read.times_forgotten)

    read.read_soon = read_all
    read.forget()
    found = read.wait()
    assert (found, read.awaited) == (FULL, 0)


def test_whoever_waits_for_what_changes_meanwhile_gets_the_last(read: KnownCatalog) -> None:
    read.forget()
    waiting = gevent.spawn(read.wait)
    gevent.sleep(0)
    read.learn(0, EMPTY, 1)
    read.forget()
    read.learn(1, EMPTY, 1)
    gevent.sleep(0)
    assert not waiting.ready()
    for shard in (0, 1):
        read.learn(shard, FULL, 2)
    assert waiting.get() == FULL


def test_patience_ends(read: KnownCatalog) -> None:
    read.forget()
    assert read.wait(patience=0.0) is None


def test_where_patience_ends_a_shard_that_has_been_read_is_enough(read: KnownCatalog) -> None:
    read.forget()
    read.learn(1, FULL, 1)
    found = read.wait(patience=0.0)
    assert found is not None
    assert ORDERS_NAME in found.tables


def test_change_at_a_server_is_one_for_all_who_know_it(read: KnownCatalog) -> None:
    shared, own = ServerSchema(), ServerSchema()
    for schema in (shared, own):
        schema.known_by.add(read)
    forget_all((shared, own))
    assert read.times_forgotten == 1
