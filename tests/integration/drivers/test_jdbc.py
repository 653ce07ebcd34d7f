"""PgJDBC: the program in ``jdbc/``, compiled once for each worker, run in all four query modes of the driver."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.drivers.front import Front
from tests.integration.drivers.program import output

JAR = Path('/usr/share/java/postgresql.jar')
PROGRAM = Path(__file__).parent / 'jdbc' / 'Matrix.java'
CHECKS = 4 * 13 - 3
"""Four modes, thirteen checks, three of which are not for the simple protocol."""

pytestmark = [
    pytest.mark.skipif(shutil.which('javac') is None, reason='no JDK is installed'),
    pytest.mark.skipif(not JAR.exists(), reason='libpostgresql-jdbc-java is not installed'),
]


@pytest.fixture(scope='session')
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled program."""
    folder = tmp_path_factory.mktemp('classes')
    command = ['javac', '-Xlint:all', '-encoding', 'utf-8', '-cp', str(JAR), '-d', str(folder), str(PROGRAM)]
    subprocess.run(command, check=True, timeout=120)
    return folder


def test_all_checks_pass_in_every_query_mode(front: Front, classes: Path) -> None:
    java = ['java', '-XX:TieredStopAtLevel=1', '-Dfile.encoding=UTF-8', '-cp', f'{JAR}:{classes}', 'Matrix']
    printed = output(java, front.environ(POOLER_MODE=front.mode))
    assert len(printed.splitlines()) == CHECKS
