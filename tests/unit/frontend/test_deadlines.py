"""How often sessions look at the clock, and that all of them do."""

from collections.abc import Mapping

import pytest

from pgdog_gevent.config.settings import General
from pgdog_gevent.frontend.cancel import LiveSession
from pgdog_gevent.frontend.deadlines import Deadlines, interval


@pytest.mark.parametrize(
    ('limits', 'seconds'),
    [
        ({}, None),
        ({'query_timeout': 2.0}, 0.1),
        ({'client_idle_timeout': 3600.0, 'client_idle_in_transaction_timeout': 10.0}, 0.5),
        ({'client_idle_timeout': 3600.0}, 1.0),
        ({'query_timeout': 0.001}, 0.02),
    ],
)
def test_there_is_a_look_several_times_within_the_shortest_limit(
    limits: Mapping[str, float], seconds: float | None
) -> None:
    assert interval(General().model_copy(update=dict(limits))) == seconds


class Session:
    """Counts its looks at the clock."""

    def __init__(self) -> None:
        self.looks: list[float] = []

    def check_time(self, now: float) -> None:
        self.looks.append(now)


def test_all_sessions_look_at_the_same_time() -> None:
    sessions = [Session(), Session()]
    live: list[LiveSession] = sessions  # type: ignore[assignment]
    deadlines = Deadlines(live)
    deadlines.step()
    deadlines.step()
    assert sessions[0].looks == sessions[1].looks
    assert len(sessions[0].looks) == 2
