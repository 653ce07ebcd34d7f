"""What takes the stream of a COPY apart, by the options of the statement and the encoding of the stream."""

import re
from typing import Final

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.protocol.copy_binary import BinarySplitter
from pgdog_gevent.protocol.copy_csv import CsvSplitter, Quoting
from pgdog_gevent.protocol.copy_lines import Layout
from pgdog_gevent.protocol.copy_rows import Splitter
from pgdog_gevent.protocol.copy_text import TextSplitter
from pgdog_gevent.router.blueprint import CopyFormat, CopyRows

_WITHOUT_MARKER: Final = 18
"""The version of PostgreSQL since which no line of CSV ends the stream."""
_UTF8: Final = frozenset({'utf8', 'unicode'})
_UNCONVERTED: Final = frozenset({'sqlascii'})
"""Bytes are taken as they are: as those of the database's encoding."""
_SAFE: Final = re.compile(
    r'utf8|unicode|sqlascii|latin([1-9]|10)|iso8859[0-9]{1,2}|win(dows)?(125[0-8]|866|874)|koi8[ru]?|abc|alt|win|tcvn'
    r'|tcvn5712|vscii|euc(jp|cn|kr|tw|jis2004)|muleinternal'
)
"""Encodings in which a byte of ASCII is never part of another character."""
_VERSION: Final = re.compile(r'[0-9]+')


def splitter_of(rows: CopyRows, encoding: str, server_version: str) -> Splitter:
    """``encoding`` is that of the client. Raises FeatureNotSupported for one in which rows cannot be found."""
    options = rows.options
    if options.format is CopyFormat.BINARY:
        return BinarySplitter(rows.key, rows.columns)
    _check(rows, options.encoding or encoding)
    layout = Layout(rows.key, rows.columns, options.delimiter, options.null, options.default, options.header)
    if options.format is CopyFormat.TEXT:
        return TextSplitter(layout)
    version = _VERSION.match(server_version)
    marks_end = version is None or int(version[0]) < _WITHOUT_MARKER
    quoting = Quoting(options.quote, options.escape, options.force_null, options.force_not_null, marks_end)
    return CsvSplitter(layout, quoting)


def reads_text(rows: CopyRows, encoding: str, database_encoding: str) -> bool:
    """Whether text of the stream is in UTF-8, as that of the database."""
    return _plain(database_encoding) in _UTF8 and _plain(rows.options.encoding or encoding) in _UTF8 | _UNCONVERTED


def _check(rows: CopyRows, encoding: str) -> None:
    if _SAFE.fullmatch(_plain(encoding)) is None:
        raise FeatureNotSupported(
            f'COPY to several shards in encoding "{encoding}"', hint='Set client_encoding to UTF8.'
        )
    options = rows.options
    single = (options.delimiter, options.quote, options.escape)
    if any(len(octet) != 1 for octet in single) or options.quote == b'\\' or not _ascii(rows):
        raise FeatureNotSupported('these options of COPY for several shards')


def _ascii(rows: CopyRows) -> bool:
    """Whether the options are the same in every encoding."""
    return rows.options.null.isascii() and (rows.options.default or b'').isascii()


def _plain(encoding: str) -> str:
    """The name as PostgreSQL compares it."""
    return ''.join(filter(str.isalnum, encoding)).lower()
