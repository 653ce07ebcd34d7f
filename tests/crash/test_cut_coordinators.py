"""A process ends after any step of its commit: another one finishes what it has begun, or undoes it."""

from collections.abc import Callable
from contextlib import nullcontext

import gevent
import pytest

from pgdog_gevent.twophase.recovery import Terms
from pgdog_gevent.twophase.refusal import AbortedByRecovery
from pgdog_gevent.twophase.step import Step
from tests.crash.moments import Moment, moments
from tests.crash.proxies import (
    FORGETFUL,
    IMPATIENT,
    PATIENT,
    Died,
    Proxy,
    check_moment,
    check_truth,
    recover_all,
    session,
)
from tests.crash.shards import Shards, wait

RIVALS = {'alone': None, 'patient': PATIENT, 'impatient': IMPATIENT, 'forgetful': FORGETFUL}
"""Who recovers at the same time."""
CUTS = [
    pytest.param(count, anchor, moment, id=f'{count}-{anchor}-{moment}')
    for count, anchors in {2: (0, 1), 3: (0, 1, 2), 5: (2,)}.items() for anchor in anchors for moment in moments(count)
]  # fmt: skip
"""How many shards there are, which one decides, and when the process ends."""


@pytest.mark.parametrize('rival', RIVALS.values(), ids=RIVALS)
@pytest.mark.parametrize(('count', 'anchor', 'moment'), CUTS)
def test_all_shards_agree_when_another_process_has_recovered(
    shards: Shards, proxy_of_client: Proxy, another: Proxy, third: Proxy, anchor_is: Callable[[int], None],
    rival: Terms | None, count: int, anchor: int, moment: Moment,
) -> None:  # fmt: skip
    anchor_is(anchor)
    key = shards.new_key()
    with session(proxy_of_client, count) as client:
        client.write(key)
        pids = client.pids
        proxy_of_client.register.arm({moment: client.die})
        with nullcontext() if rival is None else third.recovering(count, rival):
            answer = client.commit()
            wait(lambda: not isinstance(answer, Died) or not shards.are_alive(pids), gevent.sleep)
    recover_all(another, shards, count)
    having = shards.having(key)
    check_truth(answer, having, count)
    match answer:
        case Died():
            check_moment(moment, having)
        case AbortedByRecovery():
            assert rival in (IMPATIENT, FORGETFUL)
        case _:
            # Who is at it at the same time has taken the last step instead.
            assert answer is None
            assert rival is not None
            assert moment.step is Step.COMMITTED
