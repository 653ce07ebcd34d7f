"""One FROM clause as the rest of a statement sees it."""

from dataclasses import dataclass

from tests.integration.sql.kinds import Table, Term


@dataclass(frozen=True, slots=True)
class Source:
    """What stands behind FROM."""

    sql: str
    terms: tuple[Term, ...]
    unique: tuple[str, ...]
    """What together is different in every row."""
    condition: str | None = None
    """What WHERE has to say for it."""
    ctes: str = ''
    """WITH, if it needs that."""
    lockable: bool = False
    """Whether FOR UPDATE is allowed for all of it."""
    grouped: str = ''
    """A primary key of which all the rest is a function."""


def table_source(table: Table, alias: str, how: str = '') -> Source:
    """One table."""
    return Source(
        f'{table.name} {how}{alias}',
        tuple(table.terms(alias)),
        tuple(f'{alias}.{name}' for name in table.unique),
        lockable=True,
        grouped=f'{alias}.{table.unique[0]}' if table.columns[0].declaration.endswith('PRIMARY KEY') else '',
    )
