"""Lists and ranges of key values, from the two forms in which the configuration has them.

``[[sharded_tables.mapping]]`` stands with its table; an entry of the deprecated ``[[sharded_mappings]]`` belongs to the
``[[sharded_tables]]`` that name the same database, schema, table and column.
"""

from dataclasses import dataclass
from typing import Final

from pgdog_gevent.config.choices import MappingKind, ShardKeyType
from pgdog_gevent.config.identifiers import fold
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.sharding import MappingRule, ShardedMapping, ShardedTable
from pgdog_gevent.sharding.function import number_of
from pgdog_gevent.sharding.key import KeyType, NotAKey, key_of_int, key_of_text
from pgdog_gevent.sharding.mapping import DefaultRule, ListRule, RangeRule, Rule

KEY_TYPES: Final = {
    ShardKeyType.BIGINT: KeyType.BIGINT,
    ShardKeyType.UUID: KeyType.UUID,
    ShardKeyType.VARCHAR: KeyType.TEXT,
    ShardKeyType.VECTOR: KeyType.VECTOR,
}


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """One rule as it is written, in either form."""

    path: str
    kind: MappingKind
    values: tuple[int | str, ...]
    start: int | str | None
    end: int | str | None
    shard: int


def rules_of(config: Config, index: int) -> tuple[WrittenRule, ...]:
    """Return the rules of the sharded table at a position, first those that stand with it."""
    table = config.sharded_tables[index]
    return (
        *(
            _of_table(f'sharded_tables[{index}].mapping[{position}]', rule)
            for position, rule in enumerate(table.mapping)
        ),
        *(
            WrittenRule(
                f'sharded_mappings[{position}]', rule.kind, rule.values, rule.start, rule.end, rule.shard
            )
            for position, rule in enumerate(config.sharded_mappings)
            if belongs(rule, table)
        ),
    )


def belongs(rule: ShardedMapping, table: ShardedTable) -> bool:
    """Return whether a rule of the deprecated form is one of a table."""
    return (
        rule.database == table.database
        and _folded(rule.schema_name) == _folded(table.schema_name)
        and _folded(rule.table) == _folded(table.name)
        and fold(rule.column) == fold(table.column)
    )


def number_rule(rule: WrittenRule, key_type: KeyType) -> Rule[int]:
    """Read a rule for integers or UUIDs. Raises NotAKey."""
    match rule.kind:
        case MappingKind.LIST:
            return ListRule(frozenset(number(value, key_type) for value in rule.values), rule.shard)
        case MappingKind.RANGE:
            start = None if rule.start is None else number(rule.start, key_type)
            end = None if rule.end is None else number(rule.end, key_type)
            return RangeRule(start, end, rule.shard)
        case MappingKind.DEFAULT:
            return DefaultRule(rule.shard)


def text_rule(rule: WrittenRule) -> Rule[bytes]:
    """Read a rule for text. Raises NotAKey."""
    match rule.kind:
        case MappingKind.LIST:
            return ListRule(frozenset(map(octets, rule.values)), rule.shard)
        case MappingKind.RANGE:
            start = None if rule.start is None else octets(rule.start)
            end = None if rule.end is None else octets(rule.end)
            return RangeRule(start, end, rule.shard)
        case MappingKind.DEFAULT:
            return DefaultRule(rule.shard)


def number(value: int | str, key_type: KeyType) -> int:
    """Read one value for integers or UUIDs. Raises NotAKey."""
    if key_type is KeyType.BIGINT and isinstance(value, int):
        return key_of_int(value)
    if key_type is KeyType.UUID and isinstance(value, str):
        return number_of(key_of_text(key_type, value))
    raise NotAKey('a value of another type')


def octets(value: int | str) -> bytes:
    """Read one value for text. Raises NotAKey."""
    key = key_of_text(KeyType.TEXT, value) if isinstance(value, str) else None
    if not isinstance(key, bytes):
        raise NotAKey('a value of another type')
    return key


def _of_table(path: str, rule: MappingRule) -> WrittenRule:
    bounded = rule.start is not None or rule.end is not None
    kind = MappingKind.LIST if rule.values is not None else MappingKind.RANGE if bounded else MappingKind.DEFAULT
    return WrittenRule(path, kind, rule.values or (), rule.start, rule.end, rule.shard)


def _folded(name: str | None) -> str | None:
    return None if name is None else fold(name)
