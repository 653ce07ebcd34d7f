"""pgbench: a hundred clients on twenty server connections, in all three protocols."""

import re
import shutil

import pytest

from tests.integration.drivers.front import Front
from tests.integration.drivers.program import output

CLIENTS, TRANSACTIONS, SCALE = 100, 5, 2
BALANCES = """
SELECT (SELECT sum(abalance) FROM pgbench_accounts), (SELECT sum(tbalance) FROM pgbench_tellers),
       (SELECT sum(bbalance) FROM pgbench_branches), (SELECT sum(delta) FROM pgbench_history),
       (SELECT count(*) FROM pgbench_history)
"""

pytestmark = pytest.mark.skipif(shutil.which('pgbench') is None, reason='pgbench is not installed')


def pgbench(front: Front, *arguments: str) -> str:
    """Run pgbench through the proxy and return what it reports."""
    return output(['pgbench', *arguments], front.environ())


@pytest.fixture
def filled(front: Front) -> Front:
    """The front, with pgbench's tables, which it makes through the proxy."""
    pgbench(front, '--initialize', '--quiet', f'--scale={SCALE}')
    assert front.behind('SELECT count(*) FROM pgbench_accounts') == [(SCALE * 100_000,)]
    return front


@pytest.mark.parametrize('protocol', ['simple', 'extended', 'prepared'])
def test_no_transaction_of_a_hundred_clients_fails(filled: Front, protocol: str) -> None:
    # pgbench prepares in blocking style: with fewer threads, a client that waits for its turn would hold up those that
    # have to end their transactions first.
    threads = CLIENTS if protocol == 'prepared' else 2
    counts = (f'--client={CLIENTS}', f'--jobs={threads}', f'--transactions={TRANSACTIONS}')
    for script in ('select-only', 'tpcb-like'):
        report = pgbench(filled, *counts, '--no-vacuum', f'--protocol={protocol}', f'--builtin={script}')
        total = CLIENTS * TRANSACTIONS
        assert f'number of transactions actually processed: {total}/{total}' in report
        assert re.search(r'number of failed transactions: 0 ', report)
    [(accounts, tellers, branches, history, count)] = filled.behind(BALANCES)
    assert accounts == tellers == branches == history
    assert count == CLIENTS * TRANSACTIONS


def test_a_pipeline_of_pgbench_gets_all_its_answers(filled: Front, tmp_path_factory: pytest.TempPathFactory) -> None:
    script = tmp_path_factory.mktemp('script') / 'pipeline.sql'
    reads = ''.join(f'SELECT {n} AS n;\n' for n in range(20))
    script.write_text(f'\\startpipeline\n{reads}\\endpipeline\n')
    total = 20 * TRANSACTIONS
    counts = ('--client=20', f'--transactions={TRANSACTIONS}')
    report = pgbench(filled, *counts, '--no-vacuum', '--protocol=prepared', f'--file={script}')
    assert f'number of transactions actually processed: {total}/{total}' in report
