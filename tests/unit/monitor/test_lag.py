"""How far standbys are behind, as far as it was seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.monitor.lag import LagHistory


@pytest.fixture
def history() -> LagHistory:
    """A primary that was at 100, 200 and 300 at the seconds 10, 20 and 30."""
    history = LagHistory()
    for second in (10.0, 20.0, 30.0):
        history.note(int(second) * 10, second)
    return history


def test_nobody_is_behind_a_primary_that_was_never_seen() -> None:
    history = LagHistory()
    assert (history.behind(0, 1e9), history.behind_bytes(0)) == (0.0, 0)


@pytest.mark.parametrize(
    ('lsn', 'seconds', 'size'),
    [
        pytest.param(0, 25.0, 300, id='before all that was seen'),
        pytest.param(99, 25.0, 201, id='just before a position'),
        pytest.param(100, 15.0, 200, id='at a position'),
        pytest.param(101, 15.0, 199, id='just after a position'),
        pytest.param(299, 5.0, 1, id='a byte is missing'),
        pytest.param(300, 0.0, 0, id='nothing is missing'),
        pytest.param(400, 0.0, 0, id='seen later than the primary'),
    ],
)
def test_standby_is_behind_since_the_primary_was_seen_beyond_it(
    history: LagHistory, lsn: int, seconds: float, size: int
) -> None:
    assert (history.behind(lsn, 35.0), history.behind_bytes(lsn)) == (seconds, size)


def test_idle_primary_lets_nobody_fall_behind(history: LagHistory) -> None:
    for second in range(31, 100_000, 1000):
        history.note(300, second)
        assert history.behind(300, second) == 0.0


def test_lag_begins_when_the_primary_was_first_seen_there(history: LagHistory) -> None:
    history.note(300, 40.0)
    history.note(300, 50.0)
    assert history.behind(299, 50.0) == 20.0


def test_primary_that_goes_back_begins_anew(history: LagHistory) -> None:
    history.note(250, 40.0)
    assert [history.behind(lsn, 45.0) for lsn in (0, 100, 250, 300)] == [5.0, 5.0, 0.0, 0.0]
    assert history.behind_bytes(200) == 50


def test_what_was_forgotten_is_not_counted(history: LagHistory) -> None:
    history.forget()
    assert (history.behind(0, 50.0), history.behind_bytes(0)) == (0.0, 0)


def test_recent_lag_stays_exact_and_old_lag_nearly_so() -> None:
    history = LagHistory()
    looks = 100_000
    for look in range(looks):
        history.note(look, look / 2)
    now = (looks - 1) / 2
    assert all(history.behind(lsn, now) == now - (lsn + 1) / 2 for lsn in range(looks - 1000, looks - 1))
    for lsn in range(0, looks, 99):
        true = now - (lsn + 1) / 2
        assert 0.94 * true <= history.behind(lsn, now) <= max(true, 0.0)


def test_memory_is_bounded() -> None:
    history = LagHistory()
    for look in range(50_000):
        history.note(look, float(look))
    told = {history.behind(lsn, 1e6) for lsn in range(50_000)}
    assert len(told) < 4096


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 4)), min_size=1, max_size=40),
    st.integers(0, 100),
)
def test_lag_is_what_a_look_through_all_that_was_seen_gives(looks: list[tuple[int, int]], lsn: int) -> None:
    history, now, position = LagHistory(), 0.0, 50
    seen: list[tuple[int, float]] = []
    for pause, growth in looks:
        now += pause
        position += growth
        if growth < 0:
            seen.clear()
        seen.append((position, now))
        history.note(position, now)
        beyond = [when for where, when in seen if where > lsn]
        assert history.behind(lsn, now) == (now - beyond[0] if beyond else 0.0)
