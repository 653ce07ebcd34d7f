"""A proxy that is killed at a moment of its first commit in two phases: what its nurse makes of it."""

import os
import signal
from typing import Final

from pgdog_gevent import daemon
from pgdog_gevent.backend.visibility import Elsewhere
from tests.crash.moments import Moment, Watched

DIES_AT: Final = 'PGDOG_TEST_DIE_AT'
"""The moment, in the environment of the proxy."""


class Mortal(Watched):
    """The register of such a proxy."""

    def __init__(self, deployment: str, elsewhere: Elsewhere | None = None) -> None:
        super().__init__(deployment, elsewhere)
        self.arm({Moment.read(os.environ[DIES_AT]): _die})


def become_mortal() -> None:
    """Have the daemon of this process be one."""
    daemon.Register = Mortal  # type: ignore[attr-defined]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
