"""What the proxy does again and again, and how often by its configuration."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Final

from pgdog_gevent.backend.clusters import Clusters
from pgdog_gevent.config.settings import Config
from pgdog_gevent.frontend.cancel import Sessions
from pgdog_gevent.frontend.deadlines import Deadlines, interval
from pgdog_gevent.monitor import catalogs, deadlocks, functions, hosts
from pgdog_gevent.monitor.dns import NameWatch
from pgdog_gevent.monitor.loop import Loop
from pgdog_gevent.monitor.upkeep import INTERVAL, Upkeep
from pgdog_gevent.observe.statsd import StatsdReporter
from pgdog_gevent.twophase.recoveries import Recoveries
from pgdog_gevent.twophase.register import Register

log = logging.getLogger(__name__)

_REHEARSALS: Final = 10.0
"""Seconds."""
_RECOVERY: Final = 'recovery'


class Loops:
    """All loops of one process."""

    def __init__(
        self, clusters: Clusters, config: Callable[[], Config], sessions: Sessions, sample: Callable[[], None],
        statsd: StatsdReporter, register: Register, *, on_duty: bool,
    ) -> None:  # fmt: skip
        """``sample`` notes what averages are made of; ``on_duty``: whether it does what one process does for all."""
        self.monitor = hosts.Monitor(clusters, config)
        self._config = config
        self._clusters = clusters
        self._sessions = sessions
        self._sample = sample
        self._statsd = statsd
        self._on_duty = on_duty
        self._recoveries = Recoveries(lambda: clusters, config, register, monotonic, on_duty=on_duty)
        register.wake = self._wake_recovery
        self._functions = functions.FunctionCatalogue(lambda: clusters, monotonic)
        self._catalogs = catalogs.Catalogs(lambda: clusters, config, monotonic)
        self._deadlocks = deadlocks.Deadlocks(sessions, monotonic)
        self._names = NameWatch(clusters.pools, clusters.resolver)
        self._loops = self._made()

    def start(self) -> None:
        """Take the first step of each now."""
        for loop in self._loops:
            loop.start()
            loop.wake()

    def stop(self) -> None:
        for loop in self._loops:
            loop.stop()
        self.monitor.stop()
        self._deadlocks.stop()
        self._recoveries.close()

    def retime(self) -> None:
        """Have them run as the configuration says; if all would be the same they go on."""
        loops = self._made()
        if [loop.timing for loop in loops] == [loop.timing for loop in self._loops]:
            return
        for loop in self._loops:
            loop.stop()
        self._loops = loops
        for loop in self._loops:
            loop.start()

    def take_over(self) -> None:
        """Have this process do what one does for all."""
        self._on_duty = self._recoveries.on_duty = True
        self.retime()

    def recover(self) -> tuple[str, ...]:
        """Finish transactions in doubt now; return what could not be done, each with its database."""
        return self._recoveries.recover()

    def _wake_recovery(self) -> None:
        for loop in self._loops:
            if loop.name == _RECOVERY:
                loop.wake()

    def _report_rehearsals(self) -> None:
        for rehearsal in self._clusters.rehearsals:
            if report := rehearsal.report():
                log.info('%s', report)

    def _made(self) -> list[Loop]:
        config = self._config()
        loops = [
            Loop('upkeep', INTERVAL, Upkeep(self._clusters.pools).step),
            Loop('functions', functions.INTERVAL, self._functions.step),
            Loop('catalogs', catalogs.INTERVAL, self._catalogs.step),
            Loop('deadlocks', deadlocks.INTERVAL, self._deadlocks.step),
            Loop('hosts', hosts.INTERVAL, self.monitor.step),
            Loop(_RECOVERY, config.general.two_phase_commit_recovery_interval, self._recoveries.step),
        ]
        if config.general.dry_run:
            loops.append(Loop('rehearsals', _REHEARSALS, self._report_rehearsals))
        if (seconds := interval(config.general)) is not None:
            loops.append(Loop('deadlines', seconds, Deadlines(self._sessions).step))
        if config.general.dns_ttl:
            loops.append(Loop('names', config.general.dns_ttl, self._names.step))
        if config.general.stats_period:
            loops.append(Loop('averages', config.general.stats_period, self._sample))
        statsd = config.statsd
        if statsd.host and self._on_duty:
            self._statsd.direct(statsd.host, statsd.port, statsd.prefix)
            loops.append(Loop('statsd', statsd.interval, self._statsd.report))
        return loops
