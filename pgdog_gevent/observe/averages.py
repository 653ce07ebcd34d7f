"""The ``avg_`` figures: what a pool has done in the last period, per second or per event.

As in PgBouncer: counts and bytes are divided by the seconds that have passed, times by the number of events that
they belong to, so that ``avg_query_time`` is the mean duration of a query.
"""

from dataclasses import fields
from math import inf
from typing import Final

from pgdog_gevent.observe.snapshot import Averages, Totals

# A time, and the count of the events over which it was summed.
EVENTS_BY_TIME: Final = {
    'xact_time': 'xact_count',
    'idle_xact_time': 'xact_count',
    'query_time': 'query_count',
    'wait_time': 'server_assignment_count',
    'connect_time': 'connect_count',
}


def averages(earlier: Totals, later: Totals, elapsed: float) -> Averages:
    """Average what happened between two readings, ``elapsed`` seconds apart.

    Where nothing happened, or no time has passed, the average is 0.
    """
    growth = later - earlier
    return Averages(
        **{field.name: getattr(growth, field.name) / _divisor(growth, field.name, elapsed) for field in fields(Totals)}
    )


def _divisor(growth: Totals, name: str, elapsed: float) -> float:
    """Infinite where there is nothing to divide by, which makes the average 0."""
    events = EVENTS_BY_TIME.get(name)
    divisor: float = elapsed if events is None else getattr(growth, events)
    return divisor if divisor > 0 else inf
