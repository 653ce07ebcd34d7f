"""Syntax tree to ``Statement``: what a text does to the session it runs in."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from google.protobuf.message import Message

from pgdog_gevent.config.choices import Role
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.access import BY_CATALOG, AccessRules, copies_to_client
from pgdog_gevent.router.calls import ADVANCES_SEQUENCES, LOCKS, SPOILS, calls
from pgdog_gevent.router.explained import shows_text
from pgdog_gevent.router.functions import READS_SEQUENCES
from pgdog_gevent.router.generated import INSTALLERS
from pgdog_gevent.router.hints import HINTS, hinted_role, single_value
from pgdog_gevent.router.parse import Unparseable, parse
from pgdog_gevent.router.set_config import set_config, set_locally
from pgdog_gevent.router.sql_prepared import find_execute, find_prepare
from pgdog_gevent.router.statement import (
    BEGIN,
    COMMIT,
    ORDINARY,
    ORDINARY_READ,
    READING,
    ROLLBACK,
    Access,
    Begin,
    ChangesCatalog,
    ChangesSchema,
    ChangesTables,
    Commit,
    Deallocate,
    DiscardAll,
    Effect,
    Frees,
    Leaves,
    Pin,
    ReleaseSavepoint,
    ResetAll,
    ResetParameter,
    Rollback,
    RollbackTo,
    Savepoint,
    SetLocal,
    SetLocally,
    SetParameter,
    SetTransaction,
    SqlPrepared,
    Statement,
)
from pgdog_gevent.router.tables import changed_tables, changes_catalog, is_temporary
from pgdog_gevent.router.unique_ids import FUNCTION, calls_unique_id

Effects = tuple[Effect, ...]

HOLD: Final = 0x0020
"""CURSOR_OPT_HOLD of PostgreSQL's parsenodes.h."""

_WELL_KNOWN: Final = {statement: statement for statement in (ORDINARY, ORDINARY_READ, BEGIN, COMMIT, ROLLBACK)}
_UNREAD: Final = 'a statement that could not be parsed'
_UNKNOWN: Final = Statement(((Pin(_UNREAD),),), unsure=_UNREAD)


def analyze(sql: bytes, rules: AccessRules = BY_CATALOG) -> Statement:
    """What ``sql`` does to its session, and whether by ``rules`` it is a read.

    A text that cannot be parsed here may still be SQL to the server: then its session stays with that server.
    """
    statement = _analyzed(sql, rules)
    if FUNCTION in statement.functions and calls_unique_id(sql):
        statement = replace(statement, draws_ids=True)
    role = hinted_role(sql)
    return statement if role is None else _asking_for(role, statement)


def _asking_for(role: Role, statement: Statement) -> Statement:
    """``statement`` with a hint, which is also one for what it prepares."""
    prepared = statement.prepared
    if prepared is not None and prepared.prepares:
        prepared = replace(prepared, meaning=replace(prepared.meaning, role=role))
    return replace(statement, role=role, prepared=prepared)


def _analyzed(sql: bytes, rules: AccessRules) -> Statement:
    try:
        tree = parse(sql)
    except Unparseable:
        return _UNKNOWN
    statements = [_one(raw, sql, rules) for raw in tree.stmts]
    statement = _all(statements)
    if _reads_in_transaction(statements):
        return replace(statement, access=Access.REPLICA)
    if len(tree.stmts) == 1 and tree.stmts[0].stmt.HasField('explain_stmt'):
        statement = replace(statement, explains=shows_text(tree.stmts[0].stmt.explain_stmt))
    known = _WELL_KNOWN.get(statement)
    if known is not None or len(statements) > 1:
        return known or statement
    return replace(statement, prepared=_prepared(tree.stmts[0].stmt, statements[0], sql, rules))


def _reads_in_transaction(statements: list['_One']) -> bool:
    """Whether they are a transaction which says that it reads only, and does so as far as the text tells."""
    if len(statements) < 2:
        return False
    first, *middle, last = (statement.effects for statement in statements)
    begins = len(first) == 1 and isinstance(first[0], Begin) and first[0].read_only and not first[0].serializable
    ends = len(last) == 1 and isinstance(last[0], Commit | Rollback)
    return bool(begins) and ends and not any(middle) and all(one.only_reads for one in statements[1:-1])


def _all(statements: list['_One']) -> Statement:
    reads = all(one.only_reads for one in statements)
    return Statement(
        effects=_effects_of(statements),
        functions=frozenset().union(*(one.functions for one in statements)),
        leaves=_first(one.leaves for one in statements),
        unsure=_first(one.unsure for one in statements),
        spoils=_first(one.spoils for one in statements),
        reads_sequences=any(one.reads_sequences for one in statements),
        advances_sequences=any(one.advances_sequences for one in statements),
        access=Access.READ if reads else Access.WRITE,
        reads_if_stable=frozenset().union(*(one.reads_if_stable for one in statements)) if reads else frozenset(),
    )


class _One(NamedTuple):
    """What one statement of a text does: as in ``Statement``."""

    effects: Effects
    functions: frozenset[str]
    leaves: str
    unsure: str
    spoils: str
    reads_sequences: bool
    advances_sequences: bool
    executes: str
    reads: bool
    """It writes nothing, apart from what it executes, and from functions that nothing is known of by name."""
    reads_if_stable: frozenset[str]

    @property
    def only_reads(self) -> bool:
        """Whether it is a read if ``reads_if_stable`` are what they are called."""
        leaves_something = self.effects or self.leaves or self.unsure or self.spoils
        return self.reads and not (leaves_something or self.reads_sequences or self.advances_sequences)


def _effects_of(statements: list[_One]) -> tuple[Effects, ...]:
    effects = tuple(one.effects for one in statements)
    return effects if any(effects) else ()


def _first(reasons: Iterable[str]) -> str:
    return next(filter(None, reasons), '')


def _prepared(stmt: pg.Node, one: _One, sql: bytes, rules: AccessRules) -> SqlPrepared | None:
    """The PREPARE or EXECUTE that is all of ``sql``."""
    if stmt.HasField('prepare_stmt'):
        inner = _all([_of_node(stmt.prepare_stmt.query, b'', rules)])
        return find_prepare(sql, stmt.prepare_stmt.name, inner)
    return find_execute(sql, one.executes, _all([one._replace(unsure='')])) if one.executes else None


def _one(raw: pg.RawStmt, sql: bytes, rules: AccessRules) -> _One:
    end = raw.stmt_location + raw.stmt_len if raw.stmt_len else len(sql)
    return _of_node(raw.stmt, sql[raw.stmt_location : end].strip(), rules)


def _of_node(stmt: pg.Node, text: bytes, rules: AccessRules) -> _One:
    kind = stmt.WhichOneof('node')
    node = getattr(stmt, kind)
    rule = _RULES.get(kind)
    own = rule(node, text) if rule is not None else ()
    # What is prepared is not done yet.
    called = calls(pg.PrepareStmt() if kind == 'prepare_stmt' else node)
    return _One(
        effects=own + called.effects + _changes(kind, node, called.functions, own),
        functions=called.functions,
        leaves='a session advisory lock' if called.names & LOCKS else '',
        unsure=_UNSURE.get(kind, 'EXECUTE' if called.executes else ''),
        spoils=_first(f'{name}()' for name in sorted(called.names & SPOILS)) or _spoiled_by(kind, node),
        reads_sequences=bool(called.names & READS_SEQUENCES),
        advances_sequences=bool(called.names & ADVANCES_SEQUENCES),
        executes=called.executes,
        reads=called.reads
        and not rules.write(called.names)
        and (not isinstance(node, pg.CopyStmt) or copies_to_client(node, text)),
        reads_if_stable=rules.to_look_up(called.names, called.foreign),
    )


def _spoiled_by(kind: str, node: Message) -> str:
    if kind == 'load_stmt':
        return 'LOAD'
    sets_seed = isinstance(node, pg.VariableSetStmt) and node.kind == pg.VAR_SET_VALUE and node.name.lower() == 'seed'
    return 'SET SEED' if sets_seed else ''


def _changes(kind: str, node: Message, functions: frozenset[str], own: Effects) -> Effects:
    """Whether it changes which functions, types and tables there are, or what calls functions."""
    drops = isinstance(node, pg.DropStmt) and node.remove_type in _DROPS
    if drops or kind in _DDL or (kind in _TABLES and functions) or functions & INSTALLERS:
        return (ChangesSchema(),)
    tables = changed_tables(node)
    if tables:
        return (ChangesTables(tables),)
    temporary = any(isinstance(effect, Leaves) for effect in own)
    return (ChangesCatalog(),) if changes_catalog(kind, node) and not temporary else ()


def _transaction(node: pg.TransactionStmt, text: bytes) -> Effects:
    match node.kind:
        case pg.TRANS_STMT_BEGIN | pg.TRANS_STMT_START:
            return (Begin(_read_only(node.options), _serializable(node.options)),)
        case pg.TRANS_STMT_COMMIT:
            return (Commit(),)
        case pg.TRANS_STMT_PREPARE:
            return (Commit(node.gid),)
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


def _read_only(modes: Iterable[pg.Node]) -> bool | None:
    """What the modes of a transaction say; of several the last counts."""
    found = None
    for mode in modes:
        if mode.def_elem.defname == 'transaction_read_only':
            found = mode.def_elem.arg.a_const.ival.ival != 0
    return found


def _serializable(modes: Iterable[pg.Node]) -> bool | None:
    found = None
    for mode in modes:
        if mode.def_elem.defname == 'transaction_isolation':
            found = mode.def_elem.arg.a_const.sval.sval == 'serializable'
    return found


def _variable(node: pg.VariableSetStmt, text: bytes) -> Effects:
    name = node.name.lower()
    if node.kind == pg.VAR_SET_MULTI and name.startswith('transaction'):
        return (SetTransaction(_read_only(node.args), _serializable(node.args), name.endswith('snapshot')),)
    if name in HINTS and (node.is_local or node.kind == pg.VAR_SET_VALUE):
        return (_hint(name, node, text),)
    if node.is_local:
        return (SetLocal() if name in READING else SetLocally(),)
    if name == 'seed':
        return ()
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


def _hint(name: str, node: pg.VariableSetStmt, text: bytes) -> Effect:
    value = single_value(node)
    if node.is_local:
        return set_locally(name, value)
    # Always in the same words, so that sessions which ask for the same have the same settings.
    return SetParameter(name, text if value is None else set_config(name, value))


def _characteristic(option: pg.Node) -> Effect:
    """One mode of SET SESSION CHARACTERISTICS is a parameter ``default_transaction_...``."""
    name = f'default_{option.def_elem.defname}'
    constant = option.def_elem.arg.a_const
    value = f"'{constant.sval.sval}'" if constant.HasField('sval') else ('on' if constant.ival.ival else 'off')
    return SetParameter(name, f'SET {name} TO {value}'.encode())


def _discard(node: pg.DiscardStmt, text: bytes) -> Effects:
    match node.target:
        case pg.DISCARD_ALL:
            return (DiscardAll(),)
        case pg.DISCARD_TEMP:
            return (Frees(),)
        case _:
            return ()


def _deallocate(node: pg.DeallocateStmt, text: bytes) -> Effects:
    return (Deallocate(None if node.isall else node.name),)


def _cursor(node: pg.DeclareCursorStmt, text: bytes) -> Effects:
    return (Leaves('a cursor WITH HOLD'),) if node.options & HOLD else ()


def _created(relation: pg.RangeVar, on_commit: int) -> Effects:
    temporary = is_temporary(relation)
    return (Leaves('a temporary relation'),) if temporary and on_commit != pg.ONCOMMIT_DROP else ()


def _into(node: pg.SelectStmt) -> Effects:
    """What SELECT INTO makes. In a UNION the leftmost SELECT has the INTO."""
    while node.op != pg.SETOP_NONE:
        node = node.larg
    return _created(node.into_clause.rel, node.into_clause.on_commit) if node.HasField('into_clause') else ()


def _named(name: Iterable[pg.Node], reason: str) -> Effects:
    """What is created in the schema ``pg_temp``."""
    return (Leaves(reason),) if next(iter(name)).string.sval == 'pg_temp' else ()


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
    'prepare_stmt': lambda node, text: (Leaves('PREPARE'),),
    'listen_stmt': lambda node, text: (Leaves('LISTEN'),),
    'unlisten_stmt': lambda node, text: (Frees(),),
    'close_portal_stmt': lambda node, text: (Frees(),),
    'drop_stmt': lambda node, text: (Frees(),),
    'declare_cursor_stmt': _cursor,
    'create_stmt': lambda node, text: _created(node.relation, node.oncommit),
    'create_table_as_stmt': lambda node, text: _created(node.into.rel, node.into.on_commit),
    'view_stmt': lambda node, text: _created(node.view, pg.ONCOMMIT_NOOP),
    'create_seq_stmt': lambda node, text: _created(node.sequence, pg.ONCOMMIT_NOOP),
    'create_function_stmt': lambda node, text: _named(node.funcname, 'a temporary function'),
    'composite_type_stmt': lambda node, text: _created(node.typevar, pg.ONCOMMIT_NOOP),
    'create_enum_stmt': lambda node, text: _named(node.type_name, 'a temporary type'),
    'create_range_stmt': lambda node, text: _named(node.type_name, 'a temporary type'),
    'create_domain_stmt': lambda node, text: _named(node.domainname, 'a temporary type'),
    'define_stmt': lambda node, text: _named(node.defnames, 'a temporary object'),
    'select_stmt': lambda node, text: _into(node),
    'explain_stmt': _explain,
    'update_stmt': lambda node, text: (Pin('UPDATE pg_settings'),) if node.relation.relname == 'pg_settings' else (),
}

_UNSURE: Final = {'do_stmt': 'DO'}

# What changes functions, or what calls them unseen: triggers, views, rules, policies, operators, domains.
_DDL: Final = frozenset(
    {
        'create_function_stmt', 'alter_function_stmt', 'create_trig_stmt', 'create_extension_stmt',
        'alter_extension_stmt', 'rule_stmt', 'create_policy_stmt', 'alter_policy_stmt', 'define_stmt',
        'alter_domain_stmt', 'create_cast_stmt', 'alter_table_stmt', 'rename_stmt', 'import_foreign_schema_stmt',
        'view_stmt', 'alter_enum_stmt', 'alter_type_stmt', 'drop_owned_stmt',
    }
)  # fmt: skip
# With these types may go.
_DROPS: Final = frozenset(
    {pg.OBJECT_TYPE, pg.OBJECT_DOMAIN, pg.OBJECT_SCHEMA, pg.OBJECT_EXTENSION, pg.OBJECT_VIEW, pg.OBJECT_MATVIEW}
)
# These matter only where they call functions.
_TABLES: Final = frozenset({'create_stmt', 'create_domain_stmt', 'create_table_as_stmt'})
