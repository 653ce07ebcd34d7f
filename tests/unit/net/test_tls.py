"""TLS contexts by real handshakes in memory, unusable files, channel binding and identities."""

import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.net.tls import (
    ALPN_PROTOCOL,
    BackendTls,
    FrontendTls,
    InvalidTlsFiles,
    ServerCertificate,
    TlsMode,
    backend_context,
    certificate_identities,
    frontend_tls,
    tls_server_end_point,
)
from tests.fakes.certificates import Certificates, KeyPair

ALGORITHM_PARAMETERS = {'public_exponent': 65537, 'key_size': 2048}


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of a TLS connection whose handshake is over."""

    client: ssl.SSLObject
    server: ssl.SSLObject


def shake_hands(client: ssl.SSLContext, server: ssl.SSLContext, host: str = 'localhost') -> Ends:
    """Let two contexts meet in memory; the server has the last word in TLS 1.3, so one round follows."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = Ends(
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    waiting: list[Callable[[], None]] = [ends.client.do_handshake, ends.server.do_handshake]
    for _ in range(6):
        waiting = [step for step in waiting if not finished(step)]
    assert not waiting
    assert greets(ends.server, ends.client)
    assert greets(ends.client, ends.server)
    return ends


def finished(step: Callable[[], None]) -> bool:
    try:
        step()
    except ssl.SSLWantReadError:
        return False
    return True


def greets(sender: ssl.SSLObject, receiver: ssl.SSLObject) -> bool:
    sender.write(b'hello')
    return receiver.read(100) == b'hello'


def frontend(pair: KeyPair, client_ca: Path | None = None) -> FrontendTls:
    return frontend_tls(ServerCertificate(pair.certificate, pair.key, client_ca))


def backend(mode: TlsMode, ca: Path | None = None, pair: KeyPair | None = None) -> ssl.SSLContext:
    shown = (None, None) if pair is None else (pair.certificate, pair.key)
    context = backend_context(BackendTls(mode, ca, *shown))
    assert context is not None
    return context


def server_with(pair: KeyPair) -> ssl.SSLContext:
    """A PostgreSQL server of which we know nothing but its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    return context


def test_disabled_means_no_context() -> None:
    assert backend_context(BackendTls(TlsMode.DISABLED)) is None


@pytest.mark.parametrize(
    ('mode', 'trusted', 'host'),
    [
        pytest.param(TlsMode.PREFER, True, 'localhost', id='prefer'),
        pytest.param(TlsMode.PREFER, False, 'elsewhere', id='prefer takes any certificate'),
        pytest.param(TlsMode.VERIFY_CA, True, 'localhost', id='verify_ca'),
        pytest.param(TlsMode.VERIFY_CA, True, 'elsewhere', id='verify_ca takes any host name'),
        pytest.param(TlsMode.VERIFY_FULL, True, 'localhost', id='verify_full'),
        pytest.param(TlsMode.VERIFY_FULL, True, '127.0.0.1', id='verify_full with an address'),
    ],
)
def test_server_is_accepted(certificates: Certificates, mode: TlsMode, trusted: bool, host: str) -> None:
    authority = certificates.authority if trusted else certificates.stranger
    ends = shake_hands(backend(mode, authority.certificate), server_with(certificates.server), host)
    assert ends.client.version() == 'TLSv1.3'


@pytest.mark.parametrize(
    ('mode', 'trusted', 'host', 'reason'),
    [
        pytest.param(TlsMode.VERIFY_CA, False, 'localhost', 'unable to get local issuer', id='verify_ca'),
        pytest.param(TlsMode.VERIFY_FULL, False, 'localhost', 'unable to get local issuer', id='verify_full'),
        pytest.param(TlsMode.VERIFY_FULL, True, 'elsewhere', 'Hostname mismatch', id='another host name'),
        pytest.param(TlsMode.VERIFY_FULL, True, '127.0.0.2', 'IP address mismatch', id='another address'),
    ],
)
def test_server_is_refused(
    certificates: Certificates, mode: TlsMode, trusted: bool, host: str, reason: str
) -> None:
    authority = certificates.authority if trusted else certificates.stranger
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        shake_hands(backend(mode, authority.certificate), server_with(certificates.server), host)


@pytest.mark.parametrize('mode', [TlsMode.VERIFY_CA, TlsMode.VERIFY_FULL])
def test_without_a_ca_file_the_system_decides(
    certificates: Certificates, mode: TlsMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('SSL_CERT_FILE', str(certificates.authority.certificate))
    shake_hands(backend(mode), server_with(certificates.server))
    monkeypatch.setenv('SSL_CERT_FILE', str(certificates.stranger.certificate))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(backend(mode), server_with(certificates.server))


@pytest.mark.parametrize('mode', [TlsMode.PREFER, TlsMode.VERIFY_FULL])
def test_our_certificate_is_shown_to_servers(certificates: Certificates, mode: TlsMode) -> None:
    server = server_with(certificates.server)
    server.load_verify_locations(certificates.authority.certificate)
    server.verify_mode = ssl.CERT_REQUIRED
    ends = shake_hands(backend(mode, certificates.authority.certificate, certificates.client), server)
    assert certificate_identities(shown(ends.server)) == ('alice',)


def test_clients_need_no_certificate_where_no_ca_is_given(certificates: Certificates) -> None:
    ends = shake_hands(backend(TlsMode.PREFER, pair=certificates.client), frontend(certificates.server).context)
    assert ends.server.getpeercert(binary_form=True) is None


@pytest.mark.parametrize('shows', [True, False], ids=['with', 'without'])
def test_client_may_connect_with_or_without_certificate(certificates: Certificates, shows: bool) -> None:
    tls = frontend(certificates.server, certificates.authority.certificate)
    client = backend(TlsMode.PREFER, pair=certificates.client if shows else None)
    ends = shake_hands(client, tls.context)
    assert (ends.server.getpeercert(binary_form=True) is not None) is shows


def test_client_with_a_certificate_of_a_stranger_is_refused(certificates: Certificates) -> None:
    tls = frontend(certificates.server, certificates.authority.certificate)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(backend(TlsMode.PREFER, pair=certificates.strange_client), tls.context)


def test_both_sides_speak_postgresql_by_alpn(certificates: Certificates) -> None:
    ends = shake_hands(backend(TlsMode.PREFER), frontend(certificates.server).context)
    assert ends.client.selected_alpn_protocol() == ALPN_PROTOCOL
    assert ends.server.selected_alpn_protocol() == ALPN_PROTOCOL


@pytest.mark.parametrize('protocols', [[], ['http/1.1']], ids=['none', 'another'])
def test_client_that_speaks_something_else_can_be_told(certificates: Certificates, protocols: list[str]) -> None:
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(certificates.authority.certificate)
    client.set_alpn_protocols(protocols)
    ends = shake_hands(client, frontend(certificates.server).context)
    assert ends.server.selected_alpn_protocol() is None


@pytest.mark.parametrize('version', [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_clients_may_use_tls_1_2_and_1_3_and_get_no_ticket(certificates: Certificates, version: ssl.TLSVersion) -> None:
    client = backend(TlsMode.PREFER)
    client.maximum_version = version
    ends = shake_hands(client, frontend(certificates.server).context)
    assert ends.client.version() == version.name.replace('_', '.')
    assert ends.client.session is None or not ends.client.session.has_ticket


def test_tls_below_1_2_is_refused_on_both_sides(certificates: Certificates) -> None:
    assert backend(TlsMode.PREFER).minimum_version is ssl.TLSVersion.TLSv1_2
    assert frontend(certificates.server).context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_both_ends_find_the_same_channel_binding(certificates: Certificates) -> None:
    tls = frontend(certificates.server)
    ends = shake_hands(backend(TlsMode.PREFER), tls.context)
    assert tls.channel_binding is not None
    assert tls_server_end_point(shown(ends.client)) == tls.channel_binding


def test_channel_binding_is_that_of_the_first_certificate_in_the_file(
    certificates: Certificates, tmp_path: Path
) -> None:
    chain = tmp_path / 'chain.crt'
    chain.write_bytes(certificates.server.certificate.read_bytes() + certificates.authority.certificate.read_bytes())
    tls = frontend(KeyPair(chain, certificates.server.key))
    assert tls.channel_binding == frontend(certificates.server).channel_binding


def shown(end: ssl.SSLObject) -> bytes:
    certificate = end.getpeercert(binary_form=True)
    assert certificate is not None
    return certificate


@pytest.fixture
def spoilt(certificates: Certificates, tmp_path: Path) -> dict[str, Path]:
    """Files that cannot serve as certificate or key."""
    key = load_pem_private_key(certificates.server.key.read_bytes(), None)
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b'secret'))
    contents = {'empty': b'', 'garbage': b'no PEM at all', 'encrypted': encrypted}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in (*contents, 'missing')} | {'folder': tmp_path}


@pytest.mark.parametrize('fault', ['missing', 'folder', 'empty', 'garbage'])
def test_unusable_certificate_is_named(certificates: Certificates, spoilt: dict[str, Path], fault: str) -> None:
    with pytest.raises(InvalidTlsFiles, match=str(spoilt[fault])):
        frontend(KeyPair(spoilt[fault], certificates.server.key))


@pytest.mark.parametrize('fault', ['missing', 'folder', 'empty', 'garbage', 'encrypted'])
def test_unusable_key_is_named(certificates: Certificates, spoilt: dict[str, Path], fault: str) -> None:
    with pytest.raises(InvalidTlsFiles, match=str(spoilt[fault])):
        frontend(KeyPair(certificates.server.certificate, spoilt[fault]))


@pytest.mark.parametrize('fault', ['missing', 'folder', 'empty', 'garbage'])
def test_unusable_ca_file_is_named_on_both_sides(
    certificates: Certificates, spoilt: dict[str, Path], fault: str
) -> None:
    with pytest.raises(InvalidTlsFiles, match=str(spoilt[fault])):
        frontend(certificates.server, spoilt[fault])
    with pytest.raises(InvalidTlsFiles, match=str(spoilt[fault])):
        backend(TlsMode.VERIFY_CA, spoilt[fault])


def test_encrypted_key_is_refused_without_asking_for_a_passphrase(
    certificates: Certificates, spoilt: dict[str, Path]
) -> None:
    with pytest.raises(InvalidTlsFiles, match='is encrypted') as caught:
        frontend(KeyPair(certificates.server.certificate, spoilt['encrypted']))
    assert 'without a passphrase' in caught.value.hint


def test_key_of_another_certificate_is_refused(certificates: Certificates) -> None:
    with pytest.raises(InvalidTlsFiles, match='does not belong to'):
        frontend(KeyPair(certificates.server.certificate, certificates.client.key))


@pytest.mark.parametrize('missing', ['certificate', 'private_key'])
def test_certificate_for_servers_needs_both_files(certificates: Certificates, missing: str) -> None:
    files = {'certificate': certificates.client.certificate, 'private_key': certificates.client.key}
    del files[missing]
    with pytest.raises(InvalidTlsFiles, match='both'):
        backend_context(BackendTls(TlsMode.PREFER, **files))


def self_signed(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
    digest: hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | hashes.SHA3_256 | None,
    *,
    pss: bool = False,
    subject: x509.Name | None = None,
    alternative_names: tuple[x509.GeneralName, ...] = (),
) -> bytes:
    """Make a certificate in DER."""
    name = subject or x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'alice')])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    )
    if alternative_names:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternative_names), critical=False)
    rsa_padding = padding.PSS(padding.MGF1(hashes.SHA512()), padding.PSS.DIGEST_LENGTH) if pss else None
    return builder.sign(key, digest, rsa_padding=rsa_padding).public_bytes(Encoding.DER)


RSA_KEY = rsa.generate_private_key(**ALGORITHM_PARAMETERS)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ('certificate', 'digest'),
    [
        pytest.param(self_signed(EC_KEY, hashes.SHA256()), 'sha256', id='ECDSA with SHA-256'),
        pytest.param(self_signed(EC_KEY, hashes.SHA384()), 'sha384', id='ECDSA with SHA-384'),
        pytest.param(self_signed(EC_KEY, hashes.SHA3_256()), 'sha3_256', id='ECDSA with SHA3-256'),
        pytest.param(self_signed(RSA_KEY, hashes.SHA512()), 'sha512', id='RSA with SHA-512'),
        pytest.param(self_signed(RSA_KEY, hashes.SHA512(), pss=True), 'sha512', id='RSA-PSS with SHA-512'),
    ],
)
def test_channel_binding_uses_the_hash_of_the_signature(certificate: bytes, digest: str) -> None:
    assert tls_server_end_point(certificate) == hashlib.new(digest, certificate).digest()


@pytest.mark.parametrize('weak', [hashes.SHA1, hashes.MD5], ids=['SHA-1', 'MD5'])
def test_channel_binding_uses_sha256_in_the_place_of_a_weak_hash(
    weak: type[hashes.SHA1] | type[hashes.MD5],
) -> None:
    # No library here signs with a weak hash any more, so an honest certificate is relabelled; nobody checks it.
    old = {hashes.SHA1: b'\x05', hashes.MD5: b'\x04'}[weak]
    certificate = self_signed(RSA_KEY, hashes.SHA256()).replace(SHA256_WITH_RSA, SHA256_WITH_RSA[:-1] + old)
    assert isinstance(x509.load_der_x509_certificate(certificate).signature_hash_algorithm, weak)
    assert tls_server_end_point(certificate) == hashlib.sha256(certificate).digest()


SHA256_WITH_RSA = bytes.fromhex('06092a864886f70d01010b')


@pytest.mark.parametrize(
    'certificate',
    [
        pytest.param(self_signed(ed25519.Ed25519PrivateKey.generate(), None), id='Ed25519 has no hash'),
        pytest.param(
            self_signed(RSA_KEY, hashes.SHA256()).replace(SHA256_WITH_RSA, SHA256_WITH_RSA[:-1] + b'\x7f'),
            id='unknown signature',
        ),
        pytest.param(b'', id='nothing'),
        pytest.param(b'garbage', id='no certificate'),
    ],
)
def test_certificate_without_a_hash_cannot_be_bound_to(certificate: bytes) -> None:
    assert tls_server_end_point(certificate) is None


def named(*common_names: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in common_names])


@pytest.mark.parametrize(
    ('subject', 'alternative_names', 'identities'),
    [
        pytest.param(named('alice'), (), ('alice',), id='common name'),
        pytest.param(
            named('alice'),
            (
                x509.UniformResourceIdentifier('spiffe://here/alice'),
                x509.DNSName('alice.example'),
                x509.RFC822Name('alice@example'),
            ),
            ('alice', 'alice.example', 'alice@example', 'spiffe://here/alice'),
            id='all kinds, in a fixed order',
        ),
        pytest.param(named(), (x509.DNSName('alice'),), ('alice',), id='no common name'),
        pytest.param(named('alice'), (x509.DNSName('alice'),), ('alice',), id='one name twice'),
        pytest.param(named('alice', 'bob'), (), ('alice', 'bob'), id='two common names'),
        pytest.param(named('al\u00efce'), (), ('al\u00efce',), id='not ASCII'),
        pytest.param(named('admin\0.evil.example'), (), (), id='zero byte in the common name'),
        pytest.param(named('alice'), (x509.DNSName('admin\0.evil'),), ('alice',), id='zero byte in another name'),
        pytest.param(
            x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, 'alice')]), (), (), id='no name of a person'
        ),
    ],
)
def test_identities_are_the_names_in_a_certificate(
    subject: x509.Name, alternative_names: tuple[x509.GeneralName, ...], identities: tuple[str, ...]
) -> None:
    certificate = self_signed(EC_KEY, hashes.SHA256(), subject=subject, alternative_names=alternative_names)
    assert certificate_identities(certificate) == identities


SAMPLE = self_signed(EC_KEY, hashes.SHA256(), alternative_names=(x509.DNSName('alice.example'),))

@pytest.mark.parametrize(
    ('honest', 'strange'),
    [
        pytest.param('a003020102', 'a003020109', id='unknown version'),
        pytest.param('5504030c05', '5504030305', id='common name is a bit string'),
    ],
)
def test_strange_certificate_stands_for_nobody(honest: str, strange: str) -> None:
    assert bytes.fromhex(honest) in SAMPLE
    assert certificate_identities(SAMPLE.replace(bytes.fromhex(honest), bytes.fromhex(strange))) == ()


@pytest.mark.filterwarnings('ignore:.*:cryptography.utils.CryptographyDeprecationWarning')
@given(position=st.integers(0, len(SAMPLE) - 1), changed=st.integers(0, 255), cut=st.integers(0, len(SAMPLE)))
def test_damaged_certificate_is_read_without_an_error(position: int, changed: int, cut: int) -> None:
    damaged = SAMPLE[:position] + bytes([changed]) + SAMPLE[position + 1 :]
    for certificate in (damaged, SAMPLE[:cut]):
        certificate_identities(certificate)
        tls_server_end_point(certificate)
