"""What lookup queries have answered: keys to keys, kept as long as there is room, those asked for lately the longest.

Where an answer is not known it is noted as missing. Whoever has decided something then finds it out, and decides again.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple, TypeAlias

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.sharding.key import Key, KeyType

_ENTRY_SIZE: Final = 256
"""Bytes that an answer takes, apart from its text."""


class Wanted(NamedTuple):
    """A key for which a query is to be asked, and what its answer has to be."""

    query: str
    key_type: KeyType
    key: Key
    answer_type: KeyType
    shards: int = 0
    """If the answer is the number of a shard, how many there are."""


LookUp: TypeAlias = Callable[[Wanted], Key]
"""Finds out what a query answers."""


def not_looked_up(wanted: Wanted) -> Key:
    """Where nobody can be asked."""
    raise FeatureNotSupported('sharding keys are not looked up here')


class Answers:
    """Those of one database, as one user gets them."""

    __slots__ = ('_aside', '_kept', '_limit', 'missing', 'size')

    def __init__(self, limit: int) -> None:
        """``limit``: bytes."""
        self._limit = limit
        self._kept: OrderedDict[Wanted, Key] = OrderedDict()
        self._aside: Mapping[Wanted, Key] = {}
        self.size = 0
        """Bytes."""
        self.missing: dict[Wanted, None] = {}
        """What has been asked for and is not known, since this was last cleared."""

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, wanted: Wanted) -> Key | None:
        """The answer; ``None`` if it is not known, which is noted."""
        answer = self._kept.get(wanted)
        if answer is not None:
            self._kept.move_to_end(wanted)
            return answer
        answer = self._aside.get(wanted)
        if answer is None:
            self.missing[wanted] = None
        return answer

    def keep(self, wanted: Wanted, answer: Key) -> None:
        """Remember an answer, at the expense of others."""
        if wanted not in self._kept:
            self.size += _size(wanted, answer)
        self._kept[wanted] = answer
        self._kept.move_to_end(wanted)
        while self.size > self._limit and self._kept:
            self.size -= _size(*self._kept.popitem(last=False))

    @contextmanager
    def with_these(self, answers: Mapping[Wanted, Key]) -> Iterator[None]:
        """A block, in which nothing waits, that knows these as well; nothing is missing when it begins."""
        self.missing.clear()
        self._aside = answers
        try:
            yield
        finally:
            self._aside = {}


def _size(wanted: Wanted, answer: Key) -> int:
    return _ENTRY_SIZE + sum(len(key) for key in (wanted.key, answer) if isinstance(key, bytes))
