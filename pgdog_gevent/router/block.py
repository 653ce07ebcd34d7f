"""One block of a SELECT that is to be written anew: its output, and what GROUP BY, ORDER BY and DISTINCT ON mean."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.catalog import Table
from pgdog_gevent.router.column_names import column_name
from pgdog_gevent.router.kinds import Kind, has_own_collation, kind_of
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import integer_constant, location, messages, replaced, shape, single_name
from pgdog_gevent.router.sources import Sources, is_star, sources

_UNCOLLATED: Final = frozenset({'', 'default'})


class CannotRewrite(Exception):
    """Several shards cannot answer a statement, whatever it is made into."""

    def __init__(self, why: str, hint: str = '', node: Message | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint
        self.location = -1 if node is None else location(node)


class Output(NamedTuple):
    """A column of the answer."""

    name: str
    value: pg.Node


class Sorted(NamedTuple):
    """What an item of ORDER BY or DISTINCT ON means."""

    value: pg.Node
    output: int | None
    """The column of the output that it is, from 0, if it is one."""


@dataclass(frozen=True, slots=True)
class Block:
    """A SELECT that is no set operation, and its names looked up."""

    select: pg.SelectStmt
    known: Known
    sources: Sources
    outputs: tuple[Output, ...]
    """Without those of stars that are not known."""
    complete: bool
    """Whether ``outputs`` is all."""
    uniform: bool
    """Whether all text that it can meet has the collation of the database."""

    def kind(self, node: pg.Node) -> Kind:
        """What is known of the value of an expression."""
        kind = kind_of(node, self.sources.kind, self.known)
        return Kind(kind.type, '') if kind.collation is None and self.uniform else kind

    def shape(self, node: pg.Node) -> bytes:
        """The same for expressions that differ only in where they stand and in how they name columns."""
        return shape(replaced(node, self._full_name))

    def grouped(self, item: pg.Node) -> pg.Node:
        """The expression that an item of GROUP BY means: columns of FROM come before those of the output."""
        position = integer_constant(item)
        if position is not None:
            return self._at(position, item).value
        name = single_name(item)
        named = next((output.value for output in self.outputs if name and output.name == name), None)
        if named is None or self.shape(named) == self.shape(item):
            return item
        match self.sources.offers(name):
            case True:
                return item
            case False:
                return named
            case _:
                raise CannotRewrite(f'it is not known which column "{name}" in GROUP BY is', node=item)

    def sorted(self, item: pg.Node) -> Sorted:
        """What an item of ORDER BY or DISTINCT ON means: columns of the output come before those of FROM."""
        position = integer_constant(item)
        if position is not None:
            return Sorted(self._at(position, item).value, position - 1)
        name = single_name(item)
        if name:
            for index, output in enumerate(self.outputs):
                if output.name == name:
                    return Sorted(output.value, index)
        wanted = self.shape(item)
        found = (index for index, output in enumerate(self.outputs) if self.shape(output.value) == wanted)
        return Sorted(item, next(found, None))

    def _at(self, position: int, item: pg.Node) -> Output:
        if not self.complete:
            raise CannotRewrite('a position cannot be counted past *', 'Name the columns instead of *.', item)
        if not 1 <= position <= len(self.outputs):
            raise CannotRewrite(f'position {position} is not in the select list', node=item)
        return self.outputs[position - 1]

    def _full_name(self, node: pg.Node) -> pg.Node | None:
        return self.sources.full_name(node.column_ref) if node.HasField('column_ref') else None


def block(select: pg.SelectStmt, known: Known) -> Block:
    """Look up the names of a SELECT."""
    found = sources(select, known)
    outputs: list[Output] = []
    complete = True
    for item in select.target_list:
        target = item.res_target
        if not is_star(target):
            outputs.append(Output(column_name(target), target.val))
            continue
        columns = found.star(target.val.column_ref) if target.val.HasField('column_ref') else None
        complete = complete and columns is not None
        outputs += [Output(node.column_ref.fields[-1].string.sval, node) for node in columns or ()]
    return Block(select, known, found, tuple(outputs), complete, _uniform(select, known))


def _uniform(select: pg.SelectStmt, known: Known) -> bool:
    """Whether nothing in a statement has another collation than the database's."""
    found = list(messages(select))
    queries = {message.ctename for message in found if isinstance(message, pg.CommonTableExpr)}
    return all(_has_no_collation(message, queries, known) for message in found)


def _has_no_collation(message: Message, queries: set[str], known: Known) -> bool:
    match message:
        case pg.RangeVar():
            if message.relname in queries and not message.schemaname:
                return True
            table = known.catalog.table(message.schemaname or None, message.relname, known.search_path)
            return table is not None and _has_default_collation(table)
        case _:
            return not has_own_collation(message)


def _has_default_collation(table: Table) -> bool:
    return bool(table.columns) and all(column.collation in _UNCOLLATED for column in table.columns)
