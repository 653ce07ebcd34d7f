"""What was used lately, bounded."""

from pgdog_gevent.router.statement import Statement


class Generations:
    """Statements by text, in two generations in place of an order: what is found in ``young`` need not be moved."""

    def __init__(self) -> None:
        self.young: dict[bytes, Statement] = {}
        """For a quick look. Another dict whenever a generation ends."""
        self.old: dict[bytes, Statement] = {}

    def __len__(self) -> int:
        return len(self.young) + len(self.old)

    def replace(self, text: bytes, value: Statement) -> None:
        """From now on ``value`` is that of ``text``, if it has one."""
        for generation in (self.young, self.old):
            if text in generation:
                generation[text] = value

    def age(self) -> None:
        """What is in ``old``, and so has not been asked for since it was young, is gone."""
        self.old = self.young
        self.young = {}

    def clear(self) -> None:
        self.young = {}
        self.old = {}


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

    def get(self, where: Generations, text: bytes) -> Statement | None:
        """The value that is kept for ``text`` among ``texts`` or ``keys``, if any."""
        known = where.young.get(text)
        if known is not None:
            return known
        known = where.old.pop(text, None)
        if known is not None:
            self.keep(where, text, known)
        return known

    def keep(self, where: Generations, text: bytes, value: Statement) -> None:
        """From now on ``value`` is that of ``text``, which has none."""
        if self._limit == 0:
            return
        where.young[text] = value
        if 2 * (len(self.texts.young) + len(self.keys.young)) >= self._limit:
            self.texts.age()
            self.keys.age()

    def clear(self) -> None:
        self.texts.clear()
        self.keys.clear()
