"""What the grammar makes: a statement, or a transaction of several, and how their answers may be compared."""

from dataclasses import dataclass
from enum import Enum, auto

from tests.integration.sql.kinds import Table


class Order(Enum):
    """What a statement says about the order of its rows."""

    ROWS = auto()
    """All of it: answers are compared as lists."""
    KEYS = auto()
    """That of the columns in ``keys``: these are compared as lists, whole rows as multisets."""
    NONE = auto()
    """Nothing: answers are compared as multisets."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value for ``$n``, as text; ``oid`` is the type that the client names, 0 for none."""

    text: str | None
    other: str | None
    """Another value, for a first execution of the same prepared statement."""
    oid: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement."""

    sql: str
    form: str
    """Which part of the grammar made it."""
    parameters: tuple[Parameter, ...] = ()
    order: Order = Order.NONE
    keys: tuple[int, ...] = ()
    """Positions of the columns by which the rows are sorted, where that leaves ties."""
    loose: bool = False
    """Whether equal values that are written differently, 1.0 and 1.00, may stand for each other."""
    inexact: bool = False
    """Whether floats are sums, whose last digits depend on the order in which rows were added."""
    unlimited: str | None = None
    """The statement without LIMIT and OFFSET, if these leave open which rows they take."""

    @property
    def alternative(self) -> 'tuple[Parameter, ...]':
        """The parameters of the first execution."""
        return tuple(Parameter(one.other, one.text, one.oid) for one in self.parameters)


@dataclass(frozen=True, slots=True)
class Program:
    """Statements of one connection that write, begun and ended by transaction commands among them."""

    statements: tuple[Statement, ...]
    tables: tuple[Table, ...]
    """The tables that they write."""
    committed: bool
    """Whether it may leave something behind."""


Case = Statement | Program
