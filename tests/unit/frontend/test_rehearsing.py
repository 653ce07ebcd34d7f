"""What is logged of dry runs."""

import pytest

from pgdog_gevent.errors import FeatureNotSupported, ProxyError, WrongSetting
from pgdog_gevent.frontend.rehearsing import reason
from pgdog_gevent.router.blueprint import Refused
from pgdog_gevent.router.parse import Unparseable
from pgdog_gevent.router.planner import NotOnSeveralShards
from pgdog_gevent.router.texts import One, unread


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
