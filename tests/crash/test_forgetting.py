"""Who forgets decisions: one process for all, that has seen what was prepared."""

from tests.crash.proxies import AT_LAST, Proxy, session
from tests.crash.shards import Shards

COUNT = 2


def test_decisions_are_left_to_the_process_that_is_on_duty(
    shards: Shards, proxy_of_client: Proxy, another: Proxy
) -> None:
    with session(proxy_of_client, COUNT) as client:
        client.write(shards.new_key())
        assert client.commit() is None
    another.recover(COUNT, AT_LAST._replace(forgets=False))
    assert shards.decisions == 1
    another.recover(COUNT, AT_LAST)
    assert shards.decisions == 0
