"""From a new connection to its first real message: TLS, then StartupMessage or CancelRequest.

Source: PostgreSQL docs, "Message Flow": "Start-up", "SSL Session Encryption", "GSSAPI Session Encryption".
"""

from pgdog_gevent.errors import ConnectionRejected, ProtocolViolation
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.net.tls import ALPN_PROTOCOL, FrontendTls
from pgdog_gevent.protocol import startup
from pgdog_gevent.protocol.startup import CancelRequest, GSSENCRequest, SSLRequest, StartupMessage


def handshake(stream: Stream, tls: FrontendTls | None) -> StartupMessage | CancelRequest:
    """Read the first packets of a client, up to the one that says what it wants.

    The caller sets the deadline. Raises ProtocolViolation, ConnectionRejected, ClientGone.
    """
    if stream.peek_byte() == startup.TLS_RECORD_HANDSHAKE:
        _start_direct_tls(stream, tls)
    asked: set[type[SSLRequest] | type[GSSENCRequest]] = set()
    while True:
        packet = _read_packet(stream)
        match packet:
            case SSLRequest() | GSSENCRequest():
                if type(packet) in asked or stream.tls is not None:
                    raise ProtocolViolation('encryption has been asked for already')
                asked.add(type(packet))
                _answer(stream, tls if isinstance(packet, SSLRequest) else None)
            case _:
                return packet


def _read_packet(stream: Stream) -> startup.StartupPacket:
    length = int.from_bytes(stream.read_exactly(4), 'big')
    return startup.decode(stream.read_exactly(startup.packet_size(length)))


def _answer(stream: Stream, tls: FrontendTls | None) -> None:
    stream.write(b'N' if tls is None else b'S')
    stream.flush()
    if tls is not None:
        stream.start_tls(tls.context, server_side=True)


def _start_direct_tls(stream: Stream, tls: FrontendTls | None) -> None:
    """A client that knows the server speaks TLS does not ask (PostgreSQL 17); it must name the protocol by ALPN."""
    if tls is None:
        raise ConnectionRejected('TLS is not configured')
    stream.start_direct_tls(tls.context)
    if stream.tls is None or stream.tls.selected_alpn_protocol() != ALPN_PROTOCOL:
        raise ConnectionRejected('received direct TLS connection request without ALPN protocol negotiation extension')
