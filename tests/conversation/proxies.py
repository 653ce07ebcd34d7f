"""The two files of a proxy before a scripted server, and the proxy of a whole module."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pgdog_gevent.demo.ports import LOOPBACK
from pgdog_gevent.protocol.scram_keys import Verifier
from tests.fakes.backend import FakeServer
from tests.fakes.certificates import Certificates
from tests.fakes.frontend import Frontend
from tests.integration.proxy import RunningProxy

USER, SECRET, DATABASE = 'alice', 'alice-secret', 'app'
HASHED = Verifier.from_password('carol-secret', b'0123456789abcdef').text()


def config_toml(server: FakeServer, *keys: str) -> str:
    """pgdog.toml; ``keys`` are lines of ``[general]``."""
    lines = '\n'.join(('min_pool_size = 0', *keys))
    return (
        f'[general]\n{lines}\n[admin]\npassword = "administrator-secret"\n'
        f'[[databases]]\nname = "{DATABASE}"\nhost = "{LOOPBACK}"\nport = {server.port}\n'
    )


def users_toml() -> str:
    """users.toml with one user."""
    return f'[[users]]\nname = "{USER}"\ndatabase = "{DATABASE}"\npassword = "{SECRET}"\n'


def tls_keys(certificates: Certificates) -> tuple[str, str]:
    """Lines of ``[general]`` that give the proxy its certificate."""
    pair = certificates.server
    return f'tls_certificate = "{pair.certificate}"', f'tls_private_key = "{pair.key}"'


@contextmanager
def running(
    directory: Path, config: str, users: str, env: Mapping[str, str] | None = None
) -> Iterator[RunningProxy]:
    """A proxy for as long as the block; a traceback in its log fails it."""
    (directory / 'pgdog.toml').write_text(config)
    (directory / 'users.toml').write_text(users)
    proxy = RunningProxy(directory, env or {})
    try:
        yield proxy
    finally:
        proxy.finish()


def lets_in(proxy: RunningProxy, user: str = USER, secret: str = SECRET) -> bool:
    """Whether an ordinary login succeeds: the sign that the proxy goes on."""
    with Frontend(proxy.port) as client:
        client.start(user, DATABASE)
        return client.log_in(user, secret)[-1].letter == 'Z'
