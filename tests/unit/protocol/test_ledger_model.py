"""The ledger beside a simulated server: random pipelines, every reply held against the message that it answers."""

from collections import deque

import pytest
from hypothesis import given, settings

from pgdog_gevent.protocol.codes import Backend, Frontend
from pgdog_gevent.protocol.ledger import Owed, ReplyLedger
from tests.unit.protocol.simulated_server import OUT_OF_BAND, PROGRAMS, Message, Reply, Role, SimulatedServer

BOTH_WAYS = pytest.mark.parametrize('withholding', [False, True], ids=['told of all', 'not told of what is unread'])


class Relay:
    """Uses a ledger as the proxy does, and checks each of its answers.

    ``seen`` is what the frontend gets: the code of a reply, or 0 for an answer of the proxy's own, and the index of
    the message that it is for.
    """

    def __init__(self, *, withholding: bool) -> None:
        self._withholding = withholding
        self._server = SimulatedServer()
        self._coming: deque[Reply] = deque()
        self._entries: list[Owed[str]] = []
        self.revoked: list[tuple[int, bool]] = []
        self.ledger: ReplyLedger[str] = ReplyLedger(self._revoke)
        self.seen: list[Reply] = []

    def run(self, program: list[Message]) -> None:
        for message in program:
            self._send(message)
            self._check()
            for _ in range(message.deliveries):
                self._deliver()
        while self._coming:
            self._deliver()

    def _revoke(self, owed: Owed[str], skipped: bool) -> None:
        self.revoked.append((self._entries.index(owed), skipped))

    def _send(self, message: Message) -> None:
        index = len(self._entries)
        self._entries.append(message.owed())
        if message.code != Frontend.FLUSH:
            self.ledger.sent(self._entries[index])
        if message.role is not Role.ANSWERED:
            self._coming.extend(self._server.answer(index, message))
        elif not self._server.skipping:
            self._server.waiting = True

    def _deliver(self) -> None:
        if self._coming:
            self._receive(self._coming.popleft())
            self._check()

    def _receive(self, reply: Reply) -> None:
        if self._withholding and reply.code in self.ledger.unread:
            self.seen.append(reply)
            return
        owed = self.ledger.received(reply.code)
        if reply.code in OUT_OF_BAND:
            self.seen.append(reply)
            return
        if self._withholding:
            assert reply.code == Backend.ERROR_RESPONSE or _alike(owed, self._entries[reply.message])
        else:
            assert owed is self._entries[reply.message]
        if reply.code == Backend.ERROR_RESPONSE or not (owed and owed.swallow):
            self.seen.append(reply)

    def _check(self) -> None:
        self.seen += [Reply(0, self._entries.index(owed)) for owed in self.ledger.due()]
        server = self._server
        assert self.ledger.settled == (not self._coming and not server.skipping and not server.waiting)
        if not self._coming:
            assert len(self.ledger) == 0, 'the proxy would wait for a reply that does not come'


def _alike(owed: Owed[str] | None, wanted: Owed[str]) -> bool:
    """Whether nobody can tell the two apart: who is not told of all replies takes one ParseComplete for another.

    What an error belongs to is then not known at all; nobody asks for it either.
    """
    if owed is None:
        return False
    return (owed.code, owed.swallow, owed.statement, owed.note) == (
        wanted.code, wanted.swallow, wanted.statement, wanted.note
    )  # fmt: skip


def told(program: list[Message]) -> tuple[list[Reply], list[tuple[int, bool]]]:
    """What the frontend must see, if replies come without any delay.

    And which messages have not happened, with whether they were skipped.
    """
    server = SimulatedServer()
    seen: list[Reply] = []
    revoked: list[tuple[int, bool]] = []
    for index, message in enumerate(program):
        skipped = server.skipping and message.code != Frontend.SYNC
        if message.role is Role.ANSWERED:
            replies = [] if skipped else [Reply(0, index)]
        else:
            replies = server.answer(index, message)
        failed = any(reply.code == Backend.ERROR_RESPONSE for reply in replies)
        if message.remembered and (skipped or failed):
            revoked.append((index, skipped))
        swallowed = message.role in (Role.INJECTED, Role.INJECTED_NAME)
        visible = OUT_OF_BAND | {Backend.ERROR_RESPONSE}
        seen += [reply for reply in replies if not swallowed or reply.code in visible]
    return seen, revoked


@BOTH_WAYS
@settings(max_examples=300, deadline=None)
@given(program=PROGRAMS)
def test_every_reply_reaches_whom_it_is_for(withholding: bool, program: list[Message]) -> None:
    relay = Relay(withholding=withholding)
    relay.run(program)
    seen, revoked = told(program)
    assert relay.seen == seen
    if withholding:
        # What failed is then not always told from what was skipped.
        assert [index for index, _ in relay.revoked] == [index for index, _ in revoked]
    else:
        assert relay.revoked == revoked
