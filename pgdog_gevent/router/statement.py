"""What one SQL text says, as far as the proxy must know. Says nothing about where it goes: that is the plan's part."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from pgdog_gevent.config.choices import Role

READING: Final = frozenset(
    {
        'search_path', 'client_encoding', 'standard_conforming_strings', 'backslash_quote', 'transform_null_equals',
        'datestyle', 'intervalstyle', 'timezone', 'array_nulls', 'xmloption', 'lc_monetary', 'bytea_output',
        'extra_float_digits',
    }
)  # fmt: skip
"""Parameters that decide what a text means at the moment when it is prepared: which tables, which characters, and
which values its constants have. PostgreSQL looks only at ``search_path`` again."""


class Access(Enum):
    """Which servers a statement may go to."""

    WRITE = 'write'
    """The primary."""
    READ = 'read'
    """Any that serves reads."""
    REPLICA = 'replica'
    """A replica, because its client has asked for one."""


@dataclass(frozen=True, slots=True)
class Begin:
    """BEGIN, START TRANSACTION."""

    read_only: bool | None = None
    """Whether it says READ ONLY or READ WRITE; ``None`` for neither."""
    serializable: bool | None = None
    """Whether it says ISOLATION LEVEL SERIALIZABLE or another one; ``None`` for neither."""


@dataclass(frozen=True, slots=True)
class Commit:
    """COMMIT, END, PREPARE TRANSACTION."""

    prepares: str | None = None
    """The name under which the transaction is prepared; ``None``: it is committed."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """ROLLBACK, ABORT: of the whole transaction."""


@dataclass(frozen=True, slots=True)
class Savepoint:
    """SAVEPOINT."""

    name: str


@dataclass(frozen=True, slots=True)
class ReleaseSavepoint:
    """RELEASE SAVEPOINT."""

    name: str


@dataclass(frozen=True, slots=True)
class RollbackTo:
    """ROLLBACK TO SAVEPOINT."""

    name: str


@dataclass(frozen=True, slots=True)
class SetParameter:
    """A parameter is set for the session; ``sql`` sets it again elsewhere."""

    name: str
    sql: bytes


@dataclass(frozen=True, slots=True)
class SetLocal:
    """One of ``READING`` is set for the rest of the transaction."""


@dataclass(frozen=True, slots=True)
class SetLocalRole:
    """``pgdog.role`` is set for the rest of the transaction; ``None``: to nothing that is a role."""

    role: Role | None


@dataclass(frozen=True, slots=True)
class SetLocalHint:
    """``pgdog.shard`` or ``pgdog.sharding_key`` is set for the rest of the transaction; ``None``: to its default."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class SetTransaction:
    """SET TRANSACTION."""

    read_only: bool | None = None
    serializable: bool | None = None
    """Both as of ``Begin``."""
    snapshot: bool = False
    """The transaction takes the snapshot of another one, which only the server of that has."""


@dataclass(frozen=True, slots=True)
class SetLocally:
    """SET LOCAL of a parameter that has nothing to do with how texts are read."""


@dataclass(frozen=True, slots=True)
class SetsLocally:
    """``set_config()`` of something for the rest of the transaction; other servers are told by ``sql``.

    ``None``: what is computed, and nobody knows.
    """

    sql: bytes | None


@dataclass(frozen=True, slots=True)
class ResetParameter:
    """A parameter goes back to what it was when the session began."""

    name: str


@dataclass(frozen=True, slots=True)
class ResetAll:
    """RESET ALL."""


@dataclass(frozen=True, slots=True)
class DiscardAll:
    """DISCARD ALL."""


@dataclass(frozen=True, slots=True)
class Deallocate:
    """DEALLOCATE; ``None`` for ALL."""

    name: str | None


@dataclass(frozen=True, slots=True)
class SetConfig:
    """``set_config()`` for the session with arguments that Bind gives: an ``int`` is the number of a parameter."""

    name: str | int
    value: str | int | None
    local: bool | int


@dataclass(frozen=True, slots=True)
class Leaves:
    """The session may now have something that lives in one server connection and cannot be carried to another."""

    reason: str


@dataclass(frozen=True, slots=True)
class Frees:
    """Something that ``Leaves`` speaks of may be gone again."""


@dataclass(frozen=True, slots=True)
class Pin:
    """The session has changed in a way that neither can be carried to another server nor has an end."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChangesSchema:
    """There are other functions or types now, or other things that call functions."""


@dataclass(frozen=True, slots=True)
class ChangesTables:
    """There are other tables now that have these names, or none."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangesCatalog:
    """There are other indexes, sequences, types... now: that matters only where statements are routed by the tables.

    The two above say so, too.
    """


Effect = (
    Begin | Commit | Rollback | Savepoint | ReleaseSavepoint | RollbackTo
    | SetParameter | SetConfig | SetLocal | SetLocalRole | SetLocalHint | SetTransaction | SetLocally | SetsLocally
    | ResetParameter | ResetAll | DiscardAll | Deallocate | Leaves | Frees | Pin | ChangesSchema | ChangesTables
    | ChangesCatalog
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One text of one or more statements.

    ``effects`` has an entry for each of its statements, in order: what it does to the session if it succeeds. Empty
    when none does anything. The rest holds from the moment that it is sent, whether it succeeds or not.
    """

    effects: tuple[tuple[Effect, ...], ...] = ()
    functions: frozenset[str] = frozenset()
    """Functions that it calls, but for those of ``router.functions.CORE``: names without schema, in lower case."""
    leaves: str = ''
    """What it may leave in the session even if it fails; empty for nothing."""
    unsure: str = ''
    """Why nobody can say what it does to the session; empty when that is known."""
    spoils: str = ''
    """What it does to the server's session that nothing can undo; empty for nothing."""
    reads_sequences: bool = False
    """It asks for what this session has got from sequences."""
    advances_sequences: bool = False
    """It takes from sequences, other than by INSERT."""
    prepared: 'SqlPrepared | None' = None
    """Where the name of a prepared statement is, if it is one PREPARE or EXECUTE."""
    access: Access = Access.WRITE
    """``READ`` only if it certainly reads, provided that ``reads_if_stable`` are. What is not certain is ``WRITE``."""
    reads_if_stable: frozenset[str] = frozenset()
    """Functions that must not be VOLATILE for it to be a read: names without schema, in lower case."""
    role: Role | None = None
    """The role that a comment in it asks for."""
    draws_ids: bool = False
    """It calls ``pgdog.unique_id()``, which is the proxy's to replace."""
    explains: bool = False
    """It is one EXPLAIN, whose answer is lines of text."""

    def executing(self, meaning: 'Statement') -> 'Statement':
        """What this, one EXECUTE, does when what it executes means ``meaning``."""
        effects = tuple(effect for statement in (*self.effects, *meaning.effects) for effect in statement)
        around = self.prepared.meaning if self.prepared is not None else ORDINARY
        return replace(
            meaning,
            effects=(effects,) if effects else (),
            functions=self.functions | meaning.functions,
            leaves=self.leaves or meaning.leaves,
            spoils=self.spoils or meaning.spoils,
            reads_sequences=self.reads_sequences or meaning.reads_sequences,
            advances_sequences=self.advances_sequences or meaning.advances_sequences,
            access=meaning.access if around.access is Access.READ else Access.WRITE,
            reads_if_stable=around.reads_if_stable | meaning.reads_if_stable,
            role=self.role or meaning.role,
        )

    @property
    def takes_parameters(self) -> bool:
        """Whether some of what it does is known only when Bind gives its parameters."""
        return any(isinstance(effect, SetConfig) for effects in self.effects for effect in effects)

    @property
    def changes_reading(self) -> bool:
        """Whether what follows may be read otherwise."""
        if self.unsure or self.functions:
            return True
        return any(_changes_reading(effect) for effects in self.effects for effect in effects)

    @property
    def opens_transaction(self) -> bool:
        """Whether it has a BEGIN in it."""
        return any(isinstance(effect, Begin) for effects in self.effects for effect in effects)

    @property
    def ends_transaction(self) -> bool:
        """Whether it is one statement that ends a transaction, and so is accepted in a failed one."""
        return len(self.effects) == 1 and any(isinstance(effect, Commit | Rollback) for effect in self.effects[0])

    @property
    def allowed_in_failed_transaction(self) -> bool:
        """Whether it is one statement that PostgreSQL accepts in a failed transaction."""
        allowed = Commit | Rollback | RollbackTo
        return len(self.effects) == 1 and any(isinstance(effect, allowed) for effect in self.effects[0])

    @property
    def commits(self) -> bool:
        """Whether it is one COMMIT."""
        return len(self.effects) == 1 and any(isinstance(effect, Commit) for effect in self.effects[0])

    @property
    def discards_all(self) -> bool:
        """Whether it is one DISCARD ALL."""
        return self.effects == ((DiscardAll(),),)

    @property
    def deallocates(self) -> Deallocate | None:
        """The DEALLOCATE that it is, if it is nothing else."""
        if len(self.effects) == 1 and len(self.effects[0]) == 1 and isinstance(self.effects[0][0], Deallocate):
            return self.effects[0][0]
        return None


@dataclass(frozen=True, slots=True)
class SqlPrepared:
    """The text of one PREPARE or EXECUTE (also one that is explained), ``before`` the name and ``after`` it.

    ``word`` is the name as it is written there. ``meaning`` is what a prepared statement does when it is executed; of
    an EXECUTE only its PREPARE knows that, and ``meaning`` has the ``access`` of what is around it: its arguments.
    """

    prepares: bool
    name: bytes
    before: bytes
    word: bytes
    after: bytes
    meaning: Statement = Statement()

    def under(self, name: bytes) -> bytes:
        """The text with another name, one that needs no quotes."""
        return self.before + name + self.after

    def position(self, name: bytes, position: int) -> int:
        """Where in this text the character is that is at ``position`` in the text ``under`` another name; from 1."""
        behind = len(self.before.decode()) + len(name)
        return position + len(self.word.decode()) - len(name) if position > behind else position


def _changes_reading(effect: Effect) -> bool:
    match effect:
        case SetParameter(name) | ResetParameter(name):
            return name in READING
        case SetLocal() | SetConfig() | ResetAll() | DiscardAll() | Rollback() | RollbackTo() | Pin():
            return True
        case _:
            return False


# What most texts mean. ``analyze`` returns these very objects, so that identity tells them.
ORDINARY: Final = Statement()
"""Leaves nothing behind in the session."""
ORDINARY_READ: Final = Statement(access=Access.READ)
"""And only reads, whatever the catalog says."""
BEGIN: Final = Statement(((Begin(),),))
COMMIT: Final = Statement(((Commit(),),))
ROLLBACK: Final = Statement(((Rollback(),),))


def _never(statement: Statement) -> bool:
    return False


DEPENDS_ON_LITERALS: Final[dict[str, Callable[[Statement], bool]]] = {
    'effects': lambda statement: bool(statement.effects),
    'functions': _never,
    'leaves': _never,
    'unsure': _never,
    'spoils': _never,
    'reads_sequences': _never,
    'advances_sequences': _never,
    'prepared': lambda statement: statement.prepared is not None,
    'access': _never,
    'reads_if_stable': _never,
    'role': _never,
    'draws_ids': _never,
    'explains': lambda statement: statement.explains,
}
"""For each field: whether a text may say otherwise there than its key (see ``router.key``), given what the key says.

``effects`` has values and texts of SET; ``prepared`` has the text itself. A text that cannot be read has an effect.
The format of EXPLAIN may be a string. ``role`` is in a comment, and a text with comments has no key.
"""
