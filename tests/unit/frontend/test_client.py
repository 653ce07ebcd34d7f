"""What SHOW CLIENTS says of one."""

from pgdog_gevent.frontend.client import Client
from tests.unit.net.ends import raw_ends


def test_commits_in_two_phases_are_told_beside_all_transactions() -> None:
    with raw_ends() as (stream, _):
        client = Client(id=1, secret=b'', user='alice', database='app', address='', port=0, stream=stream)
        client.counters.transactions, client.counters.transactions_2pc = 5, 2
        view = client.view()
        assert (view.transactions, view.transactions_2pc) == (5, 2)
