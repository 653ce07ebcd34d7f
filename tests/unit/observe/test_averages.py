"""Averages of a period, from two readings of totals."""

from dataclasses import fields

import pytest

from pgdog_gevent.observe.averages import averages
from pgdog_gevent.observe.snapshot import Averages, Totals

EARLIER = Totals(xact_count=100, query_count=200, received=1000, query_time=1.0, wait_time=5.0)
LATER = Totals(
    xact_count=130,
    query_count=260,
    received=4000,
    query_time=4.0,
    xact_time=15.0,
    wait_time=8.0,
    server_assignment_count=30,
    connect_time=0.5,
    connect_count=5,
)


def test_counts_and_bytes_are_per_second() -> None:
    period = averages(EARLIER, LATER, 15.0)
    assert (period.xact_count, period.query_count, period.received) == (2.0, 4.0, 200.0)


def test_times_are_per_event() -> None:
    period = averages(EARLIER, LATER, 15.0)
    assert period.query_time == pytest.approx(3.0 / 60)
    assert period.xact_time == pytest.approx(15.0 / 30)
    assert period.wait_time == pytest.approx(3.0 / 30)
    assert period.connect_time == pytest.approx(0.1)


def test_a_rate_below_one_is_not_lost() -> None:
    assert averages(Totals(), Totals(xact_count=3), 15.0).xact_count == pytest.approx(0.2)


def test_a_time_without_its_event_averages_to_nothing() -> None:
    assert averages(Totals(), Totals(xact_time=3.0), 15.0).xact_time == 0


@pytest.mark.parametrize('elapsed', [0.0, -1.0])
def test_no_time_averages_to_nothing(elapsed: float) -> None:
    assert averages(EARLIER, LATER, elapsed).query_count == 0


def test_an_idle_period_averages_to_nothing() -> None:
    assert averages(LATER, LATER, 15.0) == Averages()


def test_totals_and_averages_have_the_same_fields() -> None:
    assert [field.name for field in fields(Averages)] == [field.name for field in fields(Totals)]
