"""The shard of a Bind at a glance: both forms agree, and say what a careful look says, or nothing."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from struct import pack
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import pgdog_gevent.sharding
from pgdog_gevent.frontend.bound import BoundParameters, values_of
from pgdog_gevent.protocol.frames import HEADER_SIZE
from pgdog_gevent.protocol.query import Bind
from pgdog_gevent.router.keys import KeyIs, Parameter, shards_of
from pgdog_gevent.sharding import quick
from pgdog_gevent.sharding.function import Hashed
from pgdog_gevent.sharding.key import KeyType


def _in_python() -> ModuleType:
    path = Path(pgdog_gevent.sharding.__path__[0]) / 'quick.py'
    loader = SourceFileLoader('quick_in_python', str(path))
    module = module_from_spec(spec_from_loader(loader.name, loader))  # type: ignore[arg-type]
    loader.exec_module(module)
    return module


FORMS = (quick, _in_python())
NAMES = b'\0\0'
OIDS = st.sampled_from((0, 20, 21, 23, 25, 1700, 26))
TEXTS = st.integers(-(2**70), 2**70).map(lambda number: str(number).encode())
BINARIES = st.integers(-(2**63), 2**63 - 1).map(lambda number: pack('!q', number))
SHORT = st.integers(-(2**31), 2**31 - 1).map(lambda number: pack('!i', number))
ODD = (b'', b'-', b'--1', b'+5', b' 7', b'1e3', b'0x1', b'-0', b'007', b'1_0')
OTHERS = st.binary(max_size=9) | st.sampled_from(ODD)
PARAMETERS = st.lists(st.none() | TEXTS | BINARIES | SHORT | OTHERS, max_size=4)
FORMATS = st.lists(st.sampled_from((0, 1)), max_size=4)


def types_of(*oids: int) -> bytes:
    return pack(f'!H{len(oids)}I', len(oids), *oids)


def found(body: bytes, types: bytes, number: int, modulus: int, end: int | None = None) -> int:
    """What all forms say."""
    end = len(body) if end is None else end
    answers = {form.shard_of_bind(body, len(NAMES), end, types, 0, number, modulus) for form in FORMS}
    assert len(answers) == 1, answers
    [answer] = answers
    return int(answer)


@given(PARAMETERS, FORMATS, st.lists(OIDS, max_size=4), st.integers(1, 5), st.integers(1, 64))
@example([b'1'], [], [], 1, 3)
@example([pack('!q', 5)], [1], [20], 1, 3)
@example([None, pack('!h', -5)], [0, 1], [0, 21], 2, 3)
def test_all_forms_say_what_a_careful_look_says_or_nothing(
    parameters: list[bytes | None], formats: list[int], oids: list[int], number: int, modulus: int
) -> None:
    if len(formats) > 1 and len(formats) != len(parameters):
        formats = formats[:1]
    body = Bind(b'', b'', tuple(formats), tuple(parameters), ()).encode()[HEADER_SIZE:]
    types = types_of(*oids)
    shard = found(body, types, number, modulus)
    if shard == quick.UNKNOWN:
        return
    bound = BoundParameters(types, values_of(Bind.decode(body)))
    key = KeyIs(Hashed(KeyType.BIGINT, modulus), (Parameter(number),), null_matches=False)
    assert shard in shards_of(key, bound, modulus)


@pytest.mark.parametrize(
    ('parameters', 'formats', 'oids', 'number'),
    [
        ((b'17',), (), (), 1),
        ((b'-17',), (0,), (20,), 1),
        ((None, b'x', b'17'), (), (), 3),
        ((pack('!q', 17),), (1,), (), 1),
        ((b'text', pack('!i', 17)), (0, 1), (25, 23), 2),
        ((pack('!h', 17),), (1,), (21,), 1),
    ],
)
def test_plain_integer_is_found(
    parameters: tuple[bytes | None, ...], formats: tuple[int, ...], oids: tuple[int, ...], number: int
) -> None:
    body = Bind(b'', b'', formats, parameters, ()).encode()[HEADER_SIZE:]
    assert found(body, types_of(*oids), number, 3) >= 0
    for end in range(len(body)):
        found(body, types_of(*oids), number, 3, end)
