"""Those who wait for something, in the order of their coming."""

from collections.abc import Iterator


class Place:
    """A place in a line: since when, until when, and whether what is waited for has come."""

    __slots__ = ('after', 'away', 'deadline', 'gives', 'granted', 'since')

    def __init__(self, since: float, deadline: float) -> None:
        self.after: Place | None = None
        """Who comes next; the line's affair."""
        self.granted = False
        self.away = False
        """There is nothing to be had here any more: what is wanted is elsewhere."""
        self.gives = False
        """Whoever waits will do without what has come: it is wanted elsewhere."""
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

    __slots__ = ('_earlier', '_first', '_iteration', '_last', 'size')

    def __init__(self) -> None:
        self.size = 0
        """How many wait."""
        self._first: Place | None = None
        self._last: Place | None = None
        self._iteration = -1
        """Of the loop, in which the last have arrived; -1 if somebody has joined since."""
        self._earlier: Place | None = None
        """The last of those who were there before them; ``None`` if nobody was, or is any more."""

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Place]:
        place = self._first
        while place is not None:
            yield place
            place = place.after

    def join(self, place: Place) -> None:
        """Wait behind all others."""
        self._insert(place, self._last)
        self._iteration = -1

    def arrive(self, place: Place, iteration: int) -> None:
        """Wait behind all who have come before this iteration of the loop, which tells of ``place`` by an event."""
        if self._iteration != iteration:
            self._iteration, self._earlier = iteration, self._last
        self._insert(place, self._earlier)

    def _insert(self, place: Place, before: Place | None) -> None:
        if before is None:
            place.after, self._first = self._first, place
        else:
            place.after, before.after = before.after, place
        if place.after is None:
            self._last = place
        self.size += 1

    def first(self) -> Place:
        """Whose turn it is. There must be somebody."""
        assert self._first is not None
        return self._first

    def take(self) -> Place:
        """Let the first leave."""
        place = self.first()
        self._take_out(place, None)
        return place

    def remove(self, place: Place) -> None:
        """Let somebody leave, who may have left already."""
        before: Place | None = None
        for each in self:
            if each is place:
                self._take_out(place, before)
                return
            before = each

    def _take_out(self, place: Place, before: Place | None) -> None:
        if before is None:
            self._first = place.after
        else:
            before.after = place.after
        if place is self._last:
            self._last = before
        if place is self._earlier:
            self._earlier = before
        place.after = None
        self.size -= 1

    def take_all(self) -> list[Place]:
        """Let all leave; return them in their order."""
        places = list(self)
        for place in places:
            self.remove(place)
        return places

    def take_late(self, now: float) -> list[Place]:
        """Let all leave whose deadline has come; return them in their order."""
        late = [place for place in self if place.deadline <= now]
        for place in late:
            self.remove(place)
        return late
