"""A transaction over several shards: each begins it with the first statement that needs it there.

Several that have written commit when all have said that nothing stands against it: in two phases, or one after the
other where nobody wants that.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import gevent
from greenlet import getcurrent

from pgdog_gevent.backend.connection import ServerError
from pgdog_gevent.backend.settings import Settings
from pgdog_gevent.errors import (
    CommitOutcomeUnknown,
    FailedTransaction,
    FeatureNotSupported,
    ProxyError,
    QueryCanceled,
    ServerLost,
    ShuttingDown,
)
from pgdog_gevent.execution.direct import Relay
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.participants import lose, part, participants
from pgdog_gevent.protocol.response import TransactionStatus
from pgdog_gevent.twophase.committer import Committer
from pgdog_gevent.twophase.participant import Participant
from pgdog_gevent.twophase.refusal import AbortedByRecovery, RolledBack, TwoPhaseUnavailable

_BEGIN: Final = b'BEGIN'
_FAIL: Final = b'ROLLBACK TO "deadlock on other shards"'
"""An error, which the server logs."""
_OF_USER: Final = re.compile(rb'role|authorization', re.IGNORECASE)


class _Said(NamedTuple):
    """A statement that every shard has to hear that takes part.

    Of a ``savepoint``, ``settings`` has what was set on each shard when it was made there. What ``lasts`` is also said
    of the transaction that AND CHAIN begins.
    """

    sql: bytes
    savepoint: str | None
    settings: dict[int, Settings]
    lasts: bool = False


class Transaction:
    """Which shards take part, and what they have to hear first."""

    __slots__ = (
        '_committer', '_history', '_holdings', '_relay', 'adopted', 'deadlocked', 'first', 'implicit', 'joined', 'time',
    )  # fmt: skip

    def __init__(self, holdings: Holdings, relay: Relay, committer: Committer | None = None) -> None:
        """``committer`` sees to it that all or none commit; without one they do so one after the other."""
        self._committer = committer
        self._holdings = holdings
        self._relay = relay
        self._history: list[_Said] = []
        self.joined: set[int] = set()
        self.first: int | None = None
        """The shard that has taken part first: its time is that of the transaction."""
        self.time = b''
        """What that is, in SQL; empty: nobody has asked yet."""
        self.implicit = False
        """The client has not begun it: it ends with the request."""
        self.adopted = False
        """It has begun on the one shard that takes part, nobody knows how: no other one can."""
        self.deadlocked = False
        """Others wait for what it has locked, and it for them: an error is to set that free."""

    @property
    def open(self) -> bool:
        return bool(self._history)

    def begin(self, sql: bytes) -> None:
        """The client has begun it; no shard has heard of it."""
        self._history, self.implicit, self.adopted = [_Said(sql, None, {}, lasts=True)], False, False
        self._forget()

    def begin_implicitly(self) -> None:
        """Several shards are to do as one what the client has asked for in one request."""
        self.begin(_BEGIN)
        self.implicit = True

    def adopt(self) -> None:
        """The server in hand has begun it, among other statements of one text."""
        self.begin(_BEGIN)
        self.adopted = True
        self._take_part(self._holdings.binding.shard)

    @property
    def opening(self) -> tuple[_Said, ...]:
        """What says of which kind it is."""
        return tuple(said for said in self._history if said.lasts)

    def chain(self, opening: tuple[_Said, ...]) -> None:
        """It is one of this kind, of which nothing else has been said."""
        self._history = list(opening)
        self.time = b''

    # What holds for all who take part

    def has_savepoint(self, name: str) -> bool:
        return any(said.savepoint == name for said in self._history)

    @property
    def depth(self) -> int:
        """How many savepoints there are."""
        return sum(said.savepoint is not None for said in self._history)

    def add(self, sql: bytes, *, lasts: bool = False) -> None:
        """SET LOCAL; SET TRANSACTION, which ``lasts``."""
        self._history.append(_Said(sql, None, {}, lasts))

    @property
    def has_said_more(self) -> bool:
        """Whether there is more to hear than what kind of transaction it is, and its savepoints."""
        return any(said.savepoint is None and not said.lasts for said in self._history)

    @property
    def changes_user(self) -> bool:
        """Whether SET LOCAL may have made it one of another user."""
        return any(said.savepoint is None and _OF_USER.search(said.sql) for said in self._history)

    def add_savepoint(self, name: str, sql: bytes) -> None:
        connections = {shard: self._holdings.connection(shard) for shard in self.joined}
        made = {shard: connection.settings for shard, connection in connections.items() if connection is not None}
        self._history.append(_Said(sql, name, made))

    def release(self, name: str) -> None:
        """RELEASE SAVEPOINT: those after it are gone as well, and what has been set stays."""
        at = self._last(name)
        self._history[at:] = [said for said in self._history[at:] if said.savepoint is None]

    def roll_back_to(self, name: str) -> None:
        """ROLLBACK TO SAVEPOINT: what came after it is undone."""
        del self._history[self._last(name) + 1 :]

    def settings_at(self, name: str, shard: int) -> Settings:
        """What was set on a shard that takes part when a savepoint was made there."""
        return self._history[self._last(name)].settings[shard]

    def _last(self, name: str) -> int:
        names = [said.savepoint for said in self._history]
        return len(names) - 1 - names[::-1].index(name)

    # Taking part

    def check_admits(self, shard: int) -> None:
        """Raise FeatureNotSupported if a shard cannot take part."""
        if self.adopted and shard not in self.joined:
            raise FeatureNotSupported(
                'a transaction that has begun among other statements of one text stays on one shard',
                hint='Send BEGIN by itself.',
            )

    def join(self) -> None:
        """Have the server in hand take part, if it does not yet. Raises ServerError, ServerLost."""
        binding = self._holdings.binding
        connection = binding.connection
        if connection is None or not self.open or binding.shard in self.joined:
            return
        self._relay.prepare(connection)
        self._take_part(binding.shard)
        connection.run(b'\n;'.join(said.sql for said in self._history))  # A text may end in a comment.
        for said in self._history:
            if said.savepoint is not None:
                said.settings[binding.shard] = connection.settings

    def _take_part(self, shard: int) -> None:
        self.joined.add(shard)
        self.first = shard if self.first is None else self.first

    def _forget(self) -> None:
        self.joined.clear()
        self.first, self.time = None, b''

    def prepare(self) -> None:
        """Give the server in hand the settings of the session."""
        connection = self._holdings.binding.connection
        if connection is not None:
            self._relay.prepare(connection)

    def others(self) -> Iterator[int]:
        """Have each server in hand that takes part, but for the one that is; that one again in the end."""
        in_hand = self._holdings.binding.shard
        for shard in sorted(self.joined - {in_hand}):
            self._holdings.turn_to(shard)
            yield shard
        self._holdings.turn_to(in_hand)

    @property
    def failed_shard(self) -> int | None:
        """One that has failed the transaction."""
        for shard in sorted(self.joined):
            connection = self._holdings.connection(shard)
            if connection is not None and connection.status is TransactionStatus.FAILED:
                return shard
        return None

    def fail(self) -> None:
        """Have all fail it who have not, as PostgreSQL does: what has been locked since a savepoint is free.

        Raises ServerLost after all the others have.
        """
        self.deadlocked = False
        in_hand = self._holdings.binding.shard
        lost: ServerLost | None = None
        for _ in self.all():
            try:
                self._fail_one()
            except ServerLost as error:
                self._holdings.binding.lose()
                lost = error
        self._holdings.turn_to(in_hand)
        if lost is not None:
            raise lost

    def _fail_one(self) -> None:
        connection = self._holdings.binding.connection
        if connection is not None and connection.status is TransactionStatus.IN_TRANSACTION:
            with suppress(ServerError):
                connection.run(_FAIL)

    # Its end

    def commit(self) -> None:
        """Commit everywhere.

        Raises FailedTransaction, TwoPhaseUnavailable, ServerError, ServerLost, AbortedByRecovery, and then all has been
        rolled back; CommitOutcomeUnknown; what is thrown at this greenlet meanwhile, if that has rolled it back.
        """
        if self.failed_shard is not None:
            self.roll_back()
            raise FailedTransaction('the transaction has failed, and has been rolled back')
        if len(self.joined) == 1:
            self._commit_in_turn(tuple(self.joined), ())
        elif self.joined:
            self._commit_several()
        self.close()

    def _commit_several(self) -> None:
        try:
            self._commit_all(participants(self._holdings, self.joined))
        except (ServerError, TwoPhaseUnavailable, AbortedByRecovery, FeatureNotSupported):
            self.roll_back()
            raise
        except ServerLost as lost:
            self.roll_back()  # Nobody has been told to commit, or who was has said that it has not.
            raise RolledBack(lost.message) from None

    def _commit_all(self, found: Sequence[Participant]) -> None:
        writers = [each for each in found if each.facts.writes]
        readers = [each.shard for each in found if not each.facts.writes and not each.facts.may_fail_without_writing]
        self._end_reading(found)
        if self._committer is None or len(writers) < 2 or not self._committer.wanted(implicit=self.implicit):
            self._commit_in_turn([each.shard for each in writers], readers)
        else:
            self._commit_in_two_phases(self._committer, writers, readers)

    def _end_reading(self, found: Sequence[Participant]) -> None:
        """Where a COMMIT may find that what has been read was no consistent state, it must before others commit."""
        for each in found:
            if each.facts.may_fail_without_writing and not each.facts.writes:
                self._holdings.turn_to(each.shard)
                self._commit_one()

    def _commit_in_two_phases(
        self, committer: Committer, writers: Sequence[Participant], readers: Sequence[int]
    ) -> None:
        try:
            outcome = committer.commit(writers)
        except ProxyError:
            raise
        except BaseException:
            lose(self._holdings, self.joined)  # Nobody knows what they still have to say.
            raise
        lose(self._holdings, outcome.lost)
        if outcome.rolled_back:
            if isinstance(outcome.complaint, QueryCanceled):
                self.roll_back()
            raise outcome.complaint
        if outcome.committed:
            self._commit_in_turn((), readers)
        else:
            self.roll_back()
        if outcome.thrown is not None:
            gevent.kill(getcurrent(), outcome.thrown)  # It comes when the client has been told.
        if not outcome.committed:
            raise outcome.complaint

    def _commit_in_turn(self, writers: Sequence[int], readers: Sequence[int]) -> None:
        """Each for itself, writers first."""
        done: list[int] = []
        ended: ShuttingDown | None = None
        try:
            for shard in (*writers, *readers):
                self._holdings.turn_to(shard)
                try:
                    self._commit_one()
                except ProxyError as error:
                    ended = error if isinstance(error, ShuttingDown) else ended
                    self._holdings.binding.lose()
                    if shard in writers:
                        self._broken(shard, done, error)  # What has only been read is nothing to lose.
                else:
                    done += [shard] if shard in writers else []
        finally:
            if ended is not None:
                gevent.kill(getcurrent(), ended)  # It comes when the client has been told.

    def all(self) -> Iterator[int]:
        """Have each server in hand that takes part."""
        for shard in sorted(self.joined):
            self._holdings.turn_to(shard)
            yield shard

    def _commit_one(self) -> None:
        connection = self._holdings.binding.connection
        if connection is not None:
            connection.run(b'COMMIT')
            connection.commit_settings(connection.settings)

    def _broken(self, shard: int, done: list[int], error: ProxyError) -> None:
        """One of those that have written does not commit: raise what the client is told."""
        self.joined -= {shard, *done}
        self.roll_back()
        refused = isinstance(error, ServerError)
        if refused and not done:
            raise error
        fate = f'has been rolled back on shard {shard}' if refused else f'may have been committed on shard {shard}'
        where = f'has been committed on shard {", ".join(map(str, done))}, and ' if done else ''
        raise CommitOutcomeUnknown(
            f'the transaction {where}{fate}; on others it has been rolled back',
            detail=error.message,
            hint='Look whether its changes are there before repeating it.',
        ) from None

    def roll_back(self) -> None:
        """Roll back everywhere; a server that is lost has done so by itself."""
        for _ in self.all():
            connection = self._holdings.binding.connection
            if connection is not None and not connection.ledger.settled:
                self._holdings.binding.lose()  # It was lost while it had something to answer.
                continue
            if connection is None or connection.status is TransactionStatus.IDLE:
                continue
            try:
                connection.roll_back()
            except (ServerError, ServerLost):
                self._holdings.binding.lose()
        self.close()

    def close(self) -> None:
        """There is no transaction any more."""
        self._history = []
        self._forget()
        self.implicit = self.adopted = self.deadlocked = False
        part(self._holdings)
