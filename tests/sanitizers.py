"""Unit tests of the modules that are C of their own, built so that gcc's sanitizers see what they do with memory.

``.venv/bin/python -m tests.sanitizers``, with options for pytest. A copy of the package gets them; the other compiled
modules, which check their bounds themselves, are those that ``bin/check`` has built.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import greenlet

PROJECT: Final = Path(__file__).parents[1]
MODULES: Final = ('net/octets', 'net/relay', 'net/wire', 'router/_key')
TESTS: Final = ('tests/unit/net', 'tests/unit/frontend', 'tests/unit/router/test_key.py')
# Not of the stack: greenlets copy theirs away and back, with all that the sanitizer has marked there.
FLAGS: Final = (
    '-shared', '-fPIC', '-g', '-O1', '-fno-omit-frame-pointer', '-fwrapv', '-fsanitize=address,undefined',
    '-fno-sanitize-recover=undefined', '--param', 'asan-stack=0',
)  # fmt: skip
HEADERS: Final = (sysconfig.get_paths()['include'], str(Path(greenlet.__file__).parent.parent))


def build(module: Path) -> None:
    """Make an extension of ``module``, a .pyx, in its place."""
    source = module.with_suffix('.c')
    cython = [sys.executable, '-m', 'cython', '-3', '-X', 'annotation_typing=False']
    subprocess.run([*cython, module, '-o', source], check=True)
    target = module.with_suffix(EXTENSION_SUFFIXES[0])
    target.unlink(missing_ok=True)
    subprocess.run(['gcc', *FLAGS, *(f'-I{header}' for header in HEADERS), source, '-o', target], check=True)


def library(name: str) -> str:
    found = subprocess.run(['gcc', f'-print-file-name={name}'], check=True, capture_output=True, text=True)
    return found.stdout.strip()


def environment() -> dict[str, str]:
    """Python allocates all its objects by malloc, so that each has its bounds."""
    return {
        **os.environ,
        'LD_PRELOAD': f'{library("libasan.so")} {library("libstdc++.so")}',
        'ASAN_OPTIONS': 'detect_leaks=0',
        'UBSAN_OPTIONS': 'print_stacktrace=1',
        'PYTHONMALLOC': 'malloc',
    }


def main(options: list[str]) -> int:
    """Build them, and run the tests; return pytest's exit status."""
    with TemporaryDirectory() as place:
        copy = Path(place)
        for name in ('pgdog_gevent', 'tests'):
            shutil.copytree(PROJECT / name, copy / name)
        shutil.copy(PROJECT / 'pyproject.toml', copy)
        for module in MODULES:
            build(copy / 'pgdog_gevent' / f'{module}.pyx')
        command = [sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-s', *(options or TESTS)]
        return subprocess.run(command, cwd=copy, env={**environment(), 'PYTHONPATH': place}, check=False).returncode


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
