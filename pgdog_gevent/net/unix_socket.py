"""A Unix socket that clients connect to: how it is made, kept from other servers, and removed."""

import _socket
import fcntl
import grp
import os
import stat
from contextlib import closing, suppress
from dataclasses import dataclass
from errno import EADDRINUSE, ECONNREFUSED, ENAMETOOLONG, ENOENT

from pgdog_gevent.net.dial import BACKLOG
from pgdog_gevent.protocol.unix_socket import fits, socket_path


@dataclass(frozen=True, slots=True)
class Place:
    """Where the socket goes and who may connect to it."""

    directory: str
    mode: int
    group: str | None


class UnixSocket:
    """Listens at a place from when it is made until ``remove``.

    A lock file beside the socket, held by flock(2), keeps a second proxy away also in the moment between the removal
    of a dead socket and the birth of the next. It holds our process id, as PostgreSQL's own does, so that a server
    of PostgreSQL keeps away too.
    """

    def __init__(self, place: Place, port: int) -> None:
        """Raises OSError with the file that it is about."""
        self.path = socket_path(place.directory, port)
        if not fits(self.path):
            raise OSError(ENAMETOOLONG, 'the path is too long for a Unix socket', self.path)
        self._lock_path = f'{self.path}.lock'
        self._lock = _locked(self._lock_path)
        try:
            _clear(self.path)
            os.ftruncate(self._lock, 0)
            os.write(self._lock, b'%d\n' % os.getpid())
            self.socket = _listening(self.path, place)
            self._made = os.lstat(self.path)
        except BaseException:
            os.close(self._lock)
            raise

    def remove(self) -> None:
        """Take socket and lock file away; connections that are open go on."""
        self.socket.close()
        # Whatever stands in the way, the next server copes with what is left.
        with suppress(OSError):
            if os.path.samestat(self._made, os.lstat(self.path)):
                os.unlink(self.path)
            os.unlink(self._lock_path)
        os.close(self._lock)


def _locked(path: str) -> int:
    """Return the descriptor of the lock file, locked."""
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Its last owner may have removed it after we had opened it.
            if os.path.exists(path) and os.path.samestat(os.fstat(lock), os.stat(path)):
                return lock
        except BlockingIOError:
            owner = os.read(lock, 20).decode(errors='replace').strip()
            os.close(lock)
            raise OSError(EADDRINUSE, f'process {owner} listens there', path.removesuffix('.lock')) from None
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)


def _clear(path: str) -> None:
    """Remove the socket of a server that is no more. Raises OSError if there is one that lives, or no socket."""
    with closing(_socket.socket(_socket.AF_UNIX)) as probe:
        probe.setblocking(False)
        failure = probe.connect_ex(path)
    if failure == ENOENT:
        return
    if failure != ECONNREFUSED:
        raise OSError(EADDRINUSE, 'another server listens there', path)
    if not stat.S_ISSOCK(os.lstat(path).st_mode):
        raise OSError(EADDRINUSE, 'it is there already and no socket', path)
    os.unlink(path)


def _listening(path: str, place: Place) -> _socket.socket:
    """Rights are given before anybody can connect: until ``listen`` the kernel refuses."""
    listening = _socket.socket(_socket.AF_UNIX)
    try:
        listening.bind(path)
        os.chmod(path, place.mode)
        if place.group is not None:
            os.chown(path, -1, grp.getgrnam(place.group).gr_gid)
        listening.listen(BACKLOG)
    except BaseException:
        listening.close()
        with suppress(FileNotFoundError):
            os.unlink(path)
        raise
    return listening
