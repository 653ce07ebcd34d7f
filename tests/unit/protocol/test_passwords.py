"""Clear-text and MD5 passwords."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.protocol.passwords import is_md5_hash, matches_md5, matches_plain, md5_hash, md5_response

# Answers below are the formula of PostgreSQL's manual, worked out by hand: md5(md5(password || user) || salt).
SALT = b'\x01\x02\x03\x04'
# Made by PQencryptPasswordConn for the password 'pencil' of 'user'.
PENCIL = 'md520c46e3762c864548e296b33c3406aa9'


def test_hash_is_the_one_that_postgresql_stores() -> None:
    assert md5_hash('pencil', 'user') == PENCIL


def test_hash_differs_between_users() -> None:
    assert md5_hash('pencil', 'other') != PENCIL


@pytest.mark.parametrize(
    ('secret', 'is_hash'),
    [
        pytest.param(PENCIL, True, id='a hash'),
        pytest.param('pencil', False, id='a password'),
        pytest.param(PENCIL[:-1], False, id='too short'),
        pytest.param(PENCIL + '0', False, id='too long'),
        pytest.param(PENCIL + '\n', False, id='a line end behind'),
        pytest.param('md5' + PENCIL[3:].upper(), False, id='upper case'),
        pytest.param('md5' + 'g' * 32, False, id='not hexadecimal'),
    ],
)
def test_hash_is_told_from_a_password(secret: str, is_hash: bool) -> None:
    assert is_md5_hash(secret) is is_hash


@pytest.mark.parametrize('secret', ['pencil', PENCIL])
def test_response_is_made_from_password_or_hash(secret: str) -> None:
    assert md5_response(secret, 'user', SALT) == b'md54376eb6913b38f9aaff38dc7cf19ca76'


CANDIDATES = [
    pytest.param(['pencil'], True, id='the password'),
    pytest.param([PENCIL], True, id='its hash'),
    pytest.param(['first', 'pencil', 'last'], True, id='among others'),
    pytest.param(['pencil', 'pencil'], True, id='twice'),
    pytest.param(['first', 'last'], False, id='others only'),
    pytest.param([md5_hash('pencil', 'other')], False, id='the hash of another user'),
    pytest.param([''], False, id='an empty password'),
    pytest.param([], False, id='no password at all'),
]


@pytest.mark.parametrize(('secrets', 'fits'), CANDIDATES)
def test_md5_response_is_judged_by_all_candidates(secrets: Sequence[str], fits: bool) -> None:
    assert matches_md5(md5_response('pencil', 'user', SALT), secrets, 'user', SALT) is fits


@pytest.mark.parametrize(('secrets', 'fits'), CANDIDATES)
def test_plain_password_is_judged_by_all_candidates(secrets: Sequence[str], fits: bool) -> None:
    assert matches_plain(b'pencil', secrets, 'user') is fits


def test_response_to_another_salt_proves_nothing() -> None:
    assert not matches_md5(md5_response('pencil', 'user', SALT), ['pencil'], 'user', b'\4\3\2\1')


def test_stolen_hash_is_no_password() -> None:
    assert not matches_plain(PENCIL.encode(), [PENCIL], 'user')


def test_password_that_is_not_utf8_fits_itself() -> None:
    raw = b'\xe9t\xe9'
    assert matches_plain(raw, [raw.decode('utf-8', 'surrogateescape')], 'user')


@given(given_bytes=st.binary(), secret=st.text(), user=st.text())
def test_any_bytes_are_judged_without_an_error(given_bytes: bytes, secret: str, user: str) -> None:
    if given_bytes != secret.encode():
        assert not matches_plain(given_bytes, [secret], user)
    assert not matches_md5(given_bytes, [secret], user, SALT)
