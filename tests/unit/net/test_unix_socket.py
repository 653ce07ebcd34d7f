"""What is in the way of a Unix socket: servers that live, are dead, or are no servers; and who removes what."""

import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pgdog_gevent.net.unix_socket import Place, UnixSocket
from pgdog_gevent.protocol.unix_socket import LONGEST_PATH

PORT = 6432


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short: those of pytest would not fit into the address of a socket."""
    with tempfile.TemporaryDirectory(prefix='pgdog-') as directory:
        yield Path(directory)


def make(folder: Path, mode: int = 0o777) -> UnixSocket:
    return UnixSocket(Place(str(folder), mode, None), PORT)


def listen(path: Path) -> socket.socket:
    """A server that knows nothing of our lock."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()
    return listening


def test_lock_file_names_our_process(folder: Path) -> None:
    made = make(folder)
    assert (folder / '.s.PGSQL.6432.lock').read_text() == f'{os.getpid()}\n'
    made.remove()
    assert list(folder.iterdir()) == []


def test_mode_does_not_depend_on_the_umask(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        made = make(folder, 0o770)
    finally:
        os.umask(before)
    assert Path(made.path).stat().st_mode & 0o777 == 0o770
    made.remove()


def test_second_one_is_refused_until_the_first_is_removed(folder: Path) -> None:
    first = make(folder)
    with pytest.raises(OSError, match=f'process {os.getpid()} listens there') as refused:
        make(folder)
    assert refused.value.filename == first.path
    first.remove()
    make(folder).remove()


def test_server_without_our_lock_is_left_alone(folder: Path) -> None:
    path = folder / '.s.PGSQL.6432'
    with closing(listen(path)), pytest.raises(OSError, match='another server listens there'):
        make(folder)
    assert path.exists()


def test_socket_of_a_dead_server_is_replaced(folder: Path) -> None:
    listen(folder / '.s.PGSQL.6432').close()
    made = make(folder)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(made.path)
    made.remove()


def test_file_that_is_no_socket_is_left_alone(folder: Path) -> None:
    path = folder / '.s.PGSQL.6432'
    path.write_text('mine')
    with pytest.raises(OSError, match='no socket'):
        make(folder)
    assert path.read_text() == 'mine'


def test_lock_file_that_is_a_link_is_not_followed(folder: Path) -> None:
    (folder / 'precious').write_text('mine')
    (folder / '.s.PGSQL.6432.lock').symlink_to(folder / 'precious')
    with pytest.raises(OSError, match='symbolic links'):
        make(folder)
    assert (folder / 'precious').read_text() == 'mine'


def test_socket_that_somebody_else_has_put_in_its_place_is_not_removed(folder: Path) -> None:
    made = make(folder)
    Path(made.path).unlink()
    with closing(listen(Path(made.path))):
        made.remove()
        assert Path(made.path).exists()


def test_path_that_does_not_fit_is_named(folder: Path) -> None:
    long = folder / ('x' * LONGEST_PATH)
    with pytest.raises(OSError, match=re.escape('too long for a Unix socket')) as refused:
        UnixSocket(Place(str(long), 0o777, None), PORT)
    assert str(refused.value.filename).startswith(str(long))


def test_unknown_folder_is_named(folder: Path) -> None:
    with pytest.raises(FileNotFoundError) as refused:
        make(folder / 'missing')
    assert str(refused.value.filename).startswith(str(folder / 'missing'))
