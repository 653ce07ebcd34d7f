"""What speaks against a target, and what ends that; cut after every step."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.backend.standing import BanReason, Standing

CONNECT, PROBE, LAG, MANUAL, UNCHECKED = BanReason
TIMEOUT = 10.0


@pytest.fixture
def standing() -> Standing:
    """That of a target which is trusted."""
    return Standing(TIMEOUT)


def put_on_trial(standing: Standing, failed_at: float = 0.0) -> None:
    standing.failed(CONNECT, 'refused', failed_at)
    standing.probe_passed(failed_at + standing_length(standing, failed_at))


def standing_length(standing: Standing, now: float) -> float:
    """How long the ban that has begun just now lasts."""
    left = standing.time_left(now)
    assert left is not None
    return left


def trust(standing: Standing, now: float) -> None:
    for _ in range(3):
        standing.served(now)


def seen(standing: Standing) -> tuple[bool, bool, BanReason | None]:
    return standing.usable, standing.half_open, standing.reason


TRUSTED = (True, False, None)
HALF_OPEN = (True, True, None)


def test_nothing_speaks_against_a_new_target(standing: Standing) -> None:
    assert seen(standing) == TRUSTED
    assert (standing.detail, standing.time_left(0.0), standing.due_for_probe(0.0)) == ('', None, False)


@pytest.mark.parametrize('reason', [CONNECT, PROBE])
def test_failure_bans_in_the_servers_own_words(standing: Standing, reason: BanReason) -> None:
    standing.failed(reason, 'the database system is starting up', 100.0)
    assert seen(standing) == (False, False, reason)
    assert standing.detail == 'the database system is starting up'
    assert [standing.time_left(now) for now in (100.0, 104.0, 110.0, 200.0)] == [10.0, 6.0, 0.0, 0.0]


def test_ban_does_not_end_by_time_alone(standing: Standing) -> None:
    standing.failed(CONNECT, '', 0.0)
    assert [standing.due_for_probe(now) for now in (0.0, 9.9, 10.0, 1000.0)] == [False, False, True, True]
    assert not standing.usable


def test_probe_ends_no_ban_before_its_time(standing: Standing) -> None:
    standing.failed(CONNECT, 'refused', 0.0)
    standing.probe_passed(9.9)
    assert seen(standing) == (False, False, CONNECT)
    standing.probe_passed(10.0)
    assert seen(standing) == HALF_OPEN
    assert standing.detail == ''


def test_failed_probe_keeps_a_target_banned_without_a_longer_ban(standing: Standing) -> None:
    standing.failed(CONNECT, 'refused', 0.0)
    standing.failed(PROBE, 'starting up', 12.0)
    assert (standing.reason, standing.detail) == (PROBE, 'starting up')
    assert standing.due_for_probe(12.0)
    standing.probe_passed(13.0)
    assert seen(standing) == HALF_OPEN


def test_half_open_target_is_trusted_after_it_has_served_three_times(standing: Standing) -> None:
    put_on_trial(standing)
    steps = [seen(standing)]
    for now in (11.0, 12.0, 13.0):
        standing.served(now)
        steps.append(seen(standing))
    assert steps == [HALF_OPEN, HALF_OPEN, HALF_OPEN, TRUSTED]


@pytest.mark.parametrize('served', range(3))
def test_failure_on_trial_doubles_the_ban(standing: Standing, served: int) -> None:
    put_on_trial(standing)
    for _ in range(served):
        standing.served(11.0)
    standing.failed(PROBE, '', 12.0)
    assert standing.time_left(12.0) == 20.0


def test_trial_begins_anew_after_each_ban(standing: Standing) -> None:
    put_on_trial(standing)
    standing.served(11.0)
    standing.served(11.0)
    put_on_trial(standing, 12.0)
    standing.served(40.0)
    assert seen(standing) == HALF_OPEN


@pytest.mark.parametrize(
    ('failed_at', 'length'), [(11.0, 20.0), (20.9, 20.0), (21.0, 10.0)], ids=['at once', 'soon', 'after its length']
)
def test_failure_soon_after_a_ban_doubles_the_next(standing: Standing, failed_at: float, length: float) -> None:
    put_on_trial(standing)
    trust(standing, 11.0)
    standing.failed(CONNECT, '', failed_at)
    assert standing.time_left(failed_at) == length


def test_bans_of_a_flapping_target_grow_to_ten_times_the_first(standing: Standing) -> None:
    lengths, now = [], 0.0
    for _ in range(6):
        standing.failed(CONNECT, '', now)
        lengths.append(standing_length(standing, now))
        now += lengths[-1]
        standing.probe_passed(now)
    assert lengths == [10.0, 20.0, 40.0, 80.0, 100.0, 100.0]


def test_lag_lasts_as_long_as_the_monitor_says(standing: Standing) -> None:
    standing.lagging('17 s behind')
    assert seen(standing) == (False, False, LAG)
    assert (standing.detail, standing.time_left(0.0), standing.due_for_probe(1e9)) == ('17 s behind', None, False)
    standing.probe_passed(1e9)
    assert standing.reason is LAG
    standing.caught_up()
    assert seen(standing) == TRUSTED


def test_administrators_ban_has_no_end_and_comes_first(standing: Standing) -> None:
    standing.failed(CONNECT, 'refused', 0.0)
    standing.ban()
    assert (standing.reason, standing.detail, standing.time_left(0.0)) == (MANUAL, '', None)
    standing.probe_passed(10.0)
    standing.lift()
    assert seen(standing) == (False, False, MANUAL)


def test_unchecked_target_waits_for_its_first_probe() -> None:
    standing = Standing(TIMEOUT, unchecked=True)
    assert seen(standing) == (False, False, UNCHECKED)
    assert standing.due_for_probe(0.0)
    standing.failed(PROBE, 'no such host', 1.0)
    assert (standing.reason, standing.detail, standing.time_left(1.0)) == (UNCHECKED, 'no such host', None)
    assert standing.due_for_probe(1.0)
    standing.probe_passed(2.0)
    assert seen(standing) == TRUSTED


def test_what_is_independent_ends_independently(standing: Standing) -> None:
    standing.ban()
    standing.lagging('far behind')
    standing.failed(PROBE, 'silent', 0.0)
    reasons = [standing.reason]
    steps: list[Callable[[], None]] = [
        standing.caught_up,
        lambda: standing.probe_passed(10.0),
        lambda: standing.lagging('again'),
        standing.unban,
    ]
    for step in steps:
        step()
        reasons.append(standing.reason)
    assert reasons == [MANUAL, MANUAL, MANUAL, MANUAL, None]


def test_half_open_is_only_said_of_what_is_usable(standing: Standing) -> None:
    put_on_trial(standing)
    standing.lagging('far behind')
    assert seen(standing) == (False, False, LAG)
    standing.caught_up()
    assert seen(standing) == HALF_OPEN


def test_unban_lifts_everything_and_forgets_the_past() -> None:
    standing = Standing(TIMEOUT, unchecked=True)
    standing.ban()
    standing.lagging('far behind')
    standing.unban()
    assert seen(standing) == TRUSTED
    put_on_trial(standing)
    standing.unban()
    assert seen(standing) == TRUSTED
    standing.failed(CONNECT, '', 11.0)
    assert standing.time_left(11.0) == TIMEOUT


def test_no_ban_for_failures_or_lag_without_a_ban_timeout() -> None:
    standing = Standing(0.0)
    standing.failed(CONNECT, 'refused', 0.0)
    standing.lagging('far behind')
    assert seen(standing) == TRUSTED
    standing.ban()
    assert seen(standing) == (False, False, MANUAL)


def test_ban_timeout_that_is_taken_away_ends_bans(standing: Standing) -> None:
    standing.failed(CONNECT, 'refused', 0.0)
    standing.lagging('far behind')
    standing.configure(0.0)
    assert seen(standing) == TRUSTED


def test_new_ban_timeout_holds_for_the_next_ban(standing: Standing) -> None:
    put_on_trial(standing)
    standing.configure(100.0)
    standing.failed(CONNECT, '', 10.0)
    assert standing.time_left(10.0) == 100.0
    standing.configure(1.0)
    standing.probe_passed(110.0)
    standing.failed(CONNECT, '', 110.0)
    assert standing.time_left(110.0) == 10.0


class Watched:
    """A standing, what was seen of it whenever it said that something has changed, and what it was told."""

    def __init__(self, *, unchecked: bool) -> None:
        self.standing = Standing(TIMEOUT, unchecked=unchecked)
        self.standing.on_change = self._note
        self.changes = [(self.standing.usable, self.standing.half_open)]
        self.failed_at: float | None = None
        """Since when it must be banned for failures."""
        self.lags = self.manual = False
        self.unchecked = unchecked

    def _note(self) -> None:
        self.changes.append((self.standing.usable, self.standing.half_open))

    def take(self, action: str, now: float) -> None:
        standing = self.standing
        match action:
            case 'fail':
                if self.failed_at is None and not self.unchecked:
                    self.failed_at = now
                standing.failed(CONNECT, 'refused', now)
            case 'pass':
                # Bans last for 10 to 100 seconds.
                due = standing.due_for_probe(now)
                standing.probe_passed(now)
                assert self.failed_at is None or not due or now >= self.failed_at + TIMEOUT
                self.failed_at = None if due else self.failed_at
                self.unchecked = False
            case 'serve':
                standing.served(now)
            case 'lag':
                self.lags = True
                standing.lagging('far behind')
            case 'catch up':
                self.lags = False
                standing.caught_up()
            case 'ban':
                self.manual = True
                standing.ban()
            case _:
                self.failed_at, self.lags, self.unchecked = None, False, False
                self.manual = self.manual and action == 'lift'
                (standing.lift if action == 'lift' else standing.unban)()

    def check(self, now: float) -> None:
        standing = self.standing
        spoken = [self.manual, self.failed_at is not None, self.lags, self.unchecked]
        foremost = [MANUAL, CONNECT, LAG, UNCHECKED]
        assert standing.reason is next((reason for said, reason in zip(spoken, foremost, strict=True) if said), None)
        assert standing.usable == (standing.reason is None)
        assert standing.usable or not standing.half_open
        assert (standing.time_left(now) is None) == (standing.reason is not CONNECT)
        assert self.changes[-1] == (standing.usable, standing.half_open)
        assert all(before != after for before, after in pairwise(self.changes))


ACTIONS = st.sampled_from(['fail', 'pass', 'serve', 'lag', 'catch up', 'ban', 'unban', 'lift'])


@given(st.booleans(), st.lists(st.tuples(ACTIONS, st.sampled_from([0.0, 3.0, 10.0, 150.0])), max_size=30))
def test_target_is_usable_exactly_while_nothing_speaks_against_it(
    unchecked: bool, actions: list[tuple[str, float]]
) -> None:
    watched, now = Watched(unchecked=unchecked), 1000.0
    for action, pause in actions:
        watched.take(action, now)
        watched.check(now)
        now += pause
