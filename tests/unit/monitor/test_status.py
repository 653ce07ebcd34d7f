"""What a server's answer to the monitor's question means."""

import pytest

from pgdog_gevent.backend.host import Status
from pgdog_gevent.errors import ProtocolViolation, ServerViolation
from pgdog_gevent.monitor.status import Capabilities, Part, decode, question

PRIMARY = ('f', '50331648', None, '7713467316839682335', '0000000A0000000000000003', None, '9', '9')
STANDBY = ('t', '50331744', '1764395559.5', '7713467316839682335', None, '3', '2', '1')


def row(*columns: str | None) -> bytes:
    """A DataRow's body."""
    values = (b'\xff\xff\xff\xff' if text is None else len(text).to_bytes(4) + text.encode() for text in columns)
    return len(columns).to_bytes(2) + b''.join(values)


def test_timeline_of_a_primary_is_that_of_the_file_it_writes() -> None:
    assert decode(row(*PRIMARY)) == Status(
        in_recovery=False, lsn=0x3000000, timeline=10, system_identifier='7713467316839682335'
    )


def test_timeline_of_a_standby_is_the_highest_known() -> None:
    assert decode(row(*STANDBY)) == Status(
        in_recovery=True,
        lsn=0x3000060,
        timeline=3,
        system_identifier='7713467316839682335',
        replayed_at=1764395559.5,
    )


@pytest.mark.parametrize('in_recovery', [False, True])
def test_what_a_server_does_not_tell_is_unknown(in_recovery: bool) -> None:
    assert decode(row('t' if in_recovery else 'f', *[None] * 7)) == Status(in_recovery)


def test_promoted_server_does_not_count_as_one_that_replays() -> None:
    assert decode(row('f', '1', '1764395559.5', *[None] * 5)).replayed_at is None


@pytest.mark.parametrize('part', list(Part))
def test_refused_part_is_not_asked_for(part: Part) -> None:
    name = part.value.partition('(')[0].encode()
    assert name in question(Capabilities())
    assert name not in question(Capabilities(parts=frozenset(Part) - {part}))


@pytest.mark.parametrize('cut', range(len(row(*STANDBY))))
def test_truncated_answer_is_a_protocol_violation(cut: int) -> None:
    with pytest.raises((ProtocolViolation, ServerViolation)):
        decode(row(*STANDBY)[:cut])


@pytest.mark.parametrize('column', [1, 2, 5])
def test_answer_that_is_no_number_is_a_violation(column: int) -> None:
    columns = [*STANDBY[:column], 'x', *STANDBY[column + 1 :]]
    with pytest.raises(ServerViolation):
        decode(row(*columns))
