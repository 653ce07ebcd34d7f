"""SSLContexts from what the configuration says, and what a certificate tells about its owner.

Both sides' contexts are meant for ``SSLContext.wrap_bio``: this module opens no connection. Files are read once, when
a context is made; a reload of the configuration makes new contexts.
"""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NoReturn

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from pgdog_gevent import sqlstate
from pgdog_gevent.errors import ProxyError

ALPN_PROTOCOL = 'postgresql'
"""A client that starts TLS without asking in the protocol first must name it (PostgreSQL 17, direct TLS)."""

# What cryptography raises for a certificate that OpenSSL may have been content with; TypeError is for a name that is a
# bit string. Found by changing every byte of a certificate to every value.
_UNREADABLE = (
    TypeError,
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class InvalidTlsFiles(ProxyError):
    """A certificate, key or CA file cannot be used; the message names it."""

    sqlstate = sqlstate.CONFIG_FILE_ERROR


class TlsMode(Enum):
    """How a server's TLS is asked for and judged, by the values of ``tls_verify``."""

    DISABLED = 'disabled'
    """Never use TLS."""
    PREFER = 'prefer'
    """Use TLS if the server has it, whatever its certificate."""
    VERIFY_CA = 'verify_ca'
    """Insist on TLS and on a certificate from a CA we trust, whatever its host name."""
    VERIFY_FULL = 'verify_full'
    """Insist on the right host name, too."""


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """The PEM files of the side that clients see.

    With ``client_ca``, a client may show a certificate, which then must come from that CA. Whether it *must* show one
    depends on the user, so that is for authentication to say.
    """

    certificate: Path
    """Followed in the same file by the intermediate certificates, if there are any."""
    private_key: Path
    client_ca: Path | None = None


@dataclass(frozen=True, slots=True)
class BackendTls:
    """How to reach servers; ``certificate`` and ``private_key`` are shown to them, both or neither."""

    mode: TlsMode
    ca: Path | None = None
    """CAs to trust in the verify modes, instead of the system's."""
    certificate: Path | None = None
    private_key: Path | None = None


@dataclass(frozen=True, slots=True)
class FrontendTls:
    """What the handshake with clients needs."""

    context: ssl.SSLContext
    channel_binding: bytes | None
    """Hash of our certificate for SCRAM-SHA-256-PLUS; ``None`` if it has none, and PLUS cannot be offered."""


def frontend_tls(files: ServerCertificate) -> FrontendTls:
    """Make the side of TLS that clients see.

    After direct TLS the caller must look at ``selected_alpn_protocol()``: OpenSSL goes on when a client names none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _harden(context)
    # Like PostgreSQL: a session saved by one worker is of no use to the next.
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    _load_certificate(context, files.certificate, files.private_key)
    if files.client_ca is not None:
        _load_authorities(context, files.client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
    return FrontendTls(context, _own_end_point(files.certificate))


def backend_context(tls: BackendTls) -> ssl.SSLContext | None:
    """Make the side of TLS that servers see; ``None`` if the mode is ``disabled``.

    Pass the host name to ``wrap_bio`` in every mode: it is sent as SNI, and judged in ``verify_full`` only.
    """
    if tls.mode is TlsMode.DISABLED:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _harden(context)
    context.check_hostname = tls.mode is TlsMode.VERIFY_FULL
    context.verify_mode = ssl.CERT_NONE if tls.mode is TlsMode.PREFER else ssl.CERT_REQUIRED
    if tls.mode is not TlsMode.PREFER:
        _load_authorities(context, tls.ca)
    _load_identity(context, tls)
    return context


def tls_server_end_point(certificate_der: bytes) -> bytes | None:
    """Hash a server certificate for channel binding, with the hash that its signature uses.

    ``None`` if that signature has no hash of its own (Ed25519, for example): such a certificate cannot be bound to.
    Source: RFC 5929, section 4.1, which puts SHA-256 in the place of MD5 and SHA-1.
    """
    try:
        algorithm = x509.load_der_x509_certificate(certificate_der).signature_hash_algorithm
    except _UNREADABLE:
        return None
    if algorithm is None:
        return None
    weak = isinstance(algorithm, hashes.MD5 | hashes.SHA1)
    digest = hashes.Hash(hashes.SHA256() if weak else algorithm)
    digest.update(certificate_der)
    return digest.finalize()


def certificate_identities(certificate_der: bytes) -> tuple[str, ...]:
    """List whom a verified certificate may stand for: common names, then DNS names, mail addresses and URIs.

    Names with a zero byte inside are left out: they are made to be taken for another. A certificate that cannot be
    read stands for nobody.
    """
    try:
        certificate = x509.load_der_x509_certificate(certificate_der)
        names = (*_common_names(certificate), *_alternative_names(certificate))
    except _UNREADABLE:
        return ()
    return tuple(dict.fromkeys(name for name in names if name and '\0' not in name))


def _harden(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    context.set_alpn_protocols([ALPN_PROTOCOL])


def _load_identity(context: ssl.SSLContext, tls: BackendTls) -> None:
    if tls.certificate is not None and tls.private_key is not None:
        _load_certificate(context, tls.certificate, tls.private_key)
    elif tls.certificate is not None or tls.private_key is not None:
        raise InvalidTlsFiles('a client certificate for servers needs both its certificate and its private key')


def _load_certificate(context: ssl.SSLContext, certificate: Path, private_key: Path) -> None:
    """Load a chain and its key; OpenSSL's own errors do not say which of the two files was wrong."""

    def refuse_passphrase() -> NoReturn:
        raise InvalidTlsFiles(f'private key {private_key} is encrypted', hint='Store the key without a passphrase.')

    _check_readable(certificate)
    _check_readable(private_key)
    try:
        context.load_cert_chain(certificate, private_key, password=refuse_passphrase)
    except ssl.SSLError as error:
        if error.reason == 'KEY_VALUES_MISMATCH':
            raise InvalidTlsFiles(f'private key {private_key} does not belong to certificate {certificate}') from None
        raise InvalidTlsFiles(
            f'certificate {certificate} and private key {private_key} cannot be used', detail=_reason(error)
        ) from None


def _load_authorities(context: ssl.SSLContext, ca: Path | None) -> None:
    if ca is None:
        context.set_default_verify_paths()
        return
    _check_readable(ca)
    try:
        context.load_verify_locations(ca)
    except ssl.SSLError as error:
        raise InvalidTlsFiles(f'CA file {ca} cannot be used', detail=_reason(error)) from None


def _check_readable(path: Path) -> None:
    try:
        path.open('rb').close()
    except OSError as error:
        raise InvalidTlsFiles(f'cannot read {path}', detail=f'{error.strerror}.') from None


def _reason(error: ssl.SSLError) -> str:
    return f'OpenSSL: {error.reason or "no PEM block of the expected kind"}.'


def _own_end_point(certificate: Path) -> bytes | None:
    """Hash the first certificate of the file, which is the one that OpenSSL shows to clients."""
    try:
        leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
    except _UNREADABLE:
        return None
    return tls_server_end_point(leaf.public_bytes(Encoding.DER))


def _common_names(certificate: x509.Certificate) -> Iterable[str]:
    values = (attribute.value for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
    return (value for value in values if isinstance(value, str))


def _alternative_names(certificate: x509.Certificate) -> Iterable[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    kinds = (x509.DNSName, x509.RFC822Name, x509.UniformResourceIdentifier)
    return (name for kind in kinds for name in names.get_values_for_type(kind))
