"""How a worker has things done by others: it wishes, the supervisor asks them and collects the answers."""

import pickle
from collections.abc import Callable, Collection
from itertools import count
from typing import Final, TypeAlias

import gevent
from gevent.event import AsyncResult

from pgdog_gevent.config.resolve import Place, PoolSettings
from pgdog_gevent.errors import ProxyError
from pgdog_gevent.supervisor.messages import (
    Answers,
    Asked,
    Find,
    FromWorker,
    Order,
    Others,
    PoolKey,
    Refusal,
    SchemaChanged,
    SequencesRead,
    TablesChanged,
    Wish,
)

_PATIENCE: Final = 1.0
"""Seconds for others to hear of a change; one that stands still for longer is not waited for."""

_Answers: TypeAlias = 'AsyncResult[tuple[bytes, ...]]'


class Colleagues:
    """All workers, as one of them sees them: ``backend.neighbours.Neighbours``, and more."""

    def __init__(self, send: Callable[[FromWorker], None]) -> None:
        self._send = send
        self._numbers = count(1)
        self._asked: dict[int, _Answers] = {}
        self._told: set[_Answers] = set()
        """What others may not have heard yet."""

    def ask(self, wish: Wish, timeout: float | None = None) -> list[object]:
        """Have others do something, and return what they say. Raises ProxyError if they do not in time."""
        answers = self._ask(wish)
        try:
            payloads = answers.get(timeout=timeout)
        except gevent.Timeout:
            raise ProxyError('a worker process does not answer') from None
        return [pickle.loads(payload) for payload in payloads or ()]

    def answered(self, answers: Answers) -> None:
        """The answers to a wish have come."""
        waiting = self._asked.pop(answers.number, None)
        if waiting is not None:
            self._told.discard(waiting)
            waiting.set(answers.payloads)

    def schema_changes(self, place: Place) -> None:
        self._tell(SchemaChanged(place))

    def tables_change(self, names: Collection[str]) -> None:
        self._tell(TablesChanged(tuple(names)))

    def sequences_are_read(self, place: Place) -> None:
        self._tell(SequencesRead(place))

    def settle(self) -> None:
        if self._told:
            gevent.wait(tuple(self._told), timeout=_PATIENCE)

    def client_of(self, settings: PoolSettings, pid: int) -> int | None:
        try:
            answers = self.ask(Others(Find(PoolKey.of(settings), pid)), _PATIENCE)
        except ProxyError:
            return None
        return next((answer for answer in answers if isinstance(answer, int)), None)

    def _tell(self, order: Order) -> None:
        self._told.add(self._ask(Others(order)))

    def _ask(self, wish: Wish) -> _Answers:
        number = next(self._numbers)
        answers: _Answers = AsyncResult()
        self._asked[number] = answers
        self._send(Asked(number, wish))
        return answers


def refused(answer: object) -> ProxyError | None:
    """The error that an answer tells of, if it does."""
    if not isinstance(answer, Refusal):
        return None
    error = ProxyError(answer.message, detail=answer.detail, hint=answer.hint)
    error.sqlstate = answer.sqlstate
    return error


def refusal(error: ProxyError) -> Refusal:
    """An error as an answer."""
    return Refusal(error.sqlstate, error.message, error.detail, error.hint)
