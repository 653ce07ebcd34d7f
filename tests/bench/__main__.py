"""``python -m tests.bench``: measures the proxy beside pgbouncer and PostgreSQL itself."""

import resource

import click

from pgdog_gevent.demo.binaries import BinariesMissing
from tests.bench.contenders import ContenderFailed
from tests.bench.copying import copying
from tests.bench.logins import logins
from tests.bench.memory import memory
from tests.bench.profiling import profile
from tests.bench.saturation import saturation
from tests.bench.stage import RunFailed
from tests.bench.transactions import transactions

COMMANDS = (transactions, saturation, memory, logins, copying, profile)


class Measurements(click.Group):
    """Says in a line what could not be found or started."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (BinariesMissing, ContenderFailed, RunFailed) as failure:
            raise click.ClickException(str(failure)) from failure


@click.group(cls=Measurements)
def main() -> None:
    """Measure the proxy beside pgbouncer and PostgreSQL itself."""
    # A socket for each client, here and in all that is started.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


for command in COMMANDS:
    main.add_command(command)

if __name__ == '__main__':
    main()
