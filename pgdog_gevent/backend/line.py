"""Those who wait for something, in the order of their coming."""

from collections import deque
from collections.abc import Iterator


class Place:
    """A place in a line: since when, until when, and whether what is waited for has come."""

    __slots__ = ('deadline', 'granted', 'since')

    def __init__(self, since: float, deadline: float) -> None:
        self.granted = False
        self.since = since
        self.deadline = deadline

    def wake(self) -> None:
        """Called in the hub, once: a permit has come, or the time is over. The place is not in the line any more."""
        raise NotImplementedError


class Line:
    """First come, first served.

    libev tells of what arrives in one iteration of the loop in reverse order. With a thousand clients that is most of
    them: who is last would be first the next time, and wait twice as long the time after that. So of those who come
    by way of an event, who was told of last in an iteration is taken first.
    """

    __slots__ = ('_iteration', '_rounds', 'size')

    def __init__(self) -> None:
        self.size = 0
        """How many wait."""
        self._rounds: deque[list[Place]] = deque()
        self._iteration = -1
        """Of the loop, in which the last round has come; -1 if it is one that nobody can join."""

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Place]:
        for places in self._rounds:
            yield from reversed(places)

    def join(self, place: Place) -> None:
        """Wait behind all others."""
        self._rounds.append([place])
        self._iteration = -1
        self.size += 1

    def arrive(self, place: Place, iteration: int) -> None:
        """Wait behind all who have come before this iteration of the loop, which tells of ``place`` by an event."""
        if self._iteration == iteration and self._rounds:
            self._rounds[-1].append(place)
        else:
            self._rounds.append([place])
            self._iteration = iteration
        self.size += 1

    def first(self) -> Place:
        """Whose turn it is. There must be somebody."""
        return self._rounds[0][-1]

    def take(self) -> Place:
        """Let the first leave."""
        places = self._rounds[0]
        place = places.pop()
        if not places:
            self._rounds.popleft()
        self.size -= 1
        return place

    def remove(self, place: Place) -> None:
        """Let somebody leave, who may have left already."""
        for places in self._rounds:
            if place in places:
                places.remove(place)
                if not places:
                    self._rounds.remove(places)
                self.size -= 1
                return

    def take_late(self, now: float) -> list[Place]:
        """Let all leave whose deadline has come; return them in their order."""
        late = [place for place in self if place.deadline <= now]
        for place in late:
            self.remove(place)
        return late
