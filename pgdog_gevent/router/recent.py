"""What was used lately, bounded."""

from typing import Generic, TypeVar

Value = TypeVar('Value')


class Generations(Generic[Value]):
    """Values by text, in two generations in place of an order: what is found in ``young`` need not be moved."""

    def __init__(self) -> None:
        self.young: dict[bytes, Value] = {}
        """For a quick look. Another dict whenever a generation ends."""
        self.old: dict[bytes, Value] = {}

    def __len__(self) -> int:
        return len(self.young) + len(self.old)

    def age(self) -> None:
        """What is in ``old``, and so has not been asked for since it was young, is gone."""
        self.old = self.young
        self.young = {}

    def clear(self) -> None:
        self.young = {}
        self.old = {}


class Recent(Generic[Value]):
    """At most ``limit`` values, by text and by key together; the half of ``limit`` that was used last is kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.texts: Generations[Value] = Generations()
        self.keys: Generations[Value] = Generations()

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

    def get(self, where: Generations[Value], text: bytes) -> Value | None:
        """The value that is kept for ``text`` among ``texts`` or ``keys``, if any."""
        known = where.young.get(text)
        if known is not None:
            return known
        known = where.old.pop(text, None)
        if known is not None:
            self.keep(where, text, known)
        return known

    def keep(self, where: Generations[Value], text: bytes, value: Value) -> None:
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
