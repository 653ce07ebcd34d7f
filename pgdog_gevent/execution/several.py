"""Several shards answer, and one answer is made of theirs.

All are asked before any answer is read, so they work at the same time; one greenlet reads, and the network holds back
those that it does not read yet. What must be known first (types, values that all are to get) is asked of one before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.errors import ProtocolViolation, ServerViolation, ShardsDisagree
from pgdog_gevent.execution.answer import (
    IN_ORDER,
    Answer,
    Asked,
    Rows,
    as_described,
    bound_count,
    parameter_formats,
    rows_of,
)
from pgdog_gevent.execution.holdings import Holdings
from pgdog_gevent.execution.inserted import in_order, one_after_the_other
from pgdog_gevent.execution.moving import Mover
from pgdog_gevent.execution.own_types import asked_at, tell
from pgdog_gevent.execution.question import Question, ShardAnswer, Values
from pgdog_gevent.execution.reading import Reader
from pgdog_gevent.execution.repeating import Repeater
from pgdog_gevent.execution.unnested import ArrayOf, first_types, folding, sorting, types_of
from pgdog_gevent.merge import rows as data_rows
from pgdog_gevent.merge.arrays import Columns, Kept
from pgdog_gevent.merge.description import BINARY, Description, agreed, shard_formats
from pgdog_gevent.merge.operators import concatenate, limit
from pgdog_gevent.merge.pipeline import Merge, SortColumn, merged, sorts_here
from pgdog_gevent.merge.tags import total
from pgdog_gevent.pgtypes import oids
from pgdog_gevent.protocol.rows import decode_row, row_of_one
from pgdog_gevent.router import blueprint
from pgdog_gevent.router.blueprint import Everyone, Folded, Once, Repeated, Same, Scattered
from pgdog_gevent.router.own_types import TypeNumbers
from pgdog_gevent.router.plan import Move, Shown, Split, Together, shards_in
from pgdog_gevent.sharding.lookup import LookUp, not_looked_up

Reach = Callable[[int], BackendConnection]
"""Gives the connection of a shard, ready to be asked."""
Shapes = dict[bytes, Shape]
"""What has been found out of a text, by the types that its Parse gives."""



class SeveralShards:
    """Asks and merges, for one session."""

    __slots__ = (
        '_array_of', '_numbers', '_reach', '_reader', 'c_by_default', 'gather_limit', 'look_up', 'same_encoding',
    )  # fmt: skip

    def __init__(
        self, holdings: Holdings, reach: Reach, array_of: ArrayOf, numbers: Callable[[], TypeNumbers] = TypeNumbers
    ) -> None:
        self._reader = Reader(holdings)
        self._reach = reach
        self._array_of = array_of
        self._numbers = numbers
        self.look_up: LookUp = not_looked_up
        self.c_by_default = False
        """Whether the database sorts text by its bytes where nothing else is said."""
        self.gather_limit = 0
        """Bytes of rows that may be brought together in memory for one statement."""
        self.same_encoding = False
        """Whether these bytes are those that the client gets."""

    def answer(self, plan: Together | Split | Move | Shown, asked: Asked, shapes: Shapes) -> Answer:
        """Ask, and return when all have begun to answer.

        Raises ShardRefused, ServerLost, FeatureNotSupported, GatherLimit; then no server owes anything but one that is
        lost.
        """
        if BINARY in asked.values.formats and self._numbers().own:  # There may be numbers in them.
            asked = replace(asked, types=self.shape(asked, shards_in(plan)[0], shapes).types)
        if isinstance(plan, Split):
            return self._split(plan, asked, shapes)
        if isinstance(plan, Move):
            return self._moved(plan, asked, shapes)
        if isinstance(plan, Shown):
            return self._shown(plan, asked, shapes)
        match plan.how:
            case Scattered():
                return self._scattered(plan.shards, plan.how, asked, shapes)
            case Folded():
                return self._folded(plan.shards, plan.how, asked, shapes)
            case Everyone(sql):
                return self._all_rows(self._ask_same(plan.shards, Question(sql, asked.types, asked.values)))
            case Same(once=Repeated() as how):
                shape = self.shape(asked, plan.shards[0], shapes)
                return Repeater(self, how, asked, shape, self.gather_limit).answer(plan.shards)
            case Same():
                return self._first(self._ask_in_line(plan.shards, self._given_once(plan.how, asked, shapes)))
            case _:
                assert_never(plan.how)

    # Scattered

    def _scattered(self, shards: tuple[int, ...], how: Scattered, asked: Asked, shapes: Shapes) -> Answer:
        count, offset = bound_count(how.limit, asked, 'LIMIT'), bound_count(how.offset, asked, 'OFFSET') or 0
        helpers = len(how.order_by)
        if how.sql == asked.sql and not helpers:
            answers = self._ask_same(shards, Question(asked.sql, asked.types, asked.values))
            description = shown = self._agreed(answers)
        else:
            shape = self.shape(asked, shards[0], shapes)
            visible = 0 if shape.description is None else len(shape.description.columns)
            formats = shard_formats(asked.values.result_formats, visible, helpers)
            values = replace(asked.values, result_formats=formats)
            answers = self._ask_same(shards, Question(how.sql, shape.types, values))
            description = self._agreed(answers)
            shown = description.without(helpers)
        streams = [self._reader.rows(answer) for answer in answers]
        merge = Merge(tuple(map(self._sort_column, how.order_by)), count, offset)
        try:
            if sorts_here(merge, description):
                rows = merged(merge, description, streams)
            else:
                rows = limit(self._sorted(how, description, streams, shards[0]), count, offset)
        except IN_ORDER:
            self._reader.stop(answers)
            raise
        return self._answer(shown, rows, answers, _selected)

    def _sort_column(self, sort: blueprint.SortColumn) -> SortColumn:
        named = (sort.collation or '').rpartition('.')[2].strip('"')
        is_c = named in ('C', 'POSIX') or (sort.collation == '' and self.c_by_default)
        return SortColumn(sort.descending, sort.nulls_first, is_c and self.same_encoding)

    def _sorted(
        self, how: Scattered, description: Description, streams: Sequence[Iterator[bytes]], shard: int
    ) -> Iterator[bytes]:
        """All rows, in the order in which a server puts them."""
        visible = len(description.columns) - len(how.order_by)
        keys, bodies, kept = Columns(len(how.order_by), self.gather_limit), list[bytes](), Kept(self.gather_limit)
        for body in concatenate(streams):
            bodies.append(data_rows.without_helpers(kept.row(body), visible))
            keys.add(data_rows.helpers_of(body, visible))
        question = sorting(how.order_by, description.columns[visible:], keys, len(bodies), self._array_of)
        [answer] = self.ask({shard: question})
        # All: no more may be wanted than some.
        numbers = [decode_row(row)[0] or b'' for row in self._reader.rows(answer)]
        for number in numbers:
            yield bodies[int.from_bytes(number, 'big')]

    # Folded

    def _folded(self, shards: tuple[int, ...], how: Folded, asked: Asked, shapes: Shapes) -> Answer:
        shape = self.shape(asked, shards[0], shapes)
        values = replace(asked.values, result_formats=(BINARY,))
        answers = self._ask_same(shards, Question(how.partial, shape.types, values))
        description = self._agreed(answers)
        columns = Columns(len(description.columns), self.gather_limit)
        try:
            for row in concatenate([self._reader.rows(answer) for answer in answers]):
                columns.add(row)
            question = folding(how, shape.types, asked.values, columns, description, self._array_of)
        except IN_ORDER:
            self._reader.stop(answers)
            raise
        except ProtocolViolation as error:
            raise ServerViolation(error.message) from None
        [final] = self.ask({shards[0]: question})
        shown = as_described(final, shape, asked.values)
        return self._answer(shown, self._reader.rows(final), (final,), _selected)

    # Writes

    def _all_rows(self, answers: tuple[ShardAnswer, ...]) -> Answer:
        """The rows of one shard after those of the other; counts are summed."""
        rows = concatenate([self._reader.rows(answer) for answer in answers])
        described = answers[0].description is not None
        return self._answer(self._agreed(answers) if described else None, rows, answers, _total)

    def _first(self, answers: tuple[ShardAnswer, ...]) -> Answer:
        """All have done the same: what the first says counts."""
        first = answers[0]
        described = Description.decode(first.description) if first.description is not None else None
        answer = self._answer(described, self._reader.rows(first), answers, _the_same)
        answer.heard = (first,)
        return answer

    def _given_once(self, how: Same, asked: Asked, shapes: Shapes) -> Question:
        """The statement, with the values that must not be another on each shard."""
        if not isinstance(how.once, Once):
            return Question(how.sql, asked.types, asked.values)
        own, types = how.once.parameters, self.shape(asked, 0, shapes).types
        values = asked.values
        given = Values(parameter_formats(values)[:own], values.parameters[:own])
        question = Question(how.once.select, first_types(types, own), replace(given, result_formats=(BINARY,)))
        [answer] = self.ask({0: question})
        [row] = list(self._reader.rows(answer))
        columns = Description.decode(_described(answer)).columns
        computed = decode_row(row)
        return Question(
            how.sql,
            types_of(first_types(types, own), [column.type_oid for column in columns]),
            Values(
                (*given.formats, *(BINARY for _ in columns)),
                (*given.parameters, *computed),
                values.result_formats,
            ),
        )

    def _shown(self, plan: Shown, asked: Asked, shapes: Shapes) -> Answer:
        """The plans of all shards, one after the other."""
        types = self.shape(asked, plan.texts[0][0], shapes).types if asked.values.parameters else asked.types
        answers = self.ask({shard: Question(text, types, asked.values) for shard, text in plan.texts})
        description = self._agreed(answers)
        plain = description.columns[0].type_oid == oids.TEXT and b'yaml' not in asked.sql.lower()
        return self._answer(description, self._titled(answers, titles=plain), answers, _the_same)

    def _titled(self, answers: tuple[ShardAnswer, ...], *, titles: bool) -> Iterator[bytes]:
        for answer in answers:
            if titles:
                yield row_of_one(b'Shard %d:' % answer.shard)
            yield from self._reader.rows(answer)

    def _split(self, plan: Split, asked: Asked, shapes: Shapes) -> Answer:
        types = self.shape(asked, plan.texts[0][0], shapes).types if asked.values.parameters else asked.types
        if len(shards_in(plan)) < len(plan.texts):
            answers, rows = one_after_the_other(plan, asked, types, self.rows_of)
            return self._answer(self._agreed(answers), rows, answers, _total)
        answers = self.ask({shard: Question(text, types, asked.values) for shard, text in plan.texts})
        if answers[0].description is None:
            return self._all_rows(answers)
        description = self._agreed(answers)
        rows = in_order(plan, self._all_of(answers))
        return self._answer(description, rows, answers, _total)

    def _moved(self, plan: Move, asked: Asked, shapes: Shapes) -> Answer:
        def stay(shard: int) -> Answer:
            return self.answer(Together((shard,), Everyone(plan.row.sql)), asked, shapes)

        shape = self.shape(asked, plan.shards[0], shapes)
        return Mover(self, plan.row, asked, shape, stay, self.look_up).answer(plan)

    def in_turn(self, shards: tuple[int, ...], asked: Asked) -> Answer:
        """One after the other, each when the one before it has done it."""
        done: list[ShardAnswer] = []
        for shard in shards:
            [answer] = self.ask({shard: Question(asked.sql, asked.types, asked.values)})
            self._reader.end((answer,))
            done.append(answer)
        return self._answer(None, iter(()), tuple(done), _the_same)

    # Asking

    def shape(self, asked: Asked, shard: int, shapes: Shapes) -> Shape:
        """What a server says of the client's own text: so that what is wrong with it is said of it as it is."""
        known = shapes.get(asked.types)
        if known is None:
            [answer] = self.ask({shard: Question(asked.sql, asked.types, None)})
            description = None if answer.description is None else Description.decode(answer.description)
            known = shapes[asked.types] = Shape(answer.parameters or asked.types, description)
        return known

    def _ask_same(self, shards: tuple[int, ...], question: Question) -> tuple[ShardAnswer, ...]:
        return self.ask(dict.fromkeys(shards, question))

    def _ask_in_line(self, shards: tuple[int, ...], question: Question) -> tuple[ShardAnswer, ...]:
        """Ask the first shard, and when it has begun to answer the others.

        Who locks the same there waits at the first shard, where PostgreSQL sees that two wait for each other. Else each
        could have the lock of one shard and wait for that of another, and nobody would see that.
        """
        first = self._ask_same(shards[:1], question)
        try:
            return first + self._ask_same(shards[1:], question)
        except IN_ORDER:
            self._reader.stop(first)
            raise

    def ask(self, questions: Mapping[int, Question]) -> tuple[ShardAnswer, ...]:
        """Ask several shards, and wait until all have begun to answer. Raises ShardRefused if one refuses at once."""
        numbers = self._numbers()
        questions = {shard: asked_at(shard, question, numbers) for shard, question in questions.items()}
        answers = tuple(ShardAnswer(shard, self._reach(shard)) for shard in questions)
        for answer in answers:
            self._reader.heed(answer, lambda answer: answer.ask(questions[answer.shard]))
        for answer in answers:
            self._reader.heed(answer, ShardAnswer.begin)
            if answer.refused is not None:
                self._reader.stop(answers)
                raise answer.refused
        self._tell(answers, numbers)
        return answers

    def _tell(self, answers: Sequence[ShardAnswer], numbers: TypeNumbers) -> None:
        try:
            for answer in answers:
                tell(answer, numbers)
        except IN_ORDER:
            self._reader.stop(answers)
            raise

    def rows_of(self, questions: Mapping[int, Question]) -> list[tuple[ShardAnswer, list[bytes]]]:
        """Ask several shards, and take all their rows, of which there are few."""
        answers = self.ask(questions)
        return list(zip(answers, self._all_of(answers), strict=True))

    def _all_of(self, answers: Sequence[ShardAnswer]) -> list[list[bytes]]:
        """The rows of each. Raises as ``answer``."""
        kept = Kept(self.gather_limit)
        try:
            return [[kept.row(row) for row in self._reader.rows(answer)] for answer in answers]
        except IN_ORDER:
            self._reader.stop(answers)
            raise

    def _agreed(self, answers: tuple[ShardAnswer, ...]) -> Description:
        """Their columns. Raises ShardsDisagree."""
        try:
            return agreed([Description.decode(_described(answer)) for answer in answers])
        except IN_ORDER:
            self._reader.stop(answers)
            raise

    def _answer(
        self,
        description: Description | None,
        rows: Iterator[bytes],
        answers: tuple[ShardAnswer, ...],
        conclude: Callable[[tuple[ShardAnswer, ...], int], bytes],
    ) -> Answer:
        answer = Answer(None if description is None else description.encode(), rows_of(()), answers)
        answer.rows = self._counted(answer, rows, answers, conclude)
        return answer

    def _counted(
        self,
        answer: Answer,
        rows: Iterator[bytes],
        answers: tuple[ShardAnswer, ...],
        conclude: Callable[[tuple[ShardAnswer, ...], int], bytes],
    ) -> Rows:
        """The rows; after the last one, or an error that is ``IN_ORDER``, nobody owes anything."""
        count = 0
        try:
            for row in rows:
                yield row
                count += 1
        except IN_ORDER:
            self._reader.stop(answers)
            raise
        except ProtocolViolation as error:
            raise ServerViolation(error.message) from None
        self._reader.end(answers)
        refused = next((answer.refused for answer in answers if answer.refused is not None), None)
        if refused is not None:
            raise refused
        answer.tag = conclude(answers, count)


def _described(answer: ShardAnswer) -> bytes:
    if answer.description is None:
        raise ShardsDisagree('some shards return rows, and others do not')
    return answer.description


def _selected(answers: tuple[ShardAnswer, ...], count: int) -> bytes:
    return b'SELECT %d\0' % count


def _total(answers: tuple[ShardAnswer, ...], count: int) -> bytes:
    return total([answer.tag for answer in answers])


def _the_same(answers: tuple[ShardAnswer, ...], count: int) -> bytes:
    tags = {answer.tag for answer in answers}
    if len(tags) != 1:
        shown = ', '.join(sorted(tag.rstrip(b'\0').decode(errors='replace') for tag in tags))
        raise ShardsDisagree(f'shards should have done the same, and have not: {shown}')
    return answers[0].tag
