"""The exchange of one client with a database whose servers nobody asks anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from pgdog_gevent.backend.prepared import StatementNames
from pgdog_gevent.backend.settings import Settings
from pgdog_gevent.frontend.client import Client
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.parameters import Parameters
from pgdog_gevent.frontend.services import Services
from pgdog_gevent.router.cache import StatementCache
from pgdog_gevent.router.functions import Functions
from tests.unit.backend.shards import NOTHING, PRIMARY, REPLICA, Site, Values, config
from tests.unit.net.ends import raw_ends

KNOWN = Functions(frozenset(), reads_unsure=False, writes_unsure=False, stable=frozenset({'price'}))
NO_STARTUP: Settings = {}


@contextmanager
def exchange(
    general: Values = NOTHING, user: Values = NOTHING, startup: Settings = NO_STARTUP,
    servers: tuple[str, ...] = (PRIMARY, REPLICA),
) -> Iterator[Exchange]:  # fmt: skip
    """``startup``: what the client has set when it connected, as SQL."""
    cluster = Site(*servers, general=general, user=user).cluster
    cluster.known_functions.learn(KNOWN, 0)
    settings = config(*servers, general=general, user=user).general
    caches = StatementCache(100, perf_counter), StatementCache(100, perf_counter)
    services = Services(settings, *caches, StatementNames())
    with raw_ends() as (stream, _):
        client = Client(id=1, secret=b'', user='alice', database='app', address='', port=0, stream=stream)
        yield Exchange(client, cluster, services, Parameters(startup, 'app'))
