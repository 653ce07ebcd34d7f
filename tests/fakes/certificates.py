"""Make certificates: an authority, and what it signs for servers and clients."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CLIENT_NAME = 'alice'
SERVER_NAMES = ('localhost', '127.0.0.1')
LIFETIME = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Two PEM files: a certificate and its private key."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority that keeps what it signs in ``directory``."""

    def __init__(self, directory: Path, name: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.certificate = directory / f'{name}.crt'
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _distinguished(name)
        builder = _builder(self._name, self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        _write(self.certificate, _pem(builder.sign(self._key, hashes.SHA256())))

    def issue(
        self,
        name: str,
        alternative_names: tuple[str, ...] = (),
        digest: hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None = None,
    ) -> KeyPair:
        """Sign a new key for the common name ``name``; ``digest`` decides about SCRAM's channel binding."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_distinguished(name), self._name, key).add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        if alternative_names:
            names = x509.SubjectAlternativeName([_general_name(each) for each in alternative_names])
            builder = builder.add_extension(names, critical=False)
        pair = KeyPair(self._directory / f'{name}.crt', self._directory / f'{name}.key')
        _write(pair.certificate, _pem(builder.sign(self._key, digest or hashes.SHA256())))
        _write(pair.key, _private_pem(key))
        return pair


@dataclass(frozen=True, slots=True)
class Certificates:
    """What a TLS test needs, as files; ``issue`` on the authority makes more."""

    authority: Authority
    server: KeyPair
    """For ``localhost`` and 127.0.0.1."""
    client: KeyPair
    """For the user ``alice``."""
    stranger: Authority
    """Another authority, which nobody here trusts."""
    strange_client: KeyPair
    """Says ``alice`` as well, but the stranger signed it."""


def make_certificates(directory: Path) -> Certificates:
    """Make them all below ``directory``."""
    authority = Authority(directory / 'authority', 'authority')
    stranger = Authority(directory / 'stranger', 'stranger')
    return Certificates(
        authority=authority,
        server=authority.issue('localhost', SERVER_NAMES),
        client=authority.issue(CLIENT_NAME),
        stranger=stranger,
        strange_client=stranger.issue(CLIENT_NAME),
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - LIFETIME,
        not_valid_after=now + LIFETIME,
    )


def _distinguished(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    # libpq and PostgreSQL refuse a key that others may read.
    path.chmod(0o600)
