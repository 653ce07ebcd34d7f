"""What comes next in the fast lane."""

from enum import IntEnum


class Step(IntEnum):
    """Up to ``QUEUED`` the event loop sees to it, beyond that the greenlet of the session."""

    MORE = 0
    """More has to come from the client."""
    SENT = 1
    """The server's answer has to come."""
    QUEUED = 2
    """The turn of this session has to come among those that wait for a connection."""
    FLUSH = 3
    """The client has to take what there is for it."""
    BIND = 4
    """A connection has to be waited for."""
    COVER = 5
    """The server has to forget what others have taken from sequences."""
    ANSWERED = 6
    """The answer has to be taken in, and that takes time."""
    CARE = 7
    """The turn has to be done with care."""
    LEAVE = 8
    """Something else than a turn has to be done."""
