"""What is a read: from the syntax tree, as far as a text tells, and from what the catalog says of functions.

A statement is a read if nothing in it is known to write or to lock, and if all functions that it calls are known to
leave the database as it is. What is called unseen, by way of a view or an operator, is judged for the whole database
(``Functions.core_is_stable``); a replica itself refuses what then still writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pglast import parser

from pgdog_gevent.config.choices import FunctionVolatility
from pgdog_gevent.config.general_routing import ReplicaSettings
from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.functions import CORE, Functions
from pgdog_gevent.router.statement import ORDINARY, Access, Statement
from pgdog_gevent.router.volatile import FAMILIES, WRITES

_NONE: Final[frozenset[str]] = frozenset()
_CLIENT: Final = frozenset({'STDOUT', 'STDIN'})


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What makes a function one that writes. Names are in lower case, without schema."""

    read_functions: frozenset[str] = _NONE
    """They only read, whatever is known of them."""
    write_functions: frozenset[str] = _NONE
    """They write, whatever is known of them, and whatever ``read_functions`` says."""
    by_catalog: bool = True
    """Whether functions of which nothing is known by name must not be VOLATILE; else they are taken to read."""

    def write(self, names: Iterable[str]) -> bool:
        """Whether one of ``names`` certainly writes."""
        return any(map(self._writes, names))

    def to_look_up(self, names: frozenset[str], foreign: frozenset[str]) -> frozenset[str]:
        """Those of ``names`` that must not be VOLATILE; ``foreign`` are called in another schema than pg_catalog."""
        return (names - CORE | foreign) - self.read_functions if self.by_catalog else _NONE

    def _writes(self, name: str) -> bool:
        if name in self.write_functions:
            return True
        return (name in WRITES or name.startswith(FAMILIES)) and name not in self.read_functions


BY_CATALOG: Final = AccessRules()
"""The rules where nothing is configured."""


def access_rules(settings: ReplicaSettings) -> AccessRules:
    """The rules that ``[general]`` gives."""
    return AccessRules(
        read_functions=_without_schema(settings.read_functions),
        write_functions=_without_schema(settings.write_functions),
        by_catalog=settings.function_volatility is FunctionVolatility.CATALOG,
    )


def reads(statement: Statement, functions: Functions) -> bool:
    """Whether a statement is a read, by what is known now of the functions of its database.

    Under rules that are not ``by_catalog`` nothing needs to be known: there ``access`` says it all.
    """
    if statement.access is not Access.READ or not functions.core_is_stable:
        return False
    return statement.reads_if_stable <= functions.stable


def as_write(statement: Statement) -> Statement:
    """The same, which has turned out to write."""
    known = replace(statement, access=Access.WRITE)
    return ORDINARY if known == ORDINARY else known


def copies_to_client(copy: pg.CopyStmt, sql: bytes) -> bool:
    """Whether a COPY, whose text is ``sql``, sends rows to the client: to nowhere else, and does not take them.

    The tree does not tell: it has the name of a file, which is empty for STDOUT, and in the key of every file.
    """
    if copy.is_from or copy.is_program or copy.filename:
        return False
    tokens = [token.name for token in parser.scan(sql.decode()) if not token.name.endswith('_COMMENT')]
    # After the destination there may be options. One that is called "to" would be an error.
    last = len(tokens) - 1 - tokens[::-1].index('TO')
    return last + 1 < len(tokens) and tokens[last + 1] in _CLIENT


def _without_schema(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.rpartition('.')[2].lower() for name in names)
