"""What EXPLAIN says of the way that it has taken, in lines after the plan (``expanded_explain``)."""

from collections.abc import Iterable, Mapping
from typing import Final

from pgdog_gevent.backend.layout import Shape
from pgdog_gevent.execution.answer import Answer, Rows
from pgdog_gevent.frontend.bound import BoundParameters
from pgdog_gevent.frontend.exchange import Exchange
from pgdog_gevent.frontend.portal import Portal
from pgdog_gevent.protocol import frames
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.rows import row_of_one
from pgdog_gevent.router.keys import Bound
from pgdog_gevent.router.plan import Anywhere, Direct, Plan
from pgdog_gevent.router.statement import Access, Statement
from pgdog_gevent.router.texts import One
from pgdog_gevent.router.wording import how, why

_ACCESS: Final = {
    Access.READ: 'it only reads',
    Access.REPLICA: 'a replica is asked for',
    Access.WRITE: 'it may write, or is in a transaction that may, or the primary is asked for',
}


def expands(exchange: Exchange, meaning: Statement) -> bool:
    """Whether there are to be such lines."""
    return meaning.explains and exchange.services.general.expanded_explain


def rows_of_one(exchange: Exchange, because: str) -> bytes:
    """DataRows for what the server in hand answers."""
    binding = exchange.binding
    lines = _lines({binding.shard: binding.pool.settings.role.value}, because, ())
    return b''.join(frames.encode(Backend.DATA_ROW, row) for row in map(_row, lines))


def because_of_access(exchange: Exchange, access: Access) -> str:
    """Why it is this server, where there are several of one shard; empty if there is but one."""
    return _ACCESS[access] if exchange.cluster.splits else ''


def because_of_keys(exchange: Exchange, one: One[Shape], bound: Bound) -> str:
    """Why it is this shard, or these."""
    if one.hint is not None:
        return 'a comment asks for it'
    if exchange.parameters.shard_hint is not None:
        return 'the client has asked for it'
    return why(one.blueprint, bound, exchange.cluster.layout.shards)


def because_of_portal(exchange: Exchange, portal: Portal | None) -> str:
    """Likewise for what a Bind has made; empty if that is not known."""
    if portal is None or portal.one is None:
        return ''
    return because_of_keys(exchange, portal.one, BoundParameters(portal.statement.parameter_types, portal.values))


def append(answer: Answer, roles: Mapping[int, str], because: str, found: Plan) -> None:
    """Have an answer go on with such lines."""
    notes = () if isinstance(found, Direct | Anywhere) else how(found)
    answer.rows = _followed(answer.rows, tuple(map(_row, _lines(roles, because, notes))))


def _followed(rows: Rows, more: Iterable[bytes]) -> Rows:
    yield from rows
    yield from more


def _lines(roles: Mapping[int, str], because: str, notes: Iterable[str]) -> list[str]:
    reason = f', because {because}' if because else ''
    shards, kinds = ','.join(map(str, roles)), ','.join(dict.fromkeys(roles.values()))
    return [
        'PgDog Routing:',
        f'  Summary: shard={shards} role={kinds}',
        *(f'  Shard {shard}: {role}{reason}' for shard, role in roles.items()),
        *(f'  Note: {note}' for note in notes),
    ]


def _row(line: str) -> bytes:
    return row_of_one(line.encode('ascii', 'backslashreplace'))  # Whatever the client's encoding is.
