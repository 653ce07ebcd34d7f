"""SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, as a server towards clients and as a client towards servers.

An exchange holds the few values that its next message depends on; the caller carries the messages. No step here is
costly: a server works from a ``Verifier``, a client from ``ClientKeys``, and ``scram_keys`` makes both.

Channel binding is ``tls-server-end-point``: the caller passes the hash of the server's certificate
(``net.tls.tls_server_end_point``), or ``None`` if the connection has no TLS, or a certificate that has no such hash.

Sources: RFC 5802, RFC 7677, RFC 5929; PostgreSQL's auth-scram.c and fe-auth-scram.c.
"""

import hmac
import secrets
from base64 import b64encode
from collections.abc import Collection, Sequence
from enum import Enum
from hashlib import sha256
from typing import NamedTuple

from pgdog_gevent.errors import AuthenticationFailed, ProtocolViolation, ServerUnreachable
from pgdog_gevent.protocol.scram_keys import ClientKeys, Verifier, hmac_sha256
from pgdog_gevent.protocol.scram_messages import (
    ClientFirst,
    ServerFirst,
    ServerRefusal,
    parse_client_final,
    parse_client_first,
    parse_server_final,
    parse_server_first,
)

_NONCE_SIZE = 18
_BINDING_FLAG = b'p=tls-server-end-point'


class Mechanism(Enum):
    """A SASL mechanism, by the name it has on the wire."""

    SCRAM_SHA_256 = 'SCRAM-SHA-256'
    SCRAM_SHA_256_PLUS = 'SCRAM-SHA-256-PLUS'
    """The same, bound to the TLS connection: a man in the middle cannot pass it on."""


class ServerAuthenticationFailed(ServerUnreachable):
    """A server did not prove that it knows the password, or refused ours."""


class Proven(NamedTuple):
    """The end of an exchange in which the client proved a password."""

    server_final: bytes
    """Goes to the client in AuthenticationSASLFinal."""
    candidate: int
    """Index of the verifier that the proof fits."""
    keys: ClientKeys
    """Log in to any server that has the same verifier, in place of the password."""


class Challenge(NamedTuple):
    """How a server has salted the password: what ``ClientKeys.from_password`` needs."""

    salt: bytes
    iterations: int


def offered_mechanisms(channel_binding: bytes | None) -> tuple[Mechanism, ...]:
    """What a server offers, the stronger first; ``channel_binding`` is the hash of its own certificate."""
    if channel_binding is None:
        return (Mechanism.SCRAM_SHA_256,)
    return (Mechanism.SCRAM_SHA_256_PLUS, Mechanism.SCRAM_SHA_256)


class ServerExchange:
    """The server's side of one login: ``first``, then ``final``.

    ``verifiers`` are the passwords that this user may have, at least one, all with one salt and iteration count, since
    the client is told just one. ``mechanism`` is the name that the client chose.
    """

    def __init__(
        self,
        verifiers: Sequence[Verifier],
        mechanism: str,
        channel_binding: bytes | None = None,
        *,
        nonce: bytes | None = None,
    ) -> None:
        if len({(verifier.salt, verifier.iterations) for verifier in verifiers}) != 1:
            raise ValueError('candidate verifiers must share one salt and iteration count')
        if mechanism not in [offer.value for offer in offered_mechanisms(channel_binding)]:
            raise ProtocolViolation('client selected an invalid SASL authentication mechanism')
        self._verifiers = tuple(verifiers)
        self._mechanism = Mechanism(mechanism)
        self._channel_binding = channel_binding
        self._own_nonce = nonce or _new_nonce()
        self._client_first: ClientFirst | None = None

    def first(self, client_first: bytes) -> bytes:
        """Answer ``client-first-message`` with ``server-first-message``."""
        opening = parse_client_first(client_first)
        self._check_flag(opening.flag)
        self._client_first = opening
        return self._server_first(opening)

    def final(self, client_final: bytes) -> Proven:
        """Judge ``client-final-message``.

        Raises AuthenticationFailed if the proof fits no candidate; all are always tried, in constant time.
        """
        if self._client_first is None:
            raise ProtocolViolation('SCRAM messages out of order')
        closing = parse_client_final(client_final)
        self._check_binding(closing.binding, self._client_first)
        if not hmac.compare_digest(closing.nonce, self._client_first.nonce + self._own_nonce):
            raise ProtocolViolation('invalid SCRAM response: nonce does not match')
        signed = b','.join((self._client_first.bare, self._server_first(self._client_first), closing.without_proof))
        return self._judge(closing.proof, signed)

    def _server_first(self, opening: ClientFirst) -> bytes:
        salted = self._verifiers[0]
        return b'r=%b%b,s=%b,i=%d' % (opening.nonce, self._own_nonce, b64encode(salted.salt), salted.iterations)

    def _check_flag(self, flag: bytes) -> None:
        if self._mechanism is Mechanism.SCRAM_SHA_256_PLUS:
            if flag in (b'n', b'y'):
                raise ProtocolViolation('SCRAM message lacks channel binding although the mechanism has it')
            if flag != _BINDING_FLAG:
                raise ProtocolViolation('unsupported SCRAM channel-binding type')
        elif flag.startswith(b'p='):
            raise ProtocolViolation('SCRAM message has channel binding although the mechanism has none')
        elif flag == b'y' and self._channel_binding is not None:
            # The client can bind and believes that we cannot, yet we offered it: somebody changed the offer on its way.
            raise AuthenticationFailed('SCRAM channel binding negotiation error')

    def _check_binding(self, binding: bytes, opening: ClientFirst) -> None:
        expected = b64encode(opening.header + _bound(self._mechanism, self._channel_binding))
        if hmac.compare_digest(binding, expected):
            return
        if self._mechanism is Mechanism.SCRAM_SHA_256_PLUS:
            raise AuthenticationFailed('SCRAM channel binding check failed')
        raise ProtocolViolation('unexpected SCRAM channel-binding attribute in client-final-message')

    def _judge(self, proof: bytes, signed: bytes) -> Proven:
        claimed = [_xor(proof, hmac_sha256(verifier.stored_key, signed)) for verifier in self._verifiers]
        fits = [
            hmac.compare_digest(sha256(client_key).digest(), verifier.stored_key)
            for client_key, verifier in zip(claimed, self._verifiers, strict=True)
        ]
        if not any(fits):
            raise AuthenticationFailed('password authentication failed')
        candidate = fits.index(True)
        keys = ClientKeys(claimed[candidate], self._verifiers[candidate].server_key)
        return Proven(b'v=' + b64encode(hmac_sha256(keys.server_key, signed)), candidate, keys)


class ClientExchange:
    """The client's side of one login: ``first``, ``challenge``, ``final``, ``verify``.

    The server is not trusted before ``verify`` returns. ``offered`` are the mechanisms in its AuthenticationSASL.
    PostgreSQL ignores the user name inside SCRAM, so it is empty by default, as in libpq.
    """

    def __init__(
        self,
        offered: Collection[str],
        channel_binding: bytes | None = None,
        *,
        user: str = '',
        nonce: bytes | None = None,
    ) -> None:
        self.mechanism = _chosen(offered, channel_binding)
        self._channel_binding = channel_binding
        self._header = self._flag() + b',,'
        self._nonce = nonce or _new_nonce()
        self._bare = b'n=%b,r=%b' % (_saslname(user), self._nonce)
        self._server_first_text = b''
        self._server_first: ServerFirst | None = None
        self._signature = b''

    def first(self) -> bytes:
        """Write ``client-first-message``."""
        return self._header + self._bare

    def challenge(self, server_first: bytes) -> Challenge:
        """Read ``server-first-message``: how the password is salted."""
        answer = parse_server_first(server_first)
        if not answer.nonce.startswith(self._nonce) or len(answer.nonce) == len(self._nonce):
            raise ProtocolViolation('invalid SCRAM response: the server did not extend our nonce')
        self._server_first_text, self._server_first = server_first, answer
        return Challenge(answer.salt, answer.iterations)

    def final(self, keys: ClientKeys) -> bytes:
        """Write ``client-final-message``, with keys derived as ``challenge`` asked."""
        if self._server_first is None:
            raise ProtocolViolation('SCRAM messages out of order')
        bound = b64encode(self._header + _bound(self.mechanism, self._channel_binding))
        without_proof = b'c=%b,r=%b' % (bound, self._server_first.nonce)
        signed = b','.join((self._bare, self._server_first_text, without_proof))
        self._signature = hmac_sha256(keys.server_key, signed)
        proof = _xor(keys.client_key, hmac_sha256(sha256(keys.client_key).digest(), signed))
        return b'%b,p=%b' % (without_proof, b64encode(proof))

    def verify(self, server_final: bytes) -> None:
        """Read ``server-final-message``; return only if the server knows the password too.

        Raises ServerAuthenticationFailed.
        """
        if not self._signature:
            raise ProtocolViolation('SCRAM messages out of order')
        answer = parse_server_final(server_final)
        if isinstance(answer, ServerRefusal):
            raise ServerAuthenticationFailed('server refused SCRAM authentication', detail=f'Reason: {answer.reason}.')
        if not hmac.compare_digest(answer.signature, self._signature):
            raise ServerAuthenticationFailed('incorrect SCRAM signature: the server does not know the password')

    def _flag(self) -> bytes:
        if self.mechanism is Mechanism.SCRAM_SHA_256_PLUS:
            return _BINDING_FLAG
        return b'n' if self._channel_binding is None else b'y'


def _chosen(offered: Collection[str], channel_binding: bytes | None) -> Mechanism:
    for mechanism in offered_mechanisms(channel_binding):
        if mechanism.value in offered:
            return mechanism
    raise ServerAuthenticationFailed('server offers no SASL authentication mechanism that we have')


def _bound(mechanism: Mechanism, channel_binding: bytes | None) -> bytes:
    bound = mechanism is Mechanism.SCRAM_SHA_256_PLUS
    return channel_binding if bound and channel_binding is not None else b''


def _saslname(user: str) -> bytes:
    return user.replace('=', '=3D').replace(',', '=2C').encode('utf-8', 'surrogateescape')


def _new_nonce() -> bytes:
    return b64encode(secrets.token_bytes(_NONCE_SIZE))


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
