"""Which splitter a COPY has, and in which encodings there is one."""

import pytest

from pgdog_gevent.errors import FeatureNotSupported
from pgdog_gevent.protocol.copy_binary import BinarySplitter
from pgdog_gevent.protocol.copy_csv import CsvSplitter
from pgdog_gevent.protocol.copy_rows import Odd
from pgdog_gevent.protocol.copy_text import TextSplitter
from pgdog_gevent.router.blueprint import CopyFormat, CopyOptions, CopyRows
from pgdog_gevent.router.copy_stream import reads_text, splitter_of
from pgdog_gevent.sharding.function import Hashed
from pgdog_gevent.sharding.key import KeyType

TEXT = CopyOptions()
CSV = CopyOptions(format=CopyFormat.CSV, delimiter=b',', null=b'')
BINARY = CopyOptions(format=CopyFormat.BINARY)


def rows(options: CopyOptions) -> CopyRows:
    return CopyRows(Hashed(KeyType.BIGINT, 2), 0, 2, options)


@pytest.mark.parametrize(
    ('options', 'splitter'), [(TEXT, TextSplitter), (CSV, CsvSplitter), (BINARY, BinarySplitter)], ids=str
)
def test_each_format_has_its_own(options: CopyOptions, splitter: type) -> None:
    assert type(splitter_of(rows(options), 'UTF8', '18.0')) is splitter


def test_the_options_of_a_statement_hold() -> None:
    options = CopyOptions(CopyFormat.CSV, b';', b'-', True, b"'", b'\\', True, False, '', b'?')
    found = splitter_of(rows(options), 'UTF8', '17.2 (Debian)')
    stream = b"a;b\n'\\'';1\n-;2\n'-';3\n?;4\n\\.\n5;6\n"
    assert [key for key, _ in found.feed(stream)] == [Odd.FRAME, b"'", None, None, Odd.DEFAULT]


@pytest.mark.parametrize(('version', 'count'), [('17.5', 1), ('18beta1', 3), ('18.1 (Debian 18.1-1)', 3), ('?', 1)])
def test_newer_servers_know_no_end_marker_in_csv(version: str, count: int) -> None:
    assert len(list(splitter_of(rows(CSV), 'UTF8', version).feed(b'1,2\n\\.\n3,4\n'))) == count


@pytest.mark.parametrize('encoding', ['UTF8', 'utf-8', 'SQL_ASCII', 'LATIN1', 'ISO_8859_5', 'WIN1252', 'EUC_JIS_2004'])
def test_encodings_in_which_ascii_is_ascii_are_fine(encoding: str) -> None:
    splitter_of(rows(TEXT), encoding, '18')


@pytest.mark.parametrize('encoding', ['SJIS', 'SHIFT_JIS_2004', 'BIG5', 'GBK', 'GB18030', 'UHC', 'JOHAB', 'WIN932', ''])
def test_others_are_refused_unless_the_format_is_binary(encoding: str) -> None:
    splitter_of(rows(BINARY), encoding, '18')
    with pytest.raises(FeatureNotSupported):
        splitter_of(rows(TEXT), encoding, '18')
    with pytest.raises(FeatureNotSupported):
        splitter_of(rows(CopyOptions(encoding=encoding or 'SJIS')), 'UTF8', '18')


@pytest.mark.parametrize(
    'options',
    [
        CopyOptions(delimiter='ä'.encode()),
        CopyOptions(CopyFormat.CSV, b',', b'', quote=b'\\'),
        CopyOptions(null='ä'.encode()),
        CopyOptions(default='ä'.encode()),
    ],
    ids=['delimiter', 'quote', 'null', 'default'],
)
def test_unusual_options_are_refused(options: CopyOptions) -> None:
    with pytest.raises(FeatureNotSupported):
        splitter_of(rows(options), 'UTF8', '18')


@pytest.mark.parametrize(
    ('client', 'option', 'database', 'expected'),
    [
        ('UTF8', '', 'UTF8', True),
        ('LATIN1', 'utf8', 'UTF8', True),
        ('SQL_ASCII', '', 'UTF8', True),
        ('LATIN1', '', 'UTF8', False),
        ('UTF8', '', 'LATIN1', False),
        ('UTF8', '', 'SQL_ASCII', False),
    ],
)
def test_text_is_read_where_it_is_utf_8_on_both_sides(client: str, option: str, database: str, expected: bool) -> None:
    assert reads_text(rows(CopyOptions(encoding=option)), client, database) is expected
