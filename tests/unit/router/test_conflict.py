"""ON CONFLICT of an INSERT into a sharded table."""

import pytest

from tests.unit.router.written_tables import meaning, refusal, rows

INTO = 'insert into named (id, name) values (1, 2), (3, 4) on conflict '


@pytest.mark.parametrize(
    'conflict',
    [
        '(id) do nothing', '(id, name) do nothing', '((id)) do nothing', '(lower(name), id) where id > 0 do nothing',
        'on constraint named_both do nothing', '(id) do update set name = excluded.name',
    ],
)  # fmt: skip
def test_unique_index_with_the_key_is_one_of_all_shards(conflict: str) -> None:
    assert len(rows(INTO + conflict).rows) == 2


@pytest.mark.parametrize(
    ('conflict', 'why'),
    [
        ('(name) do nothing', 'by what the sharding key "id" is not part of'),
        ('(lower(name)) do update set name = 1', 'by what the sharding key "id" is not part of'),
        ('(id int8_ops) do nothing', 'by what the sharding key "id" is not part of'),
        ('on constraint named_name do nothing', 'by "named_name", which the sharding key "id" is not part of'),
        ('on constraint another do nothing', 'by "another", which the catalogue does not have'),
        ('do nothing', 'by "named_name", which the sharding key "id" is not part of'),
    ],
)
def test_row_of_another_shard_that_may_conflict_is_not_overlooked(conflict: str, why: str) -> None:
    assert refusal(INTO + conflict) == f'ON CONFLICT {why}: another shard may have the other row'


def test_do_nothing_is_about_all_unique_indexes() -> None:
    assert len(rows('insert into users (id) values (1), (2) on conflict do nothing').rows) == 2
    assert 'by "payments_pkey"' in refusal('insert into payments (user_id) values (1) on conflict do nothing')


def test_equal_keys_may_be_different_bytes() -> None:
    assert 'may be equal' in refusal('insert into folded values (1) on conflict (slug) do nothing')


def test_table_that_is_the_same_everywhere_has_no_key() -> None:
    assert meaning("insert into countries values (1, 'a') on conflict do nothing")


@pytest.mark.parametrize(
    ('tail', 'in_order'),
    [
        ('do nothing returning id', True),
        ('do nothing', False),
        ('(id) do update set name = 1 returning id', False),
    ],
)
def test_rows_that_may_be_left_out_are_returned_in_order(tail: str, in_order: bool) -> None:
    assert rows(f'insert into users (id) values (1), (2) on conflict {tail}').in_order is in_order
