"""The options of COPY, in whichever of its syntaxes they are written; that they are right, the server checks."""

from collections.abc import Iterable, Mapping
from typing import Final

from pgdog_gevent.router import pg_query_pb2 as pg
from pgdog_gevent.router.blueprint import CopyFormat, CopyOptions
from pgdog_gevent.router.refusal import NotProvable

_FALSE: Final = frozenset({'false', 'off', '0'})
_FORMATS: Final = {each.value: each for each in CopyFormat}
_KNOWN: Final = frozenset(
    {
        'format', 'freeze', 'delimiter', 'null', 'default', 'header', 'quote', 'escape', 'force_quote',
        'force_not_null', 'force_null', 'encoding', 'on_error', 'reject_limit', 'log_verbosity',
    }
)  # fmt: skip


def copy_options(options: Iterable[pg.Node], key: str = '') -> CopyOptions:
    """Read them; ``key`` is the column whose values are looked for. Raises NotProvable for one that is not known."""
    given = {node.def_elem.defname: node.def_elem for node in options}
    unknown = given.keys() - _KNOWN
    if unknown:
        raise NotProvable(f'option "{min(unknown)}" of COPY, which is not known here')
    written = _word(given, 'format', 'text')
    if written not in _FORMATS:
        raise NotProvable(f'format "{written}" of COPY, which is not known here')
    kind = _FORMATS[written]
    csv = kind is CopyFormat.CSV
    quote = _octets(given, 'quote', b'"')
    return CopyOptions(
        format=kind,
        delimiter=_octets(given, 'delimiter', b',' if csv else b'\t'),
        null=_octets(given, 'null', b'' if csv else b'\\N'),
        header=_header(given),
        quote=quote,
        escape=_octets(given, 'escape', quote),
        force_null=_names(given, 'force_null', key),
        force_not_null=_names(given, 'force_not_null', key),
        encoding=_word(given, 'encoding', ''),
        default=_octets(given, 'default', b'') if 'default' in given else None,
    )


Given = Mapping[str, pg.DefElem]


def _word(given: Given, name: str, otherwise: str) -> str:
    return given[name].arg.string.sval if name in given else otherwise


def _octets(given: Given, name: str, otherwise: bytes) -> bytes:
    return given[name].arg.string.sval.encode() if name in given else otherwise


def _header(given: Given) -> bool:
    """Whether there is a line of names; ``match`` has it compared with those of the columns."""
    if 'header' not in given:
        return False
    value = given['header'].arg
    match value.WhichOneof('node'):
        case 'boolean':
            return value.boolean.boolval
        case 'integer':
            return value.integer.ival != 0
        case 'string':
            return value.string.sval.lower() not in _FALSE
        case _:
            return True


def _names(given: Given, name: str, column: str) -> bool:
    """Whether an option that lists columns, or says that it is for all, is for this one."""
    if name not in given:
        return False
    value = given[name].arg
    return value.HasField('a_star') or any(item.string.sval == column for item in value.list.items)
