"""What a lookup query is asked, and what its answer says."""

from typing import Final
from uuid import UUID

from pgdog_gevent.backend.connection import BackendConnection
from pgdog_gevent.errors import FeatureNotSupported, LookupFailed
from pgdog_gevent.execution.question import NO_TYPES, Question, ShardAnswer, Values
from pgdog_gevent.protocol.rows import decode_row
from pgdog_gevent.sharding.key import Key, KeyType, NotAKey, key_of_text
from pgdog_gevent.sharding.lookup import Wanted

_UTF8: Final = 'UTF8'
_NO_KEY: Final = 'lookup_query returns what is no sharding key of type {}'


def ask(wanted: Wanted, shard: int, connection: BackendConnection) -> Key:
    """Ask one server what a key stands for. It must owe nothing, and then does not.

    Raises LookupFailed, ShardRefused, ServerLost, FeatureNotSupported.
    """
    text = _text(wanted.key_type, wanted.key)
    reads_text = connection.parameters.get('client_encoding') == _UTF8
    if not reads_text and not text.isascii():
        raise FeatureNotSupported(
            'a sharding key that is not in ASCII is looked up in UTF-8 only', hint='Set client_encoding to UTF8.'
        )
    answer = ShardAnswer(shard, connection)
    answer.ask(Question(wanted.query.encode(), NO_TYPES, Values(parameters=(text,))))
    return _read(wanted, list(answer.rows()), reads_text=reads_text)


def _read(wanted: Wanted, rows: list[bytes], *, reads_text: bool) -> Key:
    """The key that rows say; they are in text."""
    values = {decode_row(row) for row in rows}
    if not values:
        raise LookupFailed('lookup_query returns no row for the key.')
    if len(values) != 1 or len(next(iter(values))) != 1:
        raise LookupFailed('lookup_query returns more than one value for the key.')
    [[value]] = values
    if value is None or not (reads_text or value.isascii()):
        raise LookupFailed('lookup_query returns NULL for the key, or what cannot be read.')
    try:
        key = key_of_text(wanted.answer_type, value.decode())
    except (NotAKey, UnicodeDecodeError):
        raise LookupFailed(_NO_KEY.format(wanted.answer_type.value)) from None
    if wanted.shards and not (isinstance(key, int) and 0 <= key < wanted.shards):
        raise LookupFailed(f'lookup_query returns a number that no shard has: there are {wanted.shards}, from 0.')
    return key


def _text(key_type: KeyType, key: Key) -> bytes:
    """A key as PostgreSQL reads it."""
    if isinstance(key, bytes):
        return str(UUID(bytes=key)).encode() if key_type is KeyType.UUID else key
    return str(key).encode()
