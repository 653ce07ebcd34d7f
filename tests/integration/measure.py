"""The measure: cases asked of a plain PostgreSQL and of somebody else, and what came of it."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from psycopg import pq
from psycopg.pq.abc import PGconn

from tests.integration.answers import Answer, Unanswered, Way, ask
from tests.integration.comparison import difference, taken_from, without_limit
from tests.integration.shards import Contents, Place
from tests.integration.sql.kinds import Table
from tests.integration.sql.statement import Program, Statement
from tests.integration.sql.tables import TABLES
from tests.integration.statements import case

WORDS = 8
"""So many words of a refusal say what it is about."""
SHOWN = 10
"""So many differences are described."""


@dataclass(slots=True)
class Tally:
    """What came of all cases."""

    statements: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    """Statements that were answered as by PostgreSQL, by the part of the grammar that made them."""
    unanswered: Counter[str] = field(default_factory=Counter)
    """Statements that were refused, by the same."""
    refusals: Counter[str] = field(default_factory=Counter)
    """The same, by the first words of the refusal."""
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Statements that failed as in PostgreSQL, by form and SQLSTATE; those that are meant to excepted."""
    examples: dict[str, str] = field(default_factory=dict)
    """A statement for each of these."""
    differences: list[str] = field(default_factory=list)

    def report(self) -> str:
        """Return the tables of what was answered and what was refused."""
        refused = self.refusals.total()
        lines = [f'{self.statements} statements, {self.answered.total()} answered, {refused} refused']
        for form in sorted({*self.answered, *self.unanswered}):
            lines.append(f'  {form:30} {self.answered[form]:6} answered {self.unanswered[form]:6} refused')
        for (form, sqlstate), count in sorted(self.errors.items()):
            lines.append(f'  {form:30} {count:6} failed with {sqlstate}')
        for words, count in self.refusals.most_common():
            lines.append(f'  {count:6} {words}\n         {self.examples[words][:200]}')
        return '\n'.join(lines)

    def failures(self) -> str:
        """Return the differences, the first ones in full."""
        return f'{len(self.differences)} differences\n' + '\n'.join(self.differences[:SHOWN])


class Measure:
    """Asks two servers, and compares what they say; the second is to be judged."""

    def __init__(self, expected: tuple[str, Place], received: tuple[str, Place]) -> None:
        """Each is a conninfo, and where the rows are that it leads to."""
        self.tally = Tally()
        self._dsns = (expected[0], received[0])
        self._places = (expected[1], received[1])
        self._connections = (connect(expected[0]), connect(received[0]))

    def __enter__(self) -> 'Measure':
        return self

    def __exit__(self, *exception: object) -> None:
        for connection in self._connections:
            connection.finish()

    def run(self, seeds: Iterable[int]) -> Tally:
        """Run the cases of these seeds."""
        for seed in seeds:
            way = random.Random(-seed - 1).choice(list(Way))
            match case(seed):
                case Statement() as statement:
                    self._same(seed, way, statement)
                case Program() as program:
                    self._program(seed, way, program)
            self._clean()
        return self.tally

    def _program(self, seed: int, way: Way, program: Program) -> None:
        """Run a transaction until the first difference or refusal, and compare what it leaves behind."""
        before = len(self.tally.differences)
        for statement in program.statements:
            if not self._same(seed, way, statement):
                break
        else:
            if program.committed:
                self._left_behind(seed, program)
        self._clean()
        wrong = len(self.tally.differences) > before
        if program.committed or wrong:
            for place in self._places:
                place.restore(TABLES if wrong else program.tables)

    def _same(self, seed: int, way: Way, statement: Statement) -> bool:
        """Ask both; whether they agree."""
        self.tally.statements += 1
        try:
            expected, received = (ask(connection, statement, way) for connection in self._connections)
        except Unanswered:
            self._differ(seed, way, statement, 'no answer within the time', '')
            self._connect_anew()
            return False
        refusal = next((answer for answer in received if answer.refused), None)
        if refusal is not None:
            self._refused(statement, refusal)
            return False
        wrong = self._wrong(way, statement, expected, received)
        if wrong is not None:
            self._differ(seed, way, statement, wrong, _both(expected, received))
            return False
        self.tally.answered[statement.form] += 1
        for answer in expected:
            if answer.sqlstate and statement.form != 'failure':
                self.tally.errors[statement.form, answer.sqlstate.decode()] += 1
        return True

    def _wrong(
        self, way: Way, statement: Statement, expected: tuple[Answer, ...], received: tuple[Answer, ...]
    ) -> str | None:
        if len(expected) != len(received):
            return 'SQLSTATE'
        reasons = (difference(statement, one, two) for one, two in zip(expected, received, strict=True))
        wrong = next((reason for reason in reasons if reason), None)
        if wrong is not None or statement.unlimited is None or not any(answer.rows for answer in received):
            return wrong
        unlimited = ask(self._connections[0], without_limit(statement), way)
        # An answer that is an error is the last but one.
        pairs = zip(unlimited, received, strict=False)
        return None if all(taken_from(statement, *pair) for pair in pairs) else 'rows that are not there'

    def _refused(self, statement: Statement, refusal: Answer) -> None:
        words = ' '.join(refusal.message.split()[:WORDS])
        self.tally.unanswered[statement.form] += 1
        self.tally.refusals[words] += 1
        self.tally.examples.setdefault(words, statement.sql)

    def _differ(self, seed: int, way: Way, statement: Statement, what: str, answers: str) -> None:
        parameters = [(one.text, one.oid) for one in statement.parameters]
        self.tally.differences.append(
            f'seed {seed}, {way.value}, {what}:\n  {statement.sql}\n  parameters {parameters}{answers}'
        )

    def _left_behind(self, seed: int, program: Program) -> None:
        """Compare the tables themselves, where their rows are, and that shards agree where they should."""
        text = '; '.join(statement.sql for statement in program.statements)
        for wrong in left_behind(*self._places, program.tables):
            self.tally.differences.append(f'seed {seed}, committed, {wrong}:\n  {text}')

    def _clean(self) -> None:
        """End what a case has begun."""
        for connection in self._connections:
            if connection.status != pq.ConnStatus.OK:
                self._connect_anew()
                return
            if connection.transaction_status != pq.TransactionStatus.IDLE:
                connection.exec_(b'ROLLBACK')

    def _connect_anew(self) -> None:
        for connection in self._connections:
            connection.finish()
        self._connections = (connect(self._dsns[0]), connect(self._dsns[1]))


def left_behind(whole: Place, other: Place, tables: Sequence[Table]) -> Iterator[str]:
    """Compare these tables of two places."""
    [expected] = whole.contents(tables)
    found = other.contents(tables)
    for table in tables:
        wrong = _wrong_rows(table, expected[table], [shard[table] for shard in found])
        if wrong:
            yield f'{wrong} of {table.name}'


def _wrong_rows(table: Table, expected: Contents, found: Sequence[Contents]) -> str | None:
    if any(shard.strangers for shard in found):
        return 'rows on a wrong shard'
    if table.key is None and any(shard.everything != found[0].everything for shard in found):
        return 'different rows on the shards'
    together = sum((shard.rows for shard in found), Counter()) if table.key else found[0].rows
    return None if together == expected.rows else 'rows'


def connect(dsn: str) -> PGconn:
    """Connect without a word from the driver."""
    connection = pq.PGconn.connect(dsn.encode())
    if connection.status != pq.ConnStatus.OK:
        raise ConnectionError(connection.error_message.decode())
    return connection


def _both(expected: tuple[Answer, ...], received: tuple[Answer, ...]) -> str:
    texts = [f'\n  {name}: {answer}' for name, answers in (('PostgreSQL', expected), ('received', received))
             for answer in answers]  # fmt: skip
    return ''.join(texts)
