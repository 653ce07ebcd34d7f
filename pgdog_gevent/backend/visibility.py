"""Which commits in two phases are decided, and not yet seen on all shards: in other processes of the proxy."""

from typing import Protocol

Marks = tuple[int, ...]
"""For each process, how many have been decided there since it began."""


class Elsewhere(Protocol):
    """What all processes tell each other of them; each has counted its own, from 0."""

    def publish(self, decided: int, oldest: int) -> None:
        """Of this process: how many have been decided, and the number of the first that is not seen everywhere."""
        ...

    def marks(self) -> Marks:
        """Those of all processes, as they are now."""
        ...

    def seen(self, marks: Marks) -> bool:
        """Whether all that had been decided at some moment are seen everywhere."""
        ...


class NoneElsewhere:
    """There is no other process."""

    def publish(self, decided: int, oldest: int) -> None:
        pass

    def marks(self) -> Marks:
        return ()

    def seen(self, marks: Marks) -> bool:
        return True
