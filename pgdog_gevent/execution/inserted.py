"""What an INSERT returns whose rows are on several shards: in the order of the client's rows."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import merge as merge_by_key

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.execution.answer import Asked
from pgdog_gevent.execution.question import Question, ShardAnswer
from pgdog_gevent.router.plan import Split

AskAll = Callable[[Mapping[int, Question]], Sequence[tuple[ShardAnswer, list[bytes]]]]
"""``SeveralShards.rows_of``."""


def in_order(plan: Split, of_texts: Sequence[Sequence[bytes]]) -> Iterator[bytes]:
    """Put together what each text has returned. Raises FeatureNotSupported if nobody knows which rows these are."""
    if any(len(rows) != len(numbers) for rows, numbers in zip(of_texts, plan.rows, strict=True)):
        raise FeatureNotSupported(
            'rows of several shards that are returned by an INSERT which has left out some of them',
            hint='Leave out RETURNING, or insert the rows one by one.',
        )
    numbered = [zip(numbers, rows, strict=True) for numbers, rows in zip(plan.rows, of_texts, strict=True)]
    return (row for _, row in merge_by_key(*numbered))


def one_after_the_other(
    plan: Split, asked: Asked, types: bytes, ask: AskAll
) -> tuple[tuple[ShardAnswer, ...], Iterator[bytes]]:
    """Have each shard do its texts in their order, all shards at the same time. Raises as ``ask``."""
    waiting: defaultdict[int, deque[int]] = defaultdict(deque)
    for number, (shard, _) in enumerate(plan.texts):
        waiting[shard].append(number)
    done: dict[int, tuple[ShardAnswer, list[bytes]]] = {}
    while waiting:
        numbers = {shard: of_shard.popleft() for shard, of_shard in waiting.items()}
        questions = {shard: Question(plan.texts[number][1], types, asked.values) for shard, number in numbers.items()}
        done |= {numbers[answer.shard]: (answer, rows) for answer, rows in ask(questions)}
        waiting = defaultdict(deque, {shard: of_shard for shard, of_shard in waiting.items() if of_shard})
    found = [done[number] for number in range(len(plan.texts))]
    return tuple(answer for answer, _ in found), (row for _, rows in found for row in rows)
