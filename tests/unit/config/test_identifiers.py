"""Identifiers of the configuration are those of SQL."""

import pytest

from pgdog_gevent.config.identifiers import fold


@pytest.mark.parametrize(
    ('identifier', 'name'),
    [
        ('orders', 'orders'),
        ('Orders', 'orders'),
        ('"Orders"', 'Orders'),
        ('"a""b"', 'a"b'),
        ('ÄB', 'Äb'),
        ('"', '"'),
        ('""', '""'),
        ('a' * 70, 'a' * 63),
        ('é' * 40, 'é' * 31),
    ],
)
def test_identifier_is_folded_unless_it_is_quoted(identifier: str, name: str) -> None:
    assert fold(identifier) == name
