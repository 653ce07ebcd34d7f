"""A time limit for a block of blocking code."""

import gevent


class Deadline(gevent.Timeout):
    """``with Deadline(seconds):`` leaves the block quietly when its time is over; ``None`` is no limit.

    What stands after the block is then what happens on timeout, so the block itself returns or sets its result.
    """

    def __init__(self, seconds: float | None) -> None:
        # False makes the context manager swallow its own expiry; the stubs do not know it.
        super().__init__(seconds, False)  # type: ignore[arg-type]
