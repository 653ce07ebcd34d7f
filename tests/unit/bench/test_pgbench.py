"""What is read from pgbench's output and log, and which loads there are."""

import pytest

from tests.bench.contenders import Contender
from tests.bench.pgbench import Load, Printed, Progress, Steady, follow, latencies, percentiles, read_printed, steady
from tests.bench.report import substitutions
from tests.bench.saturation import counts, summary
from tests.bench.stage import RunFailed
from tests.bench.transactions import TARGETS, Choice

SAID = """pgbench (15.18)
duration: 304 s
number of transactions actually processed: 9600
number of failed transactions: 0 (0.000%)
latency average = 0.312 ms
initial connection time = 44.091 ms
tps = 3201.250000 (without initial connection time)
"""
LOG = ['0 1 250 0 1700000000 500000', '1 1 990 0 1700000000 600000', '0 2 750 0 1700000001 500000']
REPORTS = [Progress(11.0, 900.0, 2.0), Progress(12.0, 1000.0, 2.5), Progress(14.0, 500.0, 3.5)]


def test_the_end_of_the_output_is_read() -> None:
    assert read_printed(SAID) == Printed(9600, 3201.25)


@pytest.mark.parametrize('said', ['', SAID.replace('9600', '0')], ids=['silence', 'no transaction'])
def test_a_run_without_a_transaction_has_failed(said: str) -> None:
    with pytest.raises(RunFailed):
        read_printed(said)


def test_latencies_are_those_of_the_log() -> None:
    assert latencies(LOG, cycles=False) == [0.25, 0.99, 0.75]


def test_in_cycles_the_time_since_the_same_clients_last_transaction_counts() -> None:
    assert latencies(LOG, cycles=True) == [1000.0]


def test_latencies_count_from_when_all_goes_on_as_before() -> None:
    assert latencies(LOG, since=1700000000.55, cycles=False) == [0.99, 0.75]
    assert latencies(LOG, since=1700000000.55, cycles=True) == [1000.0]


def test_latencies_count_until_the_clients_leave() -> None:
    assert latencies(LOG, until=1700000000.95, cycles=False) == [0.25, 0.99]
    assert latencies(LOG, until=1700000000.95, cycles=True) == []


def test_no_latency_has_no_percentile() -> None:
    assert percentiles([]) == {}


def test_what_is_before_the_first_report_does_not_count() -> None:
    assert steady(REPORTS) == Steady(2000.0, 3.0, 1.5)


@pytest.mark.parametrize('reports', [[], REPORTS[:1]], ids=['none', 'one'])
def test_one_report_says_nothing_of_a_time(reports: list[Progress]) -> None:
    assert steady(reports) is None


def test_pgbench_is_ended_after_as_many_reports_as_were_asked_for() -> None:
    ends: list[str] = []
    clock = iter([0.5, 0.75, 1.0])
    reports, others = follow(
        [
            'progress: 1700000000.123 s, 10.5 tps, lat 1 ms stddev 1, 0 failed\n',
            'progress: 1700000001.125 s, 20.5 tps, lat 1 ms stddev 1, 0 failed\n',
            'pgbench: error: something\n',
            'progress: 1700000002.125 s, 30.5 tps, lat 1 ms stddev 1, 0 failed\n',
        ],
        lambda: next(clock),
        2,
        lambda: ends.append('end'),
    )
    assert reports[:2] == [Progress(1700000000.123, 10.5, 0.5), Progress(1700000001.125, 20.5, 0.75)]
    assert others == ['pgbench: error: something\n']
    assert ends == ['end']


def test_who_cannot_prepare_stands_with_extended_and_it_is_said() -> None:
    old, new = Contender('old', 1, prepares=False), Contender('new', 2)
    assert (old.spoken('prepared'), new.spoken('prepared'), old.spoken('simple')) == ('extended', 'prepared', 'simple')
    [note] = substitutions([old, new], ['simple', 'prepared', 'prepared'])
    assert note.startswith('old cannot do prepared')


def test_without_a_choice_there_are_all_targets() -> None:
    assert Choice().loads() == [load for kind in TARGETS for load in kind.loads()]


def test_a_choice_replaces_what_the_targets_say_and_repeats_nothing() -> None:
    chosen = Choice(('select',), ('simple', 'extended'), (7,), tls=False)
    assert chosen.loads() == [Load('select', 'simple', 7), Load('select', 'extended', 7)]


def test_a_thousand_clients_are_among_the_numbers_whatever_the_pool() -> None:
    assert counts(20) == [20, 40, 100, 200, 1000]
    assert counts(4) == [4, 8, 20, 40, 200, 1000]


def test_a_share_is_of_the_peak_in_the_same_round() -> None:
    case = summary({2: [{'pure': {'tps': 80.0}}], 5: [{'pure': {'tps': 100.0}}], 100: [{'pure': {'tps': 60.0}}]}, 2)
    assert case.rounds == [{'pure': {'peak_tps': 100.0, 'tps': 60.0, 'share': 0.6}}]
