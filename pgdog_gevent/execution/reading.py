"""What several shards answer, read: row by row, to its end, or only until they leave off.

A server whose answer nobody wants any more is asked to leave off, if it does not come to an end by itself soon. As
between clients, nothing is sent to it then before it is sure that the cancel hits nothing that comes later.
"""

from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import Final

from pgdog_gevent.backend.recovery import outlive_cancels
from pgdog_gevent.errors import ServerLost
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.question import ShardAnswer, lost
from pgdog_gevent.net.deadline import Deadline

PATIENCE: Final = 0.05
"""Seconds that all together have to come to an end by themselves: most have failed likewise, or are done."""


class Reader:
    """Reads the answers of the servers that one session holds. All methods raise ServerLost."""

    __slots__ = ('_holdings',)

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    def heed(self, answer: ShardAnswer, act: Callable[[ShardAnswer], None]) -> None:
        """A connection that is lost is in hand then: whoever deals with that looks there."""
        try:
            act(answer)
        except ServerLost as error:
            self._holdings.turn_to(answer.shard)
            raise lost(answer.shard, error) from None

    def rows(self, answer: ShardAnswer) -> Iterator[bytes]:
        """As ``ShardAnswer.rows``."""
        try:
            yield from answer.rows()
        except ServerLost as error:
            self._holdings.turn_to(answer.shard)
            raise lost(answer.shard, error) from None

    def end(self, answers: Sequence[ShardAnswer]) -> None:
        """Read what is left of the answers, and forget it."""
        for answer in answers:
            self.heed(answer, ShardAnswer.drop)

    def stop(self, answers: Sequence[ShardAnswer]) -> None:
        """Likewise, of answers to what has failed: nobody waits for servers that take long."""
        with Deadline(PATIENCE):
            until = monotonic() + PATIENCE  # Who has always something to read does not hear of time.
            for answer in answers:
                self.heed(answer, lambda answer: _drop_until(answer, until))
        late = [answer for answer in answers if not answer.ended]
        for answer in late:
            answer.connection.cancel()
        self.end(late)
        for answer in late:
            self.heed(answer, _outlive_cancels)


def _drop_until(answer: ShardAnswer, until: float) -> None:
    while monotonic() < until and answer.drop_row():
        pass


def _outlive_cancels(answer: ShardAnswer) -> None:
    if not outlive_cancels(answer.connection):
        raise ServerLost('a statement was to be cancelled, and nobody knows when the cancel arrives')
