"""What a client says of where its statements are to go: in comments, and in parameters."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from pglast import parser

from pgdog_gevent.config.choices import Role
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.parse import LONGEST_TEXT, Unparseable, parse

ROLE: Final = 'pgdog.role'
"""The parameter that says to which servers statements go."""
SHARD: Final = 'pgdog.shard'
SHARDING_KEY: Final = 'pgdog.sharding_key'
"""Those that say to which shard."""
HINTS: Final = frozenset({ROLE, SHARD, SHARDING_KEY})

ROLES: Final = 'It is primary, replica or auto.'
_NO_ROLE: Final = frozenset({'', 'auto'})
"""Values of it that ask for none."""
_READ_ONLY: Final = 'default_transaction_read_only'
_ISOLATION: Final = 'default_transaction_isolation'
_WORD: Final = b'pgdog_role'
_HINT: Final = re.compile(r"""pgdog_role\s*:\s*(['"]?)(primary|replica)\1(?![\w-])""")
_ROLES: Final = {'primary': Role.PRIMARY, 'replica': Role.REPLICA}


def hinted_role(sql: bytes) -> Role | None:
    """The role that a comment in ``sql`` asks for; the first counts. What only looks like a comment is none."""
    if _WORD not in sql:
        return None
    try:
        hints = (found for comment in comments(sql) for found in _HINT.finditer(comment))
    except Unparseable:
        return None
    return next((_ROLES[found[2]] for found in hints), None)


def comments(sql: bytes) -> list[str]:
    """The comments of a text, as they are written. Raises Unparseable for what is no SQL to begin with."""
    if len(sql) > LONGEST_TEXT:
        raise Unparseable('text too long')
    try:
        text = sql.decode()
        return [text[one.start : one.end + 1] for one in parser.scan(text) if one.name.endswith('_COMMENT')]
    except (UnicodeDecodeError, parser.ParseError) as error:
        raise Unparseable(str(error)) from None


def role_named(value: str | None) -> Role | None:
    """The role that a value of ``pgdog.role`` asks for; ``None`` if it asks for none."""
    return None if value is None else _ROLES.get(value.strip().lower())


def session_role(settings: Mapping[str, bytes]) -> Role | None:
    """The role that a client asks for by its settings, which are SQL by name."""
    sql = settings.get(ROLE)
    return None if sql is None else role_named(value_set_by(sql))


def defaults_to_read_only(settings: Mapping[str, bytes]) -> bool:
    """Whether a client has its transactions begin as READ ONLY, by its settings, which are SQL by name."""
    sql = settings.get(_READ_ONLY)
    return sql is not None and _is_true(value_set_by(sql) or '')


def defaults_to_serializable(settings: Mapping[str, bytes]) -> bool:
    """Whether a client's transactions are SERIALIZABLE unless they say otherwise, which no standby can do."""
    sql = settings.get(_ISOLATION)
    return sql is not None and (value_set_by(sql) or '').strip().lower() == 'serializable'


def wrong_role(settings: Mapping[str, bytes]) -> str:
    """What ``pgdog.role`` says among these settings, if that is no role; else empty."""
    sql = settings.get(ROLE)
    value = None if sql is None else value_set_by(sql)
    return '' if value is None or value.strip().lower() in _NO_ROLE or role_named(value) is not None else value


def single_value(node: pg.VariableSetStmt) -> str | None:
    """The value of a SET, if it is one constant."""
    if len(node.args) != 1 or not node.args[0].HasField('a_const'):
        return None
    constant = node.args[0].a_const
    match constant.WhichOneof('val'):
        case 'sval':
            return constant.sval.sval
        case 'ival':
            return str(constant.ival.ival)
        case 'fval':
            return constant.fval.fval
        case _:
            return None


@lru_cache(maxsize=256)
def value_set_by(sql: bytes) -> str | None:
    """What a SET, or a SELECT of one ``set_config()``, gives to its parameter."""
    try:
        [statement] = parse(sql).stmts
    except (Unparseable, ValueError):
        return None
    if statement.stmt.HasField('variable_set_stmt'):
        return single_value(statement.stmt.variable_set_stmt)
    for target in statement.stmt.select_stmt.target_list:
        arguments = target.res_target.val.func_call.args
        return arguments[1].a_const.sval.sval if len(arguments) == 3 else None
    return None


def _is_true(value: str) -> bool:
    """As PostgreSQL reads a boolean (``parse_bool`` in its bool.c): any unique beginning of the word."""
    lower = value.lower()
    return lower in ('on', '1') or (lower != '' and any(word.startswith(lower) for word in ('true', 'yes')))
