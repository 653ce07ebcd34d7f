"""Durations that were counted by their length, as frozen values."""

from dataclasses import dataclass

from pgdog_gevent.backend.counters import BOUNDS, Histogram


@dataclass(frozen=True, slots=True)
class HistogramView:
    """Counts of observed durations; ``counts`` has one entry more than ``bounds``, for what exceeds the last."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float

    @classmethod
    def of(cls, histogram: Histogram) -> 'HistogramView':
        """As it is now."""
        return cls(BOUNDS, tuple(histogram.counts), histogram.sum)

    def __add__(self, other: 'HistogramView') -> 'HistogramView':
        counts = tuple(here + there for here, there in zip(self.counts, other.counts, strict=True))
        return HistogramView(self.bounds, counts, self.sum + other.sum)
