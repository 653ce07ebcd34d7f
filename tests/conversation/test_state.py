"""What a session knows of its transaction, and whether its end takes time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gevent.hub import get_hub
from greenlet import getcurrent

from pgdog_gevent.backend.neighbours import Nobody
from pgdog_gevent.backend.note import Note
from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.execution.binding import Binding
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.prepared import Prepared
from pgdog_gevent.frontend.state import State
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.router.statement import ORDINARY, ChangesSchema, ChangesTables, Effect, ResetParameter, SetParameter
from tests.conversation.proxies import DATABASE
from tests.conversation.sessions import site


class Colleagues(Nobody):
    """Other processes, who are waited for."""

    def __init__(self) -> None:
        self.waited_for = 0

    def settle(self) -> None:
        assert getcurrent() is not get_hub()
        self.waited_for += 1


@pytest.fixture
def colleagues() -> Colleagues:
    return Colleagues()


@pytest.fixture
def state(tmp_path: Path, colleagues: Colleagues) -> Iterator[State]:
    """Of a client that has asked for a time zone when it connected, in a transaction."""
    with site(tmp_path) as place:
        prepared = Prepared(StatementNames(colleagues), lambda sql: ORDINARY, lambda: None)
        state = State(Parameters({'timezone': b"'UTC'"}, DATABASE), prepared, Binding(place.cluster, 1))
        state.ready(TransactionStatus.IN_TRANSACTION, failed=False)
        yield state


def does(state: State, effect: Effect) -> None:
    state.completed(Note(((effect,),)), b'')


@pytest.mark.parametrize('effect', [ChangesSchema(), ChangesTables(('things',))], ids=['schema', 'tables'])
@pytest.mark.parametrize('failed', [False, True], ids=['commit', 'rollback'])
def test_end_takes_time_of_which_others_have_to_hear(
    state: State, colleagues: Colleagues, effect: Effect, failed: bool
) -> None:
    does(state, effect)
    assert not state.ends_quietly
    state.ready(TransactionStatus.IDLE, failed=failed)
    assert colleagues.waited_for == 1
    assert state.ends_quietly


def test_end_takes_time_before_a_server_has_got_back_what_the_client_wants(state: State) -> None:
    does(state, ResetParameter('timezone'))
    assert not state.ends_quietly
    state.applied()
    assert state.ends_quietly


def test_end_of_a_transaction_that_has_set_something_takes_none(state: State) -> None:
    does(state, SetParameter('work_mem', b"'8MB'"))
    assert state.ends_quietly
