"""A statement in the making: what has been decided by chance so far, and what follows from it for its answers."""

import random
import re
from collections.abc import Sequence
from typing import TypeVar

from tests.integration.sql.kinds import (
    DATE,
    INT2,
    INT4,
    INT8,
    NUMERIC,
    TEXT,
    TIMESTAMP,
    TIMESTAMPTZ,
    UUID,
    VARCHAR,
    Kind,
    Term,
)
from tests.integration.sql.statement import Order, Parameter, Statement
from tests.integration.sql.tables import IDS

T = TypeVar('T')

PARAMETER = re.compile(r'\$(\d+)')
NEIGHBOURS = {INT8: (INT4, INT2, NUMERIC), INT4: (INT8, INT2, NUMERIC), INT2: (INT4, INT8), TEXT: (VARCHAR,),
              NUMERIC: (INT8,), VARCHAR: (TEXT,)}  # fmt: skip
"""Other types that clients send for a type, and that can be compared with it."""
NAMED = (INT2, INT4, INT8, NUMERIC, TEXT, VARCHAR, UUID, DATE, TIMESTAMP, TIMESTAMPTZ)
"""Types that clients name in parameters."""


class Draft:
    """Chance, and the parameters and facts that a statement has collected."""

    def __init__(self, seed: random.Random, *, parameterised: bool) -> None:
        self.random = seed
        self.parameterised = parameterised
        self.parameters: list[Parameter] = []
        self.loose = False
        self.inexact = False
        self.aliases = 0

    def chance(self, probability: float) -> bool:
        """Be true so often."""
        return self.random.random() < probability

    def choose(self, *choices: T) -> T:
        """Take one."""
        return self.random.choice(choices)

    def one(self, choices: Sequence[T]) -> T:
        """Take one of a sequence."""
        return self.random.choice(choices)

    def some(self, choices: Sequence[T], least: int = 1, most: int = 3) -> list[T]:
        """Take a few different ones, in any order."""
        count = self.random.randint(min(least, len(choices)), min(most, len(choices)))
        return self.random.sample(list(choices), count)

    def alias(self) -> str:
        """Return a name that nothing in the statement has yet."""
        self.aliases += 1
        return f'x{self.aliases}'

    def value(self, term: Term, *, null: bool = False) -> str:
        """Write a value that the term may have; NULL only if asked for, and seldom then."""
        pool = IDS if term.key and term.kind in (INT4, INT8) else term.pool
        if term.kind is INT4:
            pool = tuple(text for text in pool if text is None or abs(int(text)) < 2**31)
        known = [text for text in pool if text is not None]
        text = None if null and self.chance(0.1) else self.one(known)
        if self.parameterised and self.chance(0.6):
            other = self.one(known)
            sent = [value for value in (text, other) if value is not None]
            return self.parameter(Parameter(text, other, self._type_of_parameter(term.kind, sent)))
        return self._literal(term.kind, text)

    def number(self, *choices: int) -> str:
        """Write an integer, or a parameter for one; the place must tell that it is an int8."""
        number = self.one(choices)
        if self.parameterised and self.chance(0.5):
            return self.parameter(Parameter(str(number), str(self.one(choices)), self.choose(0, INT8.oid)))
        return str(number)

    def parameter(self, parameter: Parameter) -> str:
        """Add a parameter and return its name."""
        self.parameters.append(parameter)
        return f'${len(self.parameters)}'

    def statement(
        self, sql: str, form: str, order: Order = Order.NONE, keys: tuple[int, ...] = (), unlimited: str | None = None
    ) -> Statement:
        """Finish; parameters that did not make it into the text are dropped."""
        used = sorted({int(number) for number in PARAMETER.findall(sql)})

        def renumbered(text: str) -> str:
            return PARAMETER.sub(lambda match: f'${used.index(int(match[1])) + 1}', text)

        parameters = tuple(self.parameters[number - 1] for number in used)
        without = None if unlimited is None else renumbered(unlimited)
        return Statement(renumbered(sql), form, parameters, order, keys, self.loose, self.inexact, without)

    def _type_of_parameter(self, kind: Kind, sent: Sequence[str]) -> int:
        if kind not in NAMED or self.chance(0.4):
            return 0
        if kind in NEIGHBOURS and self.chance(0.4):
            other = self.one(NEIGHBOURS[kind])
            if other is NUMERIC or not other.integer or all(_fits(text, other) for text in sent):
                return other.oid
        return kind.oid

    def _literal(self, kind: Kind, text: str | None) -> str:
        if text is None:
            return self.choose('NULL', f'NULL::{kind.name}')
        if kind.bare and text.lstrip('-')[:1].isdigit():
            # A minus and a number are two tokens; the cast binds tighter.
            cast = f'({text})::{kind.name}'
            return self.choose(text, text, text, cast, f"'{text}'", f"'{text}'::{kind.name}")
        return self.choose(quoted(text), quoted(text), f'{quoted(text)}::{kind.name}')


def quoted(text: str) -> str:
    """Write a string constant."""
    return "'" + text.replace("'", "''") + "'"


def _fits(text: str, kind: Kind) -> bool:
    bits = {INT2: 15, INT4: 31, INT8: 63}[kind]
    return text.lstrip('-').isdigit() and -(2**bits) <= int(text) < 2**bits
