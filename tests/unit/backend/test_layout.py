"""How search_path is read."""

import pytest

from pgdog_gevent.backend.layout import identifiers


@pytest.mark.parametrize(
    ('value', 'schemas'),
    [
        ('"$user", public', ['$user', 'public']),
        ('', []),
        ('""', []),
        ('"", public', ['public']),
        ('  Public  ,"Public"', ['public', 'Public']),
        ('a,b ,  c', ['a', 'b', 'c']),
        ('"a""b", "c,d"', ['a"b', 'c,d']),
        ('"a b"', ['a b']),
        ('ÄB', ['Äb']),
    ],
)
def test_list_of_identifiers_is_split_as_postgresql_does(value: str, schemas: list[str]) -> None:
    assert identifiers(value) == schemas
