"""Lines on their way to descriptors that take them, do not, or will later: pipes, files, nothing."""

import os
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from pgdog_gevent.observe.log_lines import Event
from pgdog_gevent.observe.log_writer import LineWriter, Manner

PATIENCE = 10.0
PLAIN = Manner(lambda event: event.message)


class Pipe:
    """A pipe that a writer writes into, and that nobody reads unless asked to."""

    def __init__(self) -> None:
        self.end, self.beginning = os.pipe()

    def read(self, size: int = 1 << 20) -> bytes:
        return os.read(self.end, size)

    def lines_until(self, last: str) -> list[str]:
        """Read until a line begins with ``last``."""
        read = b''
        while not (read.endswith(b'\n') and read.splitlines()[-1].startswith(last.encode())):
            read += self.read()
        return read.decode().splitlines()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    os.close(pipe.end)


def event(message: str) -> Event:
    return Event(1000.0, 'INFO', 'test', message)


def test_lines_are_written_in_order(pipe: Pipe) -> None:
    writer = LineWriter(pipe.beginning, PLAIN)
    for number in range(1000):
        writer.write(event(str(number)))
    assert pipe.lines_until('999') == [str(number) for number in range(1000)]
    writer.close()


def test_closing_writes_what_there_is_and_closes_the_descriptor(pipe: Pipe) -> None:
    writer = LineWriter(pipe.beginning, PLAIN)
    writer.write(event('last words'))
    writer.close()
    assert (pipe.read(), pipe.read()) == (b'last words\n', b'')


def test_flush_returns_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / 'log'
    writer = LineWriter(os.open(path, os.O_WRONLY | os.O_CREAT), PLAIN)
    writer.write(event('written'))
    assert writer.flush(PATIENCE)
    assert path.read_text() == 'written\n'
    writer.close()


def test_a_blocked_pipe_delays_nobody_and_the_loss_is_told(pipe: Pipe) -> None:
    writer = LineWriter(pipe.beginning, PLAIN, limit=300_000)
    for number in range(1000):
        writer.write(event(f'{number} {"x" * 1000}'))
    assert 0 < writer.lost < 1000
    assert not writer.flush(0.01)
    lines = pipe.lines_until('lines are missing here')
    assert lines[-1].endswith(f': {writer.lost}')
    assert [int(line.split()[0]) for line in lines[:-1]] == list(range(1000 - writer.lost))
    writer.close()


def test_work_goes_on_after_a_loss(pipe: Pipe) -> None:
    writer = LineWriter(pipe.beginning, PLAIN, limit=1)
    writer.write(event('x' * 100_000))
    writer.write(event('too much'))
    pipe.lines_until('lines are missing here')
    writer.flush(PATIENCE)
    writer.write(event('after'))
    assert pipe.lines_until('after') == ['after']
    writer.close()


def test_a_descriptor_that_fails_is_complained_about_once() -> None:
    complaints: SimpleQueue[str] = SimpleQueue()
    writer = LineWriter(os.open('/dev/full', os.O_WRONLY), PLAIN, complaints.put)
    for number in range(3):
        writer.write(event(str(number)))
        assert writer.flush(PATIENCE)
    assert complaints.get() == 'cannot write: No space left on device'
    assert (writer.lost, complaints.qsize()) == (3, 0)
    writer.close()


def test_a_loss_is_told_when_writing_works_again(pipe: Pipe) -> None:
    complaints: SimpleQueue[str] = SimpleQueue()
    writer = LineWriter(os.open('/dev/full', os.O_WRONLY), PLAIN, complaints.put)
    writer.write(event('lost'))
    writer.flush(PATIENCE)
    writer.redirect(pipe.beginning)
    writer.write(event('after'))
    assert pipe.lines_until('lines are missing here')[0] == 'after'
    assert [complaints.get(), complaints.get()] == ['cannot write: No space left on device', 'lines were lost: 1']
    writer.close()


def test_a_closed_descriptor_raises_nothing(pipe: Pipe) -> None:
    reader, beginning = os.pipe()
    os.close(reader)
    writer = LineWriter(beginning, PLAIN)
    writer.write(event('nobody listens'))
    assert writer.flush(PATIENCE)
    assert writer.lost == 1
    writer.close()


def test_a_redirection_holds_for_what_comes_after(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ('one', 'two')]
    first, second = (os.open(path, os.O_WRONLY | os.O_CREAT) for path in paths)
    writer = LineWriter(first, PLAIN)
    writer.write(event('to one'))
    writer.redirect(second)
    writer.write(event('to two'))
    assert writer.flush(PATIENCE)
    assert [path.read_text() for path in paths] == ['to one\n', 'to two\n']
    with pytest.raises(OSError, match='Bad file descriptor'):
        os.fstat(first)
    writer.close()


def test_another_manner_holds_for_what_comes_after(pipe: Pipe) -> None:
    writer = LineWriter(pipe.beginning, PLAIN)
    writer.write(event('one'))
    writer.change(Manner(lambda event: event.message.upper()))
    writer.write(event('two'))
    assert pipe.lines_until('TWO') == ['one', 'TWO']
    writer.close()


def test_repeated_lines_are_summed_up_when_the_window_ends(pipe: Pipe) -> None:
    writer = LineWriter(pipe.beginning, Manner(PLAIN.form, dedup_window=0.05, dedup_threshold=2))
    for _ in range(10):
        writer.write(event('again'))
    lines = pipe.lines_until('again (not written')
    assert lines == ['again', 'again', 'again (not written: 8 more like this)']
    writer.close()


def test_a_non_blocking_descriptor_is_waited_for(pipe: Pipe) -> None:
    os.set_blocking(pipe.beginning, False)
    writer = LineWriter(pipe.beginning, PLAIN)
    long = 'x' * 200_000
    writer.write(event(long))
    writer.write(event('end'))
    assert pipe.lines_until('end') == [long, 'end']
    writer.close()


def test_text_that_has_no_bytes_is_written_as_escapes(pipe: Pipe) -> None:
    writer = LineWriter(pipe.beginning, PLAIN)
    writer.write(event('odd \udc80'))
    assert pipe.read() == b'odd \\udc80\n'
    writer.close()


@pytest.mark.filterwarnings('ignore::DeprecationWarning')
def test_child_writes_where_it_is_told_to_and_leaves_the_writer_of_its_parent_alone(pipe: Pipe, tmp_path: Path) -> None:
    writer = LineWriter(pipe.beginning, PLAIN)
    writer.write(event('of the parent'))
    assert writer.flush(PATIENCE)
    descriptor = os.open(tmp_path / 'log', os.O_WRONLY | os.O_CREAT)
    if (child := os.fork()) == 0:
        writer.redirect(descriptor)
        writer.write(event('of the child'))
        os._exit(0 if writer.flush(PATIENCE) and not _is_open(pipe.beginning) else 1)
    assert os.waitpid(child, 0) == (child, 0)
    os.close(descriptor)
    assert (tmp_path / 'log').read_text() == 'of the child\n'
    writer.write(event('again of the parent'))
    assert pipe.lines_until('again') == ['of the parent', 'again of the parent']
    writer.close()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
