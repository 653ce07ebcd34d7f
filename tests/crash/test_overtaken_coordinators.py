"""A recovery looks at what a coordinator that is alive has just done, and then that one goes on."""

from collections.abc import Callable

import pytest

from pgdog_gevent.errors import ProxyError
from pgdog_gevent.twophase.recovery import Terms
from pgdog_gevent.twophase.refusal import AbortedByRecovery
from pgdog_gevent.twophase.step import Step
from tests.crash.moments import Moment, moments
from tests.crash.proxies import FORGETFUL, IMPATIENT, PATIENT, Proxy, check_truth, recover_all, session
from tests.crash.shards import Shards

MOMENTS = [
    pytest.param(count, anchor, moment, id=f'{count}-{anchor}-{moment}')
    for count, anchors in {2: (0, 1), 3: (0, 1, 2), 5: (2,)}.items() for anchor in anchors for moment in moments(count)
]  # fmt: skip


@pytest.mark.parametrize(('count', 'anchor', 'moment'), MOMENTS)
def test_coordinator_that_is_alive_is_left_alone_for_the_grace(
    shards: Shards, proxy_of_client: Proxy, another: Proxy, anchor_is: Callable[[int], None], count: int, anchor: int,
    moment: Moment,
) -> None:  # fmt: skip
    answer = overtaken(PATIENT, shards, proxy_of_client, another, anchor_is, count, anchor, moment)
    assert answer is None


@pytest.mark.parametrize('terms', [IMPATIENT, FORGETFUL], ids=['impatient', 'forgetful'])
@pytest.mark.parametrize(('count', 'anchor', 'moment'), MOMENTS)
def test_coordinator_that_is_taken_for_dead_tells_its_client_so(
    shards: Shards, proxy_of_client: Proxy, another: Proxy, anchor_is: Callable[[int], None], terms: Terms, count: int,
    anchor: int, moment: Moment,
) -> None:  # fmt: skip
    answer = overtaken(terms, shards, proxy_of_client, another, anchor_is, count, anchor, moment)
    if moment.step is Step.PREPARED:
        assert isinstance(answer, AbortedByRecovery)
    if moment.is_decided:
        assert answer is None


def overtaken(
    terms: Terms, shards: Shards, proxy_of_client: Proxy, another: Proxy, anchor_is: Callable[[int], None], count: int,
    anchor: int, moment: Moment,
) -> ProxyError | None:  # fmt: skip
    """Have another process recover at a moment of a commit, twice; return the client's answer, which is the truth.

    Its session goes on.
    """
    anchor_is(anchor)

    def recover() -> None:
        another.recover(count, terms)
        another.recover(count, terms)

    key, next_key = shards.new_key(), shards.new_key()
    with session(proxy_of_client, count) as client:
        client.write(key)
        proxy_of_client.register.arm({moment: recover})
        answer = client.commit()
        assert not proxy_of_client.register.armed
        client.write(next_key)
        assert client.commit() is None
    recover_all(another, shards, count)
    check_truth(answer, shards.having(key), count)
    check_truth(None, shards.having(next_key), count)
    assert answer is None or isinstance(answer, ProxyError)
    return answer
