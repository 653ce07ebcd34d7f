"""The supervisor: forks workers, replaces those that die, carries messages, and passes signals on.

It serves no client, and has no hub and no greenlet: so what it forks is a clean process at any time, which makes a hub
of its own. (The thread that writes the log is no obstacle: it is not in the child, which begins one anew, and while
we fork it can hold nothing that the child would wait for.) It waits in one place, ``_wait``, and nowhere else.
"""

import _socket
import gc
import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final, NoReturn

from gevent.monkey import get_original

from pgdog_gevent.admin.commands import ShutdownMode
from pgdog_gevent.config.identity import identity_from
from pgdog_gevent.config.settings import Config
from pgdog_gevent.daemon import Sources
from pgdog_gevent.observe.native import make_poll
from pgdog_gevent.supervisor.board import Board
from pgdog_gevent.supervisor.channel import Ended, Line
from pgdog_gevent.supervisor.coordinator import Coordinator
from pgdog_gevent.supervisor.messages import FromWorker, Listening, Refusal, Stop, TakeDuty, ToWorker
from pgdog_gevent.supervisor.sockets import Premises
from pgdog_gevent.supervisor.worker import SIGNALS, Start, live
from pgdog_gevent.systemd import notify

log = logging.getLogger(__name__)

_fork: Final[Callable[[], int]] = get_original('os', 'fork')
_make_socket: Final[Callable[[int, int], socket.socket]] = get_original('socket', 'socket')
_wait_for: Final[Callable[[int, int], tuple[int, int]]] = get_original('os', 'waitpid')

_IN, _OUT = 1, 4
"""POLLIN and POLLOUT."""
_SHORT_LIFE: Final = 5.0
"""Seconds; a worker that dies younger than that has its successor wait, if that was so before."""
_LONGEST_PAUSE: Final = 5.0
_LAST_WORDS: Final = 5.0
"""Seconds for workers to end that have been told to end at once."""


@dataclass(slots=True)
class _Process:
    pid: int
    line: Line[FromWorker]
    started_at: float
    listening: bool = False
    given_up: bool = False


def supervise(sources: Sources, config: Config, inherited: int | None) -> int:
    """Run the proxy in several processes until it is to end; return the exit status. Raises OSError."""
    premises = Premises.take(config.general, inherited)
    # The workers share what is alive now as long as nobody writes to it: the collector must not.
    gc.collect()
    gc.freeze()
    return Supervisor(sources, config, premises).run()


class Supervisor:
    """Each worker has a place, a number from 0 on, which its successor takes over."""

    def __init__(self, sources: Sources, config: Config, premises: Premises) -> None:
        self._sources = sources
        self._premises = premises
        self._instance_id = identity_from(sources.environment).instance_id
        self._secret = secrets.token_bytes(32)
        self._workers = config.general.workers
        self._board = Board(self._workers)
        self._coordinator = Coordinator(config, self._workers, self._send, self._go_down, _notify)
        self._processes: dict[int, _Process] = {}
        self._due: dict[int, float] = dict.fromkeys(range(self._workers), 0.0)
        """When places that are empty are to be filled."""
        self._short_lives = [0] * self._workers
        self._ready = False
        """Whether all have listened at the same time."""
        self._on_duty: int | None = None
        """Who reports to StatsD."""
        self._stopping = False
        self._kill_at: float | None = None
        self._status = 0
        self._signals: list[int] = []
        self._woken, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def run(self) -> int:
        """Return the exit status when all workers have ended."""
        self._listen_to_signals()
        while not (self._stopping and not self._processes):
            self._fill_places()
            self._wait()
            self._obey_signals()
            if self._kill_at is not None and monotonic() >= self._kill_at:
                self._kill_all()
        log.info('all workers have ended')
        return self._status

    # Signals

    def _listen_to_signals(self) -> None:
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, lambda number, _: self._signals.append(number))

    def _obey_signals(self) -> None:
        while self._signals:
            number = self._signals.pop(0)
            if number == signal.SIGHUP:
                if not self._stopping:
                    self._coordinator.reload(_complain)
            elif number == signal.SIGQUIT:
                self._go_down(ShutdownMode.IMMEDIATE)
            else:
                self._go_down(ShutdownMode.GRACEFUL)

    def _go_down(self, mode: ShutdownMode) -> None:
        """Tell the workers; a second time, or with IMMEDIATE, they end at once."""
        if mode is ShutdownMode.IMMEDIATE or self._stopping:
            self._kill_at = self._kill_at or monotonic() + _LAST_WORDS
        if not self._stopping:
            self._stopping = True
            _notify('STOPPING=1')
            self._premises.leave()
        for worker in tuple(self._processes):
            self._send(worker, Stop(mode))

    def _kill_all(self) -> None:
        for process in self._processes.values():
            log.warning('process %s has not ended in time and is killed', process.pid)
            process.given_up = True
        self._kill_at = None

    # Messages

    def _send(self, worker: int, message: ToWorker) -> None:
        process = self._processes.get(worker)
        if process is None:
            return
        try:
            process.line.send(message)
        except Ended:
            process.given_up = True

    def _wait(self) -> None:
        """Wait for messages, room for messages, signals, and for the time to do something; deal with messages."""
        poll = make_poll()
        poll.register(self._woken, _IN)
        places: dict[int, int] = {}
        for worker, process in self._processes.items():
            places[process.line.fileno()] = worker
            poll.register(process.line.fileno(), _IN | (_OUT if process.line.backlog else 0))
        for descriptor, events in poll.poll(self._patience()):
            if descriptor == self._woken:
                os.read(self._woken, 4096)
            else:
                self._attend(places[descriptor], events)
        for worker in [worker for worker, process in self._processes.items() if process.given_up]:
            self._bury(worker)

    def _patience(self) -> float | None:
        """Milliseconds; ``None`` for ever."""
        moments = [] if self._stopping else list(self._due.values())
        if self._kill_at is not None:
            moments.append(self._kill_at)
        if any(process.given_up for process in self._processes.values()):
            return 0
        return max(0.0, min(moments) - monotonic()) * 1000 if moments else None

    def _attend(self, worker: int, events: int) -> None:
        process = self._processes[worker]
        try:
            if events & _OUT:
                process.line.flush()
            for message in process.line.receive() if events & ~_OUT else ():
                if isinstance(message, Listening):
                    self._listens(worker, process)
                else:
                    self._coordinator.receive(worker, message)
        except Ended:
            process.given_up = True
        except Exception:
            log.exception('what process %s says makes no sense', process.pid)
            process.given_up = True

    # Workers

    def _fill_places(self) -> None:
        now = monotonic()
        for worker in [worker for worker, due in self._due.items() if due <= now and not self._stopping]:
            del self._due[worker]
            self._begin(worker)

    def _begin(self, worker: int) -> None:
        ours, theirs = _socket.socketpair()
        # A signal that came to the child before it has its own ways would be told to us.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        pid = _fork()
        if pid == 0:
            self._become(worker, ours, theirs)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        theirs.close()
        self._processes[worker] = _Process(pid, Line(ours), monotonic())
        self._coordinator.joins(worker)

    def _become(self, worker: int, ours: _socket.socket, theirs: _socket.socket) -> NoReturn:
        """Be a worker from now on, in the child."""
        try:
            # Whoever holds an end of a channel keeps it alive.
            ours.close()
            for process in self._processes.values():
                process.line.close()
            signal.set_wakeup_fd(-1)
            os.close(self._waker)
            os.close(self._woken)
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            # What is to be told to systemd, the supervisor tells.
            os.environ.pop('NOTIFY_SOCKET', None)
            coordinator = self._coordinator
            live(Start(worker, self._sources, coordinator.config, self._instance_id, self._secret, self._premises,
                       self._board, theirs, coordinator.learnt))  # fmt: skip
        finally:
            os._exit(1)

    def _listens(self, worker: int, process: _Process) -> None:
        process.listening = True
        if self._on_duty is None:
            self._on_duty = worker
            self._send(worker, TakeDuty())
        listening = sum(process.listening for process in self._processes.values())
        if not self._ready and listening == self._workers:
            self._ready = True
            _notify('READY=1', f'STATUS=listening on port {self._premises.port}')
            if self._premises.unix is not None:
                log.info('listening on %s', self._premises.unix.path)
            log.info('%s workers listen, supervised by process %s', self._workers, os.getpid())

    def _bury(self, worker: int) -> None:
        """A worker has ended, or will now: somebody takes its place, if we go on."""
        process = self._processes.pop(worker)
        process.line.close()
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(_wait_for(process.pid, 0)[1])
        self._board.clear_seats(worker)
        self._board.clear_commits(worker)
        self._coordinator.leaves(worker)
        if self._on_duty == worker:
            self._hand_on_duty()
        if self._stopping:
            return
        if not self._ready:
            # It has said why. What one cannot do at the start, none can.
            self._status = 1
            self._go_down(ShutdownMode.IMMEDIATE)
            return
        pause = self._pause_after(worker, process)
        log.error('a worker, process %s, %s; its successor begins in %g s', process.pid, _ended(status), pause)
        self._due[worker] = monotonic() + pause

    def _hand_on_duty(self) -> None:
        self._on_duty = next((worker for worker, process in self._processes.items() if process.listening), None)
        if self._on_duty is not None:
            self._send(self._on_duty, TakeDuty())

    def _pause_after(self, worker: int, process: _Process) -> float:
        """Seconds to wait, so that workers which die at once do not make a storm."""
        short = monotonic() - process.started_at < _SHORT_LIFE
        self._short_lives[worker] = self._short_lives[worker] + 1 if short else 0
        times = self._short_lives[worker]
        return 0.0 if times < 2 else min(_LONGEST_PAUSE, 0.1 * 2 ** (times - 2))


def _notify(*lines: str) -> None:
    notify(*lines, make_socket=_make_socket)


def _ended(status: int) -> str:
    return f'was killed by signal {-status}' if status < 0 else f'has ended with status {status}'


def _complain(refusal: Refusal | None) -> None:
    if refusal is not None:
        log.error('%s', f'{refusal.message} {refusal.detail}'.rstrip())
