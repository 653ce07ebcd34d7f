"""Each client of the proxy has a twin at PostgreSQL itself: both do the same, and never see a difference."""

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import zip_longest

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.protocol import query
from pgdog_gevent.protocol.codes import Backend
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy
from tests.integration.session_programs import PROBE, ROLES, SETUP, Steps
from tests.integration.wire import Wire

Frames = list[tuple[int, bytes]]


@pytest.fixture
def world(postgres: Cluster, database: str) -> Iterator[tuple[str, str]]:
    """Two databases that are the same: one for the proxy, one for the twins, so that their locks do not meet."""
    twin = f'{database}_twin'
    postgres.execute(f'CREATE DATABASE {twin}')
    for name in (database, twin):
        for sql in SETUP:
            postgres.execute(sql, name)
    for role in ROLES:
        exists = postgres.execute(f"SELECT rolname FROM pg_roles WHERE rolname = '{role}'")
        if not exists:
            postgres.execute(f'CREATE ROLE {role}')
    yield database, twin
    postgres.execute(f'DROP DATABASE {twin} WITH (FORCE)')


def proxy_in_front(proxy: StartProxy, postgres: Cluster, world: tuple[str, str], size: int) -> RunningProxy:
    return proxy(config_toml(postgres, world[0], default_pool_size=size, checkout_timeout=20_000), users_toml())


def answer(wire: Wire, message: bytes) -> Frames:
    wire.send(message)
    return wire.read_until(Backend.READY_FOR_QUERY)


def probe(wire: Wire) -> Frames:
    return answer(wire, query.query(PROBE))


def live_as_twins(app: RunningProxy, postgres: Cluster, twins: str, seed: int, steps: int, clients: int) -> None:
    """Clients take turns at random; each answer, and what each session is after it, is that of its twin."""
    pick = random.Random(seed)
    with ExitStack() as ends:
        pairs = [
            (
                ends.enter_context(Wire.to_proxy(app)),
                ends.enter_context(Wire.to_cluster(postgres, twins)),
                Steps(pick.randrange(1 << 30), own=client + 1),
            )
            for client in range(clients)
        ]
        history: list[tuple[int, bytes]] = []
        for _ in range(steps):
            number = pick.randrange(clients)
            client, twin, messages = pairs[number]
            message = next(messages)
            history.append((number, message))
            assert_same(answer(client, message), answer(twin, message), seed, history)
            if pick.random() < 0.3:
                history.append((number, b'probe'))
                assert_same(probe(client), probe(twin), seed, history)


def assert_same(received: Frames, expected: Frames, seed: int, history: Sequence[object]) -> None:
    differences = [pair for pair in zip_longest(received, expected) if pair[0] != pair[1]]
    assert not differences, f'seed {seed}: {differences[:3]} after {history[-25:]}'


@pytest.mark.parametrize('batch', range(6))
def test_two_clients_on_two_servers_each_live_as_at_postgres(
    proxy: StartProxy, postgres: Cluster, world: tuple[str, str], batch: int
) -> None:
    app = proxy_in_front(proxy, postgres, world, 2)
    for seed in range(batch * 10, batch * 10 + 10):
        live_as_twins(app, postgres, world[1], seed, steps=25, clients=2)


@pytest.mark.parametrize('batch', range(4))
def test_next_client_of_the_only_server_finds_it_as_new(
    proxy: StartProxy, postgres: Cluster, world: tuple[str, str], batch: int
) -> None:
    app = proxy_in_front(proxy, postgres, world, 1)
    with Wire.to_cluster(postgres, world[0]) as fresh:
        expected = probe(fresh)
    for seed in range(1000 + batch * 25, 1025 + batch * 25):
        leave_and_look(app, expected, seed)


def leave_and_look(app: RunningProxy, expected: Frames, seed: int) -> None:
    """A client does something and goes, politely or not; the next one finds nothing of it."""
    steps = Steps(seed, own=1)
    pick = random.Random(seed)
    messages = [next(steps) for _ in range(pick.randint(1, 8))]
    if pick.random() < 0.3:
        messages.insert(pick.randrange(len(messages)), query.query(b'SELECT set_in_secret()'))
    with Wire.to_proxy(app) as client:
        for message in messages:
            answer(client, message)
        if pick.random() < 0.5:
            client.send(query.TERMINATE)
    with Wire.to_proxy(app) as following:
        assert_same(probe(following), expected, seed, messages)


@pytest.mark.soak
@pytest.mark.parametrize('batch', range(20))
def test_thousands_of_programs_leave_nothing(
    proxy: StartProxy, postgres: Cluster, world: tuple[str, str], batch: int
) -> None:
    app = proxy_in_front(proxy, postgres, world, 1)
    with Wire.to_cluster(postgres, world[0]) as fresh:
        expected = probe(fresh)
    for seed in range(100_000 + batch * 500, 100_500 + batch * 500):
        leave_and_look(app, expected, seed)


@pytest.mark.soak
@pytest.mark.parametrize('batch', range(10))
def test_thousands_of_pairs_live_as_at_postgres(
    proxy: StartProxy, postgres: Cluster, world: tuple[str, str], batch: int
) -> None:
    app = proxy_in_front(proxy, postgres, world, 2)
    for seed in range(200_000 + batch * 100, 200_100 + batch * 100):
        live_as_twins(app, postgres, world[1], seed, steps=30, clients=2)
