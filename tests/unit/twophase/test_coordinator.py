"""What a coordinator makes of servers that go while it commits."""

from types import SimpleNamespace
from typing import cast

from pgdog_gevent.backend.pool import Pool
from pgdog_gevent.sqlstate import INSUFFICIENT_PRIVILEGE
from pgdog_gevent.twophase.coordinator import Coordinator
from pgdog_gevent.twophase.decision import Facts, Verdict
from pgdog_gevent.twophase.gid import Name, Scope
from pgdog_gevent.twophase.participant import Participant
from pgdog_gevent.twophase.register import Entry, Register
from tests.unit.execution.servers import Session, session

NAME = Name.new(Scope('', 'app'), 0, 7, 'app')
FINISH = b'COMMIT PREPARED'


def participant(held: Session, shard: int) -> Participant:
    login = cast(Pool, SimpleNamespace(target=SimpleNamespace(user='app')))
    return Participant(shard, login, held.connection(shard), Facts(7, b'on', b'read committed', b'app'))


def cannot_be_asked(name: Name, owner: str, participants: tuple[int, ...]) -> Verdict | None:
    return None


def test_server_that_goes_while_it_is_asked_as_another_user_is_left_to_recovery() -> None:
    with session(2) as held:
        server = held.servers[1]
        server.refuses, server.sqlstate = FINISH, INSUFFICIENT_PRIVILEGE

        def heard(text: bytes) -> None:
            if text.startswith(FINISH):
                server.dies_of = FINISH if FINISH in server.asked else server.dies_of
                server.asked.append(FINISH)

        server.heard = heard
        entry = Entry(NAME.text, 'app', 'app', (0, 1))
        both = [participant(held, shard) for shard in (0, 1)]
        outcome = Coordinator(NAME, entry, both, cannot_be_asked, Register('')).run()
        assert server.asked == [FINISH, FINISH]
        assert (outcome.committed, outcome.unfinished, outcome.lost) == (True, True, frozenset({1}))


def test_server_that_does_not_make_the_user_who_it_was_is_let_go() -> None:
    with session(2) as held:
        server = held.servers[1]
        server.refuses, server.sqlstate = (FINISH, b'RESET'), INSUFFICIENT_PRIVILEGE
        entry = Entry(NAME.text, 'app', 'app', (0, 1))
        both = [participant(held, shard) for shard in (0, 1)]
        outcome = Coordinator(NAME, entry, both, cannot_be_asked, Register('')).run()
        assert server.asked[-1].startswith(b'RESET SESSION AUTHORIZATION')
        assert (outcome.committed, outcome.unfinished, outcome.lost) == (True, True, frozenset({1}))
