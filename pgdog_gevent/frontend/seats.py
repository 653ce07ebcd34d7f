"""How many clients are connected, against ``max_client_conn``."""

from typing import Protocol


class Seats(Protocol):
    """One for each client that has proven who it is, in all processes of the proxy. A limit of 0 is none."""

    def full(self, limit: int) -> bool:
        """Whether all are taken."""
        ...

    def take(self, limit: int) -> bool:
        """Take one, if not all are taken; say whether that was so."""
        ...

    def leave(self) -> None:
        """Give one back that was taken in this process."""
        ...


class OwnSeats:
    """Those of the only process."""

    def __init__(self) -> None:
        self._taken = 0

    def full(self, limit: int) -> bool:
        return 0 < limit <= self._taken

    def take(self, limit: int) -> bool:
        if self.full(limit):
            return False
        self._taken += 1
        return True

    def leave(self) -> None:
        self._taken -= 1
