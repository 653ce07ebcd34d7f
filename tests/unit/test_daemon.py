"""What a Daemon is made of, in a process of its own: it configures logging."""

import subprocess
import sys

SCRIPT = """
from gevent import monkey
monkey.patch_all()
from pgdog_gevent.config.settings import Config
from pgdog_gevent.daemon import Daemon, Sources, Surroundings
from pgdog_gevent.operations import Operations
sources = Sources(None, None, {'DEPLOYMENT_ID': 'blue'})
daemon = Daemon(sources, Config(), Operations, Surroundings('abcd'))
print(daemon.services.register.scope('app').prefix)
"""


def test_the_names_of_transactions_have_the_deployment_of_the_proxy() -> None:
    done = subprocess.run([sys.executable, '-c', SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == 'pgdog_gevent:blue:app:\n'
