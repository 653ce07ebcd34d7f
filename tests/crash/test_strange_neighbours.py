"""What users write where decisions are keeps nobody from recovering."""

import gevent
import pytest

from pgdog_gevent.twophase.step import Step
from tests.crash.moments import Moment
from tests.crash.proxies import AT_LAST, Died, Proxy, recover_all, session
from tests.crash.shards import Shards, wait

COUNT = 3
PREFIX = 'pgdog_gevent:crash:three:'
OURS = f'{PREFIX}0.{{xid}}.0123456789abcdef01234567'
STRANGE_ROWS = {
    'no name of a transaction': f"'{PREFIX}x', 'abort', '{{0}}', now()",
    'huge number': f"'{OURS.format(xid=10**30)}', 'abort', '{{0}}', now()",
    'number of the future': f"'{OURS.format(xid=10**17)}', 'abort', '{{0}}', now()",
    'no participants': f"'{OURS.format(xid=5)}', 'commit', '{{}}', now()",
    'NULL as a participant': f"'{OURS.format(xid=6)}', 'abort', '{{0,NULL}}', now()",
    'array of arrays': f"'{OURS.format(xid=7)}', 'commit', '{{{{0,1}},{{2,0}}}}', now()",
    'shards that are not there': f"'{OURS.format(xid=8)}', 'commit', '{{-1,70000}}', now()",
    'time without a beginning': f"'{OURS.format(xid=9)}', 'commit', '{{0}}', '-infinity'",
    'time without an end': f"'{OURS.format(xid=10)}', 'commit', '{{0}}', 'infinity'",
}  # fmt: skip


@pytest.mark.parametrize('row', STRANGE_ROWS.values(), ids=STRANGE_ROWS)
def test_strange_rows_are_no_obstacle(shards: Shards, proxy_of_client: Proxy, another: Proxy, row: str) -> None:
    key = shards.new_key()
    with session(proxy_of_client, COUNT) as client:
        client.write(key)
        proxy_of_client.register.arm({Moment(Step.PREPARED): client.die})
        assert isinstance(client.commit(), Died)
    shards.execute(0, f'INSERT INTO pgdog_gevent.decision (name, verdict, participants, decided_at) VALUES ({row})')

    def all_is_over() -> bool:
        another.recover(COUNT, AT_LAST)
        return shards.prepared == 0

    try:
        wait(all_is_over, gevent.sleep)
    finally:
        shards.execute(0, 'DELETE FROM pgdog_gevent.decision')
    recover_all(another, shards, COUNT)
    assert shards.having(key) == []
