"""What a session knows of its transaction, and whether its end takes time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gevent.hub import get_hub
from greenlet import getcurrent

from pgdog_gevent.backend.known_catalog import KnownCatalog, ServerSchema
from pgdog_gevent.backend.neighbours import Nobody
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.config.resolve import Place
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.prepared import Prepared
from pgdog_gevent.frontend.state import State
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.statement import (
    ORDINARY,
    ChangesCatalog,
    ChangesSchema,
    ChangesTables,
    Effect,
    ResetParameter,
    SetParameter,
)
from tests.conversation.proxies import DATABASE
from tests.conversation.sessions import site

CHANGES: tuple[Effect, ...] = (ChangesSchema(), ChangesTables(('things',)), ChangesCatalog())


class Colleagues(Nobody):
    """Other processes, who are waited for."""

    def __init__(self) -> None:
        self.waited_for = 0
        self.catalogs: list[Place] = []

    def catalog_changes(self, place: Place) -> None:
        self.catalogs.append(place)

    def settle(self) -> None:
        assert getcurrent() is not get_hub()
        self.waited_for += 1


@pytest.fixture
def colleagues() -> Colleagues:
    return Colleagues()


@pytest.fixture
def catalog() -> KnownCatalog:
    """What is known of the tables of the client's database."""
    known = KnownCatalog(DATABASE)
    known.configure((0,), heeds_changes=True)
    return known


@pytest.fixture
def state(tmp_path: Path, colleagues: Colleagues, catalog: KnownCatalog) -> Iterator[State]:
    """Of a client that has asked for a time zone when it connected, in a transaction."""
    with site(tmp_path) as place:
        schema = ServerSchema()
        schema.known_by.add(catalog)
        place.cluster.schemas = (schema,)
        prepared = Prepared(StatementNames(colleagues), lambda sql: ORDINARY, lambda: None, lambda sql: sql)
        state = State(Parameters({'timezone': b"'UTC'"}, DATABASE), prepared, Binding(place.cluster, 1))
        state.ready(TransactionStatus.IN_TRANSACTION, failed=False)
        yield state


def does(state: State, effect: Effect) -> None:
    state.completed(Note(((effect,),)), b'')


@pytest.mark.parametrize('effect', CHANGES, ids=['schema', 'tables', 'catalog'])
@pytest.mark.parametrize('failed', [False, True], ids=['commit', 'rollback'])
def test_end_takes_time_of_which_others_have_to_hear(
    state: State, colleagues: Colleagues, effect: Effect, failed: bool
) -> None:
    does(state, effect)
    assert not state.ends_quietly
    state.ready(TransactionStatus.IDLE, failed=failed)
    assert colleagues.waited_for == 1
    assert state.ends_quietly


@pytest.mark.parametrize('effect', CHANGES, ids=['schema', 'tables', 'catalog'])
def test_tables_are_read_again_when_a_transaction_has_ended_that_changed_them(
    state: State, colleagues: Colleagues, catalog: KnownCatalog, effect: Effect
) -> None:
    does(state, effect)
    assert (catalog.times_forgotten, len(colleagues.catalogs)) == (0, 0)
    state.ready(TransactionStatus.IDLE, failed=False)
    assert (catalog.times_forgotten, len(colleagues.catalogs)) == (1, 1)
    state.ready(TransactionStatus.IDLE, failed=False)
    assert (catalog.times_forgotten, len(colleagues.catalogs)) == (1, 1)


def test_tables_are_read_again_when_nobody_knows_how_a_transaction_has_ended(
    state: State, catalog: KnownCatalog
) -> None:
    does(state, ChangesCatalog())
    state.lost()
    assert catalog.times_forgotten == 1


def test_end_takes_time_before_a_server_has_got_back_what_the_client_wants(state: State) -> None:
    does(state, ResetParameter('timezone'))
    assert not state.ends_quietly
    state.applied()
    assert state.ends_quietly


def test_end_of_a_transaction_that_has_set_something_takes_none(state: State) -> None:
    does(state, SetParameter('work_mem', b"'8MB'"))
    assert state.ends_quietly
