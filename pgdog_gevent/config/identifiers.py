"""Names of tables, columns and schemas, which the configuration writes as SQL does."""

from typing import Final

LONGEST: Final = 63
"""Bytes of a name that PostgreSQL keeps. Source: NAMEDATALEN."""

_ASCII_LOWER: Final = str.maketrans({chr(code): chr(code).lower() for code in range(ord('A'), ord('Z') + 1)})


def fold(identifier: str) -> str:
    """Return the name that an identifier stands for: in lower case unless it is quoted, and not longer than names are.

    Only ASCII letters have a lower case, as PostgreSQL has it with UTF-8.
    """
    quoted = len(identifier) > 2 and identifier.startswith('"') and identifier.endswith('"')
    name = identifier[1:-1].replace('""', '"') if quoted else identifier.translate(_ASCII_LOWER)
    return name.encode()[:LONGEST].decode(errors='ignore')
