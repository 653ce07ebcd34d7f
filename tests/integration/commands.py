"""The command line, in processes of its own: it is patched by gevent, and the tests are not."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.integration.clients import PATIENCE


class Result(NamedTuple):
    """How a command has ended, and all that it has said."""

    exit_code: int
    output: str


def run_command(directory: Path, *arguments: str) -> Result:
    """Run ``pgdog-gevent`` with the configuration in a directory."""
    command = [sys.executable, '-m', 'pgdog_gevent', '-c', str(directory / 'pgdog.toml'), *arguments]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=3 * PATIENCE, check=False
    )
    return Result(done.returncode, done.stdout)
