"""Takes passwords out of SQL before it is logged. Pure.

The last line of defence, not a parser: it knows the places where passwords are written (``ALTER ROLE ... PASSWORD
'...'``, ``password=...`` in a connection string, ``user:password@`` in a URL, ``"password": "..."`` in JSON), and where
it cannot see the end of one it takes out everything that follows. Too much may go; a password should not stay.
"""

import re
from typing import Final

REDACTED: Final = '[redacted]'

_WORD: Final = r'passw(?:or)?d'
_BETWEEN: Final = r'(?:\s|/\*.*?\*/|--[^\n]*(?:\n|\Z))*+'
"""White space and comments."""
_CALLS: Final = r'(?:[\w.]+\s*\(\s*)*'
"""As in ``password = crypt('...')``."""
_LITERAL: Final = r"""(?:
        # Inside another literal quotes are doubled, as in CONNECTION 'password=''a b'''.
        ''(?!\s*(?:[,;)]|\Z)) (?:(?!'').)*+ (?:''|\Z)
        # What a backslash means depends on a setting of the server: all that follows goes.
        | (?:e|u&|n)?' (?:[^'\\]|'')*+ (?:'(?:\s*\n\s*'(?:[^'\\]|'')*+'?)*+|\\.*|\Z)
        | \$(?P<tag>\w*)\$ .*? (?:\$(?P=tag)\$|\Z)
    )"""
_SECRETS: Final = re.compile(
    rf"""
    (?P<sql>{_WORD}\w*"?{_BETWEEN}(?:=>|:=|=)?{_BETWEEN}{_CALLS}){_LITERAL}
    | (?P<conninfo>{_WORD}\s*=\s*)(?!\$\d)(?:\\.|[^\s'])+
    | (?P<url>://[^\s:/'@]*:)[^\s'@]+(?=@|\Z)
    | (?P<json>"\w*{_WORD}\w*"\s*:\s*)"(?:[^"\\]|\\.)*+(?:"|\\?\Z)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def redacted(sql: str) -> str:
    """Return the statement, which may be cut off anywhere, without the passwords that are written in it."""
    return _SECRETS.sub(_without_password, sql)


def _without_password(found: re.Match[str]) -> str:
    before = next(filter(None, found.group('sql', 'conninfo', 'url', 'json')))
    return f'{before}{REDACTED}'
