"""node-postgres and postgres.js: the scripts in ``node/``, with packages that are installed once for all runs."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.drivers.front import Front
from tests.integration.drivers.program import output

SCRIPTS = Path(__file__).parent / 'node'
INSTALL = ('npm', 'install', '--no-audit', '--no-fund', '--no-package-lock', '--silent')

pytestmark = pytest.mark.skipif(
    shutil.which('node') is None or shutil.which('npm') is None, reason='node or npm is not installed'
)


@pytest.fixture(scope='session')
def packages() -> Path:
    """A folder with the packages; kept in the user's cache, one for each content of package.json."""
    wanted = (SCRIPTS / 'package.json').read_bytes()
    cache = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'pgdog-gevent-tests'
    folder = cache / f'node-{hashlib.sha256(wanted).hexdigest()[:16]}'
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / 'lock').open('w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / 'installed').exists():
            (folder / 'package.json').write_bytes(wanted)
            done = subprocess.run(INSTALL, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
            if done.returncode != 0:
                pytest.skip(f'npm could not install pg and postgres: {done.stderr[-500:]}')
            (folder / 'installed').touch()
    return folder


@pytest.mark.parametrize('driver', ['pg', 'postgres'])
def test_all_checks_of_the_driver_pass(front: Front, packages: Path, tmp_path: Path, driver: str) -> None:
    (tmp_path / 'node_modules').symlink_to(packages / 'node_modules')
    for name in ('package.json', f'{driver}.js'):
        shutil.copy(SCRIPTS / name, tmp_path)
    printed = output(
        ['node', '--unhandled-rejections=strict', f'{driver}.js'], front.environ(POOLER_MODE=front.mode), tmp_path
    )
    checks = (SCRIPTS / f'{driver}.js').read_text().count("\n  async '")
    assert len(printed.splitlines()) == checks
