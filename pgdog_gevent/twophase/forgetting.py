"""Removes decisions that nobody can need any more."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.twophase import inquiry
from pgdog_gevent.twophase.gid import Name, Scope
from pgdog_gevent.twophase.inquiry import MOST, NO_PAGE, Decision, Page
from pgdog_gevent.twophase.register import Register
from pgdog_gevent.twophase.resolve import forgettable
from pgdog_gevent.twophase.site import Site
from pgdog_gevent.twophase.table import Table, look

_PARTS_OF_RETENTION: Final = 10
"""How often in that time it is looked what can be forgotten."""


class Seen(NamedTuple):
    """Decisions that one user of a shard sees."""

    user: str
    decisions: Sequence[Decision]
    rows: int
    """Of so many rows."""


class Forgetting:
    """Of one database. ``clock`` is monotonic, in seconds.

    What is old is looked at before it is found out what is prepared: so what is not prepared then, and has been
    decided, is over.
    """

    def __init__(self, scope: Scope, register: Register, clock: Callable[[], float]) -> None:
        self._scope = scope
        self._register = register
        self._clock = clock
        self._due = clock()
        self._turn = 0
        """Of the users of a server, whose decisions are looked at."""
        self._prepared_at: dict[Name, float] = {}
        """When a part was seen prepared last, by the clock; of those where that is not long ago."""
        self._skipped: dict[tuple[int, str], int] = {}
        """How many of a shard and user are passed over: they are still needed, and there are many."""

    def hurry(self) -> None:
        """Look the next time."""
        self._due = self._clock()

    def begin(self, retention: float) -> bool:
        """Whether it is time to look."""
        now = self._clock()
        if now < self._due:
            return False
        self._due = now + retention / _PARTS_OF_RETENTION
        self._turn += 1
        return True

    def look(self, site: Site, retention: float) -> Seen:
        """The old ones of a shard, as one of its users sees them, each time another one. Raises ProxyError."""
        users = site.users()
        user = users[self._turn % len(users)]
        skipped = self._skipped.get((site.shard, user), 0)

        def read(asked: BackendConnection) -> Page:
            if look(asked, user) is Table.MISSING:
                return NO_PAGE  # To ask for it would be an error in the log of the server, again and again.
            return inquiry.decisions(asked, self._scope, retention, skipped)

        page = site.ask(read, user)
        return Seen(user, page.decisions, page.rows)

    def needless(
        self, old: Mapping[int, Seen], prepared: Collection[Name], looked_at: Collection[int], retention: float
    ) -> dict[int, Seen]:
        """Which of them are; ``prepared``: those of which a part is, on the shards that have been ``looked_at``.

        To be called at each look at what is prepared: one that is ended late is not old when it is.
        """
        now = self._clock()
        recently = {name: at for name, at in self._prepared_at.items() if now - at < retention}
        self._prepared_at = recently | dict.fromkeys(prepared, now)
        found: dict[int, Seen] = {}
        for shard, (user, decisions, rows) in old.items():
            gone = [each for each in decisions if self._is_needless(each, looked_at, retention)]
            if gone:
                found[shard] = Seen(user, gone, len(gone))
            kept = self._skipped.get((shard, user), 0) + rows - len(gone)
            self._skipped[shard, user] = kept if rows == MOST else 0
            if rows == MOST:
                self._due = self._clock()
        return found

    def _is_needless(self, each: Decision, looked_at: Collection[int], retention: float) -> bool:
        may_be_prepared = each.name in self._prepared_at or not each.participants.issubset(looked_at)
        return each.name.text not in self._register and forgettable(
            each.verdict, each.anchor, each.age, retention, prepared=may_be_prepared
        )


def forget(site: Site, needless: Mapping[int, Seen]) -> None:
    """Remove those of a shard. Raises ProxyError."""
    if site.shard in needless:
        user, decisions, _ = needless[site.shard]
        site.ask(lambda asked: inquiry.forget(asked, user, decisions), user)
