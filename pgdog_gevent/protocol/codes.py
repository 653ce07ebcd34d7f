"""The letters that begin messages, and how long each message may be.

Names and letters: PostgreSQL docs, "Message Formats". Some letters mean one thing from the frontend and another from
the backend, hence two classes. They are plain integers because a frame's code is ``data[position]``.
"""

from typing import Final


class Frontend:
    """What clients send."""

    BIND: Final = ord('B')
    CLOSE: Final = ord('C')
    COPY_DATA: Final = ord('d')
    COPY_DONE: Final = ord('c')
    COPY_FAIL: Final = ord('f')
    DESCRIBE: Final = ord('D')
    EXECUTE: Final = ord('E')
    FLUSH: Final = ord('H')
    FUNCTION_CALL: Final = ord('F')
    PARSE: Final = ord('P')
    PASSWORD: Final = ord('p')
    """PasswordMessage, SASLInitialResponse and SASLResponse: told apart by the state."""
    QUERY: Final = ord('Q')
    SYNC: Final = ord('S')
    TERMINATE: Final = ord('X')


class Backend:
    """What servers send."""

    AUTHENTICATION: Final = ord('R')
    BACKEND_KEY_DATA: Final = ord('K')
    BIND_COMPLETE: Final = ord('2')
    CLOSE_COMPLETE: Final = ord('3')
    COMMAND_COMPLETE: Final = ord('C')
    COPY_DATA: Final = ord('d')
    COPY_DONE: Final = ord('c')
    COPY_IN_RESPONSE: Final = ord('G')
    COPY_OUT_RESPONSE: Final = ord('H')
    COPY_BOTH_RESPONSE: Final = ord('W')
    DATA_ROW: Final = ord('D')
    EMPTY_QUERY_RESPONSE: Final = ord('I')
    ERROR_RESPONSE: Final = ord('E')
    FUNCTION_CALL_RESPONSE: Final = ord('V')
    NEGOTIATE_PROTOCOL_VERSION: Final = ord('v')
    NO_DATA: Final = ord('n')
    NOTICE_RESPONSE: Final = ord('N')
    NOTIFICATION_RESPONSE: Final = ord('A')
    PARAMETER_DESCRIPTION: Final = ord('t')
    PARAMETER_STATUS: Final = ord('S')
    PARSE_COMPLETE: Final = ord('1')
    PORTAL_SUSPENDED: Final = ord('s')
    READY_FOR_QUERY: Final = ord('Z')
    ROW_DESCRIPTION: Final = ord('T')


LARGE: Final = 0x3FFFFFFF
"""PQ_LARGE_MESSAGE_LIMIT of PostgreSQL's libpq.h: 1 GiB less one byte."""
SMALL: Final = 10_000
"""PQ_SMALL_MESSAGE_LIMIT of the same file."""
LONGEST_STARTUP: Final = 10_000
"""MAX_STARTUP_PACKET_LENGTH of the same file."""
LONGEST_PASSWORD: Final = 65_535
"""PG_MAX_AUTH_TOKEN_LENGTH of PostgreSQL's auth.h."""

# Longest body by message, as SocketBackend() in PostgreSQL's postgres.c allows it.
FRONTEND_LIMITS: Final[dict[int, int]] = {
    Frontend.BIND: LARGE,
    Frontend.CLOSE: SMALL,
    Frontend.COPY_DATA: LARGE,
    Frontend.COPY_DONE: SMALL,
    Frontend.COPY_FAIL: SMALL,
    Frontend.DESCRIBE: SMALL,
    Frontend.EXECUTE: SMALL,
    Frontend.FLUSH: SMALL,
    Frontend.FUNCTION_CALL: LARGE,
    Frontend.PARSE: LARGE,
    Frontend.QUERY: LARGE,
    Frontend.SYNC: SMALL,
    Frontend.TERMINATE: SMALL,
}
PASSWORD_LIMITS: Final[dict[int, int]] = {Frontend.PASSWORD: LONGEST_PASSWORD}

# What a server may send, and the longest that we would hold in memory. Rows and COPY data are forwarded in pieces,
# so their limit is PostgreSQL's own.
BACKEND_LIMITS: Final[dict[int, int]] = {
    code: LARGE for name, code in vars(Backend).items() if not name.startswith('_')
}
LOGIN_LIMITS: Final[dict[int, int]] = {
    Backend.AUTHENTICATION: LONGEST_PASSWORD,
    Backend.BACKEND_KEY_DATA: SMALL,
    Backend.ERROR_RESPONSE: LONGEST_PASSWORD,
    Backend.NEGOTIATE_PROTOCOL_VERSION: LONGEST_PASSWORD,
    Backend.NOTICE_RESPONSE: LONGEST_PASSWORD,
    Backend.PARAMETER_STATUS: LONGEST_PASSWORD,
    Backend.READY_FOR_QUERY: SMALL,
}
