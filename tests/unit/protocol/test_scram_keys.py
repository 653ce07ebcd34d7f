"""Verifiers as PostgreSQL stores them, and made-up ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.protocol.scram_keys import (
    SALT_SIZE,
    ClientKeys,
    InvalidVerifier,
    Verifier,
    mock_verifier,
    new_salt,
    salted_password,
)

KEY = 'M/ylQGUfxkmTXgT9T7hYjnw5k87fCyrHkLvXYR4Rido='
OTHER_KEY = 'YFX8Tdo8BU8R+HMh65n9uofQnhbol6MbAiIXKmsig2A='
SALT = 'ZLORCB+yLP1sfbLq+jhR/g=='
# Made by PQencryptPasswordConn for the password 'pencil'.
STORED = f'SCRAM-SHA-256$4096:{SALT}${KEY}:{OTHER_KEY}'


def test_verifier_of_postgresql_fits_its_password() -> None:
    verifier = Verifier.parse(STORED)
    assert verifier == Verifier.from_password('pencil', verifier.salt, 4096)
    assert verifier != Verifier.from_password('pencils', verifier.salt, 4096)


def test_verifier_is_written_as_it_was_read() -> None:
    assert Verifier.parse(STORED).text() == STORED


def test_keys_of_a_cached_salted_password_make_the_same_verifier() -> None:
    verifier = Verifier.parse(STORED)
    keys = ClientKeys.derive(salted_password('pencil', verifier.salt, verifier.iterations))
    assert Verifier.from_keys(keys, verifier.salt, verifier.iterations) == verifier


@pytest.mark.parametrize(
    'text',
    [
        pytest.param('', id='empty'),
        pytest.param('pencil', id='a plain password'),
        pytest.param('md520c46e3762c864548e296b33c3406aa9', id='an MD5 hash'),
        pytest.param(f'SCRAM-SHA-512$4096:{SALT}${KEY}:{OTHER_KEY}', id='another scheme'),
        pytest.param(f'scram-sha-256$4096:{SALT}${KEY}:{OTHER_KEY}', id='lower case'),
        pytest.param(f'SCRAM-SHA-256$0:{SALT}${KEY}:{OTHER_KEY}', id='no iterations'),
        pytest.param(f'SCRAM-SHA-256$-1:{SALT}${KEY}:{OTHER_KEY}', id='negative iterations'),
        pytest.param(f'SCRAM-SHA-256$4_096:{SALT}${KEY}:{OTHER_KEY}', id='iterations as in Python'),
        pytest.param(f'SCRAM-SHA-256$\u0664:{SALT}${KEY}:{OTHER_KEY}', id='an Arabic digit'),
        pytest.param(f'SCRAM-SHA-256$2147483648:{SALT}${KEY}:{OTHER_KEY}', id='too many iterations'),
        pytest.param(f'SCRAM-SHA-256${"9" * 5000}:{SALT}${KEY}:{OTHER_KEY}', id='far too many iterations'),
        pytest.param(f'SCRAM-SHA-256$4096:${KEY}:{OTHER_KEY}', id='no salt'),
        pytest.param(f'SCRAM-SHA-256$4096:{SALT}!${KEY}:{OTHER_KEY}', id='salt is not base64'),
        pytest.param(f'SCRAM-SHA-256$4096:{SALT}${SALT}:{OTHER_KEY}', id='short stored key'),
        pytest.param(f'SCRAM-SHA-256$4096:{SALT}${KEY}:{SALT}', id='short server key'),
        pytest.param(f'{STORED}:', id='something behind'),
        pytest.param(f'SCRAM-SHA-256$4096:{SALT}${KEY}:\u00e9', id='not ASCII'),
    ],
)
def test_what_is_no_verifier_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidVerifier) as caught:
        Verifier.parse(text)
    assert isinstance(caught.value, ValueError)
    assert KEY not in caught.value.message + caught.value.detail + caught.value.hint


@pytest.mark.parametrize('cut', range(len(STORED) - len(OTHER_KEY), len(STORED)))
def test_verifier_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(InvalidVerifier):
        Verifier.parse(STORED[:cut])


@given(text=st.text() | st.from_regex(r'SCRAM-SHA-256\$[0-9]{1,12}:[^$]*\$[^:]*:.*'))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        Verifier.parse(text)
    except InvalidVerifier:
        pass


def test_secrets_do_not_show_in_logs() -> None:
    keys = ClientKeys(b'SECRET', b'SECRET')
    verifier = Verifier(4096, b'salt', b'SECRET', b'SECRET')
    assert 'SECRET' not in f'{keys} {keys!r} {verifier} {verifier!r}'


def test_unknown_user_has_the_same_verifier_each_time() -> None:
    assert mock_verifier('mallory', b'secret') == mock_verifier('mallory', b'secret')


def test_unknown_users_differ_from_each_other_and_between_proxies() -> None:
    salts = {mock_verifier(user, secret).salt for user in ('mallory', 'trudy') for secret in (b'one', b'two')}
    assert len(salts) == 4


def test_unknown_user_looks_like_a_known_one() -> None:
    known = Verifier.from_password('pencil', new_salt(), 5000)
    unknown = mock_verifier('mallory', b'secret', 5000)
    assert (unknown.iterations, len(unknown.salt)) == (known.iterations, len(known.salt))
    assert len(unknown.salt) == SALT_SIZE


def test_new_salts_differ() -> None:
    assert len({new_salt() for _ in range(10)}) == 10
