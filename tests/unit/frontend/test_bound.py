"""What clients bind to parameters."""

import pytest

from pgdog_gevent.frontend.bound import reads_text


@pytest.mark.parametrize(
    ('client', 'server', 'reads'),
    [
        ('UTF8', 'UTF8', True),
        ('SQL_ASCII', 'UTF8', True),
        ('UTF8', 'SQL_ASCII', True),
        ('LATIN1', 'UTF8', False),
        ('UTF8', 'LATIN1', False),
        ('LATIN1', 'LATIN1', False),
    ],
)
def test_text_is_read_if_nobody_converts_it(client: str, server: str, reads: bool) -> None:
    assert reads_text({'client_encoding': client, 'server_encoding': server}) is reads
