"""The set of shards that a statement can concern, as far as its text tells: an expression over keys.

Made once for each text; with the values of its parameters it becomes a set of shards. AND intersects, OR and UNION
unite, everything else keeps all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, assert_never

from pgdog_gevent.sharding.array import keys_of_binary_array, keys_of_text_array
from pgdog_gevent.sharding.function import Bound as Limit
from pgdog_gevent.sharding.function import ShardingFunction, homes_of
from pgdog_gevent.sharding.key import Key, KeyType, NotAKey, key_of_binary, key_of_text
from pgdog_gevent.sharding.shards import NO_SHARDS, Shards, all_shards, one_shard


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the text has; ``None`` is NULL."""

    text: str | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """What Bind gives for ``$number``."""

    number: int


Operand = Constant | Parameter


@dataclass(frozen=True, slots=True)
class Every:
    """All shards."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """No shard: the predicate is never true."""


@dataclass(frozen=True, slots=True)
class KeyIs:
    """Where rows are whose key is one of ``operands``.

    ``null_matches``: whether NULL is a key as another (IS NOT DISTINCT FROM, INSERT); in comparisons nothing equals it.
    """

    function: ShardingFunction
    operands: tuple[Operand, ...]
    null_matches: bool = False


@dataclass(frozen=True, slots=True)
class KeyInArray:
    """Where rows are whose key is an element of an array: ``key = ANY(array)``."""

    function: ShardingFunction
    array: Operand


@dataclass(frozen=True, slots=True)
class KeyBetween:
    """Where rows are whose key is in an interval; ``None`` is no bound."""

    function: ShardingFunction
    low: Operand | None
    high: Operand | None
    low_inclusive: bool = True
    high_inclusive: bool = True


@dataclass(frozen=True, slots=True)
class All:
    """Where all of ``parts`` allow a row: the intersection."""

    parts: tuple['Keys', ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Where one of ``parts`` allows a row: the union."""

    parts: tuple['Keys', ...]


@dataclass(frozen=True, slots=True)
class OnShard:
    """Where one shard is that the configuration names."""

    shard: int


Keys = Every | Nowhere | KeyIs | KeyInArray | KeyBetween | All | Any | OnShard

EVERY: Final = Every()
NOWHERE: Final = Nowhere()


class BoundValue(NamedTuple):
    """A parameter as Bind gives it, and the type that the server takes it for."""

    type_oid: int
    format: int
    """0: text, 1: binary."""
    value: bytes | None


class Bound(Protocol):
    """The parameters of one execution."""

    def parameter(self, number: int) -> BoundValue:
        """The value of ``$number``, from 1. Raises LookupError if Bind gives none."""
        ...


class AsciiOnly:
    """Parameters of a text that has other bytes in the database, which are not known but for ASCII."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound

    def parameter(self, number: int) -> BoundValue:
        return self.bound.parameter(number)


def conjunction(parts: Iterable[Keys]) -> Keys:
    """Where all of ``parts`` allow a row."""
    flat: dict[Keys, None] = {}
    for part in parts:
        if isinstance(part, Nowhere):
            return NOWHERE
        if not isinstance(part, Every):
            flat.update(dict.fromkeys(part.parts if isinstance(part, All) else (part,)))
    # What is allowed by one of several is said already where it is said that one of them allows it.
    left = tuple(part for part in flat if not (isinstance(part, Any) and not flat.keys().isdisjoint(part.parts)))
    return EVERY if not left else left[0] if len(left) == 1 else All(left)


def disjunction(parts: Iterable[Keys]) -> Keys:
    """Where one of ``parts`` allows a row."""
    flat: dict[Keys, None] = {}
    for part in parts:
        if isinstance(part, Every):
            return EVERY
        if not isinstance(part, Nowhere):
            flat.update(dict.fromkeys(part.parts if isinstance(part, Any) else (part,)))
    left = tuple(part for part in flat if not (isinstance(part, All) and not flat.keys().isdisjoint(part.parts)))
    return NOWHERE if not left else left[0] if len(left) == 1 else Any(left)


def shards_of(keys: Keys, bound: Bound, shards: int) -> Shards:
    """The shards that ``keys`` leaves, of ``shards``. A value that cannot be read as a key may be on any."""
    match keys:
        case KeyIs():
            return _of_values(keys, bound, shards)
        case Every():
            return all_shards(shards)
        case Nowhere():
            return NO_SHARDS
        case All(parts):
            return _intersection(parts, bound, shards)
        case Any(parts):
            return _union(parts, bound, shards)
        case KeyInArray():
            return _of_array(keys, bound, shards)
        case KeyBetween():
            return _of_interval(keys, bound, shards)
        case OnShard(shard):
            return one_shard(shard)
        case _:
            assert_never(keys)


def homes_of_row(function: ShardingFunction, key: Operand, bound: Bound, shards: int) -> Shards:
    """The shard to which a new row belongs that has this key. A value that cannot be read may belong on any."""
    try:
        return homes_of(function, _read(key, function.key_type, bound))
    except (NotAKey, LookupError):
        return all_shards(shards)


def _intersection(parts: tuple[Keys, ...], bound: Bound, shards: int) -> Shards:
    found = all_shards(shards)
    for part in parts:
        found &= shards_of(part, bound, shards)
        if not found:
            break
    return found


def _union(parts: tuple[Keys, ...], bound: Bound, shards: int) -> Shards:
    found = NO_SHARDS
    for part in parts:
        found |= shards_of(part, bound, shards)
        if len(found) == shards:
            break
    return found


def _of_values(keys: KeyIs, bound: Bound, shards: int) -> Shards:
    function = keys.function
    found = NO_SHARDS
    for operand in keys.operands:
        try:
            key = _read(operand, function.key_type, bound)
        except (NotAKey, LookupError):
            return all_shards(shards)
        if key is not None or keys.null_matches:
            on = function.shards_of(key)
            found = found | on if found else on
    return found


def _read(operand: Operand, key_type: KeyType, bound: Bound) -> Key | None:
    """The key that a value is; ``None`` is NULL."""
    key = _read_any(operand, key_type, bound)
    _check_bytes(key, key_type, bound)
    return key


def _check_bytes(key: Key | None, key_type: KeyType, bound: Bound) -> None:
    if isinstance(bound, AsciiOnly) and key_type is KeyType.TEXT and isinstance(key, bytes) and not key.isascii():
        raise NotAKey('text in another encoding')


def _read_any(operand: Operand, key_type: KeyType, bound: Bound) -> Key | None:
    if isinstance(operand, Constant):
        return None if operand.text is None else key_of_text(key_type, operand.text)
    type_oid, form, value = bound.parameter(operand.number)
    if value is None:
        return None
    return key_of_binary(key_type, type_oid, value) if form else key_of_text(key_type, _text(value), type_oid)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise NotAKey('not UTF-8') from None


def _of_array(keys: KeyInArray, bound: Bound, shards: int) -> Shards:
    function = keys.function
    try:
        elements = _elements(keys.array, function.key_type, bound)
        for element in elements:
            _check_bytes(element, function.key_type, bound)
    except (NotAKey, LookupError):
        return all_shards(shards)
    found: set[int] = set()
    for element in elements:
        if element is not None:
            found |= function.shards_of(element)
            if len(found) == shards:
                break
    return one_shard(found.pop()) if len(found) == 1 else frozenset(found)


def _elements(array: Operand, key_type: KeyType, bound: Bound) -> list[Key | None]:
    """The keys in an array; NULL has no elements."""
    if isinstance(array, Constant):
        return [] if array.text is None else keys_of_text_array(key_type, array.text)
    type_oid, form, value = bound.parameter(array.number)
    if value is None:
        return []
    return keys_of_binary_array(key_type, value) if form else keys_of_text_array(key_type, _text(value), type_oid)


def _of_interval(keys: KeyBetween, bound: Bound, shards: int) -> Shards:
    key_type = keys.function.key_type
    try:
        low = None if keys.low is None else _read(keys.low, key_type, bound)
        high = None if keys.high is None else _read(keys.high, key_type, bound)
    except (NotAKey, LookupError):
        return all_shards(shards)
    if (low is None and keys.low is not None) or (high is None and keys.high is not None):
        return NO_SHARDS
    return keys.function.shards_between(
        None if low is None else Limit(low, keys.low_inclusive),
        None if high is None else Limit(high, keys.high_inclusive),
    )
