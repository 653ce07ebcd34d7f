"""Signals that are heeded between steps."""

import signal
from contextlib import ExitStack, suppress

import pytest

from pgdog_gevent.demo.interruption import STOPPING, Stopped, heed_signals


@pytest.mark.parametrize('signum', STOPPING, ids=lambda signum: signum.name)
def test_a_signal_is_remembered_until_the_next_check(signum: signal.Signals) -> None:
    with heed_signals() as interruption:
        interruption.check()
        signal.raise_signal(signum)
        with pytest.raises(Stopped) as stopped:
            interruption.check()
    assert stopped.value.code == 0


def test_a_signal_interrupts_where_it_may() -> None:
    reached: list[str] = []
    with heed_signals() as interruption, suppress(Stopped), interruption.anywhere():
        reached.append('the signal')
        signal.raise_signal(signal.SIGTERM)
        reached.append('what comes after')
    assert reached == ['the signal']


def test_a_signal_that_came_before_stops_at_the_door() -> None:
    with heed_signals() as interruption:
        signal.raise_signal(signal.SIGTERM)
        block = interruption.anywhere()
        with pytest.raises(Stopped):
            block.__enter__()


def test_a_second_signal_does_not_interrupt_the_clean_up() -> None:
    reached: list[str] = []
    with heed_signals() as interruption, suppress(Stopped), interruption.anywhere(), ExitStack() as clean_up:
        clean_up.callback(reached.append, 'the end of the clean-up')
        clean_up.callback(signal.raise_signal, signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    assert reached == ['the end of the clean-up']


def test_signals_are_as_before_in_the_end() -> None:
    before = [signal.getsignal(signum) for signum in STOPPING]
    with heed_signals():
        pass
    assert [signal.getsignal(signum) for signum in STOPPING] == before
