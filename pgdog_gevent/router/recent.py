"""What was used lately, bounded."""

from pgdog_gevent.router.statement import Statement


class Kept:
    """What a text says, or all texts of a key; and what has been asked of it since it is kept."""

    __slots__ = ('gone', 'hits', 'refused', 'several', 'statement', 'text', 'why')

    def __init__(self, text: bytes, statement: Statement) -> None:
        self.text = text
        self.statement = statement
        self.hits = 0
        """How often it was to be executed; whoever sees to that counts."""
        self.several = 0
        """How often several shards had to answer."""
        self.refused = 0
        """How often it could not be answered, there being several shards."""
        self.why = ''
        """The reason, the last time."""
        self.gone = False
        """Whether it is kept no more."""


class Generations:
    """What is kept by text, in two generations in place of an order: what is found in ``young`` need not be moved."""

    def __init__(self) -> None:
        self.young: dict[bytes, Kept] = {}
        """For a quick look. Another dict whenever a generation ends."""
        self.old: dict[bytes, Kept] = {}

    def __len__(self) -> int:
        return len(self.young) + len(self.old)

    def age(self) -> None:
        """What is in ``old``, and so has not been asked for since it was young, is gone."""
        _leave(self.old)
        self.old = self.young
        self.young = {}

    def clear(self) -> None:
        _leave(self.young)
        _leave(self.old)
        self.young = {}
        self.old = {}

    def all(self) -> list[Kept]:
        """Both generations."""
        return [*self.young.values(), *self.old.values()]


class Recent:
    """At most ``limit`` values, by text and by key together; the half of ``limit`` that was used last is kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.texts: Generations = Generations()
        self.keys: Generations = Generations()

    def __len__(self) -> int:
        return len(self.texts) + len(self.keys)

    @property
    def limit(self) -> int:
        return self._limit

    @limit.setter
    def limit(self, limit: int) -> None:
        if limit < self._limit:
            self.clear()
        self._limit = limit

    def get(self, where: Generations, text: bytes) -> Kept | None:
        """What is kept for ``text`` among ``texts`` or ``keys``, if anything."""
        known = where.young.get(text)
        if known is not None:
            return known
        known = where.old.pop(text, None)
        if known is not None:
            self.keep(where, known)
        return known

    def keep(self, where: Generations, kept: Kept) -> None:
        """Keep what is known of a text, of which nothing is kept."""
        if self._limit == 0:
            return
        where.young[kept.text] = kept
        if 2 * (len(self.texts.young) + len(self.keys.young)) >= self._limit:
            self.texts.age()
            self.keys.age()

    def clear(self) -> None:
        self.texts.clear()
        self.keys.clear()


def _leave(generation: dict[bytes, Kept]) -> None:
    for kept in generation.values():
        kept.gone = True
