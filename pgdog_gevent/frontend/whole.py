"""Reads of several shards, and transactions that only some of them show yet."""

from typing import TypeGuard

from pgdog_gevent.config.choices import TwoPhaseReads
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.observe.snapshot import Activity
from pgdog_gevent.router.blueprint import Folded, Scattered
from pgdog_gevent.router.plan import CopyOutOf, Plan, Together


def await_whole(exchange: Exchange, found: Plan) -> None:
    """Before a read of several shards, if ``two_phase_commit_reads`` wants that: wait for commits of this proxy.

    Raises CanceledByUser.
    """
    if exchange.services.general.two_phase_commit_reads is not TwoPhaseReads.WAIT or not _reads_several(found):
        return
    client = exchange.client
    client.activity = Activity.WAITING
    try:
        exchange.services.register.await_whole(client.database, found.shards)
    finally:
        client.activity = Activity.ACTIVE


def _reads_several(found: Plan) -> TypeGuard[Together | CopyOutOf]:
    match found:
        case Together(shards, Scattered() | Folded()) | CopyOutOf(shards, _):
            return len(shards) > 1
        case _:
            return False
