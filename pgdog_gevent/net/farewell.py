"""The last words to a peer."""

from pgdog_gevent.errors import ProxyError
from pgdog_gevent.net.deadline import Deadline
from pgdog_gevent.net.stream import Stream


def part(stream: Stream, last_words: bytes, patience: float) -> None:
    """Say a last message and wait for the peer to close, both for at most ``patience`` seconds.

    To close with input unread would reset the connection, and the peer might never see the message. A peer that was
    sent part of another one is told nothing.
    """
    if stream.torn:
        return
    with Deadline(patience):
        try:
            stream.write(last_words)
            stream.flush()
            stream.half_close()
            stream.drain()
        except ProxyError:
            return
