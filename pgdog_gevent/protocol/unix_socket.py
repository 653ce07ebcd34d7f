"""Where clients look for the Unix socket of a server. Source: PostgreSQL docs, "unix_socket_directories"."""

from typing import Final

LONGEST_PATH: Final = 107
"""Bytes that fit into ``sun_path`` of Linux's sockaddr_un, beside its last, which is zero."""


def socket_path(directory: str, port: int) -> str:
    """Return the path by which libpq knows the socket of a folder and a port."""
    return f'{directory}/.s.PGSQL.{port}'


def fits(path: str) -> bool:
    """Whether the kernel can take ``path`` for an address."""
    return len(path.encode('utf-8', 'surrogateescape')) <= LONGEST_PATH
