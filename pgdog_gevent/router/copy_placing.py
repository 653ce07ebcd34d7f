"""Where the rows of a COPY belong: from the value of the key, as it was found in the stream, to a shard.

A value that is no key PostgreSQL refuses, wherever its row is sent; so it goes to the first shard, which says why. That
is known of integers, UUIDs and text. Of a vector it is not, nor of text in another encoding: these are refused here.
"""

from collections.abc import Sequence
from typing import Final

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.protocol.copy_rows import Key, KeyedRow, Odd
from pgdog_gevent.router.blueprint import CopyFormat, CopyRows
from pgdog_gevent.sharding.function import Hashed, LookedUp, Nearest, ShardFunction
from pgdog_gevent.sharding.hashing import partitions_of_ints
from pgdog_gevent.sharding.key import Key as ShardingKey
from pgdog_gevent.sharding.key import KeyType, NotAKey, TypeOid, key_of_binary, key_of_text
from pgdog_gevent.sharding.lookup import LookUp, not_looked_up

EVERYWHERE: Final = -1
"""In the place of a shard: this is for all of them."""
_REFUSING: Final = 0
"""The shard that says what is wrong with a row."""
_MOST_KEPT: Final = 65_536
_LONGEST_INTEGER: Final = 200
"""Characters; of a longer one PostgreSQL knows which integer it is, and we do not."""
_SIZES: Final = frozenset({2, 4, 8})
"""Of integers in binary format."""
_LONGEST_SIMPLE: Final = 18
"""So many digits any bigint can have."""


class Placement(dict[Key, int]):
    """Shards by key; remembers those that it has been asked for.

    Raises FeatureNotSupported for a key that has none, or of which it cannot be said.
    """

    def __init__(self, rows: CopyRows, *, reads_text: bool, look_up: LookUp = not_looked_up) -> None:
        """``reads_text``: the stream and the databases have text in UTF-8; otherwise only ASCII can be understood."""
        super().__init__()
        self._function = rows.function
        self._look_up = look_up
        self._type = rows.function.key_type
        self._length = rows.length
        self._binary = rows.options.format is CopyFormat.BINARY
        self._reads_text = reads_text
        self._hashes_integers = isinstance(rows.function, Hashed) and self._type is KeyType.BIGINT

    def learn(self, keyed: Sequence[KeyedRow]) -> None:
        """Find out many at once, where that is quicker."""
        if not self._hashes_integers:
            return
        if len(self) >= _MOST_KEPT:
            self.clear()
        if self._binary:
            found = [key for key, _ in keyed if isinstance(key, bytes) and key not in self and len(key) in _SIZES]
            values = [int.from_bytes(key, 'big', signed=True) for key in found]
        else:
            found = [key for key, _ in keyed if isinstance(key, bytes) and key not in self and self._is_simple(key)]
            values = list(map(int, found))
        self.update(zip(found, partitions_of_ints(values, self._function.shards), strict=True))

    def __missing__(self, key: Key) -> int:
        shard = self[key] = self._shard(key)
        return shard

    def _is_simple(self, value: bytes) -> bool:
        return len(value) <= _LONGEST_SIMPLE and value.isdigit()

    def _shard(self, key: Key) -> int:
        match key:
            case Odd.FRAME:
                return EVERYWHERE
            case Odd.WRONG:
                return _REFUSING
            case Odd.DEFAULT:
                raise FeatureNotSupported(
                    'the sharding key of a row is the default of its column, which is not known here',
                    hint='Give its value.',
                )
            case None:
                return _home(self._function, None)
            case _:
                return self._shard_of_value(key)

    def _shard_of_value(self, value: bytes) -> int:
        if not value.isascii() and self._type is KeyType.TEXT and not self._reads_text:
            raise FeatureNotSupported(
                'the sharding key of a row is not in ASCII, and not in UTF-8',
                hint='Set client_encoding to UTF8.',
            )
        try:
            key = self._binary_key(value) if self._binary else self._text_key(value)
        except NotAKey:
            if self._type is KeyType.VECTOR or (self._type is KeyType.BIGINT and len(value) > _LONGEST_INTEGER):
                raise FeatureNotSupported('the sharding key of a row cannot be read') from None
            return _REFUSING
        if isinstance(self._function, LookedUp):
            return _home(self._function.of_answer, self._look_up(self._function.wanted(key)))
        return _home(self._function, key)

    def _binary_key(self, value: bytes) -> ShardingKey:
        """Text is the same in both formats."""
        if self._type is KeyType.TEXT:
            return self._text_key(value)
        return key_of_binary(self._type, TypeOid.UNSPECIFIED, value)

    def _text_key(self, value: bytes) -> ShardingKey:
        try:
            text = value.decode()
        except UnicodeDecodeError:
            raise NotAKey('not UTF-8') from None
        if self._length and len(text) > self._length:
            text = _cut(text, self._length)
        return key_of_text(self._type, text)


def _cut(text: str, length: int) -> str:
    """As a column of type ``varchar(length)`` has it. Raises NotAKey for what it cannot have."""
    if text[length:].strip(' '):
        raise NotAKey('too long')
    return text[:length]


def _home(function: ShardFunction, key: ShardingKey | None) -> int:
    """The shard of a new row."""
    if isinstance(function, Nearest):
        return _nearest(function, key)
    homes = function.shards_of(key)
    if len(homes) == 1:
        return next(iter(homes))
    if homes:
        raise FeatureNotSupported('it cannot be said on which shard the sharding key of a row belongs')
    raise FeatureNotSupported(
        'no shard is for the sharding key of a row',
        hint='Give a value for which there is a rule in [[sharded_tables.mapping]].',
    )


def _nearest(function: Nearest, key: ShardingKey | None) -> int:
    try:
        return function.home_of(key)
    except ValueError:
        raise FeatureNotSupported('the sharding key of a row has another dimension than the centroids') from None
