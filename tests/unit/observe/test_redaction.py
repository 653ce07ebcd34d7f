"""Passwords in SQL, and what is left of the statement."""

import re

import pytest

from pgdog_gevent.observe.redaction import redacted

STATEMENTS = [
    pytest.param("ALTER ROLE bob PASSWORD 'SECRET'", 'ALTER ROLE bob PASSWORD [redacted]', id='alter role'),
    pytest.param(
        "create user bob with encrypted password 'SECRET' valid until '2030-01-01'",
        "create user bob with encrypted password [redacted] valid until '2030-01-01'",
        id='create user',
    ),
    pytest.param("ALTER ROLE b PASSWORD'SECRET' LOGIN", 'ALTER ROLE b PASSWORD[redacted] LOGIN', id='no space'),
    pytest.param(
        "ALTER ROLE b PASSWORD /* new */ -- one\n 'SECRET'; SELECT 1",
        'ALTER ROLE b PASSWORD /* new */ -- one\n [redacted]; SELECT 1',
        id='comments between',
    ),
    pytest.param("ALTER ROLE b PASSWORD 'it''s SECRET' LOGIN", 'ALTER ROLE b PASSWORD [redacted] LOGIN', id='quote'),
    pytest.param("ALTER ROLE b PASSWORD '''SECRET'", 'ALTER ROLE b PASSWORD [redacted]', id='quote at the beginning'),
    pytest.param("ALTER ROLE b PASSWORD E'a\\'SECRET' LOGIN", 'ALTER ROLE b PASSWORD [redacted]', id='escapes'),
    pytest.param("ALTER ROLE b PASSWORD 'a\\''SECRET' LOGIN", 'ALTER ROLE b PASSWORD [redacted]', id='backslash'),
    pytest.param("ALTER ROLE b PASSWORD U&'SECRET' LOGIN", 'ALTER ROLE b PASSWORD [redacted] LOGIN', id='unicode'),
    pytest.param("ALTER ROLE b PASSWORD $$SEC'RET$$ LOGIN", 'ALTER ROLE b PASSWORD [redacted] LOGIN', id='dollars'),
    pytest.param("ALTER ROLE b PASSWORD $a$SEC$$RET$a$ LOGIN", 'ALTER ROLE b PASSWORD [redacted] LOGIN', id='tag'),
    pytest.param("ALTER ROLE b PASSWORD 'SEC'\n'RET' LOGIN", 'ALTER ROLE b PASSWORD [redacted] LOGIN', id='two lines'),
    pytest.param("ALTER ROLE b PASSWORD 'SEC", 'ALTER ROLE b PASSWORD [redacted]', id='cut off'),
    pytest.param("ALTER ROLE b PASSWORD $a$SEC", 'ALTER ROLE b PASSWORD [redacted]', id='cut off in dollars'),
    pytest.param(
        "CREATE USER MAPPING FOR b SERVER s OPTIONS (user 'b', password 'SECRET')",
        "CREATE USER MAPPING FOR b SERVER s OPTIONS (user 'b', password [redacted])",
        id='user mapping',
    ),
    pytest.param(
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=SECRET user=b' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=[redacted] user=b' PUBLICATION p",
        id='conninfo',
    ),
    pytest.param(
        "SELECT dblink_connect('host=h password=''SEC RET'' user=b')",
        "SELECT dblink_connect('host=h password=[redacted] user=b')",
        id='conninfo with quotes',
    ),
    pytest.param(
        r"SELECT dblink_connect('password=SEC\ RET&$1 user=b')",
        r"SELECT dblink_connect('password=[redacted] user=b')",
        id='conninfo with a backslash',
    ),
    pytest.param(
        "SELECT dblink_connect('postgresql://bob:SECRET@h:5432/d')",
        "SELECT dblink_connect('postgresql://bob:[redacted]@h:5432/d')",
        id='url',
    ),
    pytest.param("SELECT 'postgresql://bob:SECR", "SELECT 'postgresql://bob:[redacted]", id='url cut off'),
    pytest.param(
        "UPDATE account SET password = crypt('SECRET', gen_salt('bf')) WHERE id = 1",
        "UPDATE account SET password = crypt([redacted], gen_salt('bf')) WHERE id = 1",
        id='function call',
    ),
    pytest.param(
        """INSERT INTO event VALUES ('{"user": "b", "password": "SEC\\"RET"}')""",
        """INSERT INTO event VALUES ('{"user": "b", "password": [redacted]}')""",
        id='json',
    ),
    pytest.param("SELECT login(password => 'SECRET')", 'SELECT login(password => [redacted])', id='named argument'),
]


@pytest.mark.parametrize(('sql', 'expected'), STATEMENTS)
def test_a_password_is_taken_out(sql: str, expected: str) -> None:
    assert redacted(sql) == expected


@pytest.mark.parametrize(('sql', 'expected'), STATEMENTS)
def test_a_password_cut_off_anywhere_is_taken_out(sql: str, expected: str) -> None:
    for length in range(len(sql)):
        assert not re.search('SEC|RET', redacted(sql[:length]))


@pytest.mark.parametrize(
    'sql',
    [
        pytest.param("SELECT 'a' FROM b WHERE c = 'd'", id='literals'),
        pytest.param('ALTER ROLE bob PASSWORD NULL', id='no password'),
        pytest.param('UPDATE account SET password = $1 WHERE id = $2', id='parameter'),
        pytest.param('SELECT password FROM account', id='column'),
        pytest.param("SELECT 'http://host:8080/path'", id='url with a port'),
    ],
)
def test_a_statement_without_passwords_stays(sql: str) -> None:
    assert redacted(sql) == sql


def test_a_long_statement_takes_no_long_time() -> None:
    sql = 'password ' * 5_000 + '/*' * 5_000 + 'a.' * 5_000 + "''" * 5_000
    assert 'password' in redacted(sql)
