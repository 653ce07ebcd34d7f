"""A worker: a process with a hub and a Daemon of its own, for some of the clients."""

import _socket
import gc
import logging
import os
import pickle
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click
import gevent

from pgdog_gevent.admin.administration import Administration
from pgdog_gevent.admin.commands import ShutdownMode
from pgdog_gevent.config.settings import Config
from pgdog_gevent.daemon import Daemon, Sources, Surroundings
from pgdog_gevent.errors import ProxyError
from pgdog_gevent.frontend.services import unique_ids
from pgdog_gevent.monitor.loop import Loop
from pgdog_gevent.supervisor.administration import SharedAdministration
from pgdog_gevent.supervisor.board import Board
from pgdog_gevent.supervisor.borrowing import Borrowing
from pgdog_gevent.supervisor.channel import GreenLine
from pgdog_gevent.supervisor.colleagues import Colleagues
from pgdog_gevent.supervisor.duties import Duties
from pgdog_gevent.supervisor.house import SharedHouse
from pgdog_gevent.supervisor.messages import (
    Answer,
    Answers,
    Known,
    Lent,
    Listening,
    Question,
    Recalled,
    Stop,
    TakeDuty,
    ToWorker,
)
from pgdog_gevent.supervisor.orders import Order
from pgdog_gevent.supervisor.sockets import Premises

log = logging.getLogger(__name__)

SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
"""They are for the supervisor, which tells the workers; terminals and systemd send them to all processes."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a worker begins with: what the supervisor knows when it is forked."""

    worker: int
    sources: Sources
    config: Config
    instance_id: str
    secret: bytes
    premises: Premises
    board: Board
    connection: _socket.socket
    learnt: tuple[Order, ...]


def live(start: Start) -> NoReturn:
    """Serve clients until told to stop, then end the process; called in it at once after the fork."""
    status = 1
    try:
        Worker(start).serve()
        status = 0
    except ProxyError as error:
        _complain(error.message)
    except OSError as error:
        _complain(f'cannot listen: {error.strerror or error}')
    except Exception:
        log.exception('internal error')
    finally:
        # Nothing of what the supervisor would do at its end is for us to do.
        logging.shutdown()
        os._exit(status)


def processes() -> tuple[int, ...]:
    """The process ids of the supervisor and of all workers; of this one alone where the system does not tell."""
    supervisor = os.getppid()
    try:
        workers = Path(f'/proc/{supervisor}/task/{supervisor}/children').read_text()
    except OSError:
        return (os.getpid(),)
    return (supervisor, *map(int, workers.split()))


def _complain(message: str) -> None:
    click.echo(f'pgdog-gevent: {message}', err=True)


class Worker:
    """The Daemon of a worker, and its connection to the supervisor."""

    def __init__(self, start: Start) -> None:
        self._line: GreenLine[ToWorker] = GreenLine(start.connection)
        self._borrowing = Borrowing(self._line.send, start.worker, start.board.workers)
        self._colleagues = Colleagues(self._line.send, start.board, start.worker)
        house = SharedHouse(start.board, start.worker, self._colleagues)
        surroundings = Surroundings(
            start.instance_id,
            start.secret,
            self._borrowing,
            self._colleagues,
            house,
            on_duty=False,
            pids=processes,
            unique_ids=unique_ids(start.sources.environment, start.worker, start.board.workers),
        )
        self._daemon = Daemon(start.sources, start.config, self._administration, surroundings)
        self._duties = Duties(self._daemon, self._borrowing)
        for order in start.learnt:
            self._duties.carry_out(order)
        self._sockets = start.premises.listen()

    def _administration(self, daemon: Daemon) -> Administration:
        return SharedAdministration(self._colleagues, lambda: daemon.config)

    def serve(self) -> None:
        """Return when the worker is to end. Raises OSError."""
        self._daemon.start(self._sockets)
        Loop('permits', 1.0, self._borrowing.tidy).start()
        gevent.spawn(self._listen)
        self._line.send(Listening())
        gc.collect()
        gc.freeze()
        self._daemon.wait()

    def _listen(self) -> None:
        for message in self._line.messages():
            self._take(message)
        # Without a supervisor there are no permits, and nobody to say when it is over.
        self._daemon.stop()

    def _take(self, message: ToWorker) -> None:
        match message:
            case Lent() | Recalled() | Known():
                self._borrowing.take(message)
            case Question():
                gevent.spawn(self._answer, message)
            case Answers():
                self._colleagues.answered(message)
            case Stop(mode):
                self._stop(mode)
            case TakeDuty():
                gevent.spawn(self._daemon.take_duty)

    def _answer(self, question: Question) -> None:
        result = self._duties.carry_out(question.order)
        self._line.send(Answer(question.number, pickle.dumps(result, pickle.HIGHEST_PROTOCOL)))

    def _stop(self, mode: ShutdownMode) -> None:
        if mode is ShutdownMode.IMMEDIATE:
            self._daemon.stop()
        else:
            self._daemon.shut_down()
