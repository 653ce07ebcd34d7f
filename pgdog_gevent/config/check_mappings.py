"""Judgements of lists and ranges of sharding keys, in both forms: ``sharded_mappings`` are deprecated."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias, TypeVar

from pgdog_gevent.config.choices import MappingKind, ShardKeyType
from pgdog_gevent.config.findings import Finding, error, warning
from pgdog_gevent.config.mappings import (
    KEY_TYPES,
    WrittenRule,
    belongs,
    number,
    number_rule,
    octets,
    rules_of,
    text_rule,
)
from pgdog_gevent.config.settings import Config
from pgdog_gevent.config.sharding import ShardedMapping
from pgdog_gevent.sharding.key import KeyType, NotAKey
from pgdog_gevent.sharding.mapping import ListRule, RangeRule, Rule

Value = TypeVar('Value', int, bytes)
Placed: TypeAlias = tuple[str, Rule[Value]]
"""A rule, and its path."""

_EXPECTED = {KeyType.BIGINT: 'a bigint, without quotes', KeyType.UUID: 'a UUID', KeyType.TEXT: 'a string'}


def check_mappings(config: Config) -> Iterator[Finding]:
    """Judge all rules, each with the others of its table."""
    if config.sharded_mappings:
        yield warning('sharded_mappings', 'deprecated', 'use [[sharded_tables.mapping]]')
    for index, mapping in enumerate(config.sharded_mappings):
        path = f'sharded_mappings[{index}]'
        yield from _kind(path, mapping)
        if not any(belongs(mapping, table) for table in config.sharded_tables):
            yield error(path, 'no entry of sharded_tables has this database, table, schema and column')
    for index, table in enumerate(config.sharded_tables):
        rules = rules_of(config, index)
        shards = {entry.shard for entry in config.databases if entry.name == table.database}
        for rule in rules:
            if shards and rule.shard not in shards:
                yield error(f'{rule.path}.shard', f'{table.database!r} has no shard {rule.shard}')
        if table.data_type is not ShardKeyType.VECTOR:
            yield from _rules(rules, KEY_TYPES[table.data_type])


def _kind(path: str, mapping: ShardedMapping) -> Iterator[Finding]:
    """Judge whether an entry has what is of its kind, and nothing else."""
    word = mapping.kind.value
    bounded = mapping.start is not None or mapping.end is not None
    if mapping.kind is not MappingKind.LIST and mapping.values:
        yield error(f'{path}.values', f"not for kind = '{word}'")
    if mapping.kind is not MappingKind.RANGE and bounded:
        yield error(path, f"start and end are not for kind = '{word}'")
    if mapping.kind is MappingKind.RANGE and not bounded:
        yield error(path, "kind = 'range', but neither start nor end")


def _rules(rules: Sequence[WrittenRule], key_type: KeyType) -> Iterator[Finding]:
    mistaken = [finding for rule in rules for finding in _values(rule, key_type)]
    yield from mistaken
    defaults = [rule.path for rule in rules if rule.kind is MappingKind.DEFAULT]
    for path in defaults[1:]:
        yield error(path, f'{defaults[0]} is a rule for all other values already')
    if mistaken:
        return
    if key_type is KeyType.TEXT:
        yield from _contradictions([(rule.path, text_rule(rule)) for rule in rules])
    else:
        yield from _contradictions([(rule.path, number_rule(rule, key_type)) for rule in rules])


def _values(rule: WrittenRule, key_type: KeyType) -> Iterator[Finding]:
    if rule.kind is MappingKind.LIST and not rule.values:
        yield error(f'{rule.path}.values', 'there are none')
    places = [(f'{rule.path}.values[{position}]', value) for position, value in enumerate(rule.values)]
    bounds = [(f'{rule.path}.start', rule.start), (f'{rule.path}.end', rule.end)]
    for path, value in (*places, *bounds):
        if value is not None and not _fits(value, key_type):
            yield error(path, f'expected {_EXPECTED[key_type]}, got {value!r}')


def _fits(value: int | str, key_type: KeyType) -> bool:
    try:
        _ = octets(value) if key_type is KeyType.TEXT else number(value, key_type)
    except NotAKey:
        return False
    return True


def _contradictions(placed: Sequence[Placed[Value]]) -> Iterator[Finding]:
    yield from _listed_twice(placed)
    ranges = [(path, rule) for path, rule in placed if isinstance(rule, RangeRule)]
    for path, rule in ranges:
        if rule.empty:
            yield error(path, 'no value is in it: end is exclusive, and has to be more than start')
    order = {path: position for position, (path, _) in enumerate(placed)}
    bounded = [(path, rule) for path, rule in ranges if not rule.empty]
    for (path, rule), (other_path, other) in pairwise(sorted(bounded, key=lambda pair: pair[1].place)):
        if rule.overlaps(other):
            first, second = sorted((path, other_path), key=order.__getitem__)
            yield error(second, f'has values that {first} has too')


def _listed_twice(placed: Sequence[Placed[Value]]) -> Iterator[Finding]:
    listed: dict[Value, str] = {}
    for path, rule in placed:
        if isinstance(rule, ListRule):
            known = sorted({listed[value] for value in rule.values if value in listed})
            if known:
                yield error(path, f'has a value that {known[0]} has too')
            listed |= dict.fromkeys(rule.values, path)
