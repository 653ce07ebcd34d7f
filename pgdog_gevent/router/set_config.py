"""``set_config()``: how it is written, and which parameters it sets, as far as its arguments tell.

In a plain ``SELECT set_config(...), ...`` each call runs once, and what it sets can be said: from constants at once,
from parameters when Bind gives them. Anywhere else nobody can say how often it runs, and with what.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from google.protobuf.message import Message

from pgdog_gevent.protocol.query import Bind
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.hints import HINTS, ROLE, role_named
from pgdog_gevent.router.statement import (
    READING,
    Effect,
    Pin,
    ResetParameter,
    SetConfig,
    SetLocal,
    SetLocalHint,
    SetLocalRole,
    SetParameter,
    SetsLocally,
    Statement,
)

COMPUTED: Final = Pin('set_config() with a computed argument')

# What LIMIT 0 or HAVING cuts off is not done.
_PLAIN_SELECT: Final = frozenset({'target_list', 'limit_option', 'op'})
_NAMES: Final = frozenset({('set_config',), ('pg_catalog', 'set_config')})
_TEXTUAL: Final = frozenset({'text', 'varchar'})
_TRUE: Final = frozenset({b'\x01', b't', b'true', b'on', b'yes', b'1'})
_FALSE: Final = frozenset({b'\x00', b'f', b'false', b'off', b'no', b'0'})


def set_config(name: str, value: str) -> bytes:
    """The statement that sets a parameter as a StartupMessage does: one string, lists included."""
    return b'SELECT pg_catalog.set_config(%b, %b, false)' % (quote_literal(name), quote_literal(value))


def _sets_locally(name: str, value: str | None) -> SetsLocally:
    quoted = b'NULL' if value is None else quote_literal(value)
    return SetsLocally(b'SELECT pg_catalog.set_config(%b, %b, true)' % (quote_literal(name), quoted))


def quote_literal(text: str) -> bytes:
    """A string constant that reads the same whatever ``standard_conforming_strings`` says."""
    return b"E'%b'" % text.encode().replace(b'\\', b'\\\\').replace(b"'", b"''")


def set_locally(name: str, value: str | None) -> Effect:
    """What setting a parameter of the proxy's own does to the rest of a transaction."""
    return SetLocalRole(role_named(value)) if name == ROLE else SetLocalHint(name, value)


def is_set_config(call: pg.FuncCall) -> bool:
    return tuple(part.string.sval for part in call.funcname) in _NAMES


def call_effects(statement: Message, calls: Sequence[pg.FuncCall]) -> tuple[Effect, ...]:
    """What ``calls`` do, which are all ``set_config()`` below a statement."""
    plain = list(_plain_calls(statement)) if isinstance(statement, pg.SelectStmt) else []
    effects = [effect for call in plain for effect in _effect(call)]
    others = sum(map(_counts, calls)) - sum(map(_counts, plain))
    if len(calls) - len(plain) > others:
        effects.append(SetsLocally(None))
    local = any(map(_reads_otherwise, calls))
    return (*effects, *((COMPUTED,) if others else ()), *((SetLocal(),) if local else ()))


def bound(statement: Statement, bind: Bind) -> Statement:
    """One statement with the parameters of a Bind in their places."""
    [effects] = statement.effects
    return replace(statement, effects=(tuple(known for effect in effects for known in _bound(effect, bind)),))


def _bound(effect: Effect, bind: Bind) -> tuple[Effect, ...]:
    if not isinstance(effect, SetConfig):
        return (effect,)
    local = effect.local if isinstance(effect.local, bool) else _boolean(_parameter(effect.local, bind))
    name = _parameter(effect.name, bind) if isinstance(effect.name, int) else effect.name.encode()
    value = _parameter(effect.value, bind) if isinstance(effect.value, int) else _encoded(effect.value)
    if name is None:
        return ()  # An error, and so nothing.
    if local is True:
        known = () if effect.local is True else (SetLocal(),)
        return _bound_locally(name, value, known)
    try:
        return (COMPUTED,) if local is None else (_set(name.decode(), None if value is None else value.decode()),)
    except UnicodeDecodeError:
        return (COMPUTED,)


def _bound_locally(name: bytes, value: bytes | None, known: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """``known``: what has to be said of anything but ``HINTS`` besides."""
    try:
        text, setting = name.decode(), None if value is None else value.decode()
    except UnicodeDecodeError:
        return (SetsLocally(None), *known)
    if text.lower() in HINTS:
        return (set_locally(text.lower(), setting),)
    return (_sets_locally(text, setting), *known)


def _plain_calls(select: pg.SelectStmt) -> Iterator[pg.FuncCall]:
    if not _PLAIN_SELECT.issuperset(field.name for field, _ in select.ListFields()):
        return
    for target in select.target_list:
        value = target.res_target.val
        if value.HasField('func_call') and is_set_config(value.func_call):
            yield value.func_call


def _counts(call: pg.FuncCall) -> bool:
    """Whether a call may outlive its transaction."""
    return len(call.args) != 3 or _constant_boolean(call.args[2]) is not True


def _reads_otherwise(call: pg.FuncCall) -> bool:
    """Whether a call may set one of ``READING`` for its transaction."""
    if _counts(call):
        return False
    try:
        name = _text(call.args[0])
    except ValueError:
        return True
    return isinstance(name, int) or (name is not None and name.lower() in READING)


def _effect(call: pg.FuncCall) -> tuple[Effect, ...]:
    if not _counts(call):
        return _local(call)
    if len(call.args) != 3:
        return (COMPUTED,)
    try:
        name, value = _text(call.args[0]), _text(call.args[1])
        local = _flag(call.args[2])
    except ValueError:
        return (COMPUTED,)
    if name is None:
        return ()
    if isinstance(name, str) and not isinstance(value, int) and local is False:
        return (_set(name, value),)
    return (SetConfig(name, value, local),)


def _local(call: pg.FuncCall) -> tuple[Effect, ...]:
    """What a call does that is for the transaction."""
    try:
        name, value = _text(call.args[0]), _text(call.args[1])
    except ValueError:
        return (SetsLocally(None),)
    if name is None:
        return ()
    if isinstance(name, int) or isinstance(value, int):
        known = name.lower() if isinstance(name, str) and name.lower() in HINTS else name
        return (SetConfig(known, value, True),)
    return (set_locally(name.lower(), value),) if name.lower() in HINTS else (_sets_locally(name, value),)


def _text(node: pg.Node) -> str | int | None:
    """A constant, the number of a parameter, or NULL. Raises ValueError for anything else."""
    if node.HasField('type_cast'):
        if node.type_cast.type_name.names[-1].string.sval not in _TEXTUAL or node.type_cast.type_name.array_bounds:
            raise ValueError
        node = node.type_cast.arg
    if node.HasField('param_ref'):
        return node.param_ref.number
    constant = node.a_const
    if constant.isnull:
        return None
    if not constant.HasField('sval'):
        raise ValueError
    return constant.sval.sval


def _flag(node: pg.Node) -> bool | int:
    constant = _constant_boolean(node)
    if constant is not None:
        return constant
    if node.HasField('type_cast') and node.type_cast.type_name.names[-1].string.sval == 'bool':
        node = node.type_cast.arg
    if node.HasField('param_ref'):
        return node.param_ref.number
    raise ValueError


def _constant_boolean(node: pg.Node) -> bool | None:
    constant = node.a_const
    return constant.boolval.boolval if constant.HasField('boolval') else None


def _parameter(number: int, bind: Bind) -> bytes | None:
    parameters: Sequence[bytes | None] = bind.parameters
    return parameters[number - 1] if 0 < number <= len(parameters) else None


def _boolean(value: bytes | None) -> bool | None:
    if value in _TRUE:
        return True
    return False if value in _FALSE else None


def _encoded(value: str | None) -> bytes | None:
    return None if value is None else value.encode()


def _set(name: str, value: str | None) -> Effect:
    return ResetParameter(name.lower()) if value is None else SetParameter(name.lower(), set_config(name, value))
