"""What is wrong with lists and ranges of keys."""

from collections.abc import Mapping

import pytest

from pgdog_gevent.config.check_mappings import check_mappings
from pgdog_gevent.config.settings import Config

SHARDS: list[dict[str, object]] = [{'name': 'shop', 'host': 'h', 'shard': shard} for shard in range(2)]
TABLE: dict[str, object] = {'database': 'shop', 'name': 'orders', 'column': 'id'}
DEPRECATED: dict[str, object] = {'database': 'shop', 'table': 'orders', 'column': 'id', 'shard': 0}
UUID = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'

Rule = Mapping[str, object]


def findings(*rules: Rule, data_type: str = 'bigint', deprecated: tuple[Rule, ...] = ()) -> list[str]:
    """Return all errors about these rules of one table, without its path."""
    config = Config.model_validate(
        {
            'databases': SHARDS,
            'sharded_tables': [TABLE | {'data_type': data_type, 'mapping': list(rules)}],
            'sharded_mappings': list(deprecated),
        }
    )
    errors = [finding for finding in check_mappings(config) if finding.severity.value == 'error']
    return [f'{finding.path.removeprefix("sharded_tables[0].")}: {finding.problem}' for finding in errors]


@pytest.mark.parametrize(
    ('rules', 'data_type'),
    [
        ([{'values': [1, 2], 'shard': 0}, {'values': [3], 'shard': 1}], 'bigint'),
        ([{'end': 0, 'shard': 0}, {'start': 10, 'shard': 1}, {'start': 0, 'end': 10, 'shard': 0}], 'bigint'),
        ([{'values': [5], 'shard': 1}, {'start': 0, 'end': 10, 'shard': 0}, {'shard': 1}], 'bigint'),
        ([{'values': ['a', ''], 'shard': 0}, {'start': 'a', 'end': 'b', 'shard': 1}], 'varchar'),
        ([{'values': [UUID], 'shard': 0}, {'start': UUID.replace('-', ''), 'shard': 1}], 'uuid'),
    ],
    ids=['lists', 'ranges', 'list in a range, default', 'text', 'uuid'],
)
def test_sound_rules_have_no_findings(rules: list[Rule], data_type: str) -> None:
    assert findings(*rules, data_type=data_type) == []


@pytest.mark.parametrize(
    ('rules', 'expected'),
    [
        pytest.param([{'shard': 2}], "mapping[0].shard: 'shop' has no shard 2", id='no such shard'),
        pytest.param(
            [{'shard': 0}, {'shard': 1}],
            'mapping[1]: sharded_tables[0].mapping[0] is a rule for all other values already',
            id='two defaults',
        ),
        pytest.param(
            [{'values': [1, 2], 'shard': 0}, {'values': [2], 'shard': 0}],
            'mapping[1]: has a value that sharded_tables[0].mapping[0] has too',
            id='lists',
        ),
        pytest.param(
            [{'start': 5, 'shard': 0}, {'end': 6, 'shard': 1}],
            'mapping[1]: has values that sharded_tables[0].mapping[0] has too',
            id='ranges',
        ),
        pytest.param(
            [{'start': 5, 'end': 5, 'shard': 0}],
            'mapping[0]: no value is in it: end is exclusive, and has to be more than start',
            id='empty range',
        ),
        pytest.param([{'values': [], 'shard': 0}], 'mapping[0].values: there are none', id='empty list'),
        pytest.param(
            [{'values': [1, '2'], 'shard': 0}],
            "mapping[0].values[1]: expected a bigint, without quotes, got '2'",
            id='text for bigint',
        ),
        pytest.param(
            [{'end': 2**63, 'shard': 0}],
            f'mapping[0].end: expected a bigint, without quotes, got {2**63}',
            id='out of range',
        ),
    ],
)
def test_mistake_is_an_error(rules: list[Rule], expected: str) -> None:
    assert findings(*rules) == [expected]


@pytest.mark.parametrize(
    ('data_type', 'value', 'expected'),
    [('uuid', 'a0', 'a UUID'), ('uuid', 5, 'a UUID'), ('varchar', 5, 'a string')],
)
def test_value_of_another_type_is_an_error(data_type: str, value: object, expected: str) -> None:
    [found] = findings({'start': value, 'shard': 0}, data_type=data_type)
    assert found == f'mapping[0].start: expected {expected}, got {value!r}'


@pytest.mark.parametrize(
    ('rule', 'expected'),
    [
        pytest.param(
            {'kind': 'list', 'values': [1], 'start': 5},
            "sharded_mappings[0]: start and end are not for kind = 'list'",
            id='list with bounds',
        ),
        pytest.param(
            {'kind': 'range'}, "sharded_mappings[0]: kind = 'range', but neither start nor end", id='range of nothing'
        ),
        pytest.param(
            {'kind': 'default', 'values': [1]},
            "sharded_mappings[0].values: not for kind = 'default'",
            id='default with values',
        ),
        pytest.param({'kind': 'list'}, 'sharded_mappings[0].values: there are none', id='empty list'),
        pytest.param(
            {'kind': 'default', 'shard': 7}, "sharded_mappings[0].shard: 'shop' has no shard 7", id='no such shard'
        ),
        pytest.param(
            {'kind': 'default', 'table': 'customers'},
            'sharded_mappings[0]: no entry of sharded_tables has this database, table, schema and column',
            id='of no table',
        ),
        pytest.param(
            {'kind': 'default', 'table': None},
            'sharded_mappings[0]: no entry of sharded_tables has this database, table, schema and column',
            id='of any table',
        ),
    ],
)
def test_mistake_in_the_deprecated_form_is_an_error(rule: Rule, expected: str) -> None:
    assert findings(deprecated=(DEPRECATED | dict(rule),)) == [expected]


def test_both_forms_are_judged_together() -> None:
    deprecated = DEPRECATED | {'kind': 'range', 'start': 0, 'table': 'ORDERS'}
    assert findings({'start': 10, 'end': 20, 'shard': 1}, deprecated=(deprecated,)) == [
        'sharded_mappings[0]: has values that sharded_tables[0].mapping[0] has too'
    ]


def test_deprecated_form_is_told() -> None:
    config = Config.model_validate({'sharded_mappings': [DEPRECATED | {'kind': 'default'}]})
    assert ('warning', 'sharded_mappings') in [(each.severity.value, each.path) for each in check_mappings(config)]
