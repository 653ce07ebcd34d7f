"""Which server is the primary, through everything that servers can go through."""

from collections.abc import Iterator

import pytest

from pgdog_gevent.backend.host import Status
from pgdog_gevent.monitor.roles import Fence, Observation, Verdict, verdict

GONE = None
OURS, THEIRS = '7000', '8000'


def primary(timeline: int, system_identifier: str = OURS) -> Status:
    return Status(in_recovery=False, timeline=timeline, system_identifier=system_identifier)


def standby(timeline: int, system_identifier: str = OURS) -> Status:
    return Status(in_recovery=True, timeline=timeline, system_identifier=system_identifier)


AURORA_WRITER = Status(in_recovery=False, aurora=True)
AURORA_READER = Status(in_recovery=True, aurora=True)


def judged(*rounds: tuple[Status | None, ...], fence: Fence | None = None) -> list[Verdict]:
    """The verdicts on servers called a, b, c in one round after the other."""
    verdicts: list[Verdict] = []
    fence = fence or Fence()
    for statuses in rounds:
        verdicts.append(
            verdict([Observation(name, status) for name, status in zip('abc', statuses, strict=False)], fence)
        )
        fence = verdicts[-1].fence
    return verdicts


def primaries(*rounds: tuple[Status | None, ...]) -> list[str | None]:
    return [each.primary for each in judged(*rounds)]


def test_server_out_of_recovery_is_the_primary() -> None:
    [found] = judged((standby(3), primary(3), standby(3)))
    assert found == Verdict('b', {}, '', Fence(OURS, 3, 'b'))


def test_without_a_server_out_of_recovery_there_is_no_primary() -> None:
    assert judged((standby(1), standby(2))) == [Verdict(None, {}, '', Fence(OURS, 2, None))]


def test_nothing_is_known_of_servers_that_were_never_reached() -> None:
    assert judged((GONE, GONE)) == [Verdict(None, {}, '', Fence())]


def test_promoted_standby_wins_at_once_while_the_old_primary_is_up() -> None:
    [_, found] = judged((primary(1), standby(1)), (primary(1), primary(2)))
    assert found.primary == 'b'
    assert found.excluded == {'a': 'stale primary: on timeline 1, and there is timeline 2'}
    assert found.conflict == ''


def test_old_primary_that_comes_back_alone_is_still_stale() -> None:
    rounds = (primary(1), standby(1)), (GONE, primary(2)), (GONE, GONE), (primary(1), GONE)
    *_, found = judged(*rounds)
    assert primaries(*rounds) == ['a', 'b', 'b', 'b']
    assert list(found.excluded) == ['a']


def test_proxy_that_has_just_started_knows_no_better_than_what_it_sees() -> None:
    assert primaries((primary(1), GONE), (primary(1), primary(2)), (primary(1), GONE)) == ['a', 'b', 'b']


def test_old_primary_may_come_back_as_a_standby() -> None:
    *_, found = judged((GONE, primary(2)), (primary(1), primary(2)), (standby(2), primary(2)))
    assert found == Verdict('b', {}, '', Fence(OURS, 2, 'b'))


def test_timeline_that_a_standby_follows_fences_as_well() -> None:
    # Somebody who cannot be reached has been promoted, and the standby has gone with it.
    [_, followed, alone] = judged((primary(1), standby(1)), (GONE, standby(2)), (primary(1), GONE))
    assert (followed.primary, followed.fence) == (None, Fence(OURS, 2, None))
    assert (alone.primary, list(alone.excluded)) == (None, ['a'])


def test_unreachable_primary_stays_primary() -> None:
    assert primaries((primary(1), standby(1)), (GONE, standby(1)), (GONE, GONE), (primary(1), standby(1))) == ['a'] * 4


@pytest.mark.parametrize(
    'answer',
    [standby(1), primary(1, THEIRS), primary(0, THEIRS)],
    ids=['in recovery', 'a stranger', 'unknown timeline'],
)
def test_primary_that_answers_otherwise_is_none(answer: Status) -> None:
    assert primaries((primary(1), standby(1)), (answer, standby(1)), (GONE, standby(1))) == ['a', None, None]


def test_primary_that_is_not_configured_any_more_is_none() -> None:
    assert verdict([Observation('b', standby(1))], Fence(OURS, 1, 'a')) == Verdict(None, {}, '', Fence(OURS, 1, None))


def test_two_primaries_on_one_timeline_are_none_until_one_is_gone() -> None:
    [_, conflict, still, over] = judged(
        (primary(1), standby(1), standby(1)),
        (primary(1), primary(1), standby(1)),
        (primary(1), primary(1), standby(1)),
        (GONE, primary(1), standby(1)),
    )
    assert (conflict.primary, conflict.excluded) == (None, {})
    assert conflict.conflict == still.conflict == 'more than one primary on timeline 1: a and b'
    assert (over.primary, over.conflict) == ('b', '')


def test_promotion_ends_a_conflict() -> None:
    [_, found] = judged((primary(1), primary(1)), (primary(1), primary(2)))
    assert (found.primary, list(found.excluded), found.conflict) == ('b', ['a'], '')


def test_second_primary_on_the_timeline_of_one_that_cannot_be_reached_gets_nothing() -> None:
    [_, found] = judged((primary(1), standby(1)), (GONE, primary(1)))
    assert found.primary == 'a'
    assert found.excluded == {'b': 'second primary on timeline 1, while a cannot be reached'}


def test_stranger_is_excluded_in_words() -> None:
    [found] = judged((standby(1), primary(1), primary(7, THEIRS)))
    assert found.primary == 'b'
    assert found.excluded == {'c': 'another system identifier: 8000 instead of 7000'}
    assert found.fence.timeline == 1, "a stranger's timeline does not count"


def test_most_servers_are_no_strangers_and_else_the_first() -> None:
    ours, theirs = primary(1), standby(1, THEIRS)
    assert [list(found.excluded) for (found,) in map(judged, [(theirs, ours, standby(1)), (theirs, ours)])] == [
        ['a'],
        ['b'],
    ]


def test_server_replaced_by_a_clone_of_another_is_a_stranger() -> None:
    rounds = (primary(1), standby(1)), (primary(1), GONE), (GONE, primary(9, THEIRS)), (primary(1), primary(9, THEIRS))
    *_, found = judged(*rounds)
    assert primaries(*rounds) == ['a'] * 4
    assert list(found.excluded) == ['b']


def test_servers_that_were_all_made_anew_are_no_strangers() -> None:
    # As pg_upgrade does it: the new ones begin with timeline 1.
    [_, found] = judged((primary(4), standby(4)), (primary(1, THEIRS), standby(1, THEIRS)))
    assert found == Verdict('a', {}, '', Fence(THEIRS, 1, 'a'))


def test_majority_of_strangers_does_not_count_against_a_primary_that_may_be_there() -> None:
    strangers = standby(1, THEIRS), standby(1, THEIRS)
    rounds = (primary(4), standby(4), standby(4)), (GONE, *strangers), (primary(4), *strangers)
    assert primaries(*rounds) == ['a'] * 3
    assert [list(found.excluded) for found in judged(*rounds)] == [[], ['b', 'c'], ['b', 'c']]


def test_aurora_has_the_primary_that_it_says() -> None:
    assert primaries(
        (AURORA_WRITER, AURORA_READER),
        (GONE, AURORA_READER),
        (GONE, AURORA_WRITER),
        (AURORA_READER, AURORA_WRITER),
    ) == ['a', 'a', 'b', 'b']


def test_two_writers_that_tell_no_timeline_are_a_conflict() -> None:
    [found] = judged((AURORA_WRITER, AURORA_WRITER))
    assert (found.primary, found.conflict) == (None, 'more than one primary: a and b')


def test_timeline_that_is_not_told_counts_as_the_highest() -> None:
    assert primaries((standby(2), primary(0))) == ['b']
    [found] = judged((primary(2), primary(0)))
    assert (found.primary, found.conflict) == (None, 'more than one primary on timeline 2: a and b')


# Every sequence of events, of whatever length: what follows depends only on what was observed last and on the fence, so
# each pair of the two that can come about is judged once.

ALPHABET = (
    GONE, standby(1), primary(1), standby(2), primary(2), primary(0, ''), standby(0, ''), primary(2, THEIRS)
)  # fmt: skip
Statuses = tuple[Status | None, ...]


def histories(servers: int) -> Iterator[tuple[Statuses, Fence]]:
    """All that can be observed of so many servers, of which one changes at a time, with all that can be remembered."""
    begin: tuple[Statuses, Fence] = (GONE,) * servers, Fence()
    reached, open_ends = {begin}, [begin]
    while open_ends:
        statuses, fence = open_ends.pop()
        yield statuses, fence
        remembered = judged(statuses, fence=fence)[0].fence
        for server in range(servers):
            for status in ALPHABET:
                successor = (*statuses[:server], status, *statuses[server + 1 :]), remembered
                if successor not in reached:
                    reached.add(successor)
                    open_ends.append(successor)


def check(statuses: Statuses, fence: Fence, found: Verdict) -> None:
    observed = dict(zip('abc', statuses, strict=False))
    writers = {host: status for host, status in observed.items() if status is not None and not status.in_recovery}
    accepted = {host: status for host, status in writers.items() if host not in found.excluded}
    after = found.fence
    assert after.primary == found.primary
    assert after.timeline >= fence.timeline or after.system_identifier != fence.system_identifier
    if found.conflict:
        assert found.primary is None
        assert len(accepted) > 1
        assert all(host in found.conflict for host in accepted)
    elif found.primary in accepted:
        assert [*accepted] == [found.primary], 'there are two'
        if fence.primary not in (None, found.primary) and observed[fence.primary] is None:
            # It takes a promotion to take the place of one that cannot be reached, as far as timelines are told.
            assert fence.timeline < after.timeline or 0 in (fence.timeline, accepted[found.primary].timeline)
    else:
        assert not accepted, 'nobody else may be taken for a primary'
        if found.primary is not None:
            # It has been the primary, on the highest timeline that is known by now, and does not say otherwise.
            assert (found.primary, observed[found.primary]) == (fence.primary, None)
            assert fence.timeline in (0, after.timeline)
    for status in accepted.values():
        assert status.timeline in (0, after.timeline)
        assert status.system_identifier in ('', after.system_identifier)
    for host in found.excluded:
        excluded = observed[host]
        assert excluded is not None
        assert host in writers or excluded.system_identifier not in ('', after.system_identifier)


@pytest.mark.parametrize('servers', [1, 2, 3])
def test_whatever_happens_there_are_never_two_primaries_nor_a_stale_one(servers: int) -> None:
    judgements = 0
    for statuses, fence in histories(servers):
        [found, again] = judged(statuses, statuses, fence=fence)
        check(statuses, fence, found)
        assert again == found, 'the same is judged otherwise the second time'
        judgements += 1
    assert judgements > len(ALPHABET) ** servers
