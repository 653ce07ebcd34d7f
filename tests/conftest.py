"""Fixtures for all tests."""

import pytest

from tests.fakes.certificates import Certificates, make_certificates


@pytest.fixture(scope='session')
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of an authority, a server, a client, and strangers."""
    return make_certificates(tmp_path_factory.mktemp('certificates'))
