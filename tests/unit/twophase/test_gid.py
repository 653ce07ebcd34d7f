"""Names of prepared transactions: what is ours is read, and nothing else."""

import re
import string
from collections.abc import Iterator
from random import Random

import pytest

from pgdog_gevent.twophase.gid import Name, Part, Scope, parse, parse_name

TOKEN = '0123456789abcdef01234567'
SCOPE = Scope('green', 'app')
GID = f'pgdog_gevent:green:app:1.4294967297.{TOKEN}.2'

SCOPES = {
    'plain': SCOPE,
    'no deployment': Scope('', 'app'),
    'spaces': Scope('my deployment', 'my database'),
    'quotes': Scope("it's", 'a"b'),
    'backslashes': Scope('a\\b', '\\'),
    'separators': Scope('a:b.c', 'd:e.f'),
    'percent signs': Scope('100%', '%3A'),
    'other alphabets': Scope('größe', 'данные'),
    'bytes that are no text': Scope('a\udcff', '\udc80'),
    'lines': Scope('a\nb', 'c\r'),
    'looks like an end': Scope('', f'1.2.{TOKEN}.3'),
}

NOT_OURS = {
    'nothing': '',
    'the prefix alone': 'pgdog_gevent:green:app:',
    "somebody else's": 'order-4711',
    'other prefix': GID.replace('pgdog_gevent', 'pgdog'),
    'capitals': GID.replace('pgdog_gevent', 'PGDOG_GEVENT'),
    'other deployment': GID.replace('green', 'blue'),
    'no deployment': GID.replace('green', ''),
    'other database': GID.replace(':app:', ':app2:'),
    'beginning of the database': GID.replace(':app:', ':ap:'),
    'something before': f' {GID}',
    'something after': f'{GID} ',
    'line feed after': f'{GID}\n',
    'one more number': f'{GID}.0',
    'no shard': GID[:-2],
    'no anchor': GID.replace(':1.', ':.'),
    'anchor with leading zero': GID.replace(':1.', ':01.'),
    'negative anchor': GID.replace(':1.', ':-1.'),
    'anchor too large': GID.replace(':1.', ':100000.'),
    'no transaction id': GID.replace('.4294967297.', '..'),
    'transaction id 0': GID.replace('.4294967297.', '.0.'),
    'transaction id with leading zero': GID.replace('.4294967297.', '.04294967297.'),
    'transaction id too large': GID.replace('.4294967297.', f'.{10**18}.'),
    'short token': GID.replace(TOKEN, TOKEN[:-1]),
    'long token': GID.replace(TOKEN, f'{TOKEN}0'),
    'token in capitals': GID.replace(TOKEN, TOKEN.upper()),
    'shard with leading zero': f'{GID[:-1]}02',
    'shard too large': f'{GID[:-1]}100000',
    'digits of another alphabet in a transaction id': GID.replace('4294967297', '4٢'),
    'digits of another alphabet in a shard': f'{GID}٢',
}


@pytest.mark.parametrize('scope', SCOPES.values(), ids=SCOPES)
@pytest.mark.parametrize('numbers', [(0, 1, 0), (1, 2**32 + 1, 2), (99_999, 10**18 - 1, 99_999)], ids=str)
def test_gid_is_read_as_it_was_written(scope: Scope, numbers: tuple[int, int, int]) -> None:
    anchor, xid, shard = numbers
    name = Name(scope, anchor, xid, TOKEN)
    assert parse(name.gid(shard), scope) == Part(name, shard)
    assert Part(name, shard).gid == name.gid(shard)
    assert parse_name(name.text, scope) == name


def test_gid_looks_as_it_is_documented() -> None:
    assert Name(SCOPE, 1, 2**32 + 1, TOKEN).gid(2) == GID


@pytest.mark.parametrize('gid', NOT_OURS.values(), ids=NOT_OURS)
def test_what_does_not_look_exactly_like_ours_is_not_read(gid: str) -> None:
    assert parse(gid, SCOPE) is None


def test_gid_is_no_name_and_a_name_is_no_gid() -> None:
    name = Name(SCOPE, 1, 2, TOKEN)
    assert parse_name(name.gid(0), SCOPE) is None
    assert parse(name.text, SCOPE) is None


@pytest.mark.parametrize('scope', SCOPES.values(), ids=SCOPES)
def test_gid_can_stand_between_quotes(scope: Scope) -> None:
    assert re.fullmatch(r'[A-Za-z0-9_.:%~-]+', Name(scope, 0, 1, TOKEN).gid(0))


@pytest.mark.parametrize('scope', SCOPES.values(), ids=SCOPES)
def test_gid_is_of_one_scope_only(scope: Scope) -> None:
    gid = Name(scope, 0, 1, TOKEN).gid(0)
    assert [other for other in SCOPES.values() if parse(gid, other) is not None] == [scope]


def test_separators_in_names_do_not_move_between_them() -> None:
    assert Scope('a:b', 'c').prefix != Scope('a', 'b:c').prefix


def test_new_names_of_one_transaction_differ() -> None:
    names = {Name.new(SCOPE, 0, 1, 'app') for _ in range(100)}
    assert len(names) == 100
    assert all(parse(name.gid(0), SCOPE) == Part(name, 0) for name in names)


def test_whatever_is_read_is_what_would_be_written() -> None:
    for text in changed():
        part = parse(text, SCOPE)
        assert part is None or part.gid == text
        name = parse_name(text, SCOPE)
        assert name is None or name.text == text


def changed() -> Iterator[str]:
    """A gid in which characters are other ones, missing, or there twice."""
    dice = Random(1)
    alphabet = f'{string.printable}٠٢߁０²é\udcff\0'
    for at in range(len(GID) + 1):
        yield GID[:at]
        yield GID[:at] + GID[at + 1 :]
        for character in alphabet:
            yield GID[:at] + character + GID[at:]
            yield GID[:at] + character + GID[at + 1 :]
    for _ in range(5_000):
        characters = list(GID)
        for _ in range(dice.randint(2, 6)):
            characters[dice.randrange(len(characters))] = dice.choice(alphabet)
        yield ''.join(characters)


def test_name_tells_who_decides_and_nobody_else() -> None:
    name = Name.new(SCOPE, 0, 1, 'app')
    assert name.is_decided_by('app')
    assert not any(name.is_decided_by(other) for other in ('', 'App', 'app2', 'postgres'))
    assert Name.new(SCOPE, 0, 1, 'j\udcf6rg').is_decided_by('j\udcf6rg')
