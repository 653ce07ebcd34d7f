"""A real proxy between a scripted client and a scripted server."""

from collections.abc import Iterator

import pytest

from tests.fakes.backend import FakeServer, polite
from tests.integration.conftest import proxy

__all__ = ['proxy']


@pytest.fixture(scope='module')
def server() -> Iterator[FakeServer]:
    """A scripted server; a test may give it another script for its new connections."""
    with FakeServer(polite) as server:
        yield server
