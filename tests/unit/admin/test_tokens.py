"""Words of admin commands."""

import pytest

from pgdog_gevent.admin.tokens import Kind, Token, bound, parameter_count, statements
from pgdog_gevent.errors import AdminCommandFailed


def words(text: str) -> list[list[str]]:
    return [[token.text for token in tokens] for tokens in statements(text)]


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('', []),
        (' ;; -- nothing\n;', []),
        ('SHOW x; SHOW y;', [['SHOW', 'x'], ['SHOW', 'y']]),
        ('PAUSE my-db.prod', [['PAUSE', 'my-db.prod']]),
        ('PAUSE "a ""b"" c"', [['PAUSE', 'a "b" c']]),
        ("SET x TO 'it''s; fine'", [['SET', 'x', 'TO', "it's; fine"]]),
        ('SHOW/* c; */VERSION -- end; x', [['SHOW', 'VERSION']]),
        ('SHOW CLIENTS id,user', [['SHOW', 'CLIENTS', 'id', ',', 'user']]),
        ('SET a=-1', [['SET', 'a', '=', '-1']]),
        ('SELECT version()', [['SELECT', 'version', '(', ')']]),
        ('PAUSE größe', [['PAUSE', 'größe']]),
    ],
)
def test_a_text_is_cut_into_statements_and_words(text: str, expected: list[list[str]]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ('text', 'what'),
    [
        ('PAUSE "x', 'quoted identifier'),
        ("SET x TO 'y", 'quoted string'),
        ('SHOW /* x', 'comment'),
    ],
)
def test_what_is_opened_has_to_be_closed(text: str, what: str) -> None:
    with pytest.raises(AdminCommandFailed, match=f'unterminated {what}'):
        statements(text)


def test_quoted_words_are_no_keywords() -> None:
    ((show, quoted),) = statements('show "Clients"')
    assert (show.keyword, quoted.keyword, quoted.text) == ('SHOW', '', 'Clients')


def test_parameters_are_replaced_by_strings() -> None:
    (tokens,) = statements('PAUSE $2 $1')
    assert parameter_count(tokens) == 2
    assert bound(tokens, ['db', 'all'])[1:] == (Token(Kind.STRING, 'all'), Token(Kind.STRING, 'db'))


@pytest.mark.parametrize('text', ['PAUSE $0', 'PAUSE $1x', 'PAUSE a$1'])
def test_what_only_looks_like_a_parameter_is_a_word(text: str) -> None:
    (tokens,) = statements(text)
    assert parameter_count(tokens) == 0
