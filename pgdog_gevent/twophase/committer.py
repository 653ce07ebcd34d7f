"""Has the transactions of one session committed in two phases, where its database wants that."""

from collections.abc import Sequence
from dataclasses import replace
from random import choice
from typing import Final

import gevent

from pgdog_gevent.backend.cluster import Cluster
from pgdog_gevent.backend.counters import ClientCounters
from pgdog_gevent.backend.login import logged_in
from pgdog_gevent.errors import ProxyError, QueryCanceled
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.twophase import decision, inquiry
from pgdog_gevent.twophase.coordinator import PATIENCE, Coordinator, Outcome
from pgdog_gevent.twophase.decision import Verdict
from pgdog_gevent.twophase.gid import Name
from pgdog_gevent.twophase.participant import Participant
from pgdog_gevent.twophase.register import Entry, Register
from pgdog_gevent.twophase.shield import shielded

_NAME: Final = 'pgdog-gevent commit'
_PAUSE: Final = 0.2
"""Seconds between two attempts to ask an anchor that is lost."""


class Committer:
    """One for each session."""

    __slots__ = ('_cluster', '_counters', '_register')

    def __init__(self, cluster: Cluster, register: Register, counters: ClientCounters) -> None:
        self._cluster = cluster
        self._counters = counters
        self._register = register

    def wanted(self, *, implicit: bool) -> bool:
        """Whether a transaction on several shards is committed so; ``implicit``: the client has not begun it."""
        settings = self._cluster.settings
        return settings.two_phase_commit_auto if implicit else settings.two_phase_commit

    def commit(self, participants: Sequence[Participant]) -> Outcome:
        """Commit what these have written; their connections owe nothing afterwards, but for those that are lost.

        Raises TwoPhaseUnavailable, ServerError, ServerLost, and then nobody has been told to commit.
        """
        register = self._register
        register.readiness.check(participants)
        anchor = anchor_of(participants)
        assert anchor.facts.xid is not None
        settings = self._cluster.settings
        name = Name.new(register.scope(settings.database), anchor.shard, anchor.facts.xid, anchor.login)
        entry = Entry(name.text, settings.database, settings.user, tuple(each.shard for each in participants))
        coordinator = Coordinator(name, entry, participants, self._ask, register)
        register.enter(entry)
        outcome = None
        try:
            outcome, thrown = shielded(coordinator.run, coordinator.interrupt)
        finally:
            if outcome is None or outcome.unfinished:
                register.leave_to_recovery(entry, committed=None if outcome is None else outcome.known)
            else:
                register.leave(entry, committed=outcome.committed)
        if outcome.committed:
            self._counters.transactions_2pc += 1
        else:
            register.readiness.doubt(participants)
        return outcome if thrown is None else _heeding(thrown, outcome)

    def _ask(self, name: Name, owner: str, participants: tuple[int, ...]) -> Verdict | None:
        with Deadline(PATIENCE):
            while True:
                try:
                    return self._settle(name, owner, participants)
                except ProxyError:
                    gevent.sleep(_PAUSE)  # It may be restarting, or another server may become the primary.
        return None

    def _settle(self, name: Name, owner: str, participants: tuple[int, ...]) -> Verdict | None:
        target = self._cluster.writer(name.anchor).target
        with logged_in([target], self._register.keys, _NAME) as connection:
            connection.run(decision.SETTINGS)
            verdict = decision.settle(connection, name, participants, owner)
            if verdict is Verdict.ABORT and inquiry.seems_committed(connection, name):
                return None  # Others have finished it and forgotten the decision, unless this is another server now.
            return verdict


def anchor_of(participants: Sequence[Participant]) -> Participant:
    """Who decides: what cannot be prepared can still be committed by that one.

    That is what has used a temporary table or a cursor WITH HOLD; and NOTIFY, of which nobody here knows, but which is
    always on shard 0.
    """
    dirty = [each for each in participants if each.connection.dirty]
    return choice(dirty or [each for each in participants if each.shard == 0] or participants)


def _heeding(thrown: BaseException, outcome: Outcome) -> Outcome:
    """What is canceled has been rolled back; so if it has not, or nobody knows, the cancel has come too late."""
    return replace(outcome, thrown=thrown) if outcome.rolled_back or not isinstance(thrown, QueryCanceled) else outcome
