"""From the figures of single runs to medians, ratios, lines of a table, JSON. Pure.

A round is every contender once, in turn. Ratios are computed within a round and only then summed up: what else the
machine does changes from minute to minute, and within a round it meets all contenders alike.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import NamedTuple

Figures = Mapping[str, float]
"""What one run has measured, by name; what cannot be measured is not in it."""
Round = Mapping[str, Figures]
"""Figures by contender; one that has failed is not in it."""

NARROWEST = 9
RATIO_WIDTH = 16
MISSING = '-'
FAILED = 'failed'


class Spread(NamedTuple):
    """The median of some values, and how far they are apart."""

    median: float
    low: float
    high: float


def spread(values: Iterable[float]) -> Spread | None:
    """Sum up ``values``; ``None`` if there are none."""
    known = list(values)
    return Spread(median(known), min(known), max(known)) if known else None


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest of ``values`` that is not exceeded by ``percent`` of them; they need not be sorted."""
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]


def values(rounds: Iterable[Round], name: str, figure: str) -> Spread | None:
    """Sum up one figure of one contender."""
    return spread(each[name][figure] for each in rounds if figure in each.get(name, {}))


def ratios(rounds: Iterable[Round], name: str, reference: str, figure: str) -> Spread | None:
    """Sum up one figure of ``name`` as a multiple of that of ``reference`` in the same round."""
    pairs = [(each.get(name, {}).get(figure), each.get(reference, {}).get(figure)) for each in rounds]
    return spread(own / other for own, other in pairs if own is not None and other)


class Column(NamedTuple):
    """A column of a table: the median of a figure, or its ratio to the reference with the least and the greatest."""

    heading: str
    figure: str
    digits: int = 0
    ratio: bool = False

    @property
    def width(self) -> int:
        """Characters that it takes."""
        return max(len(self.heading), RATIO_WIDTH if self.ratio else NARROWEST)

    def cell(self, rounds: Sequence[Round], name: str, reference: str) -> str:
        """Return what is to be said about one contender."""
        if not any(name in each for each in rounds):
            return FAILED
        if self.ratio:
            found = ratios(rounds, name, reference, self.figure) if name != reference else None
            return f'{found.median:.2f} ({found.low:.2f}-{found.high:.2f})' if found else MISSING
        found = values(rounds, name, self.figure)
        return f'{found.median:.{self.digits}f}' if found else MISSING


class Case(NamedTuple):
    """What was measured in some rounds, under labels that tell it from other cases."""

    labels: Mapping[str, str]
    rounds: Sequence[Round]

    @property
    def contenders(self) -> list[str]:
        """Everybody who took part and did not fail each time."""
        return list(dict.fromkeys(name for each in self.rounds for name in each))


@dataclass(frozen=True, slots=True)
class Table:
    """How cases are printed: their labels, the contender, then ``columns``."""

    labels: tuple[str, ...]
    columns: tuple[Column, ...]
    contenders: tuple[str, ...]
    reference: str

    def header(self) -> str:
        """Return the line above all others."""
        labels = [f'{label:{NARROWEST + 1}}' for label in (*self.labels, 'through')]
        return '  '.join([*labels, *(f'{each.heading:>{each.width}}' for each in self.columns)])

    def lines(self, case: Case) -> list[str]:
        """Return a line for each contender."""
        return [self._line(case, name) for name in self.contenders]

    def _line(self, case: Case, name: str) -> str:
        labels = [f'{text:{NARROWEST + 1}}' for text in (*(case.labels[label] for label in self.labels), name)]
        cells = [f'{each.cell(case.rounds, name, self.reference):>{each.width}}' for each in self.columns]
        return '  '.join([*labels, *cells])


@dataclass(frozen=True, slots=True)
class Conditions:
    """What all cases of one run have in common."""

    postgres: str
    pgbouncer: str
    rounds: int
    seconds: int
    pool: int
    unix: bool
    notes: tuple[str, ...] = ()


def as_json(conditions: Conditions, cases: Iterable[Case], reference: str) -> str:
    """Return all that is known: every round, medians with their spread, and ratios to ``reference``."""
    return json.dumps(
        {
            'conditions': asdict(conditions),
            'cases': [
                {
                    **case.labels,
                    'rounds': case.rounds,
                    'medians': {name: _summed_up(case, name) for name in case.contenders},
                    'ratios': {name: _compared(case, name, reference) for name in case.contenders},
                }
                for case in cases
            ],
        },
        indent=2,
    )


def _summed_up(case: Case, name: str) -> dict[str, dict[str, float]]:
    found = {figure: values(case.rounds, name, figure) for figure in _figures(case, name)}
    return {figure: each._asdict() for figure, each in found.items() if each is not None}


def _compared(case: Case, name: str, reference: str) -> dict[str, dict[str, float]]:
    found = {figure: ratios(case.rounds, name, reference, figure) for figure in _figures(case, name)}
    return {figure: each._asdict() for figure, each in found.items() if each is not None}


def _figures(case: Case, name: str) -> list[str]:
    return list(dict.fromkeys(figure for each in case.rounds for figure in each.get(name, {})))
