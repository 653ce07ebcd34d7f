"""Texts that keep to tenants, by the tables as they are known now."""

from dataclasses import replace

import pytest

from pgdog_gevent.backend.guard import Guard
from pgdog_gevent.backend.known_catalog import KnownCatalog
from pgdog_gevent.backend.layout import Layout, PathOf
from pgdog_gevent.errors import CannotConnectNow, TenantMissing
from pgdog_gevent.router.rules import Rules
from tests.unit.router.select_tables import KNOWN

PATH = ('public',)
ORDERS = b'SELECT * FROM orders'


def guard(known_catalog: KnownCatalog) -> Guard:
    layout = Layout(known_catalog, lambda settings: PathOf('', 'alice'))
    layout.configure(known_catalog, Rules(1), 1, 100)
    return Guard(layout, 'user_id', 2)


@pytest.fixture
def known_catalog() -> KnownCatalog:
    known = KnownCatalog('app')
    known.configure((0,), heeds_changes=True)
    known.learn(0, KNOWN.catalog, 0)
    return known


def test_text_is_judged_as_long_as_it_is_asked_for(known_catalog: KnownCatalog) -> None:
    judge = guard(known_catalog)
    for sql in (b'SELECT 1', b'SELECT 2', b'SELECT * FROM orders WHERE user_id = 1', b'SELECT 1'):
        judge.check(sql, PATH)
        with pytest.raises(TenantMissing):
            judge.check(ORDERS, PATH)


@pytest.mark.parametrize('sql', [b'SELEC 1', b"SELECT '\xff'"])
def test_text_that_cannot_be_read_is_refused(known_catalog: KnownCatalog, sql: bytes) -> None:
    with pytest.raises(TenantMissing, match='cannot be read'):
        guard(known_catalog).check(sql, PATH)


def test_other_tables_give_another_judgement(known_catalog: KnownCatalog) -> None:
    judge = guard(known_catalog)
    with pytest.raises(TenantMissing):
        judge.check(ORDERS, PATH)
    known_catalog.learn(0, replace(KNOWN.catalog, tables={}), 0)
    with pytest.raises(TenantMissing):
        judge.check(b'SELECT * FROM orders WHERE user_id = 1', PATH)


def test_nothing_passes_before_the_tables_are_known() -> None:
    known = KnownCatalog('app')
    known.configure((), heeds_changes=True)
    with pytest.raises(CannotConnectNow):
        guard(known).check(b'SELECT 1', PATH)
