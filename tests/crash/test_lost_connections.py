"""A connection of a living coordinator is lost: its client is told the truth, and its session goes on."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import gevent
import pytest

from pgdog_gevent.errors import CommitOutcomeUnknown
from pgdog_gevent.twophase import committer
from pgdog_gevent.twophase.refusal import RolledBack
from pgdog_gevent.twophase.step import Step
from tests.crash.moments import Moment, moments
from tests.crash.proxies import FORGETFUL, Answer, Proxy, Session, check_truth, recover_all, session
from tests.crash.shards import Shards, wait

COUNT = 3
ANCHOR = 1
ALL_PREPARED = Moment(Step.PREPARED, COUNT - 1)
DECIDING = Moment(Step.DECIDING)
WAITING = "SELECT count(*) FROM pg_locks WHERE relation = 'pgdog_gevent.decision'::regclass AND NOT granted"


class Client:
    """One whose commit something happens to."""

    def __init__(self, shards: Shards, proxy_of_client: Proxy, another: Proxy, session: Session) -> None:
        self.session = session
        self._shards = shards
        self._proxy = proxy_of_client
        self._another = another
        self._key = ''

    def commits(self, happens: Mapping[Moment, Callable[[], None]]) -> Answer:
        """Have something happen at moments of a commit; return the answer, which is the truth.

        Other transactions of the session come before and after it.
        """
        keys = [self._shards.new_key() for _ in range(3)]
        self._key = keys[1]
        self.session.write(keys[0])
        assert self.session.commit() is None
        self.session.write(keys[1])
        self._proxy.register.arm(happens)
        answer = self.session.commit()
        assert not self._proxy.register.armed
        self.session.write(keys[2])
        assert self.session.commit() is None
        recover_all(self._another, self._shards, COUNT)
        for key, told in zip(keys, (None, answer, None), strict=True):
            check_truth(told, self._shards.having(key), COUNT)
        return answer

    def has_committed(self) -> bool:
        """Whether anybody sees what it has written."""
        return bool(self._shards.having(self._key))

    def hold_up(self) -> None:
        """The anchor can write no decision until it is let go."""
        self._shards.execute(ANCHOR, 'BEGIN')
        self._shards.execute(ANCHOR, 'LOCK TABLE pgdog_gevent.decision IN SHARE ROW EXCLUSIVE MODE')

    def let_go(self) -> None:
        self._shards.execute(ANCHOR, 'COMMIT')

    def wait_for(self, waiting: int, rest: Callable[[float], None] = time.sleep) -> None:
        """Wait until so many wait to write one."""
        wait(lambda: self._shards.execute(ANCHOR, WAITING) == [(waiting,)], rest)

    def cut(self, shard: int) -> None:
        """Neither side hears anything of the other any more, nor what is on its way."""
        stream = self.session.connection(shard).stream
        stream.cut()
        with suppress(ConnectionResetError):  # The server may just be answering.
            while stream.socket.recv(65_536):
                continue

    def end(self, shard: int) -> None:
        """The server ends the session, whatever it is doing."""
        pid = self.session.connection(shard).key.pid
        self._shards.end(pid)
        wait(lambda: not self._shards.are_alive([pid]))


@pytest.fixture
def client(
    shards: Shards, proxy_of_client: Proxy, another: Proxy, anchor_is: Callable[[int], None]
) -> Iterator[Client]:
    anchor_is(ANCHOR)
    with session(proxy_of_client, COUNT) as found:
        yield Client(shards, proxy_of_client, another, found)


@pytest.mark.parametrize('way', ['cut', 'end'])
@pytest.mark.parametrize('shard', range(COUNT))
@pytest.mark.parametrize('moment', list(moments(COUNT)), ids=str)
def test_whatever_connection_is_lost_the_client_is_told_the_truth(
    client: Client, moment: Moment, shard: int, way: str
) -> None:
    answer = client.commits({moment: lambda: client.cut(shard) if way == 'cut' else client.end(shard)})
    assert not isinstance(answer, CommitOutcomeUnknown)
    assert answer is None or not moment.is_decided


def test_commit_whose_answer_is_lost_is_a_commit(client: Client) -> None:
    def cut_when_committed() -> None:
        wait(client.has_committed)
        client.cut(ANCHOR)

    assert client.commits({DECIDING: cut_when_committed}) is None


def test_commit_whose_decision_others_have_forgotten_is_not_told_to_have_failed(
    client: Client, shards: Shards, another: Proxy
) -> None:
    def all_is_forgotten() -> bool:
        another.recover(COUNT, FORGETFUL)
        return shards.are_clean()

    def cut_when_forgotten() -> None:
        wait(client.has_committed)
        client.cut(ANCHOR)
        wait(all_is_forgotten, gevent.sleep)

    assert isinstance(client.commits({DECIDING: cut_when_forgotten}), CommitOutcomeUnknown)


def test_commit_that_is_lost_with_its_server_session_is_none(client: Client) -> None:
    def end_before_it_commits() -> None:
        client.wait_for(1)
        client.end(ANCHOR)
        client.let_go()

    answer = client.commits({ALL_PREPARED: client.hold_up, DECIDING: end_before_it_commits})
    assert isinstance(answer, RolledBack)


def test_commit_that_goes_on_without_its_connection_is_told_as_it_ends(client: Client) -> None:
    def let_go_when_somebody_asks() -> None:
        client.wait_for(2, gevent.sleep)
        client.let_go()

    def cut_while_it_commits() -> None:
        client.wait_for(1)
        client.cut(ANCHOR)
        gevent.spawn(let_go_when_somebody_asks)

    answer = client.commits({ALL_PREPARED: client.hold_up, DECIDING: cut_while_it_commits})
    assert answer is None or isinstance(answer, RolledBack)  # Either of the two may be the first one.


@pytest.mark.parametrize('committed', [True, False], ids=['committed', 'lost'])
def test_commit_that_nobody_can_ask_about_is_unknown_to_all(
    client: Client, shards: Shards, proxy_of_client: Proxy, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    monkeypatch.setattr(committer, 'PATIENCE', 0.3)
    monkeypatch.setattr(proxy_of_client.register, 'wake', lambda: shards.admit(ANCHOR, anybody=True))

    def become_unreachable() -> None:
        shards.admit(ANCHOR, anybody=False)
        if committed:
            client.let_go()
            wait(client.has_committed)
            client.cut(ANCHOR)
        else:
            client.end(ANCHOR)
            client.let_go()

    answer = client.commits({ALL_PREPARED: client.hold_up, DECIDING: become_unreachable})
    assert isinstance(answer, CommitOutcomeUnknown)
    assert client.has_committed() is committed
