"""What the operating system knows of the proxy's processes: CPU, memory, open files, added up."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from prometheus_client import Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

_EARLIEST: Final = 'process_start_time_seconds'


class Processes(Collector):
    """The metrics of a process, for all of them together; ``pids`` says which there are."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids

    def collect(self) -> Iterator[Metric]:
        """Yield one family after the other; the start is that of the first process."""
        found: dict[str, list[Metric]] = {}
        for pid in self._pids():
            for family in _of_one(pid):
                found.setdefault(family.name, []).append(family)
        for families in found.values():
            yield _added(families)


def _of_one(pid: int) -> Iterable[Metric]:
    return ProcessCollector(pid=lambda: pid, registry=None).collect()


def _added(families: list[Metric]) -> Metric:
    first = families[0]
    [name] = {sample.name for sample in first.samples}
    values = [sample.value for family in families for sample in family.samples]
    together = Metric(first.name, first.documentation, first.type, first.unit)
    together.add_sample(name, {}, min(values) if first.name == _EARLIEST else sum(values))
    return together
