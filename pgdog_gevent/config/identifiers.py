"""Names of tables, columns and schemas, which the configuration writes as SQL does; names in those of transactions."""

from typing import Final
from urllib.parse import quote

LONGEST: Final = 63
"""Bytes of a name that PostgreSQL keeps. Source: NAMEDATALEN."""

LONGEST_IN_GID: Final = 63
"""Bytes that a name may have, percent-encoded, in the gid of a prepared transaction; that has two, and 199 bytes."""

_ASCII_LOWER: Final = str.maketrans({chr(code): chr(code).lower() for code in range(ord('A'), ord('Z') + 1)})


def fold(identifier: str) -> str:
    """Return the name that an identifier stands for: in lower case unless it is quoted, and not longer than names are.

    Only ASCII letters have a lower case, as PostgreSQL has it with UTF-8.
    """
    quoted = len(identifier) > 2 and identifier.startswith('"') and identifier.endswith('"')
    name = identifier[1:-1].replace('""', '"') if quoted else identifier.translate(_ASCII_LOWER)
    return name.encode()[:LONGEST].decode(errors='ignore')


def fits_in_gid(name: str) -> bool:
    """Return whether prepared transactions can have a name in theirs; bytes that are not UTF-8 are one each."""
    return len(quote(name, safe='', errors='surrogateescape')) <= LONGEST_IN_GID
