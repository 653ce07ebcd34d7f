"""What the tests of streams share: a limit of time, and a client and a server with the proxy's wires between them."""

from collections.abc import Iterator

import gevent
import pytest

from tests.fakes.certificates import Certificates
from tests.unit.net.between import Between, between
from tests.unit.net.ends import Kind


@pytest.fixture
def soon() -> Iterator[None]:
    """No test waits for ever."""
    with gevent.Timeout(20):
        yield


@pytest.fixture(params=[Kind.PLAIN, Kind.TLS], ids=['plain', 'TLS'])
def place(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[Between]:
    with between(request.param, certificates) as found:
        yield found


@pytest.fixture
def plain(certificates: Certificates) -> Iterator[Between]:
    with between(Kind.PLAIN, certificates) as found:
        yield found
