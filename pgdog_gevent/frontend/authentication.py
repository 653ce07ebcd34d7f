"""Who is it? The one place that lets a client in.

An unknown user, an unknown database and a wrong password look alike from outside: same dialogue, same words.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from gevent.hub import get_hub

from pgdog_gevent.config.choices import AuthType, PassthroughAuth
from pgdog_gevent.errors import AuthenticationFailed, ConnectionRejected, ProtocolViolation
from pgdog_gevent.net.stream import Stream
from pgdog_gevent.net.tls import certificate_identities
from pgdog_gevent.protocol import authentication as auth
from pgdog_gevent.protocol.codes import PASSWORD_LIMITS
from pgdog_gevent.protocol.passwords import matches_md5, matches_plain
from pgdog_gevent.protocol.scram import ServerExchange, offered_mechanisms
from pgdog_gevent.protocol.scram_keys import Verifier, mock_verifier

_MOST_VERIFIERS: Final = 4096


@dataclass(frozen=True, slots=True)
class Account:
    """What proves that a client is a certain user of a certain database."""

    user: str
    passwords: tuple[str, ...] = field(default=(), repr=False)
    verifier: Verifier | None = field(default=None, repr=False)
    identity: str | None = None
    """A certificate with this identity replaces the password."""
    certificate_required: bool = False


@dataclass(frozen=True, slots=True)
class Identified:
    """Who the client is. ``password`` is what it typed, when that is for the server to judge."""

    user: str
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Rules:
    """How clients are asked, from the configuration."""

    method: AuthType
    passthrough: PassthroughAuth
    accounts: Mapping[tuple[str, str], Account] = field(repr=False)
    """By user and database."""
    channel_binding: bytes | None
    client_ca: bool


class Authenticator:
    """Asks clients for proof.

    ``judge`` asks the servers whether they accept a password for a user and database (pass-through); it raises
    AuthenticationFailed if they do not.
    """

    def __init__(self, rules: Rules, judge: Callable[[str, str, str], None], secret: bytes) -> None:
        self._judge = judge
        self.configure(rules)
        # The same in all processes, and made anew when they start: nobody can tell by their salts which users exist.
        self._secret = secret
        self._verifiers: OrderedDict[bytes, Verifier] = OrderedDict()

    def configure(self, rules: Rules) -> None:
        """Take new rules; passwords that clients have changed are again those of the file."""
        self.rules = rules
        self._changed: dict[tuple[str, str], Account] = {}

    def identify(self, stream: Stream, user: str, database: str) -> Identified:
        """Let a client prove that it is ``user``. Raises AuthenticationFailed, ConnectionRejected."""
        account = self._changed.get((user, database)) or self.rules.accounts.get((user, database))
        if self._shows_identity(stream, account):
            return Identified(user)
        try:
            if self._passes_through(stream):
                return self._pass_through(stream, user, database, account)
            self._ask(stream, user, account, self.rules.method)
        except AuthenticationFailed:
            raise _failed(user) from None
        return Identified(user)

    def check(self, stream: Stream, user: str, account: Account) -> None:
        """Let a client prove that ``user`` holds ``account``, whatever is configured for others: the admin's way in.

        Where everybody else is trusted, this one is not.
        """
        method = AuthType.SCRAM if self.rules.method is AuthType.TRUST else self.rules.method
        try:
            self._ask(stream, user, account if user == account.user else None, method)
        except AuthenticationFailed:
            raise _failed(user) from None

    # Certificates

    def _shows_identity(self, stream: Stream, account: Account | None) -> bool:
        """Whether the client's certificate says who it is."""
        certificate = stream.tls.getpeercert(True) if stream.tls is not None and self.rules.client_ca else None
        if certificate is None:
            if self.rules.client_ca and (account is None or account.certificate_required):
                raise ConnectionRejected('connection requires a valid client certificate')
            return False
        return account is not None and account.identity in certificate_identities(certificate)

    # Passwords

    def _ask(self, stream: Stream, user: str, account: Account | None, method: AuthType) -> None:
        match method:
            case AuthType.TRUST:
                if account is None:
                    raise _failed(user)
            case AuthType.PLAIN:
                self._check_plain(_cleartext(stream), account or Account(user))
            case AuthType.MD5 if account is None or account.verifier is None:
                salt = secrets.token_bytes(4)
                _send(stream, auth.md5_password(salt))
                response = auth.read_password(stream.read_frame(PASSWORD_LIMITS).body)
                if not matches_md5(response, account.passwords if account else (), user, salt):
                    raise _failed(user)
            case AuthType.MD5 | AuthType.SCRAM:
                self._scram(stream, account or Account(user))

    def _check_plain(self, password: bytes, account: Account) -> None:
        if matches_plain(password, account.passwords, account.user):
            return
        verifier = account.verifier
        if verifier is None:
            raise _failed(account.user)
        derived = self._derive(password.decode('utf-8', 'surrogateescape'), verifier.salt, verifier.iterations)
        if not secrets.compare_digest(derived.stored_key, verifier.stored_key):
            raise _failed(account.user)

    def _scram(self, stream: Stream, account: Account) -> None:
        binding = self.rules.channel_binding if stream.tls is not None else None
        _send(stream, auth.sasl([mechanism.value for mechanism in offered_mechanisms(binding)]))
        mechanism, first = auth.read_sasl_initial_response(stream.read_frame(PASSWORD_LIMITS).body)
        exchange = ServerExchange(self._candidates(account), mechanism, binding)
        _send(stream, auth.sasl_continue(exchange.first(first)))
        proven = exchange.final(stream.read_frame(PASSWORD_LIMITS).body)
        stream.write(auth.sasl_final(proven.server_final))

    def _candidates(self, account: Account) -> list[Verifier]:
        """The verifiers of all passwords of an account, under one salt; a made-up one if it has none."""
        mock = mock_verifier(account.user, self._secret)
        salting = account.verifier or mock
        candidates = [self._derive(password, salting.salt, salting.iterations) for password in account.passwords]
        if account.verifier is not None:
            candidates.append(account.verifier)
        return candidates or [mock]

    def _derive(self, password: str, salt: bytes, iterations: int) -> Verifier:
        """PBKDF2, off the hub, once for each password."""
        name = sha256(b'%d:%b:%b' % (iterations, salt, password.encode('utf-8', 'surrogateescape'))).digest()
        verifier = self._verifiers.get(name)
        if verifier is None:
            verifier = get_hub().threadpool.apply(Verifier.from_password, (password, salt, iterations))
            self._verifiers[name] = verifier
            if len(self._verifiers) > _MOST_VERIFIERS:
                self._verifiers.popitem(last=False)
        return verifier

    # Pass-through

    def _passes_through(self, stream: Stream) -> bool:
        passthrough = self.rules.passthrough
        return passthrough.enabled and (stream.tls is not None or passthrough.plain)

    def _pass_through(self, stream: Stream, user: str, database: str, account: Account | None) -> Identified:
        """The server judges the password of a user that has none here, and of one whose password has changed."""
        password = _cleartext(stream)
        if account is not None and (account.passwords or account.verifier):
            try:
                self._check_plain(password, account)
            except AuthenticationFailed:
                if not self.rules.passthrough.allows_change:
                    raise
            else:
                return Identified(user)
        typed = password.decode('utf-8', 'surrogateescape')
        self._judge(user, database, typed)
        self._replace(user, database, account, typed)
        return Identified(user, typed)

    def accept(self, user: str, database: str, password: str) -> None:
        """A server has accepted what a client of another process typed."""
        if self.rules.passthrough.allows_change:
            self._replace(user, database, self.rules.accounts.get((user, database)), password)

    def _replace(self, user: str, database: str, account: Account | None, password: str) -> None:
        if account is not None and (account.passwords or account.verifier):
            self._changed[user, database] = replace(account, passwords=(password,), verifier=None)


def _cleartext(stream: Stream) -> bytes:
    _send(stream, auth.CLEARTEXT_PASSWORD)
    password = auth.read_password(stream.read_frame(PASSWORD_LIMITS).body)
    if not password:
        raise ProtocolViolation('empty password returned by client')
    return password


def _send(stream: Stream, message: bytes) -> None:
    stream.write(message)
    stream.flush()


def _failed(user: str) -> AuthenticationFailed:
    return AuthenticationFailed(f'password authentication failed for user "{user}"')
