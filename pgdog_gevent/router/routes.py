"""The texts that go to one shard which a single integer says: what can be seen at a glance where every query passes."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from pgdog_gevent.router.blueprint import AnyShard, Blueprint, ByKey, ByRow, Same
from pgdog_gevent.router.key import integers
from pgdog_gevent.router.keys import Constant, KeyIs, Nowhere, Operand, Parameter
from pgdog_gevent.sharding.function import Hashed, ShardFunction
from pgdog_gevent.sharding.key import KeyType, NotAKey, key_of_text

_PARAMETER: Final = re.compile(rb'\$(\d+)')
_HAS_LITERAL: Final = re.compile(rb"'|(?<![A-Za-z_0-9$\x80-\xff])\.?0")
"""In a key; what is more than that only makes it rarer that it has a route."""
_PLACEHOLDER: Final = b'$1'
_SELECT: Final = re.compile(rb'\s*(?:SELECT|VALUES|TABLE|WITH)\b', re.IGNORECASE)
ANYWHERE: Final = -3
"""In the place of a shard: whichever it is."""
HOME: Final = -4
"""Always the same one for a client."""
CATALOGS: Final = -5
"""Whichever has the same catalogs as all, or the one that speaks for all."""
HOME_CATALOGS: Final = -6
"""Likewise, and always the same one for a client."""


class Route:
    """Where a text goes: to ``shard``, or where hash partitions put the integer in ``parameter``.

    ``shard`` may be one of the numbers above.
    """

    __slots__ = ('modulus', 'parameter', 'shard')

    def __init__(self, parameter: int, modulus: int, shard: int) -> None:
        self.parameter = parameter
        """Number of the parameter, from 1; 0 if none has a say."""
        self.modulus = modulus
        self.shard = shard


def route_of(sql: bytes, blueprints: Sequence[Blueprint]) -> Route | None:
    """The route of a text, if it is that simple."""
    if len(blueprints) == 1 and isinstance(blueprints[0], AnyShard):
        return Route(0, 0, _one_of_all(blueprints[0])) if _SELECT.match(sql) else None
    found = _key_of(blueprints[0]) if len(blueprints) == 1 else None
    if found is None:
        return None
    function, operand = found
    if not isinstance(function, Hashed) or function.key_type is not KeyType.BIGINT:
        return None
    match operand:
        case Constant(str() as text):
            return _fixed(function, text)
        case Parameter(number) if _stands_once(sql, number):
            return Route(number, function.shards, 0)
        case _:
            return None


class KeyedRoute:
    """Where all texts of one key go: by the integer in them that has as many bytes before it, or behind it, in all.

    If ``shard`` is not 0, it is one of the numbers above, and says it.
    """

    __slots__ = ('before', 'behind', 'modulus', 'shard')

    def __init__(self, before: int, behind: int, modulus: int, shard: int = 0) -> None:
        self.before = before
        """Bytes before it; -1 if that depends on other literals."""
        self.behind = behind
        self.modulus = modulus
        self.shard = shard


def keyed_route(key: bytes, blueprint_of: Callable[[bytes], Blueprint]) -> KeyedRoute | None:
    """The route of all texts with a key (see ``router.key``), by the first integer in them or by the last.

    Other literals may keep more shards out, but none of the one that it says.
    """
    places = integers(key)
    ends = {places[0], places[-1]} if places else set[int]()
    for at in sorted(ends):
        before, behind = key[:at], key[at + 1 :]
        first, last = not _HAS_LITERAL.search(before), not _HAS_LITERAL.search(behind)
        if not (first or last):
            continue
        text = before + _PLACEHOLDER + behind
        route = None if b'$' in key else route_of(text, [blueprint_of(text)])
        if route is not None and route.parameter:
            return KeyedRoute(at if first else -1, len(behind), route.modulus)
    return None


def _one_of_all(blueprint: AnyShard) -> int:
    if blueprint.catalogs:
        return HOME_CATALOGS if blueprint.sticky else CATALOGS
    return HOME if blueprint.sticky else ANYWHERE


def _key_of(blueprint: Blueprint) -> tuple[ShardFunction, Operand] | None:
    """The one key that says where it goes, and how."""
    match blueprint:
        case ByKey(KeyIs(function, (operand,), null_matches=False), several) if not isinstance(several, Same):
            return function, operand
        case ByRow(rows=(row,), function=function, reads=Nowhere()):
            return function, row.key
        case _:
            return None


def _fixed(function: Hashed, text: str) -> Route | None:
    try:
        [shard] = function.shards_of(key_of_text(KeyType.BIGINT, text))
    except NotAKey:
        return None
    return Route(0, function.shards, shard)


def _stands_once(sql: bytes, number: int) -> bool:
    """Whether nothing else says of which type a parameter is."""
    return [int(found) for found in _PARAMETER.findall(sql)].count(number) == 1
