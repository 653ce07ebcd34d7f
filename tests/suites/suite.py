"""Which test suites there are, what they need, and how they are told where the server is."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version

USER = 'suite'


@dataclass(frozen=True, slots=True)
class Address:
    """Where a suite connects, as ``USER``; any password will do."""

    host: str
    port: int
    database: str

    def url(self, dialect: str) -> str:
        """Return the URL that SQLAlchemy takes."""
        return f'{dialect}://{USER}:any@{self.host}:{self.port}/{self.database}'

    def environ(self) -> dict[str, str]:
        """Return an environment in which clients that heed libpq's variables connect here."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith(('PG', 'PYTEST_', 'PYTHON'))}
        where = {'PGHOST': self.host, 'PGPORT': str(self.port), 'PGUSER': USER, 'PGDATABASE': self.database}
        return {**kept, **where, 'PYTHONDONTWRITEBYTECODE': '1'}


@dataclass(frozen=True, slots=True)
class Suite:
    """The tests in one source package, run with one driver."""

    name: str
    package: str
    """The source package, in the version that is installed beside us."""
    unpacked: tuple[str, ...]
    """What is unpacked of it; a library that is installed as a wheel is left in the package."""
    requirements: tuple[str, ...]
    """Packages for the tests' own virtual environment; versions are those beside us if installed here."""
    arguments: Callable[[Address], list[str]]
    """Of pytest."""
    database: str
    sql: tuple[str, ...] = ()
    """What is run in ``database`` first."""
    databases: tuple[str, ...] = ()
    """Databases that tests create and connect to."""
    users: tuple[str, ...] = ()
    """Users that tests create and connect as."""


OWN_SERVERS = ('TestConnectionAttributes', 'TestPoolReconnectWithTargetSessionAttrs', 'TestHotStandby')
"""Classes of asyncpg that start servers of their own, wherever they are told that one is."""

NOT_OF_THE_SERVER = ('test__sourcecode.py', 'test_subinterpreters.py')
"""Files of asyncpg without a connection: flake8, mypy, another Python."""


def asyncpg_arguments(address: Address) -> list[str]:
    """Leave out what never meets the proxy; the address is in the environment."""
    del address
    ignored = [f'--ignore=tests/{name}' for name in NOT_OF_THE_SERVER]
    return [*ignored, '-k', ' and '.join(f'not {name}' for name in OWN_SERVERS), 'tests']


def sqlalchemy_arguments(dialect: str) -> Callable[[Address], list[str]]:
    """Choose the tests of the dialect, and those that every dialect has to pass."""

    def arguments(address: Address) -> list[str]:
        chosen = ['test/dialect/postgresql', 'test/dialect/test_suite.py']
        return ['--dburi', address.url(dialect), '--maxfail=100000', *chosen]

    return arguments


def sqlalchemy(name: str, dialect: str) -> Suite:
    """The suite of SQLAlchemy with one of its drivers."""
    return Suite(
        name=f'sqlalchemy-{name}',
        package='sqlalchemy',
        unpacked=('lib/', 'test/', 'pyproject.toml', 'setup.cfg'),
        requirements=('greenlet', 'psycopg', 'psycopg-binary', 'psycopg2-binary', 'asyncpg', 'pg8000'),
        arguments=sqlalchemy_arguments(dialect),
        database='suite',
        sql=('CREATE SCHEMA test_schema', 'CREATE SCHEMA test_schema_2', 'CREATE EXTENSION hstore',
             'CREATE EXTENSION citext'),
    )  # fmt: skip


SUITES: Mapping[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite(
            name='asyncpg',
            package='asyncpg',
            unpacked=('tests/', 'pyproject.toml'),
            requirements=('asyncpg', 'distro'),
            arguments=asyncpg_arguments,
            database='postgres',
            databases=('testdb', 'asyncpg_intro_test'),
            users=('pooluser',),
        ),
        sqlalchemy('psycopg', 'postgresql+psycopg'),
        sqlalchemy('psycopg2', 'postgresql+psycopg2'),
        sqlalchemy('asyncpg', 'postgresql+asyncpg'),
        sqlalchemy('pg8000', 'postgresql+pg8000'),
    )
}


def installed_version(package: str) -> str:
    """Return the version beside us, whose tests are the ones of interest."""
    return version(package)
