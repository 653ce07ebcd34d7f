"""The letters of the messages, held against the documentation's list, and the limits on their length."""

import pytest

from pgdog_gevent.protocol.codes import (
    BACKEND_LIMITS,
    FRONTEND_LIMITS,
    LARGE,
    LOGIN_LIMITS,
    PASSWORD_LIMITS,
    SMALL,
    Backend,
    Frontend,
)


def letters(codes: object) -> str:
    return ''.join(sorted(map(chr, codes)))  # type: ignore[call-overload]


def codes_of(side: type) -> list[int]:
    return [code for name, code in vars(side).items() if not name.startswith('_')]


def test_frontend_has_the_letters_of_the_documentation() -> None:
    assert letters(codes_of(Frontend)) == ''.join(sorted('BCdcfDEHFPpQSX'))


def test_backend_has_the_letters_of_the_documentation() -> None:
    assert letters(codes_of(Backend)) == ''.join(sorted('RK23CdcGHWDIEVvnNAtS1sZT'))


def test_every_frontend_message_has_a_limit_after_login_except_passwords() -> None:
    assert letters(FRONTEND_LIMITS) == letters(set(codes_of(Frontend)) - {Frontend.PASSWORD})
    assert letters(PASSWORD_LIMITS) == 'p'


def test_every_backend_message_has_a_limit() -> None:
    assert letters(BACKEND_LIMITS) == letters(codes_of(Backend))


def test_server_may_send_neither_rows_nor_copies_before_it_is_ready() -> None:
    assert letters(LOGIN_LIMITS) == ''.join(sorted('RKENSvZ'))


@pytest.mark.parametrize('code', 'BFPQd')
def test_messages_with_user_content_may_be_as_long_as_postgresql_allows(code: str) -> None:
    assert FRONTEND_LIMITS[ord(code)] == LARGE


@pytest.mark.parametrize('code', 'CDEHSXcf')
def test_messages_with_names_only_are_short(code: str) -> None:
    assert FRONTEND_LIMITS[ord(code)] == SMALL


def test_no_message_before_login_is_longer_than_a_token() -> None:
    assert max(*LOGIN_LIMITS.values(), *PASSWORD_LIMITS.values()) == 65_535
