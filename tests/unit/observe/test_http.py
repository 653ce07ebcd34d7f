"""The HTTP pages, and the server over the loopback interface."""

import socket as blocking
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

import pytest
from gevent import socket

from pgdog_gevent.observe import http
from pgdog_gevent.observe.http import HEALTH_HOST, HttpServer, health, health_server, metrics_server, readiness
from pgdog_gevent.observe.snapshot import PoolView, Snapshot
from tests.unit.observe.views import POOL, SNAPSHOT, parse_openmetrics

SICK = replace(POOL, healthy=False)


@pytest.mark.parametrize(
    ('pools', 'status', 'body'),
    [
        ((POOL,), HTTPStatus.OK, b'up'),
        ((POOL, SICK), HTTPStatus.OK, b'up'),
        ((SICK, SICK), HTTPStatus.BAD_GATEWAY, b'down'),
        ((), HTTPStatus.OK, b'up'),
    ],
    ids=['well', 'one of two', 'none', 'no pools'],
)
def test_down_means_no_pool_is_healthy(pools: tuple[PoolView, ...], status: HTTPStatus, body: bytes) -> None:
    assert health(replace(SNAPSHOT, pools=pools))[:2] == (status, body)


@pytest.mark.parametrize(
    ('started', 'shutting_down', 'status', 'body'),
    [
        (True, False, 200, b'ready\n'),
        (False, False, 503, b'starting\n'),
        (True, True, 503, b'shutting down\n'),
    ],
)
def test_readiness_follows_the_life_of_the_process(
    started: bool, shutting_down: bool, status: int, body: bytes
) -> None:
    assert readiness(replace(SNAPSHOT, shutting_down=shutting_down), started)[:2] == (status, body)


def serving(server: HttpServer) -> Iterator[int]:
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def metrics() -> Iterator[int]:
    yield from serving(metrics_server(('127.0.0.1', 0), lambda: SNAPSHOT, 'pgdog_'))


@pytest.fixture
def watched() -> Iterator[int]:
    sick: Snapshot = replace(SNAPSHOT, pools=(SICK,))
    yield from serving(health_server((HEALTH_HOST, 0), lambda: sick, lambda: True))


def ask(port: int, request: bytes) -> bytes:
    """Send bytes, and read until the server closes."""
    with socket.create_connection(('127.0.0.1', port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(blocking.SHUT_WR)
        answer = b''
        while chunk := connection.recv(65_536):
            answer += chunk
        return answer


def get(port: int, path: str, method: str = 'GET', headers: str = '') -> tuple[str, str]:
    request = f'{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\n\r\n'
    head, _, body = ask(port, request.encode()).decode().partition('\r\n\r\n')
    return head, body


@pytest.mark.parametrize('path', ['/metrics', '/', '/anything?x=1'])
def test_metrics_are_served_on_any_path(metrics: int, path: str) -> None:
    head, body = get(metrics, path, headers='Accept: application/openmetrics-text\r\n')
    names = {family.name for family in parse_openmetrics(body)}
    assert head.startswith('HTTP/1.1 200')
    assert 'application/openmetrics-text' in head
    assert {'pgdog_clients', 'process_resident_memory_bytes'} <= names


@pytest.mark.parametrize(
    ('path', 'status'),
    [('/healthz', 200), ('/readyz', 200), ('/', 502), ('/health', 502)],
)
def test_health_is_served_by_path(watched: int, path: str, status: int) -> None:
    assert get(watched, path)[0].startswith(f'HTTP/1.1 {status} ')


def test_head_has_no_body(watched: int) -> None:
    head, body = get(watched, '/healthz', 'HEAD')
    assert 'Content-Length: 3' in head
    assert body == ''


def test_other_methods_are_refused(watched: int) -> None:
    head, _ = get(watched, '/healthz', 'POST')
    assert head.startswith('HTTP/1.1 405')
    assert 'Allow: GET, HEAD' in head


@pytest.mark.parametrize(
    'garbage',
    [
        b'',
        b'\0\0\0\x08\x04\xd2\x16/',
        b'GET\r\n\r\n',
        b'GET / HTTP/1.1\r\nHost',
        b'x' * 100_000,
        b'GET / HTTP/9\r\n\r\n',
        b'GET / HTTP/a.b\r\n\r\n',
        b'GET / HTTP/1.1\r\nHost\r\n\r\n',
        b'GET \xff\xfe HTTP/1.1\r\n\xff: \xff\r\n\r\n',
        b'POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nx',
        b'POST / HTTP/1.1\r\nContent-Length: -9\r\n\r\nx',
        b'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
    ids=lambda garbage: repr(garbage[:40]),
)
def test_a_broken_client_disturbs_nobody(watched: int, garbage: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    try:
        ask(watched, garbage)
    except ConnectionResetError:
        pass
    assert get(watched, '/healthz')[1] == 'up\n'
    assert capfd.readouterr() == ('', '')


@pytest.mark.parametrize('sent', [b'', b'GET / HTTP/1.1\r\nHost: x\r\n'], ids=['before', 'within the headers'])
def test_a_silent_client_is_given_up(
    sent: bytes, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(http, 'PATIENCE', 0.01)
    server = health_server((HEALTH_HOST, 0), lambda: SNAPSHOT, lambda: True)
    server.start()
    with socket.create_connection(('127.0.0.1', server.port), timeout=10) as connection:
        connection.sendall(sent)
        closed = connection.recv(100)
    server.stop()
    assert closed[:12] in (b'', b'HTTP/1.1 400')
    assert capfd.readouterr() == ('', '')


# gevent leaves the socket that it could not bind to the garbage collector.
@pytest.mark.filterwarnings('ignore::pytest.PytestUnraisableExceptionWarning')
def test_a_port_in_use_is_an_error_at_the_start(watched: int) -> None:
    with pytest.raises(OSError, match='in use'):
        health_server((HEALTH_HOST, watched), lambda: SNAPSHOT, lambda: True).start()


def test_a_stopped_server_refuses(watched: int) -> None:
    server = metrics_server(('127.0.0.1', 0), lambda: SNAPSHOT)
    server.start()
    port = server.port
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        get(port, '/')
