"""One server with all shards, for all tests of the worker."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from pgdog_gevent.demo.cluster import Cluster
from pgdog_gevent.twophase import committer
from tests.crash.proxies import Proxy
from tests.crash.shards import Shards
from tests.integration.conftest import postgres, proxy, site

__all__ = ['postgres', 'proxy', 'site']


@pytest.fixture(scope='session')
def shards(postgres: Cluster) -> Iterator[Shards]:
    """As many as any test needs."""
    with Shards(postgres) as found:
        yield found


@pytest.fixture(scope='module')
def proxy_of_client(shards: Shards) -> Iterator[Proxy]:
    """The one whose commits are cut, in this process."""
    with closing(Proxy(shards)) as found:
        yield found


@pytest.fixture(scope='module')
def another(shards: Shards) -> Iterator[Proxy]:
    """One that recovers what others have left behind, in this process."""
    with closing(Proxy(shards)) as found:
        yield found


@pytest.fixture(scope='module')
def third(shards: Shards) -> Iterator[Proxy]:
    """One more."""
    with closing(Proxy(shards)) as found:
        yield found


@pytest.fixture
def anchor_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A function that chooses which participant decides, which else is left to chance."""

    def choose(anchor: int) -> None:
        monkeypatch.setattr(committer, 'anchor_of', lambda participants: participants[anchor])

    return choose
