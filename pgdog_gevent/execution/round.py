"""The messages of the extended protocol up to a Sync or Flush, as long as they could be sent once more."""

from collections.abc import Sequence

from pgdog_gevent.backend.prepared import PreparedStatement
from pgdog_gevent.execution.outdated import described, failed_step
from pgdog_gevent.execution.request import Step
from pgdog_gevent.net.stream import Mark, Stream
from pgdog_gevent.protocol.codes import Frontend


class Round:
    """What the client has asked for since its last Sync, and what it has been told so far."""

    __slots__ = ('_client', '_mark', '_movable', 'again', 'passed', 'steps')

    def __init__(self, client: Stream) -> None:
        self._client = client
        self._mark: Mark | None = None
        """Where the answers begin, if nothing has been sent before ``steps``."""
        self._movable: Mark | None = None
        """Where the answers begin, if another server may be asked instead."""
        self.passed = 0
        """Runs of messages that the server's stream had passed on when it began."""
        self.steps: Sequence[Step] = ()
        self.again: Sequence[Step] = ()
        """What to send when the server is ready, instead of telling the client that it is."""

    def forget(self, passed: int) -> None:
        """Something else begins; the server's stream has passed on ``passed`` runs before it."""
        self._mark, self._movable, self.again = None, None, ()
        self.passed = passed

    def may_move(self) -> None:
        """What begins now may be asked of another server, as long as the client has had nothing of the answer."""
        self._client.flush()
        self._movable = self._client.mark()

    def moves(self) -> bool:
        """Take back what has been answered, if the client has not been sent any of it; say whether."""
        movable, self._movable = self._movable, None
        return movable is not None and self._client.take_back(movable) is not None

    def begin(self, steps: list[Step], *, outside_transaction: bool) -> None:
        self.steps = steps
        if outside_transaction and steps[-1].frame.code in (Frontend.SYNC, Frontend.FLUSH):
            self._mark = self._client.mark()

    def go_on(self, steps: list[Step]) -> None:
        """More steps of a round that came in parts."""
        self._mark = None
        self.steps = steps

    def answered(self) -> None:
        """Part of its answer has been sent to the client."""
        self._mark = self._movable = None

    @property
    def whole(self) -> bool:
        """Whether ``steps`` are all of it, a transaction of their own, and are sent for the first time."""
        return self._mark is not None

    @property
    def synchronized(self) -> bool:
        """Whether it ends in a Sync, and not in a Flush."""
        return self.steps[-1].frame.code == Frontend.SYNC

    def take_back(self) -> Step | None:
        """Take back the answers before an error, which the client has not been sent yet; return the step that failed.

        ``None``, and the answers stay, if the client would notice that the round is done once more.
        """
        mark, self._mark = self._mark, None
        answers = self._client.take_back(mark) if mark is not None else None
        if answers is None:
            return None
        failed = failed_step(self.steps, answers)
        if failed is not None and failed.statement is not None and failed.name in described(self.steps):
            return failed
        self._client.write(answers)
        return None

    def repeat(self, old: PreparedStatement, new: PreparedStatement, names: frozenset[bytes]) -> None:
        """Do all of it again, with another statement for ``names``."""
        self.again = self.steps = renewed(self.steps, old, new, names)


def renewed(
    steps: Sequence[Step], old: PreparedStatement, new: PreparedStatement, names: frozenset[bytes]
) -> list[Step]:
    """The steps with ``new`` in the place of ``old`` where they speak of ``names``."""
    return [
        step._replace(statement=new) if step.statement is old and step.name in names else step for step in steps
    ]
