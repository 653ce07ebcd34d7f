"""A proxy is killed at a moment of a commit: another one finishes what it has begun, or undoes it."""

import signal
from collections.abc import Iterator
from contextlib import nullcontext

import psycopg
import pytest

from pgdog_gevent.demo.settings import PASSWORD, SUPERUSER
from pgdog_gevent.errors import ProxyError
from tests.conversation.proxies import running
from tests.crash.moments import Moment, moments
from tests.crash.mortal import DIES_AT
from tests.crash.proxies import Answer, Died, check_moment, check_truth
from tests.crash.shards import DATABASES, Shards, users_toml, wait
from tests.integration.clients import Load, admin
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy

IN_CI = 3
CUTS = [
    pytest.param(count, moment, id=f'{count}-{moment}', marks=() if count == IN_CI else pytest.mark.soak)
    for count in DATABASES for moment in moments(count)
]  # fmt: skip
"""How many shards there are, and when the proxy is killed."""


@pytest.fixture(scope='module')
def survivor(shards: Shards, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """It waits for coordinators that are alive, and keeps no decision for longer than it must."""
    config = shards.config_toml('two_phase_commit_retention = 0')
    with running(tmp_path_factory.mktemp('survivor'), config, users_toml()) as proxy:
        yield proxy


@pytest.fixture(scope='module')
def rival(shards: Shards, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """It waits for nobody."""
    config = shards.config_toml('two_phase_commit_grace = 0')
    with running(tmp_path_factory.mktemp('rival'), config, users_toml()) as proxy:
        yield proxy


@pytest.mark.parametrize('with_rival', [False, True], ids=['alone', 'with_rival'])
@pytest.mark.parametrize(('count', 'moment'), CUTS)
def test_all_shards_agree_when_another_proxy_has_recovered(
    shards: Shards, proxy: StartProxy, survivor: RunningProxy, rival: RunningProxy, count: int, moment: Moment,
    with_rival: bool,
) -> None:  # fmt: skip
    victim = proxy(shards.config_toml(), users_toml(), env={DIES_AT: str(moment)})
    key = shards.new_key()
    load = Load(lambda: admin(rival, 'RECOVER').clear(), 1)
    with psycopg.connect(victim.dsn(SUPERUSER, PASSWORD, DATABASES[count])) as client:
        client.execute('INSERT INTO written VALUES (%s)', (key,))
        pids = shards.pids
        assert len(pids) == count
        with load if with_rival else nullcontext():
            answer = answer_to_commit(client)
            wait(lambda: not isinstance(answer, Died) or not shards.are_alive(pids))
    assert not load.errors
    recover_all(survivor, shards)
    having = shards.having(key)
    check_truth(answer, having, count)
    if isinstance(answer, Died):
        assert victim.wait() == -signal.SIGKILL
        check_moment(moment, having)
    else:
        assert with_rival  # It has come first.


def answer_to_commit(client: psycopg.Connection[tuple[object, ...]]) -> Answer:
    """What the client is told."""
    try:
        client.commit()
    except psycopg.Error as error:
        return Died() if error.sqlstate is None else ProxyError(str(error))
    return None


def recover_all(survivor: RunningProxy, shards: Shards) -> None:
    """Have it look until it finds nothing."""

    def nothing_is_left() -> bool:
        admin(survivor, 'RECOVER')
        return shards.are_clean()

    wait(nothing_is_left)
