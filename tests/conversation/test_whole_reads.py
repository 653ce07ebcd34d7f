"""Reads of several shards while one of them does not show yet what others do."""

import gevent
import pytest

from pgdog_gevent.protocol import query
from pgdog_gevent.twophase import committer
from tests.conversation.shard_stage import stage
from tests.conversation.test_shards_cut import READ, READS, UPDATE
from tests.unit.net.ends import until


@pytest.fixture(autouse=True)
def _first_shard_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer, 'anchor_of', lambda participants: participants[0])


@pytest.mark.parametrize('waits', [False, True])
def test_read_waits_for_a_commit_that_is_not_seen_everywhere_if_it_is_to(*, waits: bool) -> None:
    reads = 'wait' if waits else 'now'
    with stage({'two_phase_commit': True, 'two_phase_commit_reads': reads}) as place:
        actor = place.actors[2]
        actor.hangs_on = b'COMMIT PREPARED'
        with place.guest() as writer, place.guest() as reader:
            writing = gevent.spawn(writer.ask, query.query(UPDATE))
            until(actor.hanging.is_set)
            reading = gevent.spawn(reader.ask, READS)
            if waits:
                gevent.sleep(0.05)
                assert not any(b'SELECT id' in sql for each in place.actors for sql in each.told)
            else:
                assert reading.get() == READ
            actor.hangs_on = b''
            actor.canceled.set()
            assert (writing.get(), reading.get()) == ('C Z', READ)
            assert place.recover() == ()


def test_cancel_ends_the_wait() -> None:
    with stage({'two_phase_commit': True, 'two_phase_commit_reads': 'wait'}) as place:
        actor = place.actors[2]
        actor.hangs_on = b'COMMIT PREPARED'
        with place.guest() as writer, place.guest() as reader:
            writing = gevent.spawn(writer.ask, query.query(UPDATE))
            until(actor.hanging.is_set)
            reading = gevent.spawn(reader.ask, READS)
            gevent.sleep(0.02)
            reader.session.cancel()
            assert reading.get() == '57014 Z'
            actor.hangs_on = b''
            actor.canceled.set()
            assert writing.get() == 'C Z'
            assert place.recover() == ()
