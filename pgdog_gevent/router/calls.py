"""The functions that a statement calls, and what the well-known ones do to its session."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.functions import CORE, READS_SEQUENCES
from pgdog_gevent.router.set_config import call_effects, is_set_config
from pgdog_gevent.router.statement import Effect, Frees, Pin

# Locks that outlive the transaction. Those of the names with ``xact`` do not.
LOCKS: Final = frozenset(
    {'pg_advisory_lock', 'pg_advisory_lock_shared', 'pg_try_advisory_lock', 'pg_try_advisory_lock_shared'}
)
UNLOCKS: Final = frozenset({'pg_advisory_unlock', 'pg_advisory_unlock_shared', 'pg_advisory_unlock_all'})
HARMLESS: Final = frozenset(
    {
        'pg_advisory_xact_lock', 'pg_advisory_xact_lock_shared', 'pg_try_advisory_xact_lock',
        'pg_try_advisory_xact_lock_shared', 'pg_sleep',
    }
)  # fmt: skip
ADVANCES_SEQUENCES: Final = frozenset({'nextval', 'setval'})
# What they do ends with the server's session and not before.
SPOILS: Final = frozenset(
    {
        'setseed', 'dblink_connect', 'dblink_connect_u', 'pg_replication_origin_session_setup',
        'pg_create_physical_replication_slot', 'pg_create_logical_replication_slot',
        'pg_copy_physical_replication_slot',
        'pg_copy_logical_replication_slot',
    }
)  # fmt: skip
_KNOWN: Final = LOCKS | UNLOCKS | HARMLESS | READS_SEQUENCES | ADVANCES_SEQUENCES | SPOILS | {'set_config'}


# Statements in which there may be nothing but reads.
_READING: Final = frozenset({'SelectStmt', 'ExplainStmt', 'CopyStmt', 'ExecuteStmt'})
_WRITING: Final = frozenset(
    name for name in pg.DESCRIPTOR.message_types_by_name if name.endswith('Stmt') and name not in _READING
) | {'IntoClause', 'LockingClause'}  # fmt: skip
_TELLING: Final = _WRITING | {'FuncCall', 'ExecuteStmt', 'RangeVar'}


class Calls(NamedTuple):
    """What the calls of one statement do. As in ``Statement``, but for ``effects``, which are its own."""

    effects: tuple[Effect, ...]
    functions: frozenset[str]
    names: frozenset[str]
    foreign: frozenset[str]
    """Those of ``names`` that are called in another schema than pg_catalog."""
    reads: bool
    """Apart from its calls and from what it executes, it neither writes nor locks nor looks at temporary tables."""
    executes: str
    """The prepared statement that it executes; empty for none."""


def calls(node: Message) -> Calls:
    """Look at every call below ``node``."""
    names: set[str] = set()
    foreign: set[str] = set()
    executes = ''
    reads = True
    set_configs: list[pg.FuncCall] = []
    for call in _walk(node):
        if not isinstance(call, pg.FuncCall):
            executes = call.name if isinstance(call, pg.ExecuteStmt) else executes
            reads = reads and not _writes(call)
            continue
        if is_set_config(call):
            set_configs.append(call)
        name = call.funcname[-1].string.sval.lower() if call.funcname else ''
        names.add(name)
        if len(call.funcname) > 1 and call.funcname[0].string.sval != 'pg_catalog':
            foreign.add(name)
    effects = [*call_effects(node, set_configs)]
    if names & UNLOCKS:
        effects.append(Frees())
    if names & READS_SEQUENCES:
        effects.append(Pin('currval() or lastval()'))
    functions = frozenset(name for name in names if name not in CORE and name not in _KNOWN) | foreign
    return Calls(tuple(effects), functions, frozenset(names), frozenset(foreign), reads, executes)


def _writes(message: Message) -> bool:
    if isinstance(message, pg.RangeVar):
        return message.schemaname == 'pg_temp'
    return message.DESCRIPTOR.name in _WRITING


def _walk(root: Message) -> Iterator[Message]:
    """What is ``_TELLING`` in ``root``. A stack, not recursion: a tree may be deeper than Python's."""
    stack = [root]
    while stack:
        message = stack.pop()
        if message.DESCRIPTOR.name in _TELLING:
            yield message
        for field, value in message.ListFields():
            if field.message_type is not None:
                stack.extend(value if field.is_repeated else (value,))
