"""Syntax tree to ``Statement``: what a text does to the session it runs in."""

from collections.abc import Callable, Iterator
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.statement import (
    ORDINARY,
    Begin,
    Commit,
    Deallocate,
    DiscardAll,
    Effect,
    Pin,
    ReleaseSavepoint,
    ResetAll,
    ResetParameter,
    Rollback,
    RollbackTo,
    Savepoint,
    SetParameter,
    Statement,
    Taint,
)

Effects = tuple[Effect, ...]

_HOLD: Final = 0x0020
"""CURSOR_OPT_HOLD of PostgreSQL's parsenodes.h."""

# Locks that outlive the transaction. Those of the names with ``xact`` do not.
_LOCKS: Final = frozenset(
    {'pg_advisory_lock', 'pg_advisory_lock_shared', 'pg_try_advisory_lock', 'pg_try_advisory_lock_shared'}
)


_UNREAD: Final = 'a statement that could not be parsed'
_UNKNOWN: Final = Statement(((Pin(_UNREAD), Taint(_UNREAD)),))


def analyze(sql: bytes) -> Statement:
    """What ``sql`` does to its session.

    A text that cannot be parsed here may still be SQL to the server: then its session stays with that server.
    """
    try:
        tree = parse(sql)
    except Unparseable:
        return _UNKNOWN
    effects = tuple(_effects(raw, sql) for raw in tree.stmts)
    return Statement(effects) if any(effects) else ORDINARY


def _effects(raw: pg.RawStmt, sql: bytes) -> Effects:
    kind = raw.stmt.WhichOneof('node')
    node = getattr(raw.stmt, kind)
    end = raw.stmt_location + raw.stmt_len if raw.stmt_len else len(sql)
    text = sql[raw.stmt_location : end].strip()
    rule = _RULES.get(kind)
    own = rule(node, text) if rule is not None else ()
    return own + _functions(node)


def _transaction(node: pg.TransactionStmt, text: bytes) -> Effects:
    match node.kind:
        case pg.TRANS_STMT_BEGIN | pg.TRANS_STMT_START:
            return (Begin(),)
        case pg.TRANS_STMT_COMMIT | pg.TRANS_STMT_PREPARE:
            return (Commit(),)
        case pg.TRANS_STMT_ROLLBACK:
            return (Rollback(),)
        case pg.TRANS_STMT_SAVEPOINT:
            return (Savepoint(node.savepoint_name),)
        case pg.TRANS_STMT_RELEASE:
            return (ReleaseSavepoint(node.savepoint_name),)
        case pg.TRANS_STMT_ROLLBACK_TO:
            return (RollbackTo(node.savepoint_name),)
        case _:
            return ()


def _variable(node: pg.VariableSetStmt, text: bytes) -> Effects:
    if node.is_local:
        return ()
    name = node.name.lower()
    match node.kind:
        case pg.VAR_SET_VALUE:
            return (SetParameter(name, text),)
        case pg.VAR_SET_DEFAULT | pg.VAR_RESET:
            return (ResetParameter(name),)
        case pg.VAR_RESET_ALL:
            return (ResetAll(),)
        case pg.VAR_SET_MULTI if node.name == 'SESSION CHARACTERISTICS':
            return tuple(map(_characteristic, node.args))
        case _:
            return ()


def _characteristic(option: pg.Node) -> Effect:
    """One mode of SET SESSION CHARACTERISTICS is a parameter ``default_transaction_...``."""
    name = f'default_{option.def_elem.defname}'
    constant = option.def_elem.arg.a_const
    value = f"'{constant.sval.sval}'" if constant.HasField('sval') else ('on' if constant.ival.ival else 'off')
    return SetParameter(name, f'SET {name} TO {value}'.encode())


def _discard(node: pg.DiscardStmt, text: bytes) -> Effects:
    return (DiscardAll(),) if node.target == pg.DISCARD_ALL else ()


def _deallocate(node: pg.DeallocateStmt, text: bytes) -> Effects:
    return (Deallocate(None if node.isall else node.name),)


def _cursor(node: pg.DeclareCursorStmt, text: bytes) -> Effects:
    return (Pin('a cursor WITH HOLD'),) if node.options & _HOLD else ()


def _created(relation: pg.RangeVar, on_commit: int) -> Effects:
    temporary = relation.relpersistence == 't' or relation.schemaname == 'pg_temp'
    return (Pin('a temporary relation'),) if temporary and on_commit != pg.ONCOMMIT_DROP else ()


def _select(node: pg.SelectStmt, text: bytes) -> Effects:
    setting = _lone_set_config(node)
    if setting is not None:
        return setting
    return _into(node)


def _into(node: pg.SelectStmt) -> Effects:
    """What SELECT INTO makes. In a UNION the leftmost SELECT has the INTO."""
    while node.op != pg.SETOP_NONE:
        node = node.larg
    return _created(node.into_clause.rel, node.into_clause.on_commit) if node.HasField('into_clause') else ()


def _explain(node: pg.ExplainStmt, text: bytes) -> Effects:
    """With ANALYZE it does what it explains."""
    match node.query.WhichOneof('node'):
        case 'select_stmt':
            return _into(node.query.select_stmt)
        case 'create_table_as_stmt':
            into = node.query.create_table_as_stmt.into
            return _created(into.rel, into.on_commit)
        case _:
            return ()


_RULES: Final[dict[str, Callable[..., Effects]]] = {
    'transaction_stmt': _transaction,
    'variable_set_stmt': _variable,
    'discard_stmt': _discard,
    'deallocate_stmt': _deallocate,
    'prepare_stmt': lambda node, text: (Pin('PREPARE'),),
    'listen_stmt': lambda node, text: (Pin('LISTEN'),),
    'load_stmt': lambda node, text: (Pin('LOAD'), Taint('LOAD')),
    'declare_cursor_stmt': _cursor,
    'create_stmt': lambda node, text: _created(node.relation, node.oncommit),
    'create_table_as_stmt': lambda node, text: _created(node.into.rel, node.into.on_commit),
    'view_stmt': lambda node, text: _created(node.view, pg.ONCOMMIT_NOOP),
    'create_seq_stmt': lambda node, text: _created(node.sequence, pg.ONCOMMIT_NOOP),
    'select_stmt': _select,
    'explain_stmt': _explain,
    'update_stmt': lambda node, text: (Pin('UPDATE pg_settings'),) if node.relation.relname == 'pg_settings' else (),
    'do_stmt': lambda node, text: (Taint('DO'),),
    'call_stmt': lambda node, text: (Taint('CALL'),),
}


# What LIMIT 0 or HAVING cuts off is not done.
_PLAIN_SELECT: Final = frozenset({'target_list', 'limit_option', 'op'})
_SET_CONFIG: Final = frozenset({('set_config',), ('pg_catalog', 'set_config')})


def _lone_set_config(node: pg.SelectStmt) -> Effects | None:
    """What ``SELECT set_config('name', 'value', local)`` does, if that is all the statement is."""
    if not _PLAIN_SELECT.issuperset(field.name for field, _ in node.ListFields()) or len(node.target_list) != 1:
        return None
    call = node.target_list[0].res_target.val.func_call
    if tuple(part.string.sval for part in call.funcname) not in _SET_CONFIG or len(call.args) != 3:
        return None
    name, value, local = (argument.a_const for argument in call.args)
    if not (name.HasField('sval') and value.HasField('sval') and local.HasField('boolval')):
        return None
    if local.boolval.boolval:
        return ()
    return (SetParameter(name.sval.sval.lower(), _set_config(name.sval.sval, value.sval.sval)),)


def _set_config(name: str, value: str) -> bytes:
    quoted = (text.replace('\\', '\\\\').replace("'", "''") for text in (name, value))
    return "SELECT pg_catalog.set_config(E'{}', E'{}', false)".format(*quoted).encode()


def _functions(node: Message) -> Effects:
    """What the functions do that a statement calls anywhere."""
    if isinstance(node, pg.SelectStmt) and _lone_set_config(node) is not None:
        return ()
    effects: list[Effect] = []
    for call in _calls(node):
        name = _function_name(call)
        if name in _LOCKS:
            effects.append(Pin('a session advisory lock'))
        elif name == 'set_config':
            effects.append(Pin('set_config() with a computed argument'))
    return tuple(effects)


def _function_name(call: pg.FuncCall) -> str:
    return str(call.funcname[-1].string.sval).lower() if call.funcname else ''


def _calls(root: Message) -> Iterator[pg.FuncCall]:
    """Every function call below ``root``. A stack instead of recursion: a tree may be deeper than Python's."""
    stack = [root]
    while stack:
        message = stack.pop()
        if isinstance(message, pg.FuncCall):
            yield message
        for field, value in message.ListFields():
            if field.message_type is not None:
                stack.extend(value if field.is_repeated else (value,))
