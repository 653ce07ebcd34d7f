"""The OIDs of types inside of values in binary format, where shards have other ones: in arrays and rows.

A number is as long as any other, so a value keeps its length.
"""

from collections.abc import Mapping
from struct import Struct, error
from typing import Final

from pgdog_gevent.merge.rows import malformed
from pgdog_gevent.router.own_types import TypeNumbers

MALFORMED: Final = (error, RecursionError)
"""What comes of bytes that are no value of their type."""
_COUNT: Final = Struct('!H')
_UNSIGNED: Final = Struct('!I')
_LENGTH: Final = Struct('!i')
_ELEMENT: Final = 8
"""Where an array has the type of its elements: after the number of dimensions, and flags."""


class UnknownToClients(Exception):
    """A value has a type in it that clients have no number for."""


class NestedTypes:
    """Those of the values that one shard and clients exchange."""

    def __init__(self, numbers: TypeNumbers, shard: int) -> None:
        self._numbers = numbers
        self._shard = shard

    def outward(self, value: bytes, told: int) -> bytes:
        """A value of this shard as clients know it; ``told``: its type as they do.

        Raises UnknownToClients, MALFORMED.
        """
        return self._renumbered(value, told, outward=True)

    def inward(self, value: bytes, told: int) -> bytes:
        """A value of a client as this shard knows it. Raises MALFORMED."""
        return self._renumbered(value, told, outward=False)

    def row(self, told: Mapping[int, int], body: bytes) -> bytes:
        """As ``outward``, some columns of a DataRow: their numbers, from 0, with their types.

        Raises UnknownToClients, ProtocolViolation.
        """
        changed = bytearray(body)
        try:
            [columns], at = _COUNT.unpack_from(body), 2
            walk = _Walk(changed, self._numbers, self._shard, outward=True)
            for number in range(columns):
                at = walk.item(at, told.get(number, 0))
        except MALFORMED:
            raise malformed() from None
        return bytes(changed)

    def _renumbered(self, value: bytes, told: int, *, outward: bool) -> bytes:
        changed = bytearray(value)
        _Walk(changed, self._numbers, self._shard, outward=outward).value(0, len(changed), told)
        return bytes(changed)


class _Walk:
    """Through one value, whose numbers it changes on the way."""

    def __init__(self, octets: bytearray, numbers: TypeNumbers, shard: int, *, outward: bool) -> None:
        self._octets = octets
        self._numbers = numbers
        self._mapping = (numbers.outward if outward else numbers.inward).get(shard, {})
        self._outward = outward

    def value(self, at: int, end: int, told: int) -> None:
        numbers = self._numbers
        told = numbers.base_types.get(told, told)
        if told not in numbers.nested:
            return
        if told in numbers.elements:
            self._array(at, end)
        else:
            self._row(at)

    def _array(self, at: int, end: int) -> None:
        dimensions = self._integer(_UNSIGNED, at)
        element = self._number(at + _ELEMENT)
        at += 12 + 8 * dimensions
        while at < end:
            at = self.item(at, element)

    def _row(self, at: int) -> None:
        fields = self._integer(_UNSIGNED, at)
        at += 4
        for _ in range(fields):
            at = self.item(at + 4, self._number(at))

    def item(self, at: int, told: int) -> int:
        """A length, and so many bytes of a value; return where they end."""
        length = self._integer(_LENGTH, at)
        at += 4
        end = at + max(length, 0)
        if length > 0:
            self.value(at, end, told)
        return end

    def _number(self, at: int) -> int:
        """A type, as clients know it."""
        number = self._integer(_UNSIGNED, at)
        mapped = self._mapping.get(number, number)
        if number and not mapped:
            raise UnknownToClients
        _UNSIGNED.pack_into(self._octets, at, mapped)
        return mapped if self._outward else number

    def _integer(self, layout: Struct, at: int) -> int:
        integer: int = layout.unpack_from(self._octets, at)[0]
        return integer
