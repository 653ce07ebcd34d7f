"""Values of many types, and what PostgreSQL calls them: whatever a driver sends has to come back the same."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

VALUES: dict[str, object] = {
    'bool': True,
    'int2': -32767,
    'int8': 9223372036854775807,
    'float8': 1.0000000000000002,
    'numeric': Decimal('-12345678901234567890.123456789'),
    'text': 'naïve ☃ \\ \' " $1 %',
    'bytea': bytes(range(256)),
    'date': date(2024, 2, 29),
    'timestamptz': datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    'interval': timedelta(days=3, seconds=7),
    'uuid': UUID('12345678-1234-5678-1234-567812345678'),
    'int4[]': [1, -2, 3],
}

LARGE = '☃' * 1_000_000
"""Larger than every buffer on the way."""

MANY = 50_000
