"""Who has sent a notification, as the client sees it that listens."""

import pytest

from pgdog_gevent.demo.cluster import Cluster
from tests.integration.clients import PATIENCE, Connection, connect
from tests.integration.configuration import config_toml, users_toml
from tests.integration.conftest import StartProxy
from tests.integration.proxy import RunningProxy


@pytest.fixture(params=['session', 'transaction'])
def app(request: pytest.FixtureRequest, proxy: StartProxy, postgres: Cluster, database: str) -> RunningProxy:
    return proxy(config_toml(postgres, database, pooler_mode=request.param), users_toml())


def sender(listener: Connection) -> int:
    """The process id in the next notification."""
    [notification] = listener.notifies(timeout=PATIENCE, stop_after=1)
    return notification.pid


def test_notification_of_the_listener_itself_has_the_process_id_that_it_was_told(app: RunningProxy) -> None:
    with connect(app) as listener:
        listener.execute('LISTEN news')
        listener.execute('NOTIFY news')
        assert sender(listener) == listener.info.backend_pid


def test_notification_of_another_client_has_the_process_id_that_it_was_told(app: RunningProxy) -> None:
    with connect(app) as listener, connect(app) as other:
        listener.execute('LISTEN news')
        other.execute('NOTIFY news')
        assert sender(listener) == other.info.backend_pid


def test_notification_of_a_stranger_has_its_own_process_id(
    app: RunningProxy, postgres: Cluster, database: str
) -> None:
    with connect(app) as listener:
        listener.execute('LISTEN news')
        [(pid,)] = postgres.execute("SELECT pg_backend_pid() FROM pg_notify('news', '')", database)
        assert sender(listener) == pid
