"""How a worker has things done by others: it wishes, the supervisor asks them and collects the answers."""

import pickle
from collections.abc import Callable, Collection, Mapping
from itertools import count
from typing import Final, TypeAlias

import gevent
from gevent.event import AsyncResult
from pydantic import SecretStr

from pgdog_gevent.backend.floor import Floor
from pgdog_gevent.backend.neighbours import Greeted
from pgdog_gevent.backend.visibility import Elsewhere, Marks
from pgdog_gevent.config.resolve import Place, PoolSettings
from pgdog_gevent.errors import ProxyError
from pgdog_gevent.supervisor.board import Board
from pgdog_gevent.supervisor.messages import Answers, Asked, FromWorker, Others, Refusal, Wish
from pgdog_gevent.supervisor.orders import (
    CatalogChanged,
    Find,
    Greet,
    Order,
    PasswordIs,
    PoolKey,
    SchemaChanged,
    SequencesRead,
    TablesChanged,
)

_PATIENCE: Final = 1.0
"""Seconds for others to hear of a change; one that stands still for longer is not waited for."""

_Answers: TypeAlias = 'AsyncResult[tuple[bytes, ...]]'


class Colleagues:
    """All workers, as one of them sees them: ``backend.neighbours.Neighbours``, and more."""

    def __init__(self, send: Callable[[FromWorker], None], board: Board, worker: int) -> None:
        self._send = send
        self._board = board
        self._worker = worker
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

    def catalog_changes(self, place: Place) -> None:
        self._tell(CatalogChanged(place))

    def sequences_are_read(self, place: Place) -> None:
        self._tell(SequencesRead(place))

    def settle(self) -> None:
        if self._told:
            gevent.wait(tuple(self._told), timeout=_PATIENCE)

    def password_is(self, user: str, database: str, password: SecretStr) -> None:
        self._tell(PasswordIs(user, database, password))

    def client_of(self, settings: PoolSettings, pid: int) -> int | None:
        answers = self._inquire(Find(PoolKey.of(settings), pid))
        return next((answer for answer in answers if isinstance(answer, int)), None)

    def greeting(self, user: str, database: str, settings: Greeted) -> Mapping[str, str] | None:
        answers = self._inquire(Greet(user, database, settings))
        return next((answer for answer in answers if isinstance(answer, dict)), None)

    def floor(self, database: str, shard: int) -> Floor:
        return _SharedFloor(self._board, self._worker, f'{shard} {database}'.encode())

    def commits(self) -> Elsewhere:
        return _SharedCommits(self._board, self._worker)

    def _inquire(self, order: Order) -> list[object]:
        """Ask the others for something that can be found out otherwise, or need not be."""
        try:
            return self.ask(Others(order), _PATIENCE)
        except ProxyError:
            return []

    def _tell(self, order: Order) -> None:
        self._told.add(self._ask(Others(order)))

    def _ask(self, wish: Wish) -> _Answers:
        number = next(self._numbers)
        answers: _Answers = AsyncResult()
        self._asked[number] = answers
        self._send(Asked(number, wish))
        return answers


class _SharedFloor:
    """A ``backend.floor.Floor`` that clients of all workers raise."""

    def __init__(self, board: Board, worker: int, name: bytes) -> None:
        self._board = board
        self._worker = worker
        self._name = name

    @property
    def lsn(self) -> int:
        return self._board.floor(self._name)

    def rise(self, lsn: int) -> None:
        self._board.raise_floor(self._worker, self._name, lsn)


class _SharedCommits:
    """The commits of all workers: a ``backend.visibility.Elsewhere``."""

    def __init__(self, board: Board, worker: int) -> None:
        self._board = board
        self._worker = worker

    def publish(self, decided: int, oldest: int) -> None:
        self._board.publish_commits(self._worker, decided, oldest)

    def marks(self) -> Marks:
        """Of its own this process knows more than their number."""
        return tuple(0 if worker == self._worker else count for worker, count in enumerate(self._board.decided()))

    def seen(self, marks: Marks) -> bool:
        return self._board.seen(marks)


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
