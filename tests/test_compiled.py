"""The compiled forms of the hot modules: that they are built, are used, and are those of the sources beside them."""

import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import pgdog_gevent
from pgdog_gevent.compiled import MODULES

PACKAGE = Path(pgdog_gevent.__file__).parent


pytestmark = pytest.mark.skipif(shutil.which('cc') is None, reason='there is no compiler')


def built(module: str) -> Path:
    return next(path for suffix in EXTENSION_SUFFIXES if (path := PACKAGE / f'{module}{suffix}').exists())


def version(relay: str) -> str:
    command = [sys.executable, '-m', 'pgdog_gevent', '--version']
    return subprocess.run(
        command, env={**os.environ, 'PGDOG_RELAY': relay}, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize('module', MODULES)
def test_compiled_module_is_that_of_its_source(module: str) -> None:
    sources = [path for suffix in ('.py', '.pyx', '.pxd') if (path := PACKAGE / f'{module}{suffix}').exists()]
    assert built(module).stat().st_mtime >= max(source.stat().st_mtime for source in sources), 'run bin/check'


def test_version_says_that_the_relay_is_compiled() -> None:
    assert version('').endswith('compiled relay\n')


def test_relay_in_python_can_be_asked_for() -> None:
    assert version('python').endswith('relay in Python\n')


# ``_key`` has a name of its own, which nobody imports then.
@pytest.mark.parametrize('module', [module for module in MODULES if not module.endswith('_key')])
def test_no_compiled_module_is_used_when_python_is_asked_for(module: str) -> None:
    name = f'pgdog_gevent.{module.replace("/", ".")}'
    code = f'import importlib; print(importlib.import_module({name!r}).__file__)'
    command = [sys.executable, '-c', code]
    printed = subprocess.run(
        command, env={**os.environ, 'PGDOG_RELAY': 'python'}, capture_output=True, text=True, check=True
    ).stdout
    assert printed.endswith('.py\n')
