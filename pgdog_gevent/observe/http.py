"""Small HTTP servers for machines that watch the proxy: metrics, health, readiness.

They answer GET and HEAD and nothing else, write no access log, and give up on a client that is silent for
``PATIENCE`` seconds.
"""

import logging
import os
from collections.abc import Callable, Iterable
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple

from gevent.pywsgi import WSGIHandler, WSGIServer
from gevent.socket import socket

from pgdog_gevent.observe.openmetrics import render
from pgdog_gevent.observe.processes import Processes
from pgdog_gevent.observe.snapshot import Snapshot

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from gevent.pywsgi import OldMessage

log = logging.getLogger(__name__)

PATIENCE: Final = 30.0
"""Longest wait for a client to send, or to take, something; in seconds."""
PLAIN: Final = 'text/plain; charset=utf-8'


class Answer(NamedTuple):
    """What a page says."""

    status: HTTPStatus
    body: bytes
    content_type: str = PLAIN


HEALTH_HOST: Final = '0.0.0.0'
"""Who asks for health may be anywhere."""
Where = tuple[str, int] | socket
"""An address to listen on, or a socket that listens."""
Page = Callable[[str, str], Answer]
"""From path and Accept header to the answer."""


class _Handler(WSGIHandler):
    """One connection. What a broken client does is no news for the log."""

    def handle(self) -> None:
        self.socket.settimeout(PATIENCE)
        super().handle()

    def read_request(self, raw_requestline: str) -> 'OldMessage':
        try:
            return super().read_request(raw_requestline)
        except (OSError, IndexError) as error:
            # IndexError is gevent's for "HTTP/9". Any error but ValueError would be printed with its traceback.
            raise ValueError('no HTTP request') from error

    def handle_error(
        self, t: type[BaseException] | None, v: BaseException | None, tb: TracebackType | None
    ) -> None:
        if isinstance(v, OSError):
            self.close_connection = True
        else:
            super().handle_error(t, v, tb)


class HttpServer:
    """Serves one ``Page`` function on one port, between ``start`` and ``stop``."""

    def __init__(self, where: Where, page: Page) -> None:
        self._page = page
        # Without SERVER_NAME the start would wait for a reverse look-up of the address.
        host = where[0] if isinstance(where, tuple) else where.getsockname()[0]
        self._server = WSGIServer(
            where,
            self._answer,
            log=None,
            error_log=None,
            handler_class=_Handler,
            environ={'SERVER_NAME': host},
        )

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        return self._server.server_port or 0

    def start(self) -> None:
        """Begin to listen. Raises OSError if the port cannot be had."""
        self._server.start()
        log.info('serving HTTP on %s:%s', self._server.server_host, self.port)

    def stop(self) -> None:
        """Stop listening and end the connections that are left."""
        self._server.stop(timeout=1)

    def _answer(self, environ: 'WSGIEnvironment', start_response: 'StartResponse') -> Iterable[bytes]:
        method = environ['REQUEST_METHOD']
        if method in ('GET', 'HEAD'):
            answer = self._page(environ['PATH_INFO'], environ.get('HTTP_ACCEPT', ''))
        else:
            answer = Answer(HTTPStatus.METHOD_NOT_ALLOWED, b'only GET and HEAD\n')
        headers = [('Content-Type', answer.content_type), ('Content-Length', str(len(answer.body)))]
        if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(('Allow', 'GET, HEAD'))
        start_response(f'{answer.status.value} {answer.status.phrase}', headers)
        return [] if method == 'HEAD' else [answer.body]


def metrics_server(
    where: Where, take: Callable[[], Snapshot], namespace: str = '', pids: Callable[[], Iterable[int]] | None = None
) -> HttpServer:
    """Serve metrics on any path, as PgDog does: of the proxy, and of its processes (memory, CPU, open files).

    ``pids`` says which these are; without it, it is this one.
    """
    processes = Processes(pids or (lambda: (os.getpid(),)))

    def page(path: str, accept: str) -> Answer:
        content_type, body = render(take(), accept, namespace, (processes,))
        return Answer(HTTPStatus.OK, body, content_type)

    return HttpServer(where, page)


def health_server(where: Where, take: Callable[[], Snapshot], started: Callable[[], bool]) -> HttpServer:
    """Serve ``/healthz``, ``/readyz`` and, on any other path, PgDog's up or down.

    ``started`` says whether clients can connect yet.
    """

    def page(path: str, accept: str) -> Answer:
        if path == '/healthz':
            return Answer(HTTPStatus.OK, b'up\n')
        if path == '/readyz':
            return readiness(take(), started())
        return health(take())

    return HttpServer(where, page)


def readiness(snapshot: Snapshot, started: bool) -> Answer:
    """Say whether new clients should be sent here."""
    if snapshot.shutting_down:
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, b'shutting down\n')
    if not started:
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE, b'starting\n')
    return Answer(HTTPStatus.OK, b'ready\n')


def health(snapshot: Snapshot) -> Answer:
    """Say ``down`` when there are pools and none is healthy."""
    if snapshot.pools and not any(pool.healthy for pool in snapshot.pools):
        return Answer(HTTPStatus.BAD_GATEWAY, b'down')
    return Answer(HTTPStatus.OK, b'up')
