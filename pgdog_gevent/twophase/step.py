"""The steps of a commit in two phases, at each of which everything may end."""

from enum import Enum


class Step(Enum):
    """What has been done; each time with the shard that it is about."""

    PREPARING = 'preparing'
    """It has been told to prepare."""
    PREPARED = 'prepared'
    DECIDING = 'deciding'
    """The anchor has been told to commit."""
    DECIDED = 'decided'
    COMMITTING = 'committing'
    """It has been told to make its part visible."""
    COMMITTED = 'committed'
