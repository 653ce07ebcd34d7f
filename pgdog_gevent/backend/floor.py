"""How far a replica must have replayed the WAL to show what has been written."""

from typing import Protocol


class Floor(Protocol):
    """A position in the WAL, in bytes, that only rises."""

    @property
    def lsn(self) -> int:
        """Where it is."""
        ...

    def rise(self, lsn: int) -> None:
        """Something has been written that ends before ``lsn``."""
        ...


class OwnFloor:
    """One that this process alone knows."""

    __slots__ = ('_lsn',)

    def __init__(self) -> None:
        self._lsn = 0

    @property
    def lsn(self) -> int:
        return self._lsn

    def rise(self, lsn: int) -> None:
        self._lsn = max(self._lsn, lsn)
