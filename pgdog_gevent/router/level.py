"""What the making of one block needs at hand, and what is written down of the expressions in it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.builtins import AGGREGATES, FIXED_PER_CALL, ORDER_SENSITIVE
from pgdog_gevent.router.known import Known
from pgdog_gevent.router.nodes import location
from pgdog_gevent.router.relations import Attribute, Block, Call, Grouping, Query, Sublink, Survey
from pgdog_gevent.router.scope import Scope
from pgdog_gevent.router.varying import function_of_row
from pgdog_gevent.router.walk import is_array_of_rows

_MOST_QUERIES: Final = 300
_DEEPEST: Final = 40


class Unresolved(Exception):
    """The statement has a form, or a size, in which it cannot be told what its names mean."""


@dataclass(eq=False, slots=True)
class Work:
    """One statement that is being resolved."""

    known: Known
    survey: Survey
    build: Callable[['Work', pg.SelectStmt, Scope, Block], Query]
    """Makes a query of a SELECT that stands in a block; names that are not its own are looked up in the scope."""
    relations: set[int] = field(default_factory=set)
    """Where those are named that have been looked at."""
    ctes: set[int] = field(default_factory=set)
    """Where those CTEs are that something refers to."""

    depth: int = 0
    """How many queries around each other are being looked at."""
    view: int | None = None
    """Where the view is named whose query is looked at; what is in that query is nowhere in the statement's text."""

    def enter(self) -> None:
        """A query begins; ``leave`` says that it has ended."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unresolved('subqueries nested too deeply')

    def leave(self) -> None:
        self.depth -= 1

    def position(self, location: int) -> int:
        """Where something is in the text of the statement."""
        return location if self.view is None else self.view

    def add(self, query: Query) -> None:
        self.survey.queries.append(query)
        if len(self.survey.queries) > _MOST_QUERIES:
            raise Unresolved('too many subqueries')

    @property
    def reads_text(self) -> bool:
        """Whether text is hashed as it is written here, and equal text is the same text."""
        catalog = self.known.catalog
        return catalog.encoding == 'UTF8' and catalog.default_collation.deterministic

    @property
    def plain_operators(self) -> bool:
        """Whether operators and types without a schema are those of pg_catalog."""
        return 'pg_catalog' not in self.known.search_path[1:]


@dataclass(eq=False, slots=True)
class Level:
    """One block that is being made, and what names mean in a part of it."""

    work: Work
    block: Block
    scope: Scope
    windows: dict[str, pg.WindowDef] = field(default_factory=dict)

    def within(self, scope: Scope) -> 'Level':
        """The same block where other names can be seen."""
        return Level(self.work, self.block, scope, self.windows)

    def subquery(self, node: Message, *, after: bool = False) -> Query:
        """Look into a subquery of an expression."""
        select = node.select_stmt if isinstance(node, pg.Node) else node
        if not isinstance(select, pg.SelectStmt):
            raise Unresolved('a subquery that is no SELECT')
        query = self.work.build(self.work, select, self.scope, self.block)
        self.block.sublinks.append(Sublink(query, after))
        return query

    def column(self, ref: pg.ColumnRef) -> Attribute | None:
        """What a name means; that it is named is written down."""
        found = self.scope.column(ref)
        if found is not None:
            self._correlate(found)
        elif self.scope.is_system_column(ref):
            self.work.survey.system_columns.append(self.work.position(ref.location))
        elif len(ref.fields) > 1 and self.work.known.catalog.functions.may_read('', ref.fields[-1].string.sval):
            self._calls(ref.fields[-1].string.sval, ref.location)
        return found

    def note(self, *roots: Message, after: bool = False) -> None:
        """Write down what the expressions in ``roots`` call, name and read; ``after``: they are of groups, not rows."""
        stack = list(roots)
        while stack:
            message = stack.pop()
            match message:
                case pg.A_Expr(kind=pg.AEXPR_OP_ANY) if message.rexpr.HasField('sub_link'):
                    self.subquery(message.rexpr.sub_link.subselect, after=after)
                    stack.append(message.lexpr)
                    continue
                case pg.SubLink():
                    query = self.subquery(message.subselect, after=after)
                    if is_array_of_rows(message):
                        query.varies = query.varies or 'an array of rows'
                    stack.append(message.testexpr)
                    continue
                case pg.SelectStmt():
                    self.subquery(message, after=after)
                    continue
                case pg.JsonArrayQueryConstructor():
                    query = self.subquery(message.query, after=after)
                    if is_array_of_rows(message):
                        query.varies = query.varies or 'an array of rows'
                    continue
                case pg.ColumnRef():
                    self.column(message)
                case pg.FuncCall():
                    self._call(message)
                case pg.A_Indirection() if function_of_row(message, self.work.known.catalog):
                    self._calls(function_of_row(message, self.work.known.catalog), location(message))
                case pg.JsonArrayAgg() | pg.JsonObjectAgg():
                    self.block.varies = self.block.varies or 'an aggregate that depends on the order of rows'
                    self._aggregate(message)
                case _:
                    pass
            stack.extend(children(message))

    def _calls(self, name: str, location: int) -> None:
        """``row.f`` is ``f(row)``."""
        self.work.survey.calls.append(Call(name, '', self.work.position(location)))

    def _correlate(self, attribute: Attribute) -> None:
        block: Block | None = self.block
        while block is not None and block is not attribute.entry.block:
            block.named_outside.add(attribute.entry)
            block = block.around

    def _call(self, call: pg.FuncCall) -> None:
        *schema, name = (part.string.sval for part in call.funcname)
        self.work.survey.calls.append(Call(name, schema[-1] if schema else '', self.work.position(call.location)))
        if name in FIXED_PER_CALL:
            self.block.varies = self.block.varies or f'{name}()'
        if call.HasField('over'):
            self.block.partitions.append(self._partition(call.over))
            self.block.varies = self.block.varies or 'a window function'
        elif self._is_aggregate(call, name):
            self._aggregate(call)
            if name in ORDER_SENSITIVE or name in self.work.known.catalog.functions.users:
                self.block.varies = self.block.varies or 'an aggregate that depends on the order of rows'

    def _is_aggregate(self, call: pg.FuncCall, name: str) -> bool:
        written_so = call.agg_star or call.agg_within_group or call.agg_distinct or len(call.agg_order) > 0
        by_name = name in AGGREGATES or name in self.work.known.catalog.functions.aggregates
        return written_so or call.HasField('agg_filter') or by_name

    def _aggregate(self, call: Message) -> None:
        """An aggregate belongs to the innermost block of which it has columns, which may be one around this."""
        owners = {attribute.entry.block for attribute in self._columns_in(call)}
        block: Block | None = self.block
        while block is not None and block not in owners:
            block = block.around
        owner = self.block if block is None or not owners else block
        owner.grouping = owner.grouping or Grouping()
        owner.aggregated_inside = owner.aggregated_inside or owner is not self.block

    def _columns_in(self, root: Message) -> Iterator[Attribute]:
        for message in below(root):
            if isinstance(message, pg.ColumnRef) and (found := self.scope.column(message)) is not None:
                yield found

    def _partition(self, over: pg.WindowDef) -> tuple[Attribute, ...]:
        """The columns that are partitioned by; a window may be named, or begin with another one's definition."""
        window = self.windows.get(over.name, over)
        nodes, seen = [*window.partition_clause], {window.name}
        while window.refname in self.windows and window.refname not in seen:
            window = self.windows[window.refname]
            nodes.extend(window.partition_clause)
            seen.add(window.name)
        refs = (node.column_ref for node in nodes if node.HasField('column_ref'))
        return apart(map(self.scope.column, refs))


def apart(columns: Iterable[Attribute | None]) -> tuple[Attribute, ...]:
    """Those of which a group has one key; what a collation takes for equal may be on several shards."""
    return tuple(column for column in columns if column is not None and column.family is not None)


def children(message: Message) -> Iterator[Message]:
    """The messages right below one."""
    for descriptor, value in message.ListFields():
        if descriptor.message_type is not None:
            yield from value if descriptor.is_repeated else (value,)


def everything_below(root: Message) -> Iterator[Message]:
    """All messages in a tree."""
    stack = [root]
    while stack:
        message = stack.pop()
        yield message
        stack.extend(children(message))


def below(root: Message) -> Iterator[Message]:
    """All messages in an expression, those of its subqueries not among them."""
    stack = [root]
    while stack:
        message = stack.pop()
        yield message
        if not isinstance(message, pg.SelectStmt):
            stack.extend(children(message))
