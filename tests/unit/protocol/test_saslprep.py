"""SASLprep, against RFC 4013's examples and libpq."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import pq

from pgdog_gevent.protocol.saslprep import prepare
from pgdog_gevent.protocol.scram_keys import Verifier

SOFT_HYPHEN = '\u00ad'
ALEF = '\u0627'
TRICKY = st.sampled_from(
    'aZ1 \u00a0\u200b\u00ad\u1680\u2168\ufb01\u00aa\u0627\u0628\u0661\u0221\u0007\u2028\ufdd0\U0001f600'
)


@pytest.mark.parametrize(
    ('password', 'prepared'),
    [
        pytest.param('pencil', b'pencil', id='ascii'),
        pytest.param('', b'', id='empty'),
        pytest.param('tab\there', b'tab\there', id='ascii control characters stay'),
        pytest.param(f'I{SOFT_HYPHEN}X', b'IX', id='mapped to nothing'),
        pytest.param('\u00aa', b'a', id='NFKC of a feminine ordinal'),
        pytest.param('\u2168', b'IX', id='NFKC of a roman numeral'),
        pytest.param('a\u00a0b', b'a b', id='non-ASCII space'),
        pytest.param('a\u200bb', b'a b', id='zero width space is a space, as in PostgreSQL'),
        pytest.param('\u00e9\u0007', '\u00e9\u0007'.encode(), id='prohibited: taken as it is'),
        pytest.param('\u00aa\u0221', '\u00aa\u0221'.encode(), id='unassigned: taken as it is'),
        pytest.param(SOFT_HYPHEN, SOFT_HYPHEN.encode(), id='would become empty: taken as it is'),
        pytest.param(f'{ALEF}1', f'{ALEF}1'.encode(), id='right-to-left must end so: taken as it is'),
        pytest.param(f'{ALEF}a\u2168{ALEF}', f'{ALEF}a\u2168{ALEF}'.encode(), id='both directions: taken as it is'),
        pytest.param(f'{ALEF}\u00a01{ALEF}', f'{ALEF} 1{ALEF}'.encode(), id='right-to-left with digits inside'),
        pytest.param(b'\xe9t\xe9'.decode('utf-8', 'surrogateescape'), b'\xe9t\xe9', id='no UTF-8: taken as it is'),
    ],
)
def test_password_is_prepared_as_postgresql_prepares_it(password: str, prepared: bytes) -> None:
    assert prepare(password) == prepared

CHARACTERS = st.characters(exclude_characters='\0', exclude_categories=['Cs'])


@pytest.fixture(scope='module')
def libpq() -> pq.abc.PGconn:
    """A connection that never came about; libpq encrypts passwords with it all the same."""
    return pq.PGconn.connect_start(b'host=/nowhere')


def verifier_of(libpq: pq.abc.PGconn, password: bytes) -> Verifier:
    return Verifier.parse(libpq.encrypt_password(password, b'alice', b'scram-sha-256').decode())


@settings(deadline=None, max_examples=150)
@given(password=st.text(TRICKY, min_size=1, max_size=5) | st.text(CHARACTERS, min_size=1))
def test_libpq_derives_the_same_keys_from_any_text(libpq: pq.abc.PGconn, password: str) -> None:
    theirs = verifier_of(libpq, password.encode())
    assert Verifier.from_password(password, theirs.salt, theirs.iterations) == theirs


@settings(deadline=None, max_examples=50)
@given(password=st.binary(min_size=1, max_size=20).map(lambda raw: raw.replace(b'\0', b'\xff')))
def test_libpq_derives_the_same_keys_from_any_bytes(libpq: pq.abc.PGconn, password: bytes) -> None:
    theirs = verifier_of(libpq, password)
    text = password.decode('utf-8', 'surrogateescape')
    assert Verifier.from_password(text, theirs.salt, theirs.iterations) == theirs
