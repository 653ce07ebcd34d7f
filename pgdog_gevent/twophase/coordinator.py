"""Commits a transaction on several shards, all or nothing.

1. All writers but the anchor prepare their part, at the same time.
2. The anchor commits, together with a row that says so. That is the decision.
3. The others make visible what they have prepared, at the same time.

Whatever goes wrong before 2 has it rolled back everywhere. After 2 nothing can: what a shard has not done when its
connection is lost is done by ``recovery``, of this proxy or another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import gevent

from pgdog_gevent.backend.connection import BackendConnection, ServerError
from pgdog_gevent.backend.settings import IDENTITY, transition
from pgdog_gevent.errors import (
    CanceledByUser,
    CommitOutcomeUnknown,
    FeatureNotSupported,
    ProxyError,
    ServerLost,
)
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.sqlstate import (
    INSUFFICIENT_PRIVILEGE,
    QUERY_CANCELED,
    READ_ONLY_SQL_TRANSACTION,
    UNDEFINED_OBJECT,
    UNIQUE_VIOLATION,
)
from pgdog_gevent.twophase import decision
from pgdog_gevent.twophase.decision import Verdict
from pgdog_gevent.twophase.gid import Name
from pgdog_gevent.twophase.participant import Participant, heard
from pgdog_gevent.twophase.refusal import AbortedByRecovery
from pgdog_gevent.twophase.register import Entry, Register, State
from pgdog_gevent.twophase.step import Step

PATIENCE: Final = 5.0
"""Seconds for a shard to make visible what has been decided; then the client is told, and recovery goes on."""
_GRACE: Final = 2.0
"""Seconds for servers to say how far they have come, when somebody wants the session to end."""
_MOMENT: Final = 0.05
"""Seconds to read an answer that should be there."""

Ask = Callable[[Name, str, tuple[int, ...]], Verdict | None]
"""Ask the anchor by another connection what has been decided, or have it aborted; ``None``: it does not tell."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it has ended."""

    committed: bool
    error: ProxyError | None = None
    """What the client is told, if it is not committed."""
    lost: frozenset[int] = frozenset()
    """Shards whose connections cannot be used any more."""
    unfinished: bool = False
    """Something may still be prepared somewhere: recovery has to see to it."""
    thrown: BaseException | None = None
    """What has come from outside meanwhile: to be raised now if all is rolled back, else after the client is told."""

    @property
    def rolled_back(self) -> bool:
        """Whether it is known that it is."""
        return self.known is False

    @property
    def known(self) -> bool | None:
        """Whether it is committed; ``None`` if nobody knows."""
        return None if isinstance(self.error, CommitOutcomeUnknown) else self.committed

    @property
    def complaint(self) -> BaseException:
        """What is raised for one that is not committed."""
        thrown = self.thrown if self.rolled_back else None
        return thrown or self.error or CanceledByUser()


class Coordinator:
    """Of one commit. ``run`` is to be left alone; others may ``interrupt``."""

    def __init__(
        self, name: Name, entry: Entry, participants: Sequence[Participant], ask: Ask, register: Register
    ) -> None:
        """``register`` is told of each step."""
        self._name = name
        self._register = register
        self._entry = entry
        self._anchor = next(each for each in participants if each.shard == name.anchor)
        self._others = [each for each in participants if each.shard != name.anchor]
        self._ask = ask
        self._lost: set[int] = set()
        self._left: set[int] = set()
        """Shards that may have something prepared which nobody here can end."""
        self._prepared: list[Participant] = []
        self._given_up = False

    @property
    def participants(self) -> tuple[int, ...]:
        return self._entry.participants

    def run(self) -> Outcome:
        """Commit. Raises nothing of ``ProxyError``."""
        error = self._prepare()
        if error is None and self._given_up:
            error = CanceledByUser()
        if error is not None:
            return self._abort(error)
        self._register.decides(self._entry)
        try:
            self._decide()
        except ServerError as refused:
            return self._abort(_explained(refused))
        except ServerLost as lost:
            self._lost.add(self._anchor.shard)
            return self._learn(lost)
        return self._finish()

    def interrupt(self) -> None:
        """Roll it back, if nobody has been told to decide yet; else have it decided soon. Does not wait."""
        if not self._given_up:
            self._given_up = True
            if self._entry.state is State.PREPARING:
                for each in self._others:
                    each.connection.cancel()
            gevent.spawn_later(_GRACE, self._cut)

    def _cut(self) -> None:
        """Wait no longer for those that are silent."""
        match self._entry.state:
            case State.PREPARING:
                silent, reason = self._others, 'it did not prepare a transaction that was given up'
            case State.DECIDING:
                silent, reason = [self._anchor], 'it did not commit a transaction that was given up'
            case _:
                return
        for each in silent:
            if each.connection.busy:
                each.connection.sever(reason)

    # The three steps

    def _prepare(self) -> ProxyError | None:
        """Have all others prepare; return what has gone wrong first."""
        failed: ProxyError | None = None
        told: list[Participant] = []
        cancels = self._cancels()
        for each in self._others:
            text = decision.prepare(self._name.gid(each.shard), each.facts, each.login)
            try:
                each.connection.tell(text)
            except ServerLost as lost:
                self._lose(each)
                failed = failed or lost
                break
            told.append(each)
            self._register.passed(Step.PREPARING, each.shard)
        for each in told:
            try:
                heard(each.connection)
            except ServerError as refused:
                failed = failed or refused
            except ServerLost as lost:
                self._lose(each)
                failed = failed or lost
            else:
                _ended(each.connection)
                self._prepared.append(each)
                self._register.passed(Step.PREPARED, each.shard)
        if self._cancels() != cancels:
            self._given_up = True
        return failed

    def _cancels(self) -> int:
        """How often those who prepare were to be canceled. One that waits for its standby is prepared all the same."""
        return sum(each.connection.canceller.asked for each in self._others)

    def _decide(self) -> None:
        anchor = self._anchor
        anchor.connection.tell(decision.decide(self._name, self.participants, anchor.facts, anchor.login))
        self._register.passed(Step.DECIDING, anchor.shard)
        heard(anchor.connection)
        _ended(anchor.connection)

    def _learn(self, lost: ServerLost) -> Outcome:
        """The connection was lost while the anchor was deciding: find out what it has decided."""
        match self._ask(self._name, self._anchor.login, self.participants):
            case Verdict.COMMIT:
                return self._finish()
            case Verdict.ABORT:
                return self._abort(lost)
            case None:
                error = CommitOutcomeUnknown(
                    f'the connection to shard {self._anchor.shard}, which decides, was lost during COMMIT: it is not '
                    'known yet whether the transaction has been committed',
                    detail=lost.message,
                    hint='All shards will do the same as soon as that one can be asked. Look whether the changes are '
                    'there before repeating them.',
                )
                return Outcome(False, error, frozenset(self._lost), unfinished=True)

    def _finish(self) -> Outcome:
        """It is decided: have all others make it visible."""
        self._entry.state = State.COMMITTING
        for each in (self._anchor, *self._others):
            each.connection.counters.transactions_2pc += 1
        self._entry.hidden.discard(self._anchor.shard)
        self._register.passed(Step.DECIDED, self._anchor.shard)
        told: list[Participant] = []
        for each in self._others:
            try:
                each.connection.tell(decision.finish(self._name.gid(each.shard), Verdict.COMMIT))
            except ServerLost:
                self._lose(each)
            else:
                told.append(each)
                self._register.passed(Step.COMMITTING, each.shard)
        self._hear_all(told, self._hear_committed)
        return Outcome(True, None, frozenset(self._lost), bool(self._left))

    def _hear_committed(self, each: Participant) -> None:
        if self._hear_end(each, Verdict.COMMIT):
            self._entry.hidden.discard(each.shard)
            self._register.passed(Step.COMMITTED, each.shard)

    def _hear_all(self, told: Sequence[Participant], hear: Callable[[Participant], None]) -> None:
        """Have them answer; who has not in time may still do what it has been told: recovery will see."""
        waiting = list(told)
        with Deadline(PATIENCE):
            while waiting:
                hear(waiting[0])
                del waiting[0]
        for each in waiting[:1]:
            self._lose(each)
        for each in waiting[1:]:
            self._hear_at_once(each, hear)

    def _hear_at_once(self, each: Participant, hear: Callable[[Participant], None]) -> None:
        """One who may have answered while another one was waited for."""
        with Deadline(_MOMENT):
            hear(each)
            return
        self._lose(each)

    # Rolling back

    def _abort(self, error: ProxyError) -> Outcome:
        self._entry.state = State.ABORTING
        told: list[Participant] = []
        for each in (self._anchor, *self._others):
            text = self._undoing(each)
            if not text:
                continue
            try:
                each.connection.tell(text)
            except ServerLost:
                self._lose(each)
            else:
                told.append(each)
        self._hear_all(told, self._hear_undone)
        return Outcome(False, error, frozenset(self._lost), bool(self._left))

    def _undoing(self, each: Participant) -> bytes:
        """What rolls its part back; empty if there is nothing to roll back any more."""
        if each.shard in self._lost:
            return b''
        if each in self._prepared:
            return decision.finish(self._name.gid(each.shard), Verdict.ABORT)
        if each.connection.status is TransactionStatus.IDLE:
            each.connection.rolled_back()
            return b''
        return b'ROLLBACK'

    def _hear_undone(self, each: Participant) -> None:
        if each in self._prepared:
            self._hear_end(each, Verdict.ABORT)
            return
        try:
            heard(each.connection)
        except ProxyError:
            self._lost.add(each.shard)  # Its server rolls back what is not prepared.
        else:
            each.connection.rolled_back()

    # One participant

    def _lose(self, each: Participant) -> None:
        """Its connection is gone, and with it the knowledge whether something is prepared there."""
        self._lost.add(each.shard)
        self._left.add(each.shard)

    def _hear_end(self, each: Participant, verdict: Verdict) -> bool:
        """Whether what is prepared there has ended."""
        connection = each.connection
        try:
            heard(connection)
        except ServerLost:
            self._lose(each)
            return False
        except ServerError as refused:
            return self._try_again(each, verdict, refused)
        return True

    def _try_again(self, each: Participant, verdict: Verdict, refused: ServerError) -> bool:
        """A cancel has come too late, the session is another user's now, or somebody else has ended it already."""
        if refused.sqlstate == UNDEFINED_OBJECT:
            return True  # It was prepared, and has ended as has been decided: nobody ends it otherwise.
        connection, text = each.connection, decision.finish(self._name.gid(each.shard), verdict)
        try:
            if refused.sqlstate == QUERY_CANCELED:
                connection.canceller.join()
                connection.run(text)
                return True
            if refused.sqlstate == INSUFFICIENT_PRIVILEGE:
                _run_as_login(connection, text)
                return True
        except ServerLost:
            self._lost.add(each.shard)
        except ServerError:
            pass  # Recovery goes on trying, with connections of its own.
        self._left.add(each.shard)
        return False


def _ended(connection: BackendConnection) -> None:
    """The transaction of this session is over: what it has set stays."""
    connection.commit_settings(connection.settings)


def _run_as_login(connection: BackendConnection, text: bytes) -> None:
    """Have the session be who has logged in, for one statement. Raises ServerError; ServerLost also if it stays so."""
    connection.run(b'SET SESSION AUTHORIZATION DEFAULT; SET ROLE NONE')
    refused: ServerError | None = None
    try:
        connection.run(text)
    except ServerError as error:
        refused = error
    mine = {name: connection.settings[name] for name in IDENTITY if name in connection.settings}
    try:
        connection.run(b'RESET SESSION AUTHORIZATION; RESET ROLE; ' + transition({}, mine))
    except ServerError as error:
        raise ServerLost(error.message) from None  # Its client must not go on with the rights of who has logged in.
    if refused is not None:
        raise refused


def _explained(refused: ServerError) -> ProxyError:
    if refused.sqlstate == UNIQUE_VIOLATION and 'decision_pkey' in refused.message:
        return AbortedByRecovery()
    if refused.sqlstate == READ_ONLY_SQL_TRANSACTION:
        return FeatureNotSupported(
            'a transaction that has been made READ ONLY after it has written on several shards cannot be committed in '
            'two phases',
            hint='SET TRANSACTION READ ONLY before it writes, or not at all.',
        )
    return refused
