"""systemd's side of the agreement, played by a socket and a few variables."""

import os
import re
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgdog_gevent.systemd import inherited_sockets, notify


@pytest.fixture(params=['path', 'abstract'])
def systemd(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Where notifications arrive."""
    name = str(tmp_path / 'notify') if request.param == 'path' else f'@{uuid.uuid4()}'
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(name.replace('@', '\0'))
        receiver.settimeout(10)
        monkeypatch.setenv('NOTIFY_SOCKET', name)
        yield receiver


def test_a_notification_reaches_systemd(systemd: socket.socket) -> None:
    notify('READY=1', 'STATUS=listening')
    assert systemd.recv(1000) == b'READY=1\nSTATUS=listening'


def test_reloading_is_told_with_the_time(systemd: socket.socket) -> None:
    notify('RELOADING=1')
    assert re.fullmatch(rb'RELOADING=1\nMONOTONIC_USEC=[0-9]{6,}', systemd.recv(1000))


@pytest.mark.parametrize('address', ['', 'vsock:2:1', '/no/such/socket'], ids=['empty', 'not a file', 'nobody there'])
def test_a_notification_that_cannot_be_sent_disturbs_nobody(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('NOTIFY_SOCKET', address)
    notify('READY=1')


def test_nothing_is_sent_where_nobody_has_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv('NOTIFY_SOCKET', raising=False)
    notify('READY=1')


ACTIVATED = """
import os, socket
from pgdog_gevent.systemd import inherited_sockets
if os.environ.pop('OURS') == 'yes':
    os.environ['LISTEN_PID'] = str(os.getpid())
first = inherited_sockets()
print(first, [os.get_inheritable(descriptor) for descriptor in first])
print(inherited_sockets(), [name for name in os.environ if name.startswith('LISTEN_')])
for descriptor in first:
    print(socket.socket(fileno=descriptor).getsockname()[1])
"""


def activate(listeners: list[socket.socket], *, ours: bool) -> list[str]:
    """Run a process that is given the listeners as systemd would; return what it prints about them."""
    shuffle = ' '.join(f'{number}<&{listener.fileno()}' for number, listener in enumerate(listeners, start=3))
    completed = subprocess.run(
        ['bash', '-c', f'exec "$@" {shuffle}', 'bash', sys.executable, '-c', ACTIVATED],
        pass_fds=[listener.fileno() for listener in listeners],
        env={
            **os.environ,
            'OURS': 'yes' if ours else 'no',
            'LISTEN_PID': '1',
            'LISTEN_FDS': str(len(listeners)),
            'LISTEN_FDNAMES': 'pgdog',
            'PYTHONPATH': str(Path(__file__).resolve().parents[2]),
        },
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    return completed.stdout.splitlines()


def test_inherited_sockets_are_returned_once_and_for_this_process_only() -> None:
    with socket.create_server(('127.0.0.1', 0)) as one, socket.create_server(('127.0.0.1', 0)) as two:
        # Higher numbers than 3 and 4, where the shell is to put them.
        listeners = [listener.dup() for listener in (one, two)]
        assert activate(listeners, ours=True) == [
            '[3, 4] [False, False]',
            '[] []',
            *(str(listener.getsockname()[1]) for listener in listeners),
        ]
        for listener in listeners:
            listener.close()


def test_sockets_of_another_process_are_left_alone() -> None:
    with socket.create_server(('127.0.0.1', 0)) as listener:
        assert activate([listener], ours=False) == ['[] []', '[] []']


@pytest.mark.parametrize('count', ['', 'x', '-1'], ids=['empty', 'no number', 'negative'])
def test_an_odd_number_of_sockets_is_none(count: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('LISTEN_PID', str(os.getpid()))
    monkeypatch.setenv('LISTEN_FDS', count)
    assert inherited_sockets() == []
