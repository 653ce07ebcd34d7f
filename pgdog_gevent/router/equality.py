"""Which columns have the same value where conditions are true."""

from collections.abc import Iterable

from pgdog_gevent.router.relations import Attribute, Condition, Equal, conjuncts


def closure(start: Attribute | Iterable[Attribute], conditions: Iterable[Condition]) -> frozenset[Attribute]:
    """All columns that equal ``start`` (or one of those, which are equal) where all of ``conditions`` are true."""
    same = {start} if isinstance(start, Attribute) else set(start)
    pairs = [part for condition in conditions for part in conjuncts(condition) if isinstance(part, Equal)]
    grown = True
    while grown:
        grown = False
        for pair in pairs:
            if (pair.left in same) != (pair.right in same):
                same.update((pair.left, pair.right))
                grown = True
    return frozenset(same)
