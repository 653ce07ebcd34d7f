"""On which shard a client wants its statements to be done: by number or by key, in comments and in parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pgdog_gevent.errors import WrongSetting
from pgdog_gevent.router.hints import SHARD, SHARDING_KEY, comments, value_set_by
from pgdog_gevent.router.parse import Unparseable
from pgdog_gevent.router.rules import Rules
from pgdog_gevent.router.statement import Effect, SetLocalHint, SetParameter
from pgdog_gevent.sharding.function import ShardFunction
from pgdog_gevent.sharding.key import NotAKey, key_of_text

_WORD: Final = b'pgdog_shard'
_NAME: Final = re.compile(r'(?<![\w-])pgdog_(shard|sharding_key)\s*:\s*')
_VALUE: Final = re.compile(r"""(?:'([^']*)'|"([^"]*)"|([^\s'",;*/]++))(?=[\s,;]|\*/|\Z)""")
_FOREIGN: Final = re.compile(r'[^\x00-\x7f]')
_GARBLED: Final = '\N{REPLACEMENT CHARACTER}'
_NUMBER: Final = re.compile(r'\s*([0-9]{1,9})\s*')


@dataclass(frozen=True, slots=True)
class ShardNamed:
    """The shard itself; ``None`` if what is written cannot be read."""

    number: str | None


@dataclass(frozen=True, slots=True)
class KeyGiven:
    """A sharding key; ``None`` if what is written cannot be read."""

    key: str | None


ShardHint = ShardNamed | KeyGiven


def hinted_shard(sql: bytes) -> ShardHint | None:
    """What comments in ``sql`` ask for: the first of each kind counts, and a key more than a number."""
    if _WORD not in sql:
        return None
    try:
        found = [hint for comment in _comments(sql) for hint in _NAME.finditer(comment)]
    except Unparseable:
        return ShardNamed(None)  # To overlook a hint would be to guess.
    values = {hint[1]: _value_at(hint.string, hint.end()) for hint in reversed(found)}
    if 'sharding_key' in values:
        return KeyGiven(values['sharding_key'])
    return ShardNamed(values['shard']) if values else None


def _comments(sql: bytes) -> list[str]:
    """The comments of a text in any encoding that has ASCII in it; of others nothing but that is known."""
    try:
        return comments(sql)
    except Unparseable:
        return [_FOREIGN.sub(_GARBLED, comment) for comment in comments(sql.decode('latin-1').encode())]


def _value_at(comment: str, start: int) -> str | None:
    found = _VALUE.match(comment, start)
    value = None if found is None else next(part for part in found.groups() if part is not None)
    return None if value is None or _GARBLED in value else value


def session_hint(settings: Mapping[str, bytes], local: Mapping[str, str | None]) -> ShardHint | None:
    """What a client asks for by its settings, which are SQL by name; ``local``: values of the transaction's own."""
    key = _setting(SHARDING_KEY, settings, local)
    if key:
        return KeyGiven(key)
    number = _setting(SHARD, settings, local)
    return ShardNamed(number) if number else None


def _setting(name: str, settings: Mapping[str, bytes], local: Mapping[str, str | None]) -> str | None:
    if name in local:
        return local[name]
    sql = settings.get(name)
    return None if sql is None else value_set_by(sql)


def wrong_number(effect: Effect, shards: int) -> str:
    """The shard that a statement names by ``pgdog.shard``, if there is none of that number; else empty."""
    match effect:
        case SetParameter(name, sql) if name == SHARD:
            value = value_set_by(sql)
        case SetLocalHint(name, value) if name == SHARD:
            pass
        case _:
            return ''
    return value if value and _number(value, shards) is None else ''


def shard_asked_for(hint: ShardHint, rules: Rules, shards: int) -> int:
    """The shard that a hint means. Raises WrongSetting."""
    match hint:
        case ShardNamed(number):
            return named(number, shards)
        case KeyGiven(key):
            return _shard_of_key(key, rules)


def named(number: str | None, shards: int) -> int:
    """The shard of a number. Raises WrongSetting."""
    found = None if number is None else _number(number, shards)
    if found is None:
        shown = 'a hint that cannot be read' if number is None else f'"{number}"'
        raise WrongSetting(f'there is no shard {shown}', hint=f'Shards are numbered from 0 to {shards - 1}.')
    return found


def _number(value: str, shards: int) -> int | None:
    digits = _NUMBER.fullmatch(value)
    number = None if digits is None else int(digits[1])
    return number if number is not None and number < shards else None


def _shard_of_key(key: str | None, rules: Rules) -> int:
    if key is None:
        raise WrongSetting(
            'the sharding key in a hint cannot be read', hint="Write it as in pgdog_sharding_key: 'value'."
        )
    found = sorted(_function(rules).shards_of(_read(key, _function(rules))))
    if len(found) != 1:
        raise WrongSetting(
            f'sharding key "{key}" is on no single shard',
            detail=f'shards that may have it: {", ".join(map(str, found)) or "none"}.',
            hint='Name the shard by pgdog_shard.',
        )
    return found[0]


def _function(rules: Rules) -> ShardFunction:
    function = rules.bare_key()
    if function is None:
        raise WrongSetting(
            'multiple sharding functions: a sharding key alone does not say on which shard it is'
            if rules.tables
            else 'no table of the database has a sharding key',
            hint='Name the shard by pgdog_shard.',
        )
    return function


def _read(key: str, function: ShardFunction) -> int | bytes | tuple[float, ...]:
    try:
        return key_of_text(function.key_type, key)
    except NotAKey:
        raise WrongSetting(
            f'"{key}" is no sharding key of type {function.key_type.value}', hint='Name the shard by pgdog_shard.'
        ) from None
