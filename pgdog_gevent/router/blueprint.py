"""What one statement means where there are several shards: made once for each text, and a plan of it per execution.

A closed union of values. Texts in it are sent to servers as they are; positions are of characters, from 1.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from pgdog_gevent.router.keys import NOWHERE, Constant, Keys, Operand
from pgdog_gevent.sharding.function import ShardingFunction


@dataclass(frozen=True, slots=True)
class Refused:
    """Several shards cannot be proven to answer exactly. ``why`` names the construct."""

    why: str
    hint: str = ''
    position: int = 0
    """Where in the text it is; 0 if that is not known."""


@dataclass(frozen=True, slots=True)
class SortColumn:
    """What a merge sorts by: one of the columns that have been added at the end of each row."""

    descending: bool = False
    nulls_first: bool = False
    collation: str | None = ''
    """Name of the collation, as SQL writes it; empty: the database's; ``None``: not known, so text cannot be sorted."""


Count = int | Operand
"""Of LIMIT and OFFSET."""


@dataclass(frozen=True, slots=True)
class Scattered:
    """Each shard answers ``sql``; its rows are put after one another, or merged by the columns added at their end."""

    sql: bytes
    order_by: tuple[SortColumn, ...] = ()
    limit: Count | None = None
    """``None``: no limit, as NULL means."""
    offset: Count | None = None


@dataclass(frozen=True, slots=True)
class Folded:
    """Each shard answers ``partial``, and one of them computes the final answer out of all their rows.

    ``final`` has, after the ``parameters`` of the text itself, one more for each column of ``partial``: an array of its
    values from all shards, as ``unnest`` takes them.
    """

    partial: bytes
    final: bytes
    parameters: int
    """The highest ``$n`` of the text."""


@dataclass(frozen=True, slots=True)
class Everyone:
    """Each shard does it to what it has; their counts are summed, and their rows put after one another."""

    sql: bytes


@dataclass(frozen=True, slots=True)
class Once:
    """What would not be the same on all shards, such as now() and nextval(): ``select`` is run on shard 0 before.

    Its one row has a value for each parameter that comes after the ``parameters`` of the text itself; it may have these
    as well. It is always shard 0, because that is where the sequences of omnisharded tables advance.
    """

    select: bytes
    parameters: int
    """The highest ``$n`` of the text."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """An INSERT whose rows differ wherever they are computed: the first shard makes them, the others get the same.

    ``first`` returns each new row in columns after those that the client asks for; ``rest`` takes as many arrays.
    """

    first: bytes
    rest: bytes
    elements: tuple[int, ...]
    """The types of these columns: OIDs of PostgreSQL's own types."""


@dataclass(frozen=True, slots=True)
class Same:
    """Each shard does the same to the same: all must say the same, and the answer of one is passed on."""

    sql: bytes
    once: Once | Repeated | None = None


Several = Scattered | Folded | Everyone | Same | Refused
"""How several shards do what one would."""


@dataclass(frozen=True, slots=True)
class AnyShard:
    """Whichever shard is asked knows the answer; it gets the text as it is."""

    sticky: bool = False
    """A client always asks the same one."""
    catalogs: bool = False
    """The answer may have numbers that each shard gives by itself: unless all are known to have given the same ones, it
    has to be the shard whose numbers clients know."""


@dataclass(frozen=True, slots=True)
class OneShard:
    """This shard alone is asked: for what lives in one place, as LISTEN, or of which nothing is known."""

    shard: int = 0


@dataclass(frozen=True, slots=True)
class ByKey:
    """Those shards are concerned that ``keys`` allows. One of them gets the text as it is; of none, any one does."""

    keys: Keys
    several: Several


@dataclass(frozen=True, slots=True)
class Row:
    """One row of VALUES: its text with the parentheses, and its key."""

    sql: bytes
    key: Operand


@dataclass(frozen=True, slots=True)
class ByRow:
    """INSERT of rows with their keys: each shard gets those that belong there, between ``head`` and ``tail``.

    If all belong to one shard, that gets the text as it is. A key that no shard is for is an error, and so is a value
    of which it cannot be said which key it is.
    """

    head: bytes
    rows: tuple[Row, ...]
    """One whose text is empty stands for all rows of a statement that does not list them."""
    tail: bytes
    function: ShardingFunction
    returning: bool
    reads: Keys = NOWHERE
    """Where it is what the statement reads besides. Unless that is no shard, it must be the one of all its rows."""
    apart: Refused | None = None
    """Why its rows cannot go to several shards; ``None``: they can."""
    length: int = 0
    """Characters that the key's column takes: of a longer value, blanks at the end are cut off. 0: any number."""
    in_order: bool = False
    """Whether rows that are returned have to be asked for in their order, because some may be left out."""


class Carried(NamedTuple):
    """How one value of a row gets to another shard."""

    binary: bool
    """In which format."""
    typed: bool
    """Whether it is of the type that it was computed with; else it is of that of its column."""


@dataclass(frozen=True, slots=True)
class MovedRow:
    """How the only row of an UPDATE gets to the shard where it belongs with its new key.

    ``select`` locks it, at most two such rows, and answers with its ``carried`` values, its ctid, its tableoid, its
    key, as bigint, uuid, or the bytes of text in UTF-8; and with how many there were before it waited for any, as
    bigint: in a row of NULLs if there is none to lock. ``delete`` gets ctid and tableoid, ``insert`` what is carried,
    and then the parameters of the text if it ``returns_parameters``.
    """

    sql: bytes
    """UPDATE, for a row that stays where it is."""
    select: bytes
    delete: bytes
    insert: bytes
    carried: tuple[Carried, ...]
    returns_parameters: bool
    function: ShardingFunction
    length: int = 0
    """As in ``ByRow``."""


@dataclass(frozen=True, slots=True)
class Moving:
    """UPDATE of a sharding key: rows are where ``keys`` says, and belong where ``belongs`` says after it.

    If that is one shard, it does all of it; otherwise there may be but one row, which moves.
    """

    keys: Keys
    belongs: Keys
    how: MovedRow | Refused


@dataclass(frozen=True, slots=True)
class Shards:
    """All shards do it, in one transaction: DDL."""

    sql: bytes


@dataclass(frozen=True, slots=True)
class OneByOne:
    """All shards do it, one after the other: what cannot run in a transaction block."""

    sql: bytes


class CopyFormat(Enum):
    """How rows of COPY are written."""

    TEXT = 'text'
    CSV = 'csv'
    BINARY = 'binary'


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """How to find the columns of a row."""

    format: CopyFormat = CopyFormat.TEXT
    delimiter: bytes = b'\t'
    null: bytes = b'\\N'
    header: bool = False
    quote: bytes = b'"'
    escape: bytes = b'"'
    force_null: bool = False
    """Whether a quoted value of the key column may be NULL (FORCE_NULL)."""
    force_not_null: bool = False
    """Whether an unquoted one is never NULL (FORCE_NOT_NULL)."""
    encoding: str = ''
    """ENCODING; empty: the client's."""
    default: bytes | None = None
    """What stands for a column's default (DEFAULT). A row that has it for the key cannot be placed."""


@dataclass(frozen=True, slots=True)
class CopyRows:
    """COPY ... FROM STDIN into a sharded table: each row goes to its shard by column ``key`` of ``columns``."""

    function: ShardingFunction
    key: int
    """From 0; of the columns as they are in the stream."""
    columns: int
    options: CopyOptions
    length: int = 0
    """As in ``ByRow``."""


@dataclass(frozen=True, slots=True)
class CopyToAll:
    """COPY ... FROM STDIN into a table that is the same on all shards: each gets the whole stream."""


@dataclass(frozen=True, slots=True)
class CopyOut:
    """COPY ... TO STDOUT of what several shards have; ``header`` says that each begins with a line of names."""

    keys: Keys
    options: CopyOptions


@dataclass(frozen=True, slots=True)
class Explained:
    """EXPLAIN: each shard that ``inner`` concerns shows its plan of what it would get there, after ``prefix``."""

    prefix: bytes
    """EXPLAIN with its options, as written."""
    inner: 'ByKey | ByRow | AnyShard | OneShard'


@dataclass(frozen=True, slots=True)
class Declared:
    """DECLARE: the cursor is where its rows are; ``query`` says on which one shard that is."""

    name: str
    with_hold: bool
    query: 'AnyShard | OneShard | ByKey'


@dataclass(frozen=True, slots=True)
class OfCursor:
    """FETCH, MOVE, CLOSE, WHERE CURRENT OF: the shard that has the cursor does it. If none has it, any one says so."""

    name: str


@dataclass(frozen=True, slots=True)
class OfPrepared:
    """COMMIT PREPARED, ROLLBACK PREPARED: the shard that has it does it; if none has it, any one says so."""

    gid: str


@dataclass(frozen=True, slots=True)
class ClosesCursors:
    """CLOSE ALL: wherever there are any."""


@dataclass(frozen=True, slots=True)
class Prepares:
    """PREPARE: the proxy carries the statement to wherever it is executed."""

    types: tuple[int, ...]
    """Of its parameters, as far as they are given; 1, which is none of a key, for what the catalogue does not have."""
    query: 'Blueprint'
    """What it means when it is executed."""


@dataclass(frozen=True, slots=True)
class Executed:
    """EXECUTE: what its name stands for says where it goes. An argument that is no constant is ``None``."""

    name: str
    arguments: tuple[Constant | None, ...]


Blueprint = (
    AnyShard | OneShard | ByKey | ByRow | Moving | Shards | OneByOne | CopyRows | CopyToAll | CopyOut | Explained
    | Declared | OfCursor | OfPrepared | ClosesCursors | Prepares | Executed | Refused
)  # fmt: skip
