"""``Statement`` and topology, ``Blueprint`` and parameters, to ``Plan``. Pure; made for each execution."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import assert_never

from pgdog_gevent.errors import FeatureNotSupported, WrongSetting
from pgdog_gevent.router.blueprint import (
    AnyShard,
    Blueprint,
    ByKey,
    ByRow,
    ClosesCursors,
    CopyOut,
    CopyRows,
    CopyToAll,
    Declared,
    Executed,
    Explained,
    Folded,
    Moving,
    OfCursor,
    OfPrepared,
    OneByOne,
    OneShard,
    Prepares,
    Refused,
    Same,
    Shards,
)
from pgdog_gevent.router.hints import ROLE, ROLES, wrong_role
from pgdog_gevent.router.keys import NOWHERE, AsciiOnly, Bound, BoundValue, Keys, homes_of_row, shards_of
from pgdog_gevent.router.plan import Anywhere, CopyIn, CopyOutOf, Direct, InTurn, Move, Plan, Shown, Split, Together
from pgdog_gevent.router.shard_hints import named, wrong_number
from pgdog_gevent.router.statement import ORDINARY, SetParameter, Statement


@dataclass(frozen=True, slots=True)
class Topology:
    """What the planner must know about a cluster."""

    database: str
    shards: int
    statement_mode: bool
    """Server connections are lent for one statement, so no transaction may stay open."""


def check(statement: Statement, topology: Topology) -> None:
    """Raise FeatureNotSupported or WrongSetting for what cannot be done, however many shards there are."""
    if statement.effects:
        _check_role(statement)
        if topology.shards > 1:
            _check_shard(statement, topology.shards)
    if statement is not ORDINARY and topology.statement_mode and statement.opens_transaction:
        raise FeatureNotSupported(
            'transactions of several statements are not available in statement pooling mode',
            detail=f'pooler_mode of database "{topology.database}" is statement.',
            hint='Set pooler_mode to transaction or session.',
        )


def _check_role(statement: Statement) -> None:
    for effects in statement.effects:
        for effect in effects:
            if isinstance(effect, SetParameter) and effect.name == ROLE and (wrong := wrong_role({ROLE: effect.sql})):
                raise WrongSetting(f'invalid value for parameter "{ROLE}": "{wrong}"', hint=ROLES)


def _check_shard(statement: Statement, shards: int) -> None:
    for effects in statement.effects:
        for effect in effects:
            if wrong := wrong_number(effect, shards):
                named(wrong, shards)


class NotOnSeveralShards(FeatureNotSupported):
    """Several shards cannot be proven to answer this exactly."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.why, hint=refused.hint)
        self.position = refused.position


def plan(blueprint: Blueprint, bound: Bound, shards: int) -> Plan:
    """Say who answers, of so many shards. Raises FeatureNotSupported for what cannot be answered exactly."""
    everywhere = tuple(range(shards))
    match blueprint:
        case AnyShard(sticky, catalogs):
            return Anywhere(sticky, catalogs)
        case OfCursor() | OfPrepared() | ClosesCursors() | Prepares():
            return Anywhere()
        case OneShard(shard):
            return Direct(shard)
        case ByKey(keys, several):
            concerned = _concerned(keys, bound, shards)
            if len(concerned) <= 1 and not isinstance(several, Same):
                return Direct(concerned[0]) if concerned else Anywhere()
            if isinstance(several, Refused):
                raise NotOnSeveralShards(several)
            return Together(concerned, several)
        case ByRow():
            return _by_row(blueprint, bound, shards)
        case Moving():
            return _moving(blueprint, bound, shards)
        case Shards(sql):
            return Together(everywhere, Same(sql))
        case OneByOne(sql):
            return InTurn(everywhere, sql)
        case CopyRows():
            return CopyIn(everywhere, blueprint)
        case CopyToAll():
            return CopyIn(everywhere, None)
        case CopyOut(keys, options):
            concerned = _concerned(keys, bound, shards) or (0,)
            return Direct(concerned[0]) if len(concerned) == 1 else CopyOutOf(concerned, options)
        case Declared(query=query):
            return plan(query, bound, shards)
        case Explained(prefix, inner):
            at_once = replace(inner, in_order=False) if isinstance(inner, ByRow) else inner
            return _shown(prefix, plan(at_once, bound, shards))
        case Executed():
            raise NotOnSeveralShards(Refused('EXECUTE of a statement that is not known here'))
        case Refused():
            raise NotOnSeveralShards(blueprint)
        case _:
            assert_never(blueprint)


def plan_on(
    shard: int, blueprint: Blueprint, bound: Bound, shards: int, *, writes_alike: bool = False
) -> Direct:
    """Say the same of a statement whose client has named the shard.

    Raises FeatureNotSupported for what would make shards differ that are the same (``writes_alike``), and for rows
    that would be put where nobody looks for them.
    """
    if writes_alike:
        raise FeatureNotSupported(
            'a table that is the same on all shards cannot be written on one of them',
            hint='Leave out pgdog.shard, pgdog.sharding_key and the comments that say the same.',
        )
    match blueprint:
        case ByRow():
            for belongs in _homes(blueprint, bound, shards):
                if len(belongs) == 1 and shard not in belongs:
                    raise FeatureNotSupported(
                        f'a row belongs on shard {min(belongs)} by its sharding key, and the client asks for {shard}'
                    )
        case Moving(_, belongs) if shards_of(belongs, bound, shards) != {shard}:
            raise FeatureNotSupported(
                f'a row that gets another sharding key may belong on another shard than {shard}, for which the client '
                'asks'
            )
        case Explained(inner=inner):
            return plan_on(shard, inner, bound, shards)
        case _:
            pass
    return Direct(shard)


def _homes(insert: ByRow, bound: Bound, shards: int) -> Iterator[frozenset[int]]:
    """Where each row that is inserted belongs."""
    stored = bound if not insert.length else _stored(bound, insert.length)
    for row in insert.rows:
        yield homes_of_row(insert.function, row.key, stored, shards)


def _concerned(keys: Keys, bound: Bound, shards: int) -> tuple[int, ...]:
    return tuple(sorted(shards_of(keys, bound, shards)))


def _shown(prefix: bytes, explained: Plan) -> Plan:
    """What is explained, and where. On one shard EXPLAIN is a statement as any other."""
    match explained:
        case Direct() | Anywhere():
            return explained
        case Together(concerned, Folded(partial)):
            return Shown(tuple((shard, prefix + partial) for shard in concerned))
        case Together(concerned, how) if not isinstance(how, Folded):
            return Shown(tuple((shard, prefix + how.sql) for shard in concerned))
        case Split(texts):
            return Shown(tuple((shard, prefix + text) for shard, text in texts))
        case _:
            raise NotOnSeveralShards(Refused('EXPLAIN of a statement that all shards would do'))


def _moving(update: Moving, bound: Bound, shards: int) -> Plan:
    concerned = _concerned(update.keys, bound, shards)
    if not concerned:
        return Anywhere()
    if shards_of(update.belongs, bound, shards) == set(concerned) and len(concerned) == 1:
        return Direct(concerned[0])
    if isinstance(update.how, Refused):
        raise NotOnSeveralShards(update.how)
    return Move(concerned, update.how)


def _by_row(insert: ByRow, bound: Bound, shards: int) -> Plan:
    """Each row where it belongs, and what they read with them."""
    numbers = _by_shard(insert, bound, shards)
    reads = shards_of(insert.reads, bound, shards)
    if not reads <= numbers.keys() or (insert.reads != NOWHERE and len(numbers) > 1):
        raise NotOnSeveralShards(Refused('an INSERT that reads what other shards have'))
    if len(numbers) == 1:
        return Direct(next(iter(numbers)))
    if insert.apart is not None:
        raise NotOnSeveralShards(insert.apart)
    parts = list(_runs(numbers)) if insert.in_order else sorted(numbers.items())
    texts = tuple(
        (shard, insert.head + b', '.join(insert.rows[number].sql for number in of_shard) + insert.tail)
        for shard, of_shard in parts
    )
    return Split(texts, tuple(tuple(of_shard) for _, of_shard in parts))


def _runs(numbers: Mapping[int, list[int]]) -> Iterator[tuple[int, list[int]]]:
    """Rows that follow each other and belong on one shard."""
    shards = sorted((number, shard) for shard, of_shard in numbers.items() for number in of_shard)
    for shard, run in groupby(shards, key=itemgetter(1)):
        yield shard, [number for number, _ in run]


def _by_shard(insert: ByRow, bound: Bound, shards: int) -> Mapping[int, list[int]]:
    """The numbers of its rows, by the shard where they belong."""
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    for number, concerned in enumerate(list(_homes(insert, bound, shards))):  # All are asked for that are looked up.
        if len(concerned) != 1:
            raise FeatureNotSupported(
                'the sharding key of a row does not say on which shard it belongs',
                hint='Give a value for which there is a rule in [[sharded_tables.mapping]].' if not concerned else '',
            )
        numbers[next(iter(concerned))].append(number)
    return numbers


def _stored(bound: Bound, length: int) -> Bound:
    return AsciiOnly(_Stored(bound.bound, length)) if isinstance(bound, AsciiOnly) else _Stored(bound, length)


class _Stored:
    """Parameters as a column of limited length has them: blanks that are too many are cut off."""

    def __init__(self, bound: Bound, length: int) -> None:
        self._bound = bound
        self._length = length

    def parameter(self, number: int) -> BoundValue:
        given = self._bound.parameter(number)
        try:
            text = (given.value or b'').decode()
        except UnicodeDecodeError:
            return given
        too_much = text[self._length :]
        return given if not too_much or too_much.strip(' ') else given._replace(value=text[: self._length].encode())
