"""What is logged of dry runs."""

import pytest

from pgdog_gevent.backend.layout import Layout
from pgdog_gevent.backend.rehearsal import Rehearsal
from pgdog_gevent.backend.settings import Settings
from pgdog_gevent.errors import FeatureNotSupported, ProxyError, WrongSetting
from pgdog_gevent.frontend.rehearsing import reason, rehearse
from pgdog_gevent.protocol.ledger import Owed
from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.parse import Unparseable
from pgdog_gevent.router.planner import NotOnSeveralShards
from pgdog_gevent.router.statement import ORDINARY
from pgdog_gevent.router.texts import One, unread
from tests.unit.execution.servers import session
from tests.unit.frontend.exchanges import exchange
from tests.unit.router.sharded import CATALOG


def of_unreadable(sql: bytes) -> ProxyError:
    one: One[str] = unread(sql, Unparseable('syntax error at or near "secret"'))
    assert isinstance(one.blueprint, Refused)
    return NotOnSeveralShards(one.blueprint)


@pytest.mark.parametrize(
    ('refused', 'said'),
    [
        (FeatureNotSupported('a window function'), 'a window function'),
        (WrongSetting('sharding key "secret" is on no single shard'), 'a hint that cannot be heeded'),
        (of_unreadable(b'ALTER ROLE me PASSWORD secret'), 'a text that the proxy cannot read'),
    ],
    ids=['statement', 'hint', 'no SQL'],
)
def test_reasons_have_no_values(refused: ProxyError, said: str) -> None:
    assert reason(refused).startswith(said)
    assert 'secret' not in reason(refused)


def test_client_with_a_connection_does_not_wait_for_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Settings] = []
    monkeypatch.setattr(Layout, 'path_set_by', lambda layout, settings: asked.append(settings))
    with exchange() as client, session() as held:
        client.cluster.rehearsal = Rehearsal('app')
        client.cluster.known_catalog.learn(0, CATALOG, 0)
        client.binding.connection = held.connection(0)
        held.connection(0).ledger.sent(Owed(ord('Q')))
        rehearse(client, ORDINARY, b'SELECT 1')
        client.binding.connection = None
        assert not asked
        rehearse(client, ORDINARY, b'SELECT 1')
        assert asked
