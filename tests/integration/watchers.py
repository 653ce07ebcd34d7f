"""Those who watch a proxy from outside: a StatsD daemon, a scraper, a load balancer."""

import socket
import threading
import urllib.error
import urllib.request
from collections import defaultdict
from types import TracebackType
from typing import NamedTuple, Self

from prometheus_client.samples import Sample

from pgdog_gevent.demo.ports import LOOPBACK
from tests.unit.observe.views import parse_openmetrics

MOST_BYTES = 65_536
OPENMETRICS = 'application/openmetrics-text; version=1.0.0'


class StatsdDaemon:
    """Adds up what is sent to it over UDP."""

    def __init__(self) -> None:
        self.counters: dict[str, float] = defaultdict(float)
        self.gauges: dict[str, float] = {}
        self.packets = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, 0))
        self._thread = threading.Thread(target=self._listen)

    @property
    def port(self) -> int:
        """Where figures are to be sent."""
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b'', (LOOPBACK, self.port))
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while packet := self._socket.recv(MOST_BYTES):
            for line in packet.decode().splitlines():
                self._take(line)
            self.packets += 1

    def _take(self, line: str) -> None:
        name, _, measured = line.rpartition(':')
        figure, kind = measured.split('|')
        if kind == 'c':
            self.counters[name] += float(figure)
        else:
            assert kind == 'g', line
            self.gauges[name] = float(figure)


class Page(NamedTuple):
    """What an HTTP server answered."""

    status: int
    text: str
    content_type: str


def get(port: int, path: str, accept: str = '*/*') -> Page:
    """Read a page."""
    request = urllib.request.Request(f'http://{LOOPBACK}:{port}{path}', headers={'Accept': accept})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return Page(answer.status, answer.read().decode(), answer.headers['Content-Type'])
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Page(refusal.code, refusal.read().decode(), refusal.headers['Content-Type'])


def scrape(port: int) -> dict[str, list[Sample]]:
    """Read metrics by the strict parser; the samples by name."""
    page = get(port, '/metrics', OPENMETRICS)
    assert page.content_type.startswith('application/openmetrics-text')
    samples: dict[str, list[Sample]] = defaultdict(list)
    for family in parse_openmetrics(page.text):
        for sample in family.samples:
            samples[sample.name].append(sample)
    return samples
